import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IDEMPOTENCY_HEADER } from '../../main/provider/api/endpoints.ts';
import { problemSchema } from '../../main/provider/api/problems.ts';
import { deviceSchema } from '../../main/provider/api/resources/devices.ts';
import type { Tokens } from '../../main/provider/drivers/offhook/tokens.ts';
import { systemClock } from '../../main/platform/clock.ts';
import type { Rig } from './sandbox-api-rig.ts';
import { startRig } from './sandbox-api-rig.ts';

const DEVICE = '/devices/3f2504e0-4f89-41d3-9a0c-0305e82c3301';

let rig: Rig;
let owner: Tokens;
beforeEach(async () => {
  rig = await startRig();
  owner = await rig.signIn('owner');
});
afterEach(() => rig.stop());

const admin = (method: string, path: string, body?: object) =>
  fetch(`${rig.origin}/sandbox${path}`, {
    method,
    headers: {
      authorization: `Bearer ${rig.api.adminKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const setFaults = async (faults: object): Promise<void> => {
  const response = await admin('PUT', '/faults', faults);
  if (response.status !== 200) throw new Error(await response.text());
  await response.body?.cancel();
};

/** Opens the stream; answers once it is served. `text` is all that came until it ended or was `enough`. */
async function openEvents(enough: (text: string) => boolean, lastEventId?: string) {
  const response = await rig.call(owner, 'GET', '/events', {
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  });
  const read = async (): Promise<string> => {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      if (enough(text)) return text;
    }
    return text;
  };
  return { text: read() };
}

const adjust = async (): Promise<void> => {
  await (await admin('POST', '/adjustments', { amount: '1.00', description: 'Test' })).body?.cancel();
};

describe('faults by API', () => {
  test('latency holds back the paths it names and no other', async () => {
    await setFaults({ latencyMs: 60_000, latencyPath: '/api/rates' });
    expect((await rig.call(owner, 'GET', '/account')).status).toBe(200);
    const slow = rig.call(owner, 'GET', '/rates', { headers: {} }).catch(() => 'cut');
    const first = await Promise.race([slow, rig.call(owner, 'GET', '/account').then(() => 'account')]);
    expect(first).toBe('account');
    rig.api.app.server.closeAllConnections();
    expect(await slow).toBe('cut');
  });

  test('a dropped reply: the work is done, the same key finds its answer', async () => {
    await setFaults({ dropReply: { times: 1, path: '/api/devices', method: 'PUT' } });
    await expect(rig.put(owner, DEVICE, 'key-1', { name: 'Laptop' })).rejects.toThrow('fetch failed');
    expect(rig.ledger.db.prepare('SELECT count(*) FROM devices').pluck().get()).toBe(1);
    const again = await rig.put(owner, DEVICE, 'key-1', { name: 'Laptop' });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(deviceSchema.parse(await again.json()).name).toBe('Laptop');
  });

  test('a refusal is answered, not dropped, and does not use the fault up', async () => {
    await setFaults({ dropReply: { times: 1, path: '/api/devices' } });
    expect((await rig.put(owner, DEVICE, null, { name: 'Laptop' })).status).toBe(400);
    await expect(rig.put(owner, DEVICE, 'key-1', { name: 'Laptop' })).rejects.toThrow('fetch failed');
  });

  test('every event comes twice with one id', async () => {
    await setFaults({ duplicateEvents: true });
    const { text: coming } = await openEvents((each) => each.split('\n\n').length > 3);
    const text = await coming;
    const ids = [...text.matchAll(/^id: (.*)$/gm)].map((match) => match[1]);
    expect(ids).toEqual([ids[0], ids[0]]);
  });

  test('a stream is cut after so many events, and resumes where it was cut', async () => {
    await setFaults({ cutEventsAfter: { events: 2, times: 1 } });
    const stream = await openEvents(() => false);
    await adjust();
    const cut = await stream.text;
    const names = (text: string) => [...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1]);
    expect(names(cut)).toEqual(['stream.opened', 'usage.upserted']);
    const place = [...cut.matchAll(/^id: (.*)$/gm)].at(-1)?.[1];
    const rest = await openEvents((text) => text.includes('balance.updated'), place);
    expect(names(await rest.text)).toEqual(['balance.updated']);
  });

  test('a fault that counts down is gone after its times', async () => {
    await setFaults({ status: { code: 500, times: 2, path: '/api/account' } });
    const statuses = [];
    for (let index = 0; index < 3; index += 1) statuses.push((await rig.call(owner, 'GET', '/account')).status);
    expect(statuses).toEqual([500, 500, 200]);
  });

  test('a fault nobody knows is refused, and so is a caller without the key', async () => {
    expect((await admin('PUT', '/faults', { meteor: true })).status).toBe(400);
    expect((await fetch(`${rig.origin}/sandbox/faults`)).status).toBe(401);
  });
});

describe('time travel', () => {
  test('the books go ahead, tokens and streams stay on real time', async () => {
    const stream = await openEvents((text) => text.includes('balance.updated'));
    const { now: before } = (await (await admin('GET', '/clock')).json()) as { now: number };
    const year = 365 * 86_400_000;
    const moved = (await (await admin('PUT', '/clock', { advance_ms: year })).json()) as { now: number };
    expect(moved.now - before).toBeGreaterThanOrEqual(year);
    expect(await stream.text).toContain('stream.opened');
    // An access token lives an hour: it is still good, for no hour has passed.
    expect((await rig.call(owner, 'GET', '/account')).status).toBe(200);
    const balance = (await (await rig.call(owner, 'GET', '/balance')).json()) as { as_of: string };
    expect(Date.parse(balance.as_of)).toBeGreaterThanOrEqual(moved.now);
    expect(
      Math.abs(Date.parse((await rig.call(owner, 'GET', '/account')).headers.get('date') ?? '') - Date.now()),
    ).toBeLessThan(5000);
  });

  test('there is no way back', async () => {
    const { now } = (await (await admin('PUT', '/clock', { advance_ms: 3_600_000 })).json()) as { now: number };
    const back = await admin('PUT', '/clock', { now: now - 60_000 });
    expect(problemSchema.parse(await back.json()).code).toBe('out_of_range');
    expect((await admin('PUT', '/clock', { advance_ms: -1 })).status).toBe(400);
  });
});

describe('rate limit', () => {
  test('above the burst a token is told to wait; another token, the stream and the refresh are not held up', async () => {
    await rig.stop();
    rig = await startRig({
      rateLimit: { burst: 5, perSecond: 1 },
      clock: { ...systemClock, now: () => 1_800_000_000_000 },
    });
    [owner] = [await rig.signIn('owner')];
    const user = await rig.signIn('user');
    for (let index = 0; index < 5; index += 1) expect((await rig.call(owner, 'GET', '/account')).status).toBe(200);
    const refused = await rig.call(owner, 'PUT', DEVICE, {
      body: JSON.stringify({ name: 'Laptop' }),
      headers: { 'content-type': 'application/json', [IDEMPOTENCY_HEADER]: 'key-1' },
    });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('ratelimit')).toBe('"token";r=0;t=5');
    expect(problemSchema.parse(await refused.json()).code).toBe('rate_limited');
    expect((await rig.call(user, 'GET', '/account')).status).toBe(200);
    const stream = await rig.call(owner, 'GET', '/events');
    expect(stream.status).toBe(200);
    await stream.body?.cancel();
  });
});
