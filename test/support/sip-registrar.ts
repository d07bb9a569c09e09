import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
/** The one password it takes. */
export const PASSWORD = 'correct horse';

/** What the scripted registrar does; every member has the behaviour of an ordinary one as its default. */
export interface Script {
  realm?: string;
  /** Challenge header lines instead of the ordinary one. */
  challenge?: (realm: string) => readonly string[];
  /** Final status once the digest was right. */
  accepted?: number;
  /** Status instead of a challenge. */
  refuseWith?: number;
  isSilent?: boolean;
  /** 407 instead of 401. */
  asProxy?: boolean;
  refusesQueries?: boolean;
}

/** A running registrar; `script` may be changed while it runs. */
export interface Registrar {
  readonly url: string;
  readonly script: Script;
  readonly requests: string[];
  close(): void;
}

/** A header's value in a SIP message; '' where it has none. */
export function headerOf(message: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'im').exec(message)?.[1]?.trim() ?? '';
}

function isRight(message: string, realm: string): boolean {
  const sent = headerOf(message, '(?:Proxy-)?Authorization');
  const value = (key: string): string => new RegExp(`\\b${key}="?([^",]+)`).exec(sent)?.[1] ?? '';
  const ha1 = md5(`${value('username')}:${realm}:${PASSWORD}`);
  const ha2 = md5(`REGISTER:${value('uri')}`);
  return value('response') === md5(`${ha1}:nonce1:00000001:${value('cnonce')}:auth:${ha2}`);
}

function answer(message: string, script: Script): string | undefined {
  const realm = script.realm ?? 'example.test';
  const isProxy = script.asProxy ?? false;
  const authorized = /^(Proxy-)?Authorization:/im.test(message);
  const reply = (status: number, ...lines: readonly string[]): string =>
    [
      `SIP/2.0 ${status} Whatever`,
      ...['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => `${name}: ${headerOf(message, name)}`),
      ...lines,
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
  if (script.isSilent) return undefined;
  if (script.refusesQueries && !/^Contact:/im.test(message)) return reply(400);
  if (script.refuseWith) return reply(script.refuseWith, 'Retry-After: 5');
  if (authorized && isRight(message, realm)) return reply(script.accepted ?? 200);
  const lines = script.challenge?.(realm) ?? [`Digest realm="${realm}", nonce="nonce1", qop="auth", algorithm=MD5`];
  return reply(isProxy ? 407 : 401, ...lines.map((line) => `${isProxy ? 'Proxy' : 'WWW'}-Authenticate: ${line}`));
}

/** A SIP registrar over WebSocket on 127.0.0.1 that follows a script. */
export async function openRegistrar(script: Script = {}): Promise<Registrar> {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, handleProtocols: (offered) => offered.has('sip') && 'sip' });
  const requests: string[] = [];
  sockets.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const message = data.toString();
      requests.push(message);
      const text = answer(message, script);
      if (text === undefined) return;
      socket.send('SIP/2.0 100 Trying\r\n\r\n');
      socket.send(text);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/ws`,
    script,
    requests,
    close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      http.close();
    },
  };
}
