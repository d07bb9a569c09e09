import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Tokens } from '../../main/provider/drivers/offhook/tokens.ts';
import type { Rig } from './sandbox-api-rig.ts';
import { startRig, unwrap } from './sandbox-api-rig.ts';

const MAIN = '+14155550100';
const WORKSHOP = '+14155550101';
const DAY_MS = 86_400_000;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly etag: string | null;
}

let rig: Rig;
let owner: Tokens;
let keys = 0;

async function start(profile: string): Promise<void> {
  rig = await startRig({ profile });
  owner = await rig.signIn('owner');
}

beforeEach(() => start('voiptime'));
afterEach(() => rig.stop());

interface Sent {
  readonly body?: unknown;
  readonly key?: string;
  readonly ifMatch?: string;
  readonly as?: Tokens;
}

async function send(method: string, url: string, sent: Sent = {}): Promise<Answer> {
  keys += 1;
  const headers = {
    ...(sent.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(method === 'GET' ? {} : { 'idempotency-key': sent.key ?? `key-${keys}` }),
    ...(sent.ifMatch === undefined ? {} : { 'if-match': sent.ifMatch }),
  };
  const body = sent.body === undefined ? {} : { body: JSON.stringify(sent.body) };
  const response = await rig.call(sent.as ?? owner, method, url, { ...body, headers });
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body: answer, etag: response.headers.get('etag') };
}

