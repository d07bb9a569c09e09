import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { authorise } from '../../main/sandbox/api/guard.ts';
import { Refusal } from '../../main/sandbox/api/refusal.ts';
import { API_VERSION, VERSION_HEADER } from '../../main/provider/api/endpoints.ts';
import type { Rig } from './sandbox-api-rig.ts';
import { startRig, unwrap } from './sandbox-api-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.stop());

describe('what each role sees', () => {
  test('a user gets the level of the balance and nothing exact, also by the event stream', async () => {
    const { driver } = await rig.driver('user');
    expect(unwrap(await driver.balance()).value).toMatchObject({ level: 'ok', exact: null });
    const user = await rig.signIn('user');
    const response = await rig.call(user, 'GET', '/balance');
    expect(await response.text()).not.toContain('12.41');
  });

  test('owner, and admin by grant, see the exact balance', async () => {
    for (const role of ['owner', 'admin'] as const) {
      const { driver } = await rig.driver(role);
      expect(unwrap(await driver.balance()).value.exact?.balance).toEqual({ micros: 12_410_000, currency: 'USD' });
    }
  });

  test.each([
    [500_000, 'ok'],
    [499_999, 'low'],
    [4_000, 'low'],
    [0, 'zero'],
    [-1, 'negative'],
  ])('[F-14] %i micros are %s', async (amount, level) => {
    const { journal, clock } = rig.ledger;
    const difference = (amount - journal.balance()) as ReturnType<typeof journal.balance>;
    const usage = { kind: 'adjustment', priceState: 'priced', amount: difference, description: 'Test' } as const;
    rig.ledger.write(() => journal.post(usage, clock.now()));
    const { driver } = await rig.driver('user');
    expect(unwrap(await driver.balance()).value.level).toBe(level);
  });

  test('a user sees the own calls only, and the total counts those', async () => {
    const { driver } = await rig.driver('user');
    const page = unwrap(await driver.usagePage(null, 1000));
    expect(page.rows.length).toBeGreaterThan(5);
    expect(page.rows.every((row) => row.userId === 'usr_priya')).toBe(true);
    expect(page.total).toBe(page.rows.length);
    const all = unwrap(await (await rig.driver('owner')).driver.usagePage(null, 1000));
    expect(all.rows.length).toBeGreaterThan(page.rows.length);
  });

  test('[F-13] the rows the owner sees explain the balance to the micro', async () => {
    const { driver } = await rig.driver('owner');
    const { rows } = unwrap(await driver.usagePage(null, 1000));
    const sum = rows.reduce((total, row) => total + row.amount, 0);
    const { opening } = rig.ledger.journal.check();
    expect(opening + sum).toBe(12_410_000);
  });

  test('a user sees the own number and the main line, and shows the own one unless told otherwise', async () => {
    const { driver } = await rig.driver('user');
    const numbers = unwrap(await driver.numbers()).value;
    expect(numbers.map((each) => each.number)).toEqual(['+14155550100', '+14155550102']);
    expect(numbers.filter((each) => each.isDefaultCallerId).map((each) => each.number)).toEqual(['+14155550102']);
    const { driver: owner } = await rig.driver('owner');
    const all = unwrap(await owner.numbers()).value;
    expect(all).toHaveLength(4);
    expect(all.filter((each) => each.isDefaultCallerId).map((each) => each.number)).toEqual(['+14155550100']);
    expect(all.filter((each) => each.emergency === 'registered').map((each) => each.number)).toEqual(['+14155550100']);
  });

  test('an action the role does not allow is refused with role_not_allowed', () => {
    expect(() => authorise({ role: 'user', grants: [] }, 'balance.exact')).toThrow(Refusal);
    expect(() => authorise({ role: 'user', grants: ['see_balance'] }, 'balance.exact')).not.toThrow();
    expect(() => authorise({ role: 'owner', grants: [] }, 'balance.exact')).not.toThrow();
  });
});

describe('the key of the tests', () => {
  const admin = (method: string, path: string, key: string, body?: unknown) =>
    fetch(`${rig.origin}/sandbox${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  test('no token of a person opens /sandbox', async () => {
    const owner = await rig.signIn('owner');
    expect((await admin('GET', '/state', owner.accessToken)).status).toBe(401);
    expect((await admin('PUT', '/faults', 'guess', {})).status).toBe(401);
  });

  test('the state says what the ledger holds', async () => {
    const state = (await (await admin('GET', '/state', rig.api.adminKey)).json()) as Record<string, unknown>;
    expect(state).toMatchObject({ balance: '12.41', profile: 'voiptime', invariant: { holds: true }, live_legs: [] });
  });

  test('an adjustment and a correction move the balance and are rows', async () => {
    const posted = await admin('POST', '/adjustments', rig.api.adminKey, { amount: '-12.41', description: 'Empty it' });
    const { usage_id: id, balance } = (await posted.json()) as { usage_id: string; balance: string };
    expect(balance).toBe('0.00');
    const corrected = await admin('POST', '/corrections', rig.api.adminKey, { usage_id: id, amount: '-0.41' });
    expect(await corrected.json()).toEqual({ balance: '12.00' });
    const { driver } = await rig.driver('owner');
    const [row] = unwrap(await driver.usagePage(null, 1)).rows;
    expect(row).toMatchObject({ id, version: 2, priceState: 'corrected', amount: -410_000 });
  });

  test('faults of unknown shape are refused, known ones hold and are cleared', async () => {
    expect((await admin('PUT', '/faults', rig.api.adminKey, { latency: 5 })).status).toBe(400);
    await admin('PUT', '/faults', rig.api.adminKey, { status: { code: 503, times: 2, retryAfterSec: 7 } });
    const owner = rig.provider;
    const read = () => fetch(`${owner.apiBase}/account`, { headers: { [VERSION_HEADER]: API_VERSION } });
    const first = await read();
    expect([first.status, first.headers.get('retry-after')]).toEqual([503, '7']);
    expect((await read()).status).toBe(503);
    expect((await read()).status).toBe(401);
    await admin('PUT', '/faults', rig.api.adminKey, { status: { code: 500 } });
    expect((await read()).status).toBe(500);
    await admin('DELETE', '/faults', rig.api.adminKey);
    expect((await read()).status).toBe(401);
  });
});
