import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { ok } from '../../preload/contract/result.ts';
import type { BridgeMessage, BridgeRequest } from '../../preload/contract/wire.ts';
import type { BrowserTransport } from '../../renderer/api/browser-transport.ts';
import { connectBrowserTransport } from '../../renderer/api/browser-transport.ts';
import { makeSnapshot } from '../support/contract-double.ts';
import { makeEntry } from '../support/screen-harness/data.ts';

/** A loaded machine is slow; a broken one never gets there. */
const SOON = { timeout: 10_000 };

/** The host's end, scripted: each connection is greeted when the test says so. */
let server: WebSocketServer;
let connections: { socket: WebSocket; url: string; requests: BridgeRequest[] }[];
let transport: BrowserTransport;
let heard: unknown[];
let reloads: number;

beforeEach(async () => {
  connections = [];
  heard = [];
  reloads = 0;
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket, request) => {
    const requests: BridgeRequest[] = [];
    socket.on('message', (data: Buffer) => requests.push(JSON.parse(data.toString('utf8')) as BridgeRequest));
    connections.push({ socket, url: request.url ?? '', requests });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  transport = connectBrowserTransport({
    bridgeUrl: `ws://127.0.0.1:${port}/bridge?window=w`,
    reload: () => reloads++,
  });
  transport.subscribe((name, payload) => heard.push([name, payload]));
  transport.onLink((link) => heard.push(link));
});
afterEach(() => {
  transport.close();
  server.close();
});

async function connection(index: number) {
  await expect.poll(() => connections.length, SOON).toBeGreaterThan(index);
  const found = connections[index];
  if (!found) throw new Error('No connection');
  const tell = (message: BridgeMessage): void => found.socket.send(JSON.stringify(message));
  return { ...found, tell };
}

test('what is asked before the first greeting waits for it', async () => {
  const answer = transport.invoke('app.snapshot', null);
  const host = await connection(0);
  expect(host.requests).toEqual([]);
  host.tell({ type: 'hello', resumed: false });
  await expect.poll(() => host.requests, SOON).toEqual([{ id: 1, name: 'app.snapshot', payload: null }]);
  host.tell({ type: 'reply', id: 1, result: ok('here') });
  expect(await answer).toEqual(ok('here'));
  expect(heard).toEqual([]);
});

test('a broken socket answers what is open and what comes by `offline`; what was missed follows', async () => {
  const first = await connection(0);
  first.tell({ type: 'hello', resumed: false });
  first.tell({ type: 'event', seq: 7, name: 'host.resumed', payload: null });
  const open = transport.invoke('account.refresh', null);
  await expect.poll(() => first.requests.length, SOON).toBe(1);
  first.socket.terminate();
  expect(await open).toMatchObject({ error: { kind: 'offline' } });
  expect(await transport.invoke('account.refresh', null)).toMatchObject({ error: { kind: 'offline' } });
  const second = await connection(1);
  expect(second.url).toContain('seen=7');
  second.tell({ type: 'hello', resumed: true });
  second.tell({ type: 'event', seq: 8, name: 'host.resumed', payload: null });
  await expect.poll(() => heard, SOON).toEqual([['host.resumed', null], 'down', 'up', ['host.resumed', null]]);
  expect(second.requests).toEqual([]);
});

test('a page that main gave up catches up by a snapshot and has lost its lease', async () => {
  const first = await connection(0);
  first.tell({ type: 'hello', resumed: false });
  first.tell({ type: 'event', seq: 3, name: 'host.resumed', payload: null });
  await expect.poll(() => heard.length, SOON).toBe(1);
  first.socket.terminate();
  const second = await connection(1);
  second.tell({ type: 'hello', resumed: false });
  await expect.poll(() => second.requests, SOON).toMatchObject([{ name: 'app.snapshot' }]);
  const entry = makeEntry();
  const snapshot = makeSnapshot({ history: [entry] });
  second.tell({ type: 'reply', id: second.requests[0]?.id ?? 0, result: ok(snapshot) });
  await expect.poll(() => heard, SOON).toContainEqual(['phone.mirror', snapshot.phone]);
  expect(heard).toContainEqual(['phone.leaseLost', null]);
  expect(heard).toContainEqual(['session.changed', snapshot.session]);
  expect(heard).toContainEqual(['calls.changed', entry]);
  second.socket.terminate();
  expect((await connection(2)).url).toContain('seen=0');
});

test('a page served under an old policy reloads when told', async () => {
  const host = await connection(0);
  host.tell({ type: 'hello', resumed: false });
  host.tell({ type: 'reload' });
  await expect.poll(() => reloads, SOON).toBe(1);
});
