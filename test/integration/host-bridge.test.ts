import { afterEach, beforeEach, expect, test } from 'vitest';
import { KEPT_EVENTS, RECONNECT_GRACE_MS } from '../../main/hosts/browser/bridge.ts';
import type { TrustedWindow } from '../../main/hosts/host.ts';
import { systemClock } from '../../main/platform/clock.ts';
import { DEFAULT_SETTINGS } from '../../preload/contract/models.ts';
import { fail, ok } from '../../preload/contract/result.ts';
import type { HostRig } from '../support/browser-host.ts';
import { openBridge, signIn, startHost } from '../support/browser-host.ts';

/** Real time, but for the bridge's grace: that ends when the test says. */
function graceClock(): typeof systemClock & { endGrace(): void } {
  const due = new Set<() => void>();
  return {
    now: () => systemClock.now(),
    after(delayMs, run) {
      if (delayMs !== RECONNECT_GRACE_MS) return systemClock.after(delayMs, run);
      due.add(run);
      return () => due.delete(run);
    },
    endGrace() {
      for (const run of due) run();
      due.clear();
    },
  };
}

const clock = graceClock();
let rig: HostRig;
let headers: { cookie: string; origin: string };
let dispatched: { window: TrustedWindow; name: string; payload: unknown }[];
let gone: TrustedWindow[];

beforeEach(async () => {
  dispatched = [];
  gone = [];
  rig = await startHost(
    async (window, name, payload) => {
      dispatched.push({ window, name, payload });
      if (name === 'throws') throw new Error('bug');
      return name === 'refused' ? fail({ kind: 'offline', nextStep: 'retry', detail: '' }) : ok(payload);
    },
    { clock },
  );
  rig.host.onWindowGone((window) => gone.push(window));
  headers = { cookie: await signIn(rig), origin: `http://127.0.0.1:${rig.port}` };
});
afterEach(() => rig.stop());

test('a request travels to the router with its window and its answer comes back under its number', async () => {
  const id = crypto.randomUUID();
  const page = await openBridge(rig.port, headers, `window=${id}&policy=0&seen=0`);
  expect(await page.next()).toEqual({ type: 'hello', resumed: false });
  page.socket.send(JSON.stringify({ id: 1, name: 'app.snapshot', payload: null }));
  page.socket.send(JSON.stringify({ id: 2, name: 'refused', payload: { a: 1 } }));
  expect(await page.next()).toEqual({ type: 'reply', id: 1, result: { ok: true, value: null } });
  expect(await page.next()).toMatchObject({ type: 'reply', id: 2, result: { ok: false, error: { kind: 'offline' } } });
  expect(dispatched).toEqual([
    { window: { id }, name: 'app.snapshot', payload: null },
    { window: { id }, name: 'refused', payload: { a: 1 } },
  ]);
});

test('a handler that throws answers `internal`; the bridge lives on', async () => {
  const page = await openBridge(rig.port, headers);
  await page.next();
  page.socket.send(JSON.stringify({ id: 1, name: 'throws', payload: null }));
  expect(await page.next()).toMatchObject({ id: 1, result: { error: { kind: 'internal' } } });
  page.socket.send(JSON.stringify({ id: 2, name: 'app.snapshot', payload: null }));
  expect(await page.next()).toMatchObject({ id: 2, result: { ok: true } });
});

test.each([
  ['no cookie', () => ({ origin: headers.origin }), 'HTTP 403'],
  ['a guessed cookie', () => ({ ...headers, cookie: `offhook_${rig.port}=guess` }), 'HTTP 403'],
  ['no Origin', () => ({ cookie: headers.cookie }), 'HTTP 403'],
  ['a foreign Origin', () => ({ ...headers, origin: 'http://evil.example' }), 'HTTP 403'],
  ['the Origin of another port', () => ({ ...headers, origin: `http://127.0.0.1:${rig.port + 1}` }), 'HTTP 403'],
  ['a null Origin', () => ({ ...headers, origin: 'null' }), 'HTTP 403'],
  ['a rebound Host', () => ({ ...headers, host: `evil.example:${rig.port}` }), 'HTTP 421'],
] as const)('the bridge is refused with %s, and the router hears nothing', async (_name, make, refusal) => {
  await expect(openBridge(rig.port, make())).rejects.toThrow(refusal);
  expect(dispatched).toEqual([]);
});

test.each([['no JSON'], ['{"id":0,"name":"app.snapshot"}'], ['{"id":1,"name":7}'], ['null'], ['[]']])(
  'a message that is none of the contract ends the bridge: %s',
  async (text) => {
    const page = await openBridge(rig.port, headers);
    page.socket.send(text);
    expect(await page.closed).toBe(1008);
    expect(dispatched).toEqual([]);
  },
);

test('a bridge without a window id is closed', async () => {
  const page = await openBridge(rig.port, headers, 'window=1&policy=0&seen=0');
  expect(await page.closed).toBe(1008);
});

