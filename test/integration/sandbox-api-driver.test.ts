import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProviderDriver } from '../../main/provider/driver.ts';
import { digestHa1 } from '../../main/platform/digest.ts';
import { discover } from '../../main/provider/drivers/offhook/discovery.ts';
import { createOffhookDriver } from '../../main/provider/drivers/offhook/driver.ts';
import { systemClock } from '../../main/platform/clock.ts';
import type { Rig } from './sandbox-api-rig.ts';
import { errorOf, startRig, unwrap } from './sandbox-api-rig.ts';

const INSTANCE = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const http = { fetch, now: () => Date.now() };

let rig: Rig;
let driver: ProviderDriver;
beforeEach(async () => {
  rig = await startRig();
  ({ driver } = await rig.driver('owner', { timeoutMs: 1_500 }));
});
afterEach(() => rig.stop());

describe('on a good day', () => {
  test('account, policy, numbers and device arrive in the words of the contract', async () => {
    expect(unwrap(await driver.account())).toMatchObject({
      name: 'Fernhill Joinery',
      isSandbox: true,
      driver: 'offhook',
      user: { name: 'Dana Whitfield', role: 'owner' },
    });
    expect(unwrap(await driver.policy()).value).toMatchObject({
      emergency: { numbers: ['911', '112'], testNumber: '933' },
      admissionReserve: { micros: 0, currency: 'USD' },
    });
    expect(unwrap(await driver.numbers()).value[0]).toMatchObject({ number: '+14155550100', isDefaultCallerId: true });
  });

  test('the window gets HA1 for the realm of the device, the password stays behind', async () => {
    const credentials = unwrap(await driver.provisionDevice(INSTANCE));
    const device = rig.books.deviceByUser(credentials.user);
    expect(credentials.ha1).toBe(digestHa1(credentials.user, credentials.realm, device?.password ?? ''));
    expect(JSON.stringify(credentials)).not.toContain(device?.password);
    expect(credentials).toMatchObject({ instanceId: INSTANCE, displayName: 'Dana Whitfield', media: 'anchored' });
    expect(unwrap(await driver.provisionDevice(INSTANCE))).toEqual(credentials);
  });

  test('cost of the call = charge in the ledger = balance difference = usage row, to the millionth', async () => {
    const before = unwrap(await driver.balance()).value.exact?.balance.micros ?? 0;
    const admission = rig.books.admit({
      sipCallId: 'echo@test',
      leg: 'a',
      direction: 'outbound',
      deviceId: null,
      from: '+14155550100',
      to: '*43',
      emergency: false,
    });
    if (admission.kind !== 'admitted') throw new Error(admission.reason);
    rig.books.answered(admission.legId);
    const { charged } = rig.books.ended(admission.legId, { sipCode: 200, cause: 'bye' });
    const after = unwrap(await driver.balance()).value.exact?.balance.micros ?? 0;
    const [row] = unwrap(await driver.usagePage(null, 1)).rows;
    expect(charged).toBeGreaterThanOrEqual(0);
    expect(before - after).toBe(charged);
    expect(row).toMatchObject({ sipCallId: 'echo@test', leg: 'a' });
    expect((row?.amount ?? 0) + charged).toBe(0);
  });

  test('the skew of the machine is judged on the real-time stamp of the answer', async () => {
    rig.setFaults({ dateOffsetSec: 3600 });
    const { serverNow } = unwrap(await driver.balance());
    expect(serverNow - Date.now()).toBeGreaterThan(3_590_000);
  });
});

