import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endpoints } from '../../main/provider/api/endpoints.ts';
import { balanceSchema } from '../../main/provider/api/resources/balance.ts';
import { chargeListSchema, receiptSchema } from '../../main/provider/api/resources/commerce.ts';
import { paymentMethodListSchema } from '../../main/provider/api/resources/payment-methods.ts';
import { CONTACT, createBuyer, submit } from './sandbox-payments-rig.ts';
import type { Rig } from './sandbox-api-rig.ts';
import { startRig } from './sandbox-api-rig.ts';

const PAN = '4242424242424242';

let rig: Rig;
let dana: ReturnType<typeof createBuyer>;
beforeEach(async () => {
  rig = await startRig();
  dana = createBuyer(rig, await rig.signIn('owner'));
});
afterEach(() => rig.stop());

const captured = () => rig.services.commerce.network.captured();

describe('quotes and charges over HTTP', () => {
  test('[VTC-13 P] a quote tells every line and total; executed it is in the balance and in the usage', async () => {
    const quote = await dana.quote();
    expect(quote.totals).toMatchObject({ today_card: { amount: '25.00' }, today_balance: { amount: '0.00' } });
    const charge = await dana.charge(quote);
    expect(charge).toMatchObject({
      state: 'done',
      card: { amount: '25.00' },
      description: 'Credit added by card ending 4242',
    });
    const balance = balanceSchema.parse(await (await dana.get('/balance')).json());
    expect(balance.exact).toMatchObject({ balance: { amount: '37.41' }, pending: { amount: '0.00' } });
    const usage = (await (await dana.get('/usage?limit=1')).json()) as { data: { id: string; charge_id: string }[] };
    expect(usage.data[0]).toMatchObject({ id: charge.usage_ids[0], charge_id: charge.id });
  });

  test('twenty requests of one key at once are one charge', async () => {
    const quote = await dana.quote();
    const body = { quote_id: quote.id, price_hash: quote.price_hash, payment_method_id: null };
    const answers = await Promise.all(Array.from({ length: 20 }, () => dana.send('POST', '/charges', body, 'one-key')));
    const statuses = answers.map(({ status }) => status);
    await Promise.all(answers.map((answer) => answer.text()));
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
    expect(statuses).toContain(201);
    expect([captured(), rig.ledger.journal.balance()]).toEqual([25_000_000, 37_410_000]);
    const again = await dana.charge(quote, 'one-key');
    expect(again.state).toBe('done');
    expect(captured()).toBe(25_000_000);
  });

  test('twenty keys for one quote are one charge, the others are told so', async () => {
    const quote = await dana.quote();
    const body = { quote_id: quote.id, price_hash: quote.price_hash, payment_method_id: null };
    const answers = await Promise.all(Array.from({ length: 20 }, () => dana.send('POST', '/charges', body)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      201,
      ...Array.from({ length: 19 }, () => 409),
    ]);
    const refused = answers.find(({ status }) => status === 409);
    expect((await dana.problem(refused as Response)).code).toBe('quote_used');
    expect(captured()).toBe(25_000_000);
  });

  test('a key with another body is refused, also when the server forgot the key', async () => {
    const [first, second] = [await dana.quote(), await dana.quote()];
    await dana.charge(first, 'my-key');
    const body = { quote_id: second.id, price_hash: second.price_hash, payment_method_id: null };
    expect((await dana.send('POST', '/charges', body, 'my-key')).status).toBe(422);
    rig.ledger.db.prepare('DELETE FROM idempotency').run();
    const later = await dana.send('POST', '/charges', body, 'my-key');
    expect((await dana.problem(later)).code).toBe('idempotency_key_reused');
    expect((await dana.charge(first, 'my-key')).state).toBe('done');
    expect(captured()).toBe(25_000_000);
  });

  test('who lost an answer finds the charge by its key', async () => {
    const charge = await dana.charge(await dana.quote(), 'lost-key');
    const list = chargeListSchema.parse(await (await dana.get('/charges?idempotency_key=lost-key')).json());
    expect(list.data).toEqual([charge]);
    const none = chargeListSchema.parse(await (await dana.get('/charges?idempotency_key=never')).json());
    expect(none).toMatchObject({ data: [], next_cursor: null });
  });

  test('charges are paged newest first, each once', async () => {
    for (let count = 0; count < 4; count += 1) await dana.charge(await dana.quote());
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const url: string = cursor === '' ? '/charges?limit=2' : `/charges?limit=2&cursor=${cursor}`;
      const page = chargeListSchema.parse(await (await dana.get(url)).json());
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    const all = rig.ledger.db.prepare('SELECT id FROM charges ORDER BY seq DESC').pluck().all();
    expect(seen).toEqual(all);
  });

  test('a decline is an answer, not an error, and says what to do next', async () => {
    rig.services.commerce.useCardFaults({ take: () => 'insufficient_funds' });
    const charge = await dana.charge(await dana.quote());
    expect(charge).toMatchObject({
      state: 'declined',
      decline: { kind: 'soft' },
      card: { amount: '0.00' },
      usage_ids: [],
    });
    expect(charge.lines.map(({ state }) => state)).toEqual(['failed']);
  });

  test('a receipt tells what was charged and how, and a charge that took nothing has none', async () => {
    const charge = await dana.charge(await dana.quote());
    const receipt = receiptSchema.parse(await (await dana.get(`/charges/${charge.id}/receipt`)).json());
    expect(receipt).toMatchObject({
      paid_by: 'card ending 4242',
      card: { amount: '25.00' },
      lines: [{ description: 'Prepaid credit', amount: { amount: '25.00' } }],
      refund_policy: 'https://provider.example/refunds',
    });
    rig.services.commerce.useCardFaults({ take: () => 'stolen_card' });
    const declined = await dana.charge(await dana.quote());
    expect((await dana.problem(await dana.get(`/charges/${declined.id}/receipt`))).code).toBe('not_found');
  });

  test('too little, too much and no quote are problems', async () => {
    const low = await dana.send('POST', '/quotes', { kind: 'add_credit', amount: '4.99' });
    expect(await dana.problem(low)).toMatchObject({ code: 'out_of_range', detail: 'At least 5.00 USD' });
    const none = await dana.send('POST', '/charges', {
      quote_id: 'quo_x',
      price_hash: 'x'.repeat(20),
      payment_method_id: null,
    });
    expect(await dana.problem(none)).toMatchObject({ code: 'not_found' });
  });
});