test('events reach every window, or the one they are for', async () => {
  const [one, two] = [crypto.randomUUID(), crypto.randomUUID()];
  const first = await openBridge(rig.port, headers, `window=${one}&policy=0&seen=0`);
  const second = await openBridge(rig.port, headers, `window=${two}&policy=0&seen=0`);
  await first.next();
  await second.next();
  rig.host.push('host.resumed', null, { id: two });
  rig.host.push('settings.changed', DEFAULT_SETTINGS);
  rig.host.push('host.resumed', null, { id: 'vanished' });
  expect(await first.next()).toMatchObject({ name: 'settings.changed' });
  expect(await second.next()).toMatchObject({ name: 'host.resumed' });
  expect(await second.next()).toMatchObject({ name: 'settings.changed' });
});

test('a page whose socket broke keeps its window and gets what it missed', async () => {
  const query = `window=${crypto.randomUUID()}&policy=0`;
  const page = await openBridge(rig.port, headers, `${query}&seen=0`);
  await page.next();
  rig.host.push('settings.changed', DEFAULT_SETTINGS);
  expect(await page.next()).toMatchObject({ seq: 1 });
  page.socket.terminate();
  // Pushed while the host may still believe in the socket: it must not be lost.
  rig.host.push('host.resumed', null);
  await page.closed;
  rig.host.push('usage.changed', { newestTime: 7 });
  const again = await openBridge(rig.port, headers, `${query}&seen=1`);
  expect(await again.next()).toEqual({ type: 'hello', resumed: true });
  expect(await again.next()).toMatchObject({ seq: 2, name: 'host.resumed' });
  expect(await again.next()).toMatchObject({ seq: 3, name: 'usage.changed' });
  clock.endGrace();
  expect(gone).toEqual([]);
});

test('a page that missed more than is kept is told to start over', async () => {
  const query = `window=${crypto.randomUUID()}&policy=0&seen=0`;
  const page = await openBridge(rig.port, headers, query);
  await page.next();
  page.socket.terminate();
  for (let count = 0; count <= KEPT_EVENTS; count++) rig.host.push('host.resumed', null);
  const again = await openBridge(rig.port, headers, query);
  expect(await again.next()).toEqual({ type: 'hello', resumed: false });
});

test('a page that stays away longer than the grace has lost its window', async () => {
  const id = crypto.randomUUID();
  const page = await openBridge(rig.port, headers, `window=${id}&policy=0&seen=0`);
  const watcher = await openBridge(rig.port, headers);
  await page.next();
  await watcher.next();
  page.socket.terminate();
  // The watcher's round trip is later than the host's knowledge of the broken socket.
  await page.closed;
  watcher.socket.send(JSON.stringify({ id: 1, name: 'app.snapshot', payload: null }));
  await watcher.next();
  clock.endGrace();
  expect(gone).toEqual([{ id }]);
  const again = await openBridge(rig.port, headers, `window=${id}&policy=0&seen=0`);
  expect(await again.next()).toEqual({ type: 'hello', resumed: false });
});

test('a closed or reloaded page has lost its window at once', async () => {
  const id = crypto.randomUUID();
  const left = new Promise((resolve) => rig.host.onWindowGone(resolve));
  const page = await openBridge(rig.port, headers, `window=${id}&policy=0&seen=0`);
  page.socket.close(1001);
  expect(await left).toEqual({ id });
});

test('a page is told to reload when the account needs an origin its policy lacks, and not otherwise', async () => {
  const page = await openBridge(rig.port, headers);
  await page.next();
  rig.host.setContentPolicy({ connectOrigins: [] });
  rig.host.setContentPolicy({ connectOrigins: ['wss://sip.example.com'] });
  expect(await page.next()).toEqual({ type: 'reload' });
  const fresh = await openBridge(rig.port, headers, `window=${crypto.randomUUID()}&policy=1&seen=0`);
  await fresh.next();
  rig.host.setContentPolicy({ connectOrigins: [] });
  rig.host.push('host.resumed', null);
  expect(await fresh.next()).toMatchObject({ name: 'host.resumed' });
});

test('a page served before the policy changed, connecting after, is told to reload', async () => {
  rig.host.setContentPolicy({ connectOrigins: ['wss://sip.example.com'] });
  const late = await openBridge(rig.port, headers);
  await late.next();
  expect(await late.next()).toEqual({ type: 'reload' });
});

test('a page that was told to reload hears nothing more, and starts over if it comes again', async () => {
  const query = `window=${crypto.randomUUID()}&policy=0&seen=0`;
  const page = await openBridge(rig.port, headers, query);
  await page.next();
  rig.host.setContentPolicy({ connectOrigins: ['wss://sip.example.com'] });
  expect(await page.next()).toEqual({ type: 'reload' });
  page.socket.send(JSON.stringify({ id: 1, name: 'phone.lease', payload: { takeOver: false } }));
  await expect.poll(() => dispatched.some(({ name }) => name === 'phone.lease')).toBe(true);
  rig.host.push('host.resumed', null);
  // It fits again: a page whose reload message was lost must not wait for ever.
  rig.host.setContentPolicy({ connectOrigins: [] });
  const again = await openBridge(rig.port, headers, query);
  expect(await again.next()).toEqual({ type: 'hello', resumed: false });
  rig.host.push('host.resumed', null);
  expect(await again.next()).toMatchObject({ name: 'host.resumed' });
  expect(page.messages).toHaveLength(2);
});
