import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { liveCallsSchema, rateLookupSchema, spendControlsSchema } from '../../main/provider/api/resources/calls.ts';
import { policySchema } from '../../main/provider/api/resources/policy.ts';
import { balanceSchema } from '../../main/provider/api/resources/balance.ts';
import { problemSchema } from '../../main/provider/api/problems.ts';
import type { Tokens } from '../../main/provider/drivers/offhook/tokens.ts';
import { toMicros } from '../../preload/contract/money.ts';
import type { Rig } from './sandbox-api-rig.ts';
import { startRig } from './sandbox-api-rig.ts';

const US = '+12125550123';
const UK = '+442079460018';

let rig: Rig;
let owner: Tokens;
let user: Tokens;
beforeEach(async () => {
  rig = await startRig({ profile: 'sipus' });
  [owner, user] = await Promise.all([rig.signIn('owner'), rig.signIn('user')]);
});
afterEach(() => rig.stop());

async function read<S extends z.ZodType>(who: Tokens, url: string, schema: S): Promise<z.output<S>> {
  const response = await rig.call(who, 'GET', url);
  expect(response.status).toBe(200);
  return schema.parse(await response.json());
}

function start(userId: string, to: string, changes = {}): string {
  const device = rig.people.provision(userId, '3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'Phone');
  const [from = ''] = rig.people.sipDevice(device.sipUser)?.numbers ?? [];
  const request = {
    sipCallId: `${userId}@test`,
    leg: 'a',
    direction: 'outbound',
    deviceId: device.id,
    from,
    to,
  } as const;
  const admission = rig.books.admit({ ...request, emergency: false, ...changes });
  if (admission.kind !== 'admitted') throw new Error(admission.reason);
  rig.books.answered(admission.legId);
  return admission.legId;
}

const putControls = (who: Tokens, body: object, etag: string | null, key: string) =>
  rig.call(who, 'PUT', '/spend-controls', {
    body: JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      'idempotency-key': key,
      ...(etag === null ? {} : { 'if-match': etag }),
    },
  });

describe('GET /live-calls', () => {
  test('the owner sees every leg with its rate and estimate, a user the own; the channels are told to both', async () => {
    const mine = start('usr_priya', UK);
    const abroad = start('usr_dana', UK);
    const home = start('usr_dana', US);
    const seen = await read(owner, '/live-calls', liveCallsSchema);
    expect(seen.data.map((leg) => leg.leg_id)).toEqual([mine, abroad, home]);
    expect(seen.data[1]).toMatchObject({
      user_name: 'Dana Whitfield',
      direction: 'outbound',
      to: UK,
      state: 'answered',
      holds_channel: false,
      rate_per_minute: '0.016',
      estimate: { currency: 'USD' },
    });
    expect(seen.data[2]).toMatchObject({ holds_channel: true, rate_per_minute: '0.00', estimate: { amount: '0.00' } });
    expect(seen.channels).toEqual({
      capacity: { model: 'pooled', total: 4 },
      in_use: { inbound: 0, outbound: 1, total: 1 },
      peak_today: { inbound: 0, outbound: 1, total: 1 },
      refused_today: 0,
    });
    const own = await read(user, '/live-calls', liveCallsSchema);
    expect(own.data.map((leg) => leg.leg_id)).toEqual([mine]);
    expect(own.channels).toEqual(seen.channels);
    rig.books.ended(home, { sipCode: 200, cause: 'test' });
    const after = await read(owner, '/live-calls', liveCallsSchema);
    expect(after.channels).toMatchObject({ in_use: { total: 0 }, peak_today: { total: 1 } });
  });
});

describe('[EXT-03] GET /rates/lookup', () => {
  const look = (who: Tokens, to: string) => read(who, `/rates/lookup?to=${encodeURIComponent(to)}`, rateLookupSchema);

  test('the owner reads the seconds, a user without the grant only whether it is enough', async () => {
    const mine = await look(owner, UK);
    expect(mine).toMatchObject({
      number: UK,
      class: 'international',
      verdict: 'costs',
      rate: { prefix: '44', per_minute: '0.016' },
      rate_per_minute: '0.016',
      needs_channel: false,
      talk_time: { seconds: Math.floor(18_600_000 / 16_000) * 60, level: 'enough' },
    });
    expect((await look(user, UK)).talk_time).toEqual({ seconds: null, level: 'enough' });
  });

  test('low is under five minutes, none is nothing; an included call has no end', async () => {
    const post = (amount: number) =>
      rig.ledger.write(() =>
        rig.ledger.journal.post(
          { kind: 'adjustment', priceState: 'priced', amount: toMicros(amount), description: 'Test' },
          rig.ledger.clock.now(),
        ),
      );
    post(-18_600_000 + 79_999);
    expect((await look(user, UK)).talk_time.level).toBe('low');
    post(-79_999);
    expect(await look(user, UK)).toMatchObject({
      verdict: 'blocked',
      blocked: { cause: 'no_funds', reason: 'Balance used up' },
      talk_time: { level: 'none' },
    });
    expect(await look(user, US)).toMatchObject({
      verdict: 'included',
      talk_time: { seconds: null, level: 'unlimited' },
    });
    expect(await look(user, '911')).toMatchObject({ verdict: 'emergency', class: 'emergency', rate: null });
    expect(await look(user, 'nobody')).toMatchObject({ number: null, verdict: 'not_a_number', rate: null });
  });
});