describe('roles', () => {
  const writes: readonly (readonly [string, string, unknown])[] = [
    ['POST', '/quotes', { kind: 'add_credit', amount: '25.00' }],
    ['POST', '/payment-sessions', { purpose: 'store', return_url: null }],
    ['PATCH', '/payment-methods/pm_main', { position: 0 }],
    ['POST', '/payment-methods/pm_bank/verification', { cents: [32, 45] }],
    ['DELETE', '/payment-methods/pm_bank', undefined],
    ['PUT', '/billing-contact', CONTACT],
  ];

  test.each(writes)('%s %s is for whoever manages billing', async (method, url, body) => {
    const tag = { 'if-match': (await dana.get('/billing-contact')).headers.get('etag') ?? '' };
    const priya = createBuyer(rig, await rig.signIn('user'));
    const refused = await priya.send(method, url, body, undefined, tag);
    expect([refused.status, (await priya.problem(refused)).code]).toEqual([403, 'role_not_allowed']);
    const marcus = createBuyer(rig, await rig.signIn('admin'));
    const served = await marcus.send(method, url, body, undefined, tag);
    expect([200, 201]).toContain(served.status);
    await served.text();
  });

  test.each(['/payment-methods', '/billing-contact', '/payment-sessions/pse_example', '/credits'])(
    'GET %s is not for a user',
    async (url) => {
      const priya = createBuyer(rig, await rig.signIn('user'));
      expect((await priya.problem(await priya.get(url))).code).toBe('role_not_allowed');
    },
  );

  test('a user sees no charge of another, neither listed nor by its id nor by the stream', async () => {
    const charge = await dana.charge(await dana.quote());
    const priya = createBuyer(rig, await rig.signIn('user'));
    expect((await priya.problem(await priya.get(`/charges/${charge.id}`))).code).toBe('not_found');
    expect(chargeListSchema.parse(await (await priya.get('/charges')).json()).data).toEqual([]);
  });
});

