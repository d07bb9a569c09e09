import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../main/provider/api/endpoint.ts';
import { API_VERSION, VERSION_HEADER, endpoints } from '../../main/provider/api/endpoints.ts';
import type { EndpointName } from '../../main/provider/api/endpoints.ts';
import { problemSchema } from '../../main/provider/api/problems.ts';
import { deviceSchema } from '../../main/provider/api/resources/devices.ts';
import type { Tokens } from '../../main/provider/drivers/offhook/tokens.ts';
import { until } from '../support/until.ts';
import type { Rig } from './sandbox-api-rig.ts';
import { startRig } from './sandbox-api-rig.ts';

const INSTANCE = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

let rig: Rig;
let owner: Tokens;
beforeEach(async () => {
  rig = await startRig();
  owner = await rig.signIn('owner');
});
afterEach(() => rig.stop());

const problemOf = async (response: Response) => problemSchema.parse(await response.json());
const deviceOf = async (response: Response) => deviceSchema.parse(await response.json());

/** The path and query of the documented example; undefined where it needs something made first. */
function exampleUrl(endpoint: Endpoint): string | undefined {
  const { path = {}, query = {} } = endpoint.example ?? {};
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const filled = endpoint.path.replace(/\{(\w+)\}/g, (whole, name: string) => path[name] ?? whole);
  return filled.includes('{') ? undefined : `${filled}?${search}`;
}

