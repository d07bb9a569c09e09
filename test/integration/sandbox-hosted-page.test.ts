import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { paymentMethodListSchema } from '../../main/provider/api/resources/payment-methods.ts';
import { CONTACT, createBuyer, submit } from './sandbox-payments-rig.ts';
import type { Rig } from './sandbox-api-rig.ts';
import { startRig } from './sandbox-api-rig.ts';

const BACK = 'http://127.0.0.1:9/return?state=abc';

let rig: Rig;
let dana: ReturnType<typeof createBuyer>;
beforeEach(async () => {
  rig = await startRig();
  dana = createBuyer(rig, await rig.signIn('owner'));
});
afterEach(() => rig.stop());

const methods = async () => paymentMethodListSchema.parse(await (await dana.get('/payment-methods')).json()).data;
const open = () => dana.session({ purpose: 'store', return_url: BACK });

describe('a page to store a way to pay', () => {
  test('[KZ-04 P] a card is kept with its billing contact, and the page goes back with a hint', async () => {
    const session = await open();
    const page = await fetch(session.url ?? '');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(await page.text()).toContain('no real card, no real money');
    const done = await submit(session.url ?? '', { instrument: 'mastercard', ...CONTACT });
    expect(done.status).toBe(303);
    expect(done.headers.get('location')).toBe(`${BACK}&session=${session.id}&session_state=completed`);
    const stored = (await methods()).find(({ brand }) => brand === 'mastercard');
    expect(stored).toMatchObject({ last4: '4444', state: 'active', default: false });
    expect(await dana.readSession(session.id)).toMatchObject({
      state: 'completed',
      payment_method_id: stored?.id,
      url: null,
    });
    expect(await (await dana.get('/billing-contact')).json()).toMatchObject({ contact: CONTACT });
  });

  test.each(Object.keys(CONTACT))('[KZ-04 P] without %s nothing is kept', async (field) => {
    const session = await open();
    const before = await methods();
    const page = await submit(session.url ?? '', { instrument: 'mastercard', ...CONTACT, [field]: ' ' });
    expect(page.status).toBe(422);
    expect(await page.text()).toContain('Every field of the billing contact is needed');
    expect(await methods()).toEqual(before);
    expect((await dana.readSession(session.id)).state).toBe('open');
  });

  test('a choice that is none is refused in words', async () => {
    const session = await open();
    const page = await submit(session.url ?? '', { instrument: 'x'.repeat(40), ...CONTACT });
    expect(page.status).toBe(422);
    expect(await page.text()).toContain('No such test card');
  });

  test('works once', async () => {
    const session = await open();
    await submit(session.url ?? '', { instrument: 'mastercard', ...CONTACT });
    const count = (await methods()).length;
    expect((await submit(session.url ?? '', { instrument: 'mastercard', ...CONTACT })).status).toBe(404);
    expect((await fetch(session.url ?? '')).status).toBe(404);
    expect(await methods()).toHaveLength(count);
  });

  test('expires, and can be left', async () => {
    const [late, left] = [await open(), await open()];
    const cancelled = await submit(left.url ?? '', { cancel: '1' });
    expect(cancelled.headers.get('location')).toContain('session_state=cancelled');
    rig.ledger.clock.travelTo(rig.ledger.clock.now() + 30 * 60_000);
    expect((await fetch(late.url ?? '')).status).toBe(404);
    expect((await dana.readSession(late.id)).state).toBe('expired');
    expect((await dana.readSession(left.id)).state).toBe('cancelled');
  });

  test('its address is told once, guessed by nobody, and nothing of it is kept', async () => {
    const session = await open();
    expect((await dana.readSession(session.id)).url).toBeNull();
    const secret = session.url?.split('/').at(-1) ?? '';
    expect(secret).toHaveLength(43);
    const kept = JSON.stringify(rig.ledger.db.prepare('SELECT * FROM payment_sessions').all());
    expect(kept).not.toContain(secret);
    expect((await fetch(`${session.url?.slice(0, -1)}${secret.endsWith('A') ? 'E' : 'A'}`)).status).toBe(404);
  });

  test('goes back to this machine alone', async () => {
    for (const url of ['https://example.com/', 'http://localhost.evil.example/', 'javascript:alert(1)']) {
      const refused = await dana.send('POST', '/payment-sessions', { purpose: 'store', return_url: url });
      expect(refused.status).toBe(400);
      await refused.text();
    }
  });

  test('is not for whoever lost the right meanwhile', async () => {
    const session = await open();
    rig.ledger.db.prepare(`UPDATE users SET role = 'user' WHERE id = 'usr_dana'`).run();
    expect((await submit(session.url ?? '', { instrument: 'visa', ...CONTACT })).status).toBe(404);
    expect(rig.services.commerce.methods.list()).toHaveLength(2);
  });

  test('keeps a bank account that has to be verified first', async () => {
    const session = await open();
    await submit(session.url ?? '', { instrument: 'bank', ...CONTACT });
    const stored = (await methods()).at(-1);
    expect(stored).toMatchObject({ kind: 'bank_debit', state: 'verifying', verify_attempts_left: 4, exp_month: null });
    const verified = await dana.send('POST', `/payment-methods/${stored?.id}/verification`, { cents: [32, 45] });
    expect(await verified.json()).toMatchObject({ state: 'active', verify_attempts_left: null });
  });
});