describe('events', () => {
  test('a charge is told each time it changes, the balance with it', async () => {
    const place = rig.ledger.outbox.newest();
    await dana.charge(await dana.quote());
    const rows = rig.ledger.outbox.after(place, 50);
    const kinds = rows === 'gone' ? [] : rows.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'charge.updated').length).toBeGreaterThanOrEqual(2);
    expect(kinds).toEqual(expect.arrayContaining(['usage.upserted', 'balance.updated']));
  });
});

describe('[SIPUS-35 P] card data stays with the payment vendor', () => {
  /** Every text of the account's file, as it lies there. */
  function everythingStored(): string {
    const tables = rig.ledger.db
      .prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`)
      .pluck()
      .all() as string[];
    return tables.map((table) => JSON.stringify(rig.ledger.db.prepare(`SELECT * FROM "${table}"`).all())).join('\n');
  }

  test('[SIPUS-35 P] no request of the shop takes a card number: it is refused where it fits nothing, and never kept', async () => {
    const session = await dana.session({ purpose: 'store', return_url: null });
    const attempts: readonly (readonly [string, string, unknown])[] = [
      ['POST', '/payment-methods', { card_number: PAN }],
      ['POST', '/payment-sessions', { purpose: 'store', return_url: null, card_number: PAN }],
      ['POST', '/payment-sessions', { purpose: 'store', return_url: `http://${PAN}` }],
      ['PATCH', '/payment-methods/pm_main', { number: PAN }],
      ['POST', '/payment-methods/pm_bank/verification', { cents: [PAN, 1] }],
      ['POST', '/quotes', { kind: 'add_credit', amount: '25.00', card: PAN }],
      ['POST', '/charges', { quote_id: 'q', price_hash: PAN, payment_method_id: null, cvc: '123' }],
    ];
    for (const [method, url, body] of attempts) {
      const response = await dana.send(method, url, body);
      expect([400, 405]).toContain(response.status);
      expect(await response.text()).not.toContain(PAN);
    }
    for (const field of Object.keys(CONTACT)) {
      const tag = { 'if-match': (await dana.get('/billing-contact')).headers.get('etag') ?? '' };
      const typed = { ...CONTACT, [field]: '4242 4242 4242 4242' };
      expect((await dana.send('PUT', '/billing-contact', typed, undefined, tag)).status).toBe(400);
      const page = await submit(session.url ?? '', { instrument: 'visa', ...typed });
      expect(page.status).toBe(422);
      await page.text();
    }
    const unknown = await submit(session.url ?? '', { instrument: PAN, ...CONTACT });
    expect(unknown.status).toBe(422);
    await unknown.text();
    expect(everythingStored()).not.toMatch(/4242[ -]?4242/);
  });

  test('no field of any answer of the shop could carry one', async () => {
    const text = await (await dana.get('/payment-methods')).text();
    const list = paymentMethodListSchema.parse(JSON.parse(text));
    expect(list.data[0]).toMatchObject({ brand: 'visa', last4: '4242', default: true, state: 'active' });
    expect(text).not.toMatch(/tok_|\d{12,}(?!\d*")/);
    const shop = Object.values(endpoints).filter(({ tag }) => tag === 'Payment methods');
    expect(shop.length).toBeGreaterThan(6);
  });
});