describe('every endpoint of the table', () => {
  const reads = (Object.keys(endpoints) as EndpointName[]).filter(
    (name) => endpoints[name].method === 'GET' && exampleUrl(endpoints[name]) !== undefined,
  );

  test.each(reads)('%s answers what its schema promises, with the version it served', async (name) => {
    const response = await rig.call(owner, 'GET', exampleUrl(endpoints[name]) ?? '');
    expect(response.headers.get(VERSION_HEADER)).toBe(API_VERSION);
    const body: unknown = await response.json();
    // What this provider does not sell it says so; the profiles that do are read elsewhere.
    const isUnsold = response.status === 404 && problemSchema.parse(body).code === 'not_offered';
    expect(isUnsold ? 200 : response.status).toBe(200);
    expect(isUnsold ? undefined : endpoints[name].response.safeParse(body).error).toBeUndefined();
  });

  test.each(reads)('%s refuses a request without a token', async (name) => {
    const response = await fetch(`${rig.origin}/api${endpoints[name].path}`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    expect((await problemOf(response)).code).toBe('invalid_token');
  });

  test('an unchanged answer is 304 by its tag, a changed one is sent again', async () => {
    const first = await rig.call(owner, 'GET', '/rates?limit=1000');
    const tag = first.headers.get('etag') ?? '';
    await first.body?.cancel();
    expect((await rig.call(owner, 'GET', '/rates?limit=1000', { headers: { 'if-none-match': tag } })).status).toBe(304);
    rig.ledger.db.prepare(`UPDATE rates SET per_minute = per_minute + 1 WHERE prefix = '1'`).run();
    const again = await rig.call(owner, 'GET', '/rates?limit=1000', { headers: { 'if-none-match': tag } });
    expect(again.status).toBe(200);
    await again.body?.cancel();
  });
});

describe('errors are RFC 9457 documents', () => {
  test('an unknown version is refused, a missing one is the current one', async () => {
    const response = await rig.call(owner, 'GET', '/account', { headers: { [VERSION_HEADER]: '1999-01-01' } });
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await problemOf(response)).toMatchObject({
      status: 400,
      code: 'unsupported_version',
      type: 'urn:offhook:problem:unsupported_version',
    });
    const bare = await fetch(`${rig.origin}/api/account`, {
      headers: { authorization: `Bearer ${owner.accessToken}` },
    });
    expect(bare.status).toBe(200);
    expect(bare.headers.get(VERSION_HEADER)).toBe(API_VERSION);
  });

  test('a fault in the query is named by a pointer', async () => {
    const response = await rig.call(owner, 'GET', '/usage?limit=5000');
    expect(await problemOf(response)).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/limit' }] });
  });

  test('an unknown path is 404, a known one with another method 405 with Allow', async () => {
    expect((await problemOf(await rig.call(owner, 'GET', '/nothing'))).code).toBe('not_found');
    const response = await rig.call(owner, 'DELETE', '/account');
    expect(response.headers.get('allow')).toContain('GET');
    expect((await problemOf(response)).code).toBe('method_not_allowed');
  });

  test('a body that is no JSON is an invalid request', async () => {
    const response = await rig.call(owner, 'PUT', `/devices/${INSTANCE}`, {
      body: '{"name":',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
    });
    expect(await problemOf(response)).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  test('a name of elsewhere is not served, so that no web page reaches the sandbox through it', async () => {
    const response = await rig.api.app.inject({ url: '/openapi.json', headers: { host: 'evil.example' } });
    expect(response.statusCode).toBe(400);
  });
});

describe('idempotency', () => {
  test('the same key and body answer the first answer again, also after the device was renamed', async () => {
    const first = await deviceOf(await rig.put(owner, `/devices/${INSTANCE}`, 'key-1', { name: 'Laptop' }));
    await rig.put(owner, `/devices/${INSTANCE}`, 'key-2', { name: 'Desk' });
    const replay = await rig.put(owner, `/devices/${INSTANCE}`, 'key-1', { name: 'Laptop' });
    expect(replay.headers.get('idempotency-replayed')).toBe('true');
    expect(await deviceOf(replay)).toEqual(first);
    const name = rig.ledger.db.prepare('SELECT name FROM devices').pluck().all();
    expect(name).toEqual(['Desk']);
  });

  test('the same key with another body is refused', async () => {
    await rig.put(owner, `/devices/${INSTANCE}`, 'key-1', { name: 'Laptop' });
    const response = await rig.put(owner, `/devices/${INSTANCE}`, 'key-1', { name: 'Other' });
    expect(await problemOf(response)).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  });

  test('a key belongs to its person', async () => {
    const user = await rig.signIn('user');
    const mine = await deviceOf(await rig.put(owner, `/devices/${INSTANCE}`, 'key-1', { name: 'Laptop' }));
    const theirs = await deviceOf(await rig.put(user, `/devices/${INSTANCE}`, 'key-1', { name: 'Laptop' }));
    expect(theirs.id).not.toBe(mine.id);
  });

  test('while the first is being served, the second is told to wait', async () => {
    rig.setFaults({ latencyMs: 300 });
    const first = rig.put(owner, `/devices/${INSTANCE}`, 'key-1', { name: 'Laptop' });
    const reserved = rig.ledger.db.prepare('SELECT count(*) FROM idempotency').pluck();
    await until('the first request holds its key', () => reserved.get() === 1);
    const second = await rig.put(owner, `/devices/${INSTANCE}`, 'key-1', { name: 'Laptop' });
    expect(second.headers.get('retry-after')).toBe('1');
    expect(await problemOf(second)).toMatchObject({ status: 409, code: 'conflict' });
    expect((await first).status).toBe(200);
  });

  test('twenty requests at once with one key make one device', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => rig.put(owner, `/devices/${INSTANCE}`, 'key-1', { name: 'Laptop' })),
    );
    const served = answers.filter((answer) => answer.status === 200);
    const ids = new Set(await Promise.all(served.map(async (answer) => (await deviceOf(answer)).id)));
    expect(ids.size).toBe(1);
    expect(answers.every((answer) => answer.status === 200 || answer.status === 409)).toBe(true);
    expect(rig.ledger.db.prepare('SELECT count(*) FROM devices').pluck().get()).toBe(1);
  });

  test('a write without a key is refused, a refused request does not use its key up', async () => {
    const without = await rig.put(owner, `/devices/${INSTANCE}`, null, { name: 'Laptop' });
    expect(await problemOf(without)).toMatchObject({ status: 400, code: 'idempotency_key_missing' });
    const empty = await rig.put(owner, `/devices/${INSTANCE}`, 'key-1', { name: '' });
    expect((await problemOf(empty)).code).toBe('invalid_request');
    expect((await rig.put(owner, `/devices/${INSTANCE}`, 'key-1', { name: 'Laptop' })).status).toBe(200);
  });
});

describe('devices', () => {
  test('the same install gets the same device and password again; its address is this server', async () => {
    const first = await deviceOf(await rig.put(owner, `/devices/${INSTANCE}`, 'key-1', { name: 'Laptop' }));
    const again = await deviceOf(await rig.put(owner, `/devices/${INSTANCE}`, 'key-2', { name: 'Laptop' }));
    expect(again).toEqual(first);
    expect(first.sip.wss_url).toBe(`${rig.origin.replace('http', 'ws')}/sip`);
    expect(rig.books.deviceByUser(first.sip.user)).toMatchObject({
      password: first.sip.password,
      userId: 'usr_dana',
      numbers: ['+14155550100', '+18005550199'],
    });
  });

  test('an instance that is no UUID is refused', async () => {
    const response = await rig.put(owner, '/devices/laptop', 'key-1', { name: 'Laptop' });
    expect(await problemOf(response)).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/instance_id' }] });
  });
});