describe('GET /rates with filters', () => {
  test('country, prefix and direction go together and limit the total', async () => {
    const list = async (query: string) => {
      const response = await rig.call(owner, 'GET', `/rates?limit=1000&${query}`);
      return (await response.json()) as {
        data: { prefix: string; country: string; direction: string }[];
        total: number;
      };
    };
    const british = await list('country=GB&direction=outbound');
    expect(british.total).toBe(british.data.length);
    expect(british.data.length).toBeGreaterThan(5);
    expect(british.data.every((row) => row.country === 'GB' && row.direction === 'outbound')).toBe(true);
    const mobiles = await list('country=GB&prefix=447&direction=outbound');
    expect(mobiles.data.every((row) => row.prefix.startsWith('447'))).toBe(true);
    expect(mobiles.total).toBeLessThan(british.total);
    expect((await rig.call(owner, 'GET', '/rates?prefix=44%25')).status).toBe(400);
  });
});

describe('[EXT-12] /spend-controls', () => {
  test('a change needs the tag of what it changes, holds for the next call, and is kept', async () => {
    const before = await rig.call(owner, 'GET', '/spend-controls');
    const document = spendControlsSchema.parse(await before.json());
    const changed = { ...document, daily_limit: '25.00', blocked_destinations: ['GB'], calling_window: null };
    expect((await putControls(owner, changed, null, 'k1')).status).toBe(428);
    const etag = before.headers.get('etag');
    expect((await putControls(owner, changed, etag, 'k2')).status).toBe(200);
    expect((await putControls(owner, changed, etag, 'k3')).status).toBe(412);
    expect(await read(user, '/spend-controls', spendControlsSchema)).toEqual(changed);
    expect(() => start('usr_dana', UK)).toThrow('blocked by your spend controls');
    expect(start('usr_dana', '+4930123456')).toMatch(/^leg_/);
  });

  test.each([
    ['an amount too large', { daily_limit: '9999999999' }, 422, 'out_of_range'],
    ['a country that is none', { blocked_destinations: ['Britain'] }, 400, 'invalid_request'],
    ['a time that is none', { calling_window: { weekdays: [1], from: '25:00', to: '08:00' } }, 400, 'invalid_request'],
  ])('%s is refused and changes nothing', async (_, change, status, code) => {
    const before = await rig.call(owner, 'GET', '/spend-controls');
    const document = (await before.json()) as object;
    const response = await putControls(owner, { ...document, ...change }, before.headers.get('etag'), 'k');
    expect(response.status).toBe(status);
    expect(problemSchema.parse(await response.json()).code).toBe(code);
    expect(await read(owner, '/spend-controls', spendControlsSchema)).toEqual(document);
  });
});

test.each([
  ['owner', 200],
  ['admin', 200],
  ['user', 403],
] as const)(
  '%s changing spend controls gets %i; everybody may read calls, prices and controls',
  async (role, status) => {
    const who = await rig.signIn(role);
    for (const url of ['/live-calls', `/rates/lookup?to=${US}`, '/spend-controls']) {
      expect((await rig.call(who, 'GET', url)).status).toBe(200);
    }
    const before = await rig.call(who, 'GET', '/spend-controls');
    const response = await putControls(who, (await before.json()) as object, before.headers.get('etag'), 'key');
    expect(response.status).toBe(status);
  },
);

test('[SIPUS-26 P] a freeze to come is told in the policy, a freeze in the policy and the balance, also to a user', async () => {
  const balance = rig.ledger.journal.balance();
  rig.ledger.write(() =>
    rig.ledger.journal.post(
      { kind: 'fee', priceState: 'priced', amount: toMicros(-10_000 - balance), description: 'Fee' },
      rig.ledger.clock.now(),
    ),
  );
  const pending = (await read(user, '/policy', policySchema)).zero.freeze;
  expect(pending).toMatchObject({ grace_seconds: 172_800, frozen: false });
  expect(pending?.freezes_at).not.toBeNull();
  expect((await read(user, '/balance', balanceSchema)).calling.state).toBe('metered_stopped');
  const response = await fetch(`${rig.origin}/sandbox/clock`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${rig.api.adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ now: Date.parse(pending?.freezes_at ?? '') }),
  });
  expect(response.status).toBe(200);
  expect((await read(user, '/policy', policySchema)).zero.freeze).toMatchObject({ frozen: true, freezes_at: null });
  expect((await read(user, '/balance', balanceSchema)).calling).toMatchObject({
    state: 'frozen',
    reason: 'negative_too_long',
  });
});