describe('on a bad day', () => {
  test.each([
    [500, 'provider_unavailable', 'retry'],
    [503, 'provider_unavailable', 'wait'],
    [429, 'provider_unavailable', 'wait'],
  ] as const)('HTTP %i is %s: %s', async (code, kind, nextStep) => {
    rig.setFaults({ status: { code, times: null, path: '/', retryAfterSec: 7 } });
    const error = errorOf(await driver.balance());
    expect(error).toMatchObject({ kind, nextStep, ...(nextStep === 'wait' ? { retryAfterMs: 7_000 } : {}) });
  });

  test('an answer cut in half is a fault of the provider', async () => {
    rig.setFaults({ malformed: { times: null, path: '/api/' } });
    expect(errorOf(await driver.usagePage(null, 10)).kind).toBe('provider_protocol');
  });

  test('an answer that does not come is given up in bounded time, and is no refusal', async () => {
    rig.setFaults({ latencyMs: 60_000 });
    const started = performance.now();
    expect(errorOf(await driver.balance())).toMatchObject({ kind: 'timed_out', nextStep: 'retry' });
    expect(performance.now() - started).toBeLessThan(5_000);
    rig.faults.clear();
  });

  test('a provider that is gone is unavailable, and back when it is back', async () => {
    const { port } = new URL(rig.origin);
    const lonely = await startRig();
    const { driver: left } = await lonely.driver('owner');
    await lonely.stop();
    expect(errorOf(await left.balance())).toMatchObject({ kind: 'provider_unavailable', nextStep: 'retry' });
    expect(port).not.toBe('');
  });
});

