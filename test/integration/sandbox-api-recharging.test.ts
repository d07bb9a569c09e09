import { afterEach, describe, expect, test } from 'vitest';
import type { Tokens } from '../../main/provider/drivers/offhook/tokens.ts';
import { IDEMPOTENCY_HEADER } from '../../main/provider/api/endpoints.ts';
import type { Role } from '../../preload/contract/roles.ts';
import type { Rig } from './sandbox-api-rig.ts';
import { startRig } from './sandbox-api-rig.ts';

let rig: Rig | undefined;
afterEach(async () => {
  await rig?.stop();
  rig = undefined;
});

const START = Date.UTC(2026, 10, 23, 17, 0, 0);
const clock = { now: () => START, after: () => () => undefined };

async function open(profile = 'sipstation'): Promise<Rig> {
  rig = await startRig({ profile, clock });
  return rig;
}

type Json = Record<string, unknown>;
let keys = 0;

async function ask(at: Rig, who: Tokens, method: string, path: string, body?: unknown, extra: Json = {}) {
  const headers = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(method === 'GET' ? {} : { [IDEMPOTENCY_HEADER]: `k-${(keys += 1)}` }),
    ...extra,
  } as Record<string, string>;
  const response = await at.call(who, method, path, {
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, etag: response.headers.get('etag') ?? '', body: (await response.json()) as Json };
}