describe('a page to pay once', () => {
  async function openPay() {
    const quote = await dana.quote();
    const body = { purpose: 'pay', quote_id: quote.id, price_hash: quote.price_hash, return_url: BACK };
    return dana.session(body);
  }

  test('adds credit by a card that is not kept', async () => {
    const session = await openPay();
    const before = await methods();
    expect(await (await fetch(session.url ?? '')).text()).toContain('Pay 25.00 USD');
    expect((await submit(session.url ?? '', { instrument: 'mastercard' })).status).toBe(303);
    const { charge_id: id, state } = await dana.readSession(session.id);
    expect(state).toBe('completed');
    expect(await dana.readCharge(id ?? '')).toMatchObject({
      state: 'done',
      payment_method_id: null,
      description: 'Credit added by card ending 4444',
    });
    expect(await methods()).toEqual(before);
    expect(rig.ledger.journal.balance()).toBe(37_410_000);
  });

  test('after a decline another card may be tried on the same page, and is charged once', async () => {
    const session = await openPay();
    const declined = await submit(session.url ?? '', { instrument: 'no_funds' });
    expect(declined.status).toBe(402);
    expect(await declined.text()).toContain('Nothing was taken');
    expect((await submit(session.url ?? '', { instrument: 'visa' })).status).toBe(303);
    expect(rig.services.commerce.network.captured()).toBe(25_000_000);
  });

  test('[EXT-19] leads over the page of the bank, and from there back to the app', async () => {
    const session = await openPay();
    const bank = await submit(session.url ?? '', { instrument: 'confirm' });
    const confirmUrl = `${rig.origin}${bank.headers.get('location')}`;
    expect(await (await fetch(confirmUrl)).text()).toContain('Confirm 25.00 USD');
    const { charge_id: id } = await dana.readSession(session.id);
    const waiting = await dana.readCharge(id ?? '');
    expect(waiting).toMatchObject({ state: 'action_required', action_url: confirmUrl });
    const done = await submit(confirmUrl, { decision: 'confirm' });
    expect(done.headers.get('location')).toContain(BACK);
    expect(await dana.readCharge(id ?? '')).toMatchObject({ state: 'done', action_url: null });
    expect((await submit(confirmUrl, { decision: 'confirm' })).status).toBe(404);
    expect(rig.services.commerce.network.captured()).toBe(25_000_000);
  });

  test('a process that died before it marked the page as used does not pay again', async () => {
    const session = await openPay();
    await submit(session.url ?? '', { instrument: 'visa' });
    rig.ledger.db.prepare(`UPDATE payment_sessions SET state = 'open', charge_id = NULL WHERE id = ?`).run(session.id);
    expect((await submit(session.url ?? '', { instrument: 'visa' })).status).toBe(303);
    expect((await dana.readSession(session.id)).charge_id).not.toBeNull();
    expect(rig.services.commerce.network.captured()).toBe(25_000_000);
  });

  test('the quote of another is nobody else’s to pay', async () => {
    const quote = await dana.quote();
    const marcus = createBuyer(rig, await rig.signIn('admin'));
    const body = { purpose: 'pay', quote_id: quote.id, price_hash: quote.price_hash, return_url: null };
    expect((await marcus.problem(await marcus.send('POST', '/payment-sessions', body))).code).toBe('not_found');
    const session = await openPay();
    expect((await marcus.problem(await marcus.get(`/payment-sessions/${session.id}`))).code).toBe('not_found');
  });
});
