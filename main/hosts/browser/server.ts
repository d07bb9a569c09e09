import { createReadStream } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import { BRIDGE_PATH, POLICY_METRIC } from '../../../preload/contract/wire.ts';
import { SECURITY_HEADERS } from '../content-policy.ts';
import type { PageFile } from '../page-files.ts';
import { cacheControl, findPageFile } from '../page-files.ts';
import type { Access } from './access.ts';
import { peerUid } from './peer.ts';

const LOOPBACK = '127.0.0.1';

/** The page's policy at this moment: its CSP, and the number by which a window can say which one it was served. */
interface ServedPolicy {
  readonly csp: string;
  readonly serial: number;
}

/** What the server asks the host. */
interface ServerParts {
  readonly access: Access;
  readonly files: ReadonlyMap<string, PageFile>;
  readonly policy: () => ServedPolicy;
  /** Settles when the core is composed; a page that comes earlier waits. */
  readonly ready: Promise<unknown>;
  readonly onBridge: (request: http.IncomingMessage, url: URL, socket: Duplex, head: Buffer) => void;
}

/** A bound loopback port. Answers 503 until it is given its parts. */
export interface LoopbackServer {
  readonly port: number;
  serve(parts: ServerParts): void;
  close(): Promise<void>;
}

const SENTENCES = {
  400: 'This is no address of Offhook.',
  403: 'This address was used before, or is too old. Start Offhook again: it shows a new one.',
  404: 'There is nothing at this address.',
  405: 'Only reading is possible here.',
  421: 'This is not the name Offhook is served under.',
  503: 'Offhook is starting.',
} as const;

function refuse(response: http.ServerResponse, status: keyof typeof SENTENCES): void {
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  response.end(`${SENTENCES[status]}\n`);
}

function refuseUpgrade(socket: Duplex, status: 400 | 403 | 421 | 503): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function parseUrl(request: http.IncomingMessage): URL | null {
  return URL.parse(request.url ?? '', `http://${LOOPBACK}`);
}

function openSession({ socket }: http.IncomingMessage, response: http.ServerResponse, access: Access, token: string) {
  const { remotePort, localPort } = socket;
  const uid = remotePort && localPort ? peerUid(remotePort, localPort) : undefined;
  const cookie = access.redeem(token, uid);
  if (!cookie) {
    refuse(response, 403);
    return;
  }
  response.writeHead(303, { ...SECURITY_HEADERS, Location: '/', 'Set-Cookie': cookie, 'Cache-Control': 'no-store' });
  response.end();
}

function sendFile(request: http.IncomingMessage, response: http.ServerResponse, file: PageFile, policy: ServedPolicy) {
  const headers = {
    ...SECURITY_HEADERS,
    'Content-Security-Policy': policy.csp,
    'Content-Type': file.type,
    'Cache-Control': cacheControl(file),
    'Server-Timing': `${POLICY_METRIC};dur=${policy.serial}`,
    ETag: file.etag,
  };
  if (request.headers['if-none-match'] === file.etag && cacheControl(file) !== 'no-store') {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, headers);
  if (request.method === 'HEAD') response.end();
  else pipeline(createReadStream(file.file), response, () => undefined);
}

async function answer(request: http.IncomingMessage, response: http.ServerResponse, parts: ServerParts): Promise<void> {
  const url = parseUrl(request);
  if (!url) return refuse(response, 400);
  const wrong = parts.access.misdirected(request.headers, false);
  if (wrong) return refuse(response, wrong === 'wrong_host' ? 421 : 403);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405);
  if (url.pathname === '/open')
    return openSession(request, response, parts.access, url.searchParams.get('token') ?? '');
  if (!parts.access.holdsCookie(request.headers)) return refuse(response, 403);
  const file = findPageFile(parts.files, url.pathname);
  if (!file) return refuse(response, 404);
  await parts.ready;
  return sendFile(request, response, file, parts.policy());
}

function upgrade(request: http.IncomingMessage, socket: Duplex, head: Buffer, parts: ServerParts): void {
  const url = parseUrl(request);
  if (url?.pathname !== BRIDGE_PATH) return refuseUpgrade(socket, 400);
  const wrong = parts.access.misdirected(request.headers, true);
  if (wrong) return refuseUpgrade(socket, wrong === 'wrong_host' ? 421 : 403);
  if (!parts.access.holdsCookie(request.headers)) return refuseUpgrade(socket, 403);
  return parts.onBridge(request, url, socket, head);
}

/** Binds 127.0.0.1. Rejects with the system's error (EADDRINUSE, EACCES) when the port cannot be had; 0 = any. */
export function bindLoopback(port: number): Promise<LoopbackServer> {
  let parts: ServerParts | undefined;
  const server = http.createServer((request, response) => {
    if (!parts) refuse(response, 503);
    else answer(request, response, parts).catch(() => response.destroy());
  });
  server.on('upgrade', (request, socket, head) => {
    if (!parts) refuseUpgrade(socket, 503);
    else upgrade(request, socket, head, parts);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        serve: (given) => (parts = given),
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      }),
    );
  });
}