const admin = (at: Rig, method: string, path: string, body?: unknown) =>
  fetch(`${at.origin}/sandbox${path}`, {
    method,
    headers: {
      authorization: `Bearer ${at.api.adminKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** One posting of so much. */
const adjust = (at: Rig, amount: string) => admin(at, 'POST', '/adjustments', { amount, description: 'Test' });

async function put(at: Rig, who: Tokens, path: string, changes: Json) {
  const { body, etag } = await ask(at, who, 'GET', path);
  return ask(at, who, 'PUT', path, { ...body, ...changes }, { 'if-match': etag });
}

async function buy(at: Rig, who: Tokens, request: Json) {
  const quote = await ask(at, who, 'POST', '/quotes', request);
  expect(quote.status).toBe(201);
  const { id, price_hash } = quote.body;
  const charge = await ask(at, who, 'POST', '/charges', { quote_id: id, price_hash, payment_method_id: null });
  return { quote: quote.body, charge: charge.body };
}

const balanceOf = async (at: Rig, who: Tokens): Promise<unknown> => {
  const { body } = await ask(at, who, 'GET', '/balance');
  return ((body['exact'] as Json)['balance'] as Json)['amount'];
};

const enabling = {
  kind: 'top_up',
  enabled: true,
  threshold: '5.00',
  amount: '25.00',
  target: null,
  monthly_max: null,
  payment_method_id: null,
};

describe('automatic top-up over HTTP', () => {
  test('[TOP-21 P] settings are versioned, limits are told by field, and what would charge now needs a quote', async () => {
    const at = await open();
    const owner = await at.signIn('owner');
    const read = await ask(at, owner, 'GET', '/top-up');
    expect(read.body).toEqual({
      enabled: false,
      threshold: '5.00',
      amount: '25.00',
      target: null,
      monthly_max: null,
      payment_method_id: null,
      schedule: null,
    });
    const wanted = { ...read.body, enabled: true };
    expect((await ask(at, owner, 'PUT', '/top-up', wanted)).status).toBe(428);
    expect(await put(at, owner, '/top-up', { amount: '24.99' })).toMatchObject({
      status: 422,
      body: { code: 'out_of_range', errors: [{ pointer: '/amount', detail: 'At least 25.00 USD' }] },
    });
    expect(await put(at, owner, '/top-up', { enabled: true, threshold: '1000.00' })).toMatchObject({
      status: 422,
      body: { code: 'quote_required' },
    });
    expect((await ask(at, owner, 'PUT', '/top-up', wanted, { 'if-match': read.etag })).status).toBe(200);
    expect((await ask(at, owner, 'PUT', '/top-up', wanted, { 'if-match': read.etag })).status).toBe(412);
    const { charge } = await buy(at, owner, { ...enabling, threshold: '30.00' });
    expect(charge).toMatchObject({ state: 'done', card: { amount: '25.00' } });
    expect((await ask(at, owner, 'GET', '/top-up')).body).toMatchObject({ threshold: '30.00' });
  });

  test('[TOP-14 P] [F-10] [F-18] state, next possible time, ceilings and history are told', async () => {
    const at = await open();
    const owner = await at.signIn('owner');
    await put(at, owner, '/top-up', { enabled: true });
    const armed = await ask(at, owner, 'GET', '/top-up/status');
    expect(armed.body).toMatchObject({
      state: { kind: 'armed' },
      preview: {
        at_threshold: { amount: '25.00' },
        can_be_larger: true,
        ceiling_per_window: { amount: '50.00' },
        ceiling_per_month: { amount: '1500.00' },
      },
    });
    await adjust(at, `-${80 + 23.14}`);
    expect(await balanceOf(at, owner)).toBe('-30.00');
    const until = new Date(START + 86_400_000).toISOString();
    expect((await ask(at, owner, 'GET', '/top-up/status')).body).toMatchObject({
      state: { kind: 'capped', by: 'count', until },
      next_possible_at: until,
    });
    const history = await ask(at, owner, 'GET', '/top-up/history?limit=1');
    const [row] = history.body['data'] as Json[];
    expect(row).toMatchObject({
      origin: 'threshold',
      state: 'done',
      amount: { amount: '25.00' },
      balance_before: { amount: '-55.00' },
      description: 'ThresholdTopUps by card ending 4242',
    });
    const rest = await ask(at, owner, 'GET', `/top-up/history?cursor=${String(history.body['next_cursor'])}`);
    expect(rest.body['data']).toHaveLength(1);
    const charge = await ask(at, owner, 'GET', `/charges/${String(row?.['charge_id'])}`);
    expect(charge.body['usage_ids']).toHaveLength(1);
  });

  test('[F-09] ten requests of one moment at the threshold are one charge', async () => {
    const at = await open();
    const owner = await at.signIn('owner');
    await put(at, owner, '/top-up', { enabled: true });
    await adjust(at, '-17.14');
    expect(await balanceOf(at, owner)).toBe('6.00');
    await Promise.all(Array.from({ length: 10 }, () => adjust(at, '-0.20')));
    const { body } = await ask(at, owner, 'GET', '/top-up/history');
    expect(body['data']).toHaveLength(1);
    expect(await balanceOf(at, owner)).toBe('29.00');
  });

  test('[TOP-05 P] a fee the provider charges by itself: 1.99 from the reserve, 25.00 by card', async () => {
    const at = await open();
    const owner = await at.signIn('owner');
    await put(at, owner, '/top-up', { enabled: true });
    const fee = async (amount: string): Promise<Json> => {
      const charged = await admin(at, 'POST', '/fees', { item: 'porting', amount, description: 'Port of a number' });
      const { charge_id: id } = (await charged.json()) as Json;
      return (await ask(at, owner, 'GET', `/charges/${String(id)}`)).body;
    };
    const paid = { state: 'done', origin: 'renewal' };
    expect(await fee('1.99')).toMatchObject({ ...paid, balance: { amount: '1.99' }, card: { amount: '0.00' } });
    expect(await balanceOf(at, owner)).toBe('21.15');
    expect(await fee('25.00')).toMatchObject({ ...paid, balance: { amount: '0.00' }, card: { amount: '25.00' } });
    expect(await balanceOf(at, owner)).toBe('21.15');
  });

  test('the provider can stop it, and it says so', async () => {
    const at = await open();
    const owner = await at.signIn('owner');
    await put(at, owner, '/top-up', { enabled: true });
    expect((await admin(at, 'PUT', '/top-up', { suspended: true })).status).toBe(200);
    await adjust(at, '-20.00');
    expect((await ask(at, owner, 'GET', '/top-up/status')).body['state']).toMatchObject({
      kind: 'suspended_by_provider',
      reason: 'by_provider',
    });
    await admin(at, 'PUT', '/top-up', { suspended: false });
    expect(await balanceOf(at, owner)).toBe('28.14');
  });

  test('a provider without it answers not_offered', async () => {
    const at = await open('voiptime');
    const owner = await at.signIn('owner');
    for (const path of ['/top-up', '/top-up/status', '/top-up/history', '/metered-services']) {
      expect(await ask(at, owner, 'GET', path)).toMatchObject({ status: 404, body: { code: 'not_offered' } });
    }
    expect(await ask(at, owner, 'POST', '/quotes', enabling)).toMatchObject({ body: { code: 'not_offered' } });
  });
});

describe('metered services over HTTP', () => {
  test('[TOP-06 P] [TOP-04 P] the first is quoted with 25.00 and the warning, and is on when it is paid', async () => {
    const at = await open();
    const owner = await at.signIn('owner');
    const listed = await ask(at, owner, 'GET', '/metered-services');
    expect(listed.body['first_charge']).toEqual({ amount: '25.00', currency: 'USD' });
    const request = { kind: 'metered_service', service: 'international', enabled: true };
    const { quote, charge } = await buy(at, owner, request);
    expect(quote['warnings']).toMatchObject([{ code: 'top_up_switched_on' }, { code: 'not_refundable' }]);
    expect(charge).toMatchObject({ state: 'done', origin: 'first_use' });
    const after = await ask(at, owner, 'GET', '/metered-services');
    expect(after.body['first_charge']).toBeNull();
    expect(after.body['data']).toContainEqual(
      expect.objectContaining({ name: 'international', state: { kind: 'on' } }),
    );
    expect(await put(at, owner, '/top-up', { enabled: false })).toMatchObject({
      status: 409,
      body: { code: 'in_use' },
    });
  });
});

describe('alerts over HTTP', () => {
  test('[VTC-14 P] [F-14] raised, listed, acknowledged for one person, and the level follows the settings', async () => {
    const at = await open('voiptime');
    const [owner, user] = [await at.signIn('owner'), await at.signIn('user')];
    await put(at, owner, '/alerts/settings', { levels: ['10.00', '0.00'] });
    expect((await ask(at, user, 'GET', '/balance')).body['level']).toBe('ok');
    await adjust(at, '-3.00');
    expect((await ask(at, user, 'GET', '/balance')).body['level']).toBe('low');
    expect(((await ask(at, owner, 'GET', '/policy')).body['alerts'] as Json)['levels']).toEqual([
      { amount: '10.00', currency: 'USD' },
      { amount: '0.00', currency: 'USD' },
    ]);
    const [alert] = (await ask(at, owner, 'GET', '/alerts')).body['data'] as Json[];
    expect(alert).toMatchObject({ reasons: [{ kind: 'low', level: { amount: '10.00' } }], acknowledged_at: null });
    const [hidden] = (await ask(at, user, 'GET', '/alerts')).body['data'] as Json[];
    expect(hidden).toMatchObject({ reasons: [{ kind: 'low', level: null }], balance: null, text: null, sent: [] });

    const done = await ask(at, owner, 'POST', `/alerts/${String(alert?.['id'])}/acknowledge`);
    expect(done.body['acknowledged_at']).not.toBeNull();
    const [other] = (await ask(at, user, 'GET', '/alerts')).body['data'] as Json[];
    expect(other?.['acknowledged_at']).toBeNull();
  });

  test('what would have been sent is in the outbox of the sandbox', async () => {
    const at = await open('sipus');
    const owner = await at.signIn('owner');
    await adjust(at, '-18.50');
    const [alert] = (await ask(at, owner, 'GET', '/alerts')).body['data'] as Json[];
    expect(alert?.['sent']).toEqual([
      { channel: 'mail', recipient: 'dana@fernhill.example' },
      { channel: 'mail', recipient: 'marcus@fernhill.example' },
    ]);
    const messages = (await (await admin(at, 'GET', '/messages')).json()) as { data: Json[] };
    expect(messages.data.map((each) => each['alertId'])).toEqual([alert?.['id'], alert?.['id']]);
  });

  test('a user is not shown what cards and caps do', async () => {
    const at = await open();
    const [owner, user] = [await at.signIn('owner'), await at.signIn('user')];
    await put(at, owner, '/top-up', { enabled: true });
    await adjust(at, '-103.14');
    const reasons = async (who: Tokens) => {
      const [alert] = (await ask(at, who, 'GET', '/alerts')).body['data'] as { reasons: { kind: string }[] }[];
      return alert?.reasons.map(({ kind }) => kind);
    };
    expect(await reasons(owner)).toEqual(['low', 'zero', 'negative', 'top_up_capped']);
    expect(await reasons(user)).toEqual(['low', 'zero', 'negative']);
  });
});

test('who may not is refused: one row an operation', async () => {
  const at = await open();
  const tokens: Record<Role, Tokens> = {
    owner: await at.signIn('owner'),
    admin: await at.signIn('admin'),
    user: await at.signIn('user'),
  };
  // Of the admin: sees the balance, billing, searches numbers.
  const table: readonly (readonly [string, string, unknown, readonly Role[]])[] = [
    ['GET', '/top-up', undefined, ['owner', 'admin']],
    ['PUT', '/top-up', {}, ['owner', 'admin']],
    ['GET', '/top-up/status', undefined, ['owner', 'admin']],
    ['GET', '/top-up/history', undefined, ['owner', 'admin']],
    ['POST', '/quotes', enabling, ['owner', 'admin']],
    ['GET', '/metered-services', undefined, ['owner', 'admin']],
    ['POST', '/quotes', { kind: 'metered_service', service: 'sms', enabled: true }, ['owner']],
    ['GET', '/alerts', undefined, ['owner', 'admin', 'user']],
    ['POST', '/alerts/alr_none/acknowledge', undefined, ['owner', 'admin', 'user']],
    ['GET', '/alerts/settings', undefined, ['owner', 'admin']],
    ['PUT', '/alerts/settings', {}, ['owner', 'admin']],
  ];
  for (const [method, path, body, allowed] of table) {
    for (const role of ['owner', 'admin', 'user'] as const) {
      const { status } = await ask(at, tokens[role], method, path, body);
      expect([method, path, role, status === 403]).toEqual([method, path, role, !allowed.includes(role)]);
    }
  }
});
