import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebSocket } from 'ws';
import { createBrowserHost } from '../../main/hosts/browser/browser-host.ts';
import type { Dispatch, Host, HostOptions, HostStart } from '../../main/hosts/host.ts';
import { systemClock } from '../../main/platform/clock.ts';
import { ok } from '../../preload/contract/result.ts';
import type { BridgeMessage } from '../../preload/contract/wire.ts';

/** A headless browser host on a free port with a tiny page, and all it said. */
export interface HostRig {
  readonly options: HostOptions;
  readonly said: readonly string[];
  host: Host;
  readonly port: number;
  /** The address printed last. */
  address(): string;
  stop(): Promise<void>;
}

/** A folder with a page, as the build leaves it. `script` becomes app.js. */
export function makeOut(folder: string, script = ''): string {
  const out = path.join(folder, 'out');
  mkdirSync(path.join(out, 'renderer/chunks'), { recursive: true });
  cpSync('assets/icons', path.join(out, 'assets/icons'), { recursive: true });
  const page =
    '<!doctype html><title>Offhook</title><script type="module" src="app.js"></script><p id="state">empty</p>';
  writeFileSync(path.join(out, 'renderer/index.html'), page);
  writeFileSync(path.join(out, 'renderer/app.js'), script);
  writeFileSync(path.join(out, 'renderer/chunks/part-ABCD2345.js'), 'export {};');
  return out;
}

/** Options of a fresh profile; `said` collects its lines. */
export function makeOptions(said: string[], changes: Partial<HostOptions> = {}): HostOptions {
  const folder = mkdtempSync(path.join(tmpdir(), 'offhook-host-'));
  return {
    dataDir: path.join(folder, 'data'),
    outDir: changes.outDir ?? makeOut(folder),
    appVersion: '0.0.0-test',
    headless: true,
    port: null,
    clock: systemClock,
    say: (line) => said.push(line),
    ...changes,
  };
}

/** The host of a start that must succeed. */
export function made(start: HostStart): Host {
  if (start.kind !== 'made') throw new Error(`No host: ${JSON.stringify(start)}`);
  return start.host;
}

/** Starts a host whose router is `dispatch`; by default it answers what it was asked. */
export async function startHost(
  dispatch: Dispatch = async (_window, name, payload) => ok({ name, payload }),
  changes: Partial<HostOptions> = {},
): Promise<HostRig> {
  const said: string[] = [];
  const options = makeOptions(said, changes);
  const host = made(await createBrowserHost(options));
  await host.start(dispatch);
  const address = (): string => /http:\S+/.exec(said.at(-1) ?? '')?.[0] ?? '';
  return {
    options,
    said,
    host,
    port: Number(new URL(address()).port),
    address,
    async stop() {
      await host.stop();
      rmSync(path.dirname(options.dataDir), { recursive: true, force: true });
    },
  };
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** One raw request: unlike fetch it sends the path and Host as they are. */
export function request(port: number, target: string, headers: http.OutgoingHttpHeaders = {}, method = 'GET') {
  return new Promise<HttpAnswer>((resolve, reject) => {
    const asked = http.request({ host: '127.0.0.1', port, path: target, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** Spends a printed address; returns the cookie it gave. */
export async function signIn(rig: HostRig): Promise<string> {
  const url = new URL(rig.address());
  const answer = await request(rig.port, url.pathname + url.search);
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

/** A page's end of the bridge. */
export interface PageSocket {
  readonly socket: WebSocket;
  readonly messages: readonly BridgeMessage[];
  /** The next message not yet taken. */
  next(): Promise<BridgeMessage>;
  readonly closed: Promise<number>;
}

/** Opens the bridge. Rejects with the HTTP status when the upgrade is refused. */
export function openBridge(
  port: number,
  headers: Readonly<Record<string, string>>,
  query = `window=${crypto.randomUUID()}&policy=0&seen=0`,
): Promise<PageSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/bridge?${query}`, { headers });
  const messages: BridgeMessage[] = [];
  const waiting: ((message: BridgeMessage) => void)[] = [];
  let taken = 0;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString('utf8')) as BridgeMessage;
    messages.push(message);
    const taker = waiting.shift();
    if (taker) {
      taken++;
      taker(message);
    }
  });
  const closed = new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)));
  const next = (): Promise<BridgeMessage> => {
    const message = messages[taken];
    if (!message) return new Promise((resolve) => waiting.push(resolve));
    taken++;
    return Promise.resolve(message);
  };
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ socket, messages, next, closed }));
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      reject(new Error(`HTTP ${response.statusCode}`));
    });
    socket.once('error', reject);
  });
}