/** A provider written by somebody else: answers whatever the test says. */
async function serve(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    driver: createOffhookDriver({
      provider: { ...rig.provider, apiBase: origin },
      tokens: { accessToken: 'a', refreshToken: 'r', expiresAt: Date.now() + 3_600_000 },
      saveTokens: async () => undefined,
      clock: systemClock,
      deviceName: 'Test',
      timeoutMs: 1_500,
    }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

const json =
  (value: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };

const stamp = '2026-11-22T09:00:00.000Z';
const usd = (amount: string) => ({ amount, currency: 'USD' });
const exact = (amount: string) => ({
  level: 'ok',
  exact: { balance: usd(amount), pending: usd('0'), available: usd(amount), credit_limit: usd('0'), buckets: [] },
  calling: { state: 'ok', reason: null, since: null },
  as_of: stamp,
});

describe('a provider that breaks the protocol', () => {
  test.each([
    ['an unknown word in a closed list', { ...exact('1.00'), level: 'splendid' }],
    [
      'a number where decimal text belongs',
      { ...exact('1.00'), exact: { ...exact('1.00').exact, balance: { amount: 1, currency: 'USD' } } },
    ],
    ['more than six decimals', exact('1.0000001')],
    ['an amount beyond what is handled', exact('9999999999')],
    ['a time that is none', { ...exact('1.00'), as_of: '2026-02-31' }],
    ['another shape', []],
  ])('%s is provider_protocol', async (_, answer) => {
    const other = await serve(json(answer));
    expect(errorOf(await other.driver.balance()).kind).toBe('provider_protocol');
    await other.stop();
  });

  test('fields of a later version are let pass', async () => {
    const other = await serve(json({ ...exact('1.00'), mood: 'sunny' }));
    expect(unwrap(await other.driver.balance()).value.exact?.balance.micros).toBe(1_000_000);
    await other.stop();
  });

  test('an answer without end is cut off', async () => {
    const other = await serve((_request, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(1 << 20, 32);
      const more = (): void => void (response.writable && response.write(chunk, more));
      more();
    });
    expect((await other.driver.balance()).ok).toBe(false);
    await other.stop();
  });

  test('a redirect is not followed: the token must not travel', async () => {
    let asked = 0;
    const elsewhere = await serve((_request, response) => {
      asked += 1;
      response.end('{}');
    });
    const other = await serve((_request, response) => {
      response.writeHead(307, { location: elsewhere.origin }).end();
    });
    expect((await other.driver.balance()).ok).toBe(false);
    expect(asked).toBe(0);
    await Promise.all([other.stop(), elsewhere.stop()]);
  });

  test('a proxy page with 502 is unavailable, an HTML page with 200 is provider_protocol', async () => {
    let status = 502;
    const other = await serve((_request, response) => response.writeHead(status).end('<html>'));
    expect(errorOf(await other.driver.balance()).kind).toBe('provider_unavailable');
    status = 200;
    expect(errorOf(await other.driver.balance()).kind).toBe('provider_protocol');
    await other.stop();
  });

  test('cursors that go round in a circle are noticed', async () => {
    const page = (next: string) => ({ data: [], next_cursor: next, total: null, as_of: stamp });
    const other = await serve((request, response) => {
      const cursor = new URL(request.url ?? '/', 'http://x').searchParams.get('cursor');
      json(page(cursor === 'b' ? 'c' : cursor === 'c' ? 'b' : 'b'))(request, response);
    });
    expect(unwrap(await other.driver.usagePage(null, 10)).next).toBe('b');
    expect(unwrap(await other.driver.usagePage('b', 10)).next).toBe('c');
    expect(errorOf(await other.driver.usagePage('c', 10)).kind).toBe('provider_protocol');
    await other.stop();
  });
});

describe('discovery', () => {
  test('learns the API and the sign-in from an address alone', async () => {
    expect(unwrap(await discover(rig.origin, http))).toMatchObject({
      name: 'Sandbox, Voiptime rules',
      apiBase: `${rig.origin}/api`,
      tokenEndpoint: `${rig.origin}/oauth/token`,
    });
  });

  test('a host that does not exist is host_not_found, one that refuses is unavailable', async () => {
    const missing = errorOf(await discover('https://no-such-host.invalid', http));
    // A machine without any name server says so instead.
    expect(['host_not_found', 'offline']).toContain(missing.kind);
    expect(errorOf(await discover('http://127.0.0.1:9', http)).kind).toBe('provider_unavailable');
  });

  test('a web server that is no provider is not_found, one with rubbish provider_protocol', async () => {
    const other = await serve((request, response) => {
      response.writeHead(request.url?.includes('rubbish') === true ? 200 : 404).end('nothing');
    });
    expect(errorOf(await discover(other.origin, http))).toMatchObject({ kind: 'not_found', nextStep: 'check_address' });
    await other.stop();
    const rubbish = await serve((_request, response) => response.end('<html>'));
    expect(errorOf(await discover(rubbish.origin, http))).toMatchObject({
      kind: 'provider_protocol',
      nextStep: 'check_address',
    });
    await rubbish.stop();
  });

  test.each([
    [{ api_base: 'http://provider.example/api' }, 'report_bug'],
    [{ versions: ['1999-01-01'] }, 'update_app'],
    [{ authorization_server: 'http://elsewhere.example' }, 'report_bug'],
  ])('%j is refused', async (changes, nextStep) => {
    const document = {
      name: 'X',
      api_base: 'https://x.example/api',
      versions: ['2026-11-22'],
      authorization_server: 'https://x.example',
      portal_url: null,
    };
    const other = await serve(json({ ...document, ...changes }));
    expect(errorOf(await discover(other.origin, http))).toMatchObject({ kind: 'provider_protocol', nextStep });
    await other.stop();
  });

  test('metadata of another issuer, or without S256, is refused', async () => {
    for (const changes of [{ issuer: 'https://evil.example' }, { code_challenge_methods_supported: ['plain'] }]) {
      const other = await serve((request, response) => {
        const origin = `http://${request.headers.host ?? ''}`;
        const body = request.url?.includes('oauth')
          ? {
              issuer: origin,
              authorization_endpoint: `${origin}/a`,
              token_endpoint: `${origin}/t`,
              revocation_endpoint: `${origin}/r`,
              response_types_supported: ['code'],
              grant_types_supported: ['authorization_code'],
              code_challenge_methods_supported: ['S256'],
              ...changes,
            }
          : {
              name: 'X',
              api_base: `${origin}/api`,
              versions: ['2026-11-22'],
              authorization_server: origin,
              portal_url: null,
            };
        json(body)(request, response);
      });
      expect(errorOf(await discover(other.origin, http)).kind).toBe('provider_protocol');
      await other.stop();
    }
  });
});