async function admin(method: string, path: string, body: unknown): Promise<Answer> {
  const response = await fetch(`${rig.origin}/sandbox${path}`, {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${rig.api.adminKey}` },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown>, etag: null };
}

const travel = (ms: number) => admin('PUT', '/clock', { now: rig.ledger.clock.target() + ms });

interface Found {
  readonly data: readonly { readonly number: string }[];
  readonly next_cursor: string | null;
}
const available = async (query: string): Promise<readonly string[]> =>
  ((await send('GET', `/numbers/available?${query}`)).body as unknown as Found).data.map((each) => each.number);

async function buy(numbers: readonly string[], key: string): Promise<Answer> {
  const items = numbers.map((number) => ({ number }));
  const quote = await send('POST', '/quotes', { body: { kind: 'numbers', items }, key: `quote-${key}` });
  const { id, price_hash } = quote.body;
  return send('POST', '/charges', { body: { quote_id: id, price_hash, payment_method_id: null }, key });
}

const one = (number: string, as?: Tokens) =>
  send('GET', `/numbers/${encodeURIComponent(number)}`, as === undefined ? {} : { as });

describe('searching', () => {
  test('[EXT-23] pages through an area code, every page after the one before', async () => {
    const seen: string[] = [];
    let cursor = '';
    for (;;) {
      const url = `/numbers/available?country=US&area_code=415&limit=20${cursor}`;
      const { data, next_cursor } = (await send('GET', url)).body as unknown as Found;
      seen.push(...data.map((each) => each.number));
      if (next_cursor === null) break;
      cursor = `&cursor=${next_cursor}`;
    }
    expect(seen.length).toBeGreaterThan(50);
    expect([...new Set(seen)].sort()).toEqual(seen);
    expect(seen).not.toContain(MAIN);
  });

  test('[EXT-04] a number tells its price once and monthly, and what it can do', async () => {
    const { body } = await send('GET', '/numbers/available?country=US&type=toll_free&limit=1');
    expect(body['data']).toEqual([
      expect.objectContaining({
        type: 'toll_free',
        setup: { amount: '1.00', currency: 'USD' },
        monthly: { amount: '2.15', currency: 'USD' },
        capabilities: ['voice'],
        address_requirement: 'none',
        activation_seconds: 20,
        hold: null,
      }),
    ]);
  });

  test('VTC-19: city elsewhere than in the US and Canada is 422 with the reason', async () => {
    const answer = await send('GET', '/numbers/available?country=GB&city=London');
    expect(answer).toMatchObject({ status: 422, body: { code: 'out_of_range' } });
    expect(answer.body['errors']).toEqual([expect.objectContaining({ pointer: '/city' })]);
  });

  test('VTC-23: a closed country is 403 contact_provider with whom to ask', async () => {
    const answer = await send('GET', '/numbers/available?country=JP');
    expect(answer).toMatchObject({ status: 403, body: { code: 'contact_provider' } });
    expect(answer.body['detail']).toContain('sales@provider.example');
  });

  test('VTC-17: the countries say what is sold, which filters work and whom to ask for the rest', async () => {
    const { body } = await send('GET', '/numbers/countries');
    const countries = body['data'] as readonly { country: string; sold: string; filters: readonly string[] }[];
    const of = (code: string) => countries.find((each) => each.country === code);
    expect(of('US')).toMatchObject({ sold: 'yes', filters: expect.arrayContaining(['city', 'region']) as unknown });
    expect(of('GB')?.filters).not.toContain('city');
    expect(of('DE')?.sold).toBe('documents');
    expect(of('JP')).toMatchObject({ sold: 'contact', contact: 'sales@provider.example' });
    expect(body['contact']).toBe('sales@provider.example');
  });

  test('nothing fits: the nearest are told apart from what was searched', async () => {
    const { body } = await send('GET', '/numbers/available?country=US&area_code=415&contains=7777');
    expect(body).toMatchObject({ data: [], gave_up: ['contains'] });
    expect(body['nearest']).toHaveLength(5);
  });
});

describe('[EXT-24] holds', () => {
  test('each number succeeds or fails by itself; extended, listed, given back', async () => {
    const [free = '', other = ''] = await available('country=US&area_code=510&limit=2');
    const made = await send('POST', '/numbers/holds', { body: { numbers: [free, MAIN, other] } });
    expect(made.status).toBe(201);
    const results = made.body['results'] as readonly {
      hold: { id: string; expires_at: string } | null;
      problem: { code: string } | null;
    }[];
    expect(results.map((each) => each.problem?.code ?? 'held')).toEqual(['held', 'number_taken', 'held']);
    const id = results[0]?.hold?.id ?? '';
    expect((await send('GET', '/numbers/holds')).body['data']).toHaveLength(2);
    expect((await send('GET', `/numbers/available?country=US&area_code=510&limit=1`)).body['data']).toEqual([
      expect.objectContaining({ number: free, hold: expect.objectContaining({ id }) as unknown }),
    ]);
    expect(await admin('PUT', `/numbers/${free}/taken`, { taken: true })).toMatchObject({ status: 409 });
    await travel(10 * 60_000);
    const extended = await send('POST', `/numbers/holds/${id}/extension`);
    expect(String(extended.body['expires_at']) > (results[0]?.hold?.expires_at ?? '')).toBe(true);
    expect((await send('DELETE', `/numbers/holds/${id}`)).status).toBe(200);
    expect((await send('DELETE', `/numbers/holds/${id}`)).body['code']).toBe('not_found');
    await travel(31 * 60_000);
    expect((await send('GET', '/numbers/holds')).body['data']).toEqual([]);
  });
});

describe('buying', () => {
  test('[VTC-22 P] a bought number is in the list, works within a minute, and is told by an event', async () => {
    const [number = ''] = await available('country=US&area_code=212&limit=1');
    const bought = await buy([number], 'buy-one');
    expect(bought).toMatchObject({
      status: 201,
      body: { state: 'done', balance: { amount: '1.15', currency: 'USD' } },
    });
    expect((await one(number)).body).toMatchObject({ state: 'provisioning', in_service: false, type: 'local' });
    const seen = rig.ledger.outbox.newest();
    await travel(60_000);
    expect((await one(number)).body).toMatchObject({ state: 'active', in_service: true });
    expect(rig.ledger.outbox.after(seen, 50)).toContainEqual(
      expect.objectContaining({ kind: 'numbers.updated', subject: number }),
    );
    const { driver } = await rig.driver('owner');
    expect(unwrap(await driver.numbers()).value.find((each) => each.number === number)?.state).toBe('active');
  });

  test('a double click is one number and one payment', async () => {
    const [number = ''] = await available('country=US&area_code=212&limit=1');
    const before = rig.ledger.journal.balance();
    const first = await buy([number], 'click');
    const again = await buy([number], 'click');
    expect(again.body['id']).toBe(first.body['id']);
    expect(before - rig.ledger.journal.balance()).toBe(1_150_000);
  });

  test('[EXT-25] taken between search and purchase: that one fails alone', async () => {
    const [first = '', gone = ''] = await available('country=US&area_code=617&limit=2');
    const items = [{ number: first }, { number: gone }];
    const quote = await send('POST', '/quotes', { body: { kind: 'numbers', items } });
    expect((await admin('PUT', `/numbers/${gone}/taken`, { taken: true })).status).toBe(200);
    const charge = await send('POST', '/charges', {
      body: { quote_id: quote.body['id'], price_hash: quote.body['price_hash'], payment_method_id: null },
    });
    expect(charge.body).toMatchObject({ state: 'partial', balance: { amount: '1.15' } });
    expect((await one(gone)).status).toBe(404);
    expect((await one(first)).status).toBe(200);
  });

  test('[VTC-21 P] without the money it is 402 and nothing was bought', async () => {
    const [number = ''] = await available('country=US&limit=1');
    await admin('POST', '/adjustments', { amount: '-12.00', description: 'Test' });
    expect(await buy([number], 'poor')).toMatchObject({ status: 402, body: { code: 'not_enough_credit' } });
    expect((await one(number)).status).toBe(404);
  });

  test('[EXT-26] a number that needs papers: bought, handed in, rejected with a reason, approved', async () => {
    await admin('POST', '/adjustments', { amount: '50.00', description: 'Test' });
    const [number = ''] = await available('country=DE&limit=1');
    await buy([number], 'german');
    expect((await one(number)).body).toMatchObject({
      state: 'pending_requirements',
      at_risk_reason: 'requirements',
      requirement: { state: 'missing', address: 'local' },
    });
    const papers = { holder: 'Fernhill Joinery', documents: ['Trade register'] };
    const handed = await send('POST', `/numbers/${number}/papers`, { body: papers });
    expect(handed).toMatchObject({ status: 202, body: { state: 'pending_review' } });
    await admin('POST', `/numbers/${number}/review`, { approved: false, reason: 'The extract is too old' });
    expect((await one(number)).body['requirement']).toMatchObject({
      state: 'rejected',
      reason: 'The extract is too old',
    });
    await send('POST', `/numbers/${number}/papers`, { body: papers });
    await admin('POST', `/numbers/${number}/review`, { approved: true, reason: null });
    await travel(60_000);
    expect((await one(number)).body['state']).toBe('active');
  });
});

describe('a number of the account', () => {
  test('changing it needs what was read, and somebody else’s change wins once', async () => {
    const url = `/numbers/${encodeURIComponent(WORKSHOP)}`;
    const read = await one(WORKSHOP);
    expect((await send('PATCH', url, { body: { label: 'A' } })).status).toBe(428);
    const changed = await send('PATCH', url, {
      body: { label: 'Shop', forwarding: { to: '+442079460018', when: 'busy' } },
      ifMatch: read.etag ?? '',
    });
    expect(changed).toMatchObject({ status: 200, body: { label: 'Shop', forwarding: { when: 'busy' } } });
    expect((await send('PATCH', url, { body: { label: 'B' }, ifMatch: read.etag ?? '' })).status).toBe(412);
    expect(rig.books.forwardingOf(WORKSHOP)).toEqual({ to: '+442079460018', when: 'busy' });
  });

  test('[VTC-24 P] [VTC-27 P] [VTC-30 P] its dates are told: renewal, anchor, risk, safety, what support granted', async () => {
    const first = (await one(MAIN)).body;
    expect(first).toMatchObject({
      renews_on: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as unknown,
      renewal_anchor_day: expect.any(Number) as unknown,
      at_risk_until: null,
      safe_until: null,
    });
    await admin('POST', '/adjustments', { amount: '-12.41', description: 'Test' });
    const poor = (await one(MAIN)).body;
    expect(poor).toMatchObject({
      safe_until: first['renews_at'],
      at_risk_until: first['renews_at'],
      at_risk_reason: 'balance_used_up',
    });
    const until = Date.parse(String(first['renews_at'])) + 5 * DAY_MS;
    const extended = await admin('POST', `/numbers/${MAIN}/extension`, { until });
    expect(extended.body).toMatchObject({
      extended_until: new Date(until).toISOString(),
      safe_until: new Date(until).toISOString(),
    });
  });

  test('[EXT-05] the forecast', async () => {
    const { body } = await send('GET', '/numbers/renewals');
    const windows = body['windows'] as readonly { days: number }[];
    expect(windows.map((each) => each.days)).toEqual([1, 3, 7]);
    expect(body).toMatchObject({ paid_from: 'balance', needs: 'positive_balance', available: { amount: '12.41' } });
  });

  test('[POL-16] VTC-26: giving it up is a request with a state, after the number was typed', async () => {
    const url = `/numbers/${encodeURIComponent(WORKSHOP)}/release`;
    expect((await send('POST', url, { body: { confirm: MAIN } })).body['code']).toBe('out_of_range');
    const asked = await send('POST', url, { body: { confirm: WORKSHOP } });
    expect(asked).toMatchObject({
      status: 202,
      body: { state: 'release_requested', in_service: true, release_request: { state: 'open' } },
    });
    expect((await send('DELETE', url)).body).toMatchObject({ release_request: { state: 'withdrawn' } });
    await send('POST', url, { body: { confirm: WORKSHOP } });
    const answered = await admin('POST', `/numbers/${WORKSHOP}/release-answer`, { approved: true, detail: null });
    expect(answered.body).toMatchObject({ state: 'released', released_reason: 'asked' });
    expect((await send('POST', `/numbers/${encodeURIComponent(WORKSHOP)}/reclaim`)).body['in_service']).toBe(true);
  });

  test('[EXT-32] what depends on it is named in 409 in_use', async () => {
    const url = `/numbers/${encodeURIComponent(MAIN)}/release`;
    const refused = await send('POST', url, { body: { confirm: MAIN } });
    expect(refused).toMatchObject({ status: 409, body: { code: 'in_use' } });
    expect(refused.body['errors']).toEqual([
      expect.objectContaining({ pointer: '/dependants/default_caller_id' }),
      expect.objectContaining({ pointer: '/dependants/emergency' }),
    ]);
  });

  test('[EXT-31] a number on its way in tells its state and its papers, and cannot call for help yet', async () => {
    const { body } = await send('GET', '/numbers/ports');
    expect(body['data']).toEqual([
      expect.objectContaining({ direction: 'in', state: 'carrier_confirmed', emergency_capable: false }),
    ]);
  });
});

describe('roles', () => {
  const number = encodeURIComponent(WORKSHOP);
  const operations = [
    ['GET', '/numbers', undefined, 'user'],
    ['GET', `/numbers/${encodeURIComponent(MAIN)}`, undefined, 'user'],
    ['GET', '/numbers/ports', undefined, 'user'],
    ['GET', '/numbers/available?country=US', undefined, 'admin'],
    ['GET', '/numbers/countries', undefined, 'admin'],
    ['GET', '/numbers/renewals', undefined, 'admin'],
    ['GET', '/numbers/holds', undefined, 'owner'],
    ['POST', '/numbers/holds', { numbers: ['+15105550148'] }, 'owner'],
    ['POST', '/numbers/holds/hold_x/extension', undefined, 'owner'],
    ['DELETE', '/numbers/holds/hold_x', undefined, 'owner'],
    ['PATCH', `/numbers/${number}`, { label: 'x' }, 'owner'],
    ['POST', `/numbers/${number}/papers`, { holder: 'x', documents: ['x'] }, 'owner'],
    ['POST', `/numbers/${number}/release`, { confirm: WORKSHOP }, 'owner'],
    ['DELETE', `/numbers/${number}/release`, undefined, 'owner'],
    ['POST', `/numbers/${number}/reclaim`, undefined, 'owner'],
  ] as const;
  /** Who comes first may what those after may. Marcus has see_balance, billing and numbers_search. */
  const ORDER = ['user', 'admin', 'owner'] as const;

  test.each(operations)('%s %s', async (method, url, body, least) => {
    for (const role of ORDER) {
      const as = await rig.signIn(role);
      const answer = await send(method, url, { as, ...(body === undefined ? {} : { body }) });
      const isRefused = answer.body['code'] === 'role_not_allowed';
      expect([role, isRefused]).toEqual([role, ORDER.indexOf(role) < ORDER.indexOf(least)]);
    }
  });

  test('an end user sees the own number and the account’s, and not a colleague’s', async () => {
    const as = await rig.signIn('user');
    expect((await one(WORKSHOP, as)).status).toBe(404);
    expect((await one(MAIN, as)).status).toBe(200);
  });
});

describe('under the rules of SIP.US', () => {
  beforeEach(async () => {
    await rig.stop();
    await start('sipus');
  });

  test('SIPUS-23: international and vanity numbers are had by asking, never an empty list', async () => {
    for (const query of ['country=GB', 'country=US&contains=JOINERY']) {
      const answer = await send('GET', `/numbers/available?${query}`);
      expect(answer).toMatchObject({ status: 403, body: { code: 'contact_provider' } });
    }
    expect((await send('GET', '/numbers/countries')).body['vanity']).toBe('contact');
  });

  test('SIPUS-40: state, city and area code narrow the search for a standard number', async () => {
    const query = 'country=US&type=standard&region=IL&city=Chicago&area_code=312';
    const found = await available(query);
    expect(found.length).toBeGreaterThan(10);
    expect(found.every((each) => each.startsWith('+1312'))).toBe(true);
  });
});
