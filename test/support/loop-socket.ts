import { createHash } from 'node:crypto';
import type { WebSocketLike } from '../../renderer/telephony/jssip/kept-socket.ts';
import { fakeSdp } from './fake-webrtc.ts';
import { until } from './until.ts';

/** A SIP message as the scripted peer sees it. */
export interface SipText {
  readonly text: string;
  readonly start: string;
  /** Empty for a response. */
  readonly method: string;
  readonly status: number;
  readonly body: string;
  header(name: string): string;
  headers(name: string): string[];
}

export function readSip(text: string): SipText {
  const end = text.indexOf('\r\n\r\n');
  const [start = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = lines.map(
    (line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const,
  );
  const status = /^SIP\/2\.0 (\d{3})/.exec(start)?.[1];
  return {
    text,
    start,
    method: status ? '' : (start.split(' ')[0] ?? ''),
    status: status ? Number(status) : 0,
    body: text.slice(end + 4),
    header: (name) => headers.find(([each]) => each === name.toLowerCase())?.[1] ?? '',
    headers: (name) => headers.filter(([each]) => each === name.toLowerCase()).map(([, value]) => value),
  };
}

/** One in-memory WebSocket: what it sends, the server gets in a later turn, and the other way round. */
export class LoopSocket extends EventTarget {
  binaryType: BinaryType = 'blob';
  readyState = 0;
  readonly #server: LoopServer;

  constructor(server: LoopServer) {
    super();
    this.#server = server;
  }

  send(data: string): void {
    setImmediate(() => this.#server.receive(this, data));
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }

  /** The path is cut: the browser notices. */
  cut(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event('close'), { code: 1006, reason: '' }));
  }

  deliver(data: string): void {
    setImmediate(() => {
      if (this.readyState === 1) this.dispatchEvent(Object.assign(new Event('message'), { data }));
    });
  }
}

type Script = (request: SipText, server: LoopServer) => void;

/**
 * A scripted SIP peer behind in-memory sockets. Registers with a real MD5 digest check by default; everything else is
 * said by the test. `accept` false refuses connections, 'hang' leaves them open-ended; `silent` swallows everything.
 */
export class LoopServer {
  accept: boolean | 'hang' = true;
  silent = false;
  answersPings = true;
  expiresSec = 600;
  challenges: (realm: string) => string[] = (realm) => [
    `WWW-Authenticate: Digest realm="${realm}", nonce="n0", algorithm=MD5, qop="auth"`,
  ];
  readonly realm: string;
  readonly ha1: string;
  readonly sockets: LoopSocket[] = [];
  readonly received: SipText[] = [];
  readonly scripts = new Map<string, Script>();
  pings = 0;
  #tag = 0;
  #cseq = 100;

  constructor(realm: string, ha1: string) {
    this.realm = realm;
    this.ha1 = ha1;
  }

  connect = (): WebSocketLike => {
    const socket = new LoopSocket(this);
    this.sockets.push(socket);
    if (this.accept !== 'hang') setImmediate(() => (this.accept ? socket.open() : socket.cut()));
    // An EventTarget's listener takes any event; the three that are sent carry what the interface says.
    return socket as unknown as WebSocketLike;
  };

  get socket(): LoopSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('Nobody connected');
    return socket;
  }

  receive(socket: LoopSocket, data: string): void {
    if (this.silent) return;
    if (data === '\r\n\r\n') {
      this.pings += 1;
      if (this.answersPings) socket.deliver('\r\n');
      return;
    }
    if (data === '\r\n') return;
    const message = readSip(data);
    this.received.push(message);
    if (message.method === '') return;
    (this.scripts.get(message.method) ?? this.#defaults[message.method])?.(message, this);
  }

  /** The n-th message of a kind, waiting for it. `what` is a method or a status with its CSeq method: "200 INVITE". */
  async get(what: string, index = 0): Promise<SipText> {
    await until(`${what} no ${index}`, () => this.all(what).length > index);
    return this.all(what)[index]!;
  }

  all(what: string): SipText[] {
    const [first = '', second] = what.split(' ');
    return this.received.filter((each) =>
      second === undefined
        ? each.method === first
        : each.status === Number(first) && each.header('CSeq').endsWith(` ${second}`),
    );
  }

  /** Answers a request of the client's. A body makes it SDP. */
  reply(request: SipText, status: number, extra: { headers?: string[]; body?: string; toTag?: string } = {}): void {
    const to = request.header('To');
    const tag = extra.toTag ?? `srv${request.header('Call-ID').slice(-4)}`;
    const lines = [
      `SIP/2.0 ${status} ${PHRASES[status] ?? 'Whatever'}`,
      ...request.headers('Via').map((via) => `Via: ${via}`),
      `From: ${request.header('From')}`,
      `To: ${to}${status > 100 && !to.includes('tag=') ? `;tag=${tag}` : ''}`,
      `Call-ID: ${request.header('Call-ID')}`,
      `CSeq: ${request.header('CSeq')}`,
      ...(request.method === 'INVITE' && status < 300 ? ['Contact: <sip:peer@127.0.0.1;transport=ws>'] : []),
      ...(extra.headers ?? []),
      ...(extra.body ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${extra.body?.length ?? 0}`,
    ];
    this.socket.deliver(`${lines.join('\r\n')}\r\n\r\n${extra.body ?? ''}`);
  }

  /** Answers an INVITE of the client's with 200 and an audio description. */
  answer(invite: SipText): void {
    this.reply(invite, 200, { body: fakeSdp() });
  }

  /** Sends an INVITE to the registered contact; returns it. */
  invite(extra: { from?: string; headers?: string[]; body?: string | null; callId?: string } = {}): SipText {
    const body = extra.body === undefined ? fakeSdp() : (extra.body ?? '');
    const text = [
      `INVITE ${this.contact()} SIP/2.0`,
      `Via: SIP/2.0/WSS srv.invalid;branch=z9hG4bK${(this.#tag += 1)}`,
      'Max-Forwards: 70',
      `From: ${extra.from ?? '"Ada" <sip:+14155550123@example.test>'};tag=far${this.#tag}`,
      'To: <sip:alice@example.test>',
      `Call-ID: ${extra.callId ?? `in-${this.#tag}`}`,
      `CSeq: ${(this.#cseq += 1)} INVITE`,
      'Contact: <sip:far@127.0.0.1;transport=ws>',
      ...(extra.headers ?? []),
      ...(body ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${body.length}`,
    ].join('\r\n');
    this.socket.deliver(`${text}\r\n\r\n${body}`);
    return readSip(`${text}\r\n\r\n${body}`);
  }

  /** Sends a request inside the dialog that `within` (the client's INVITE and our 200, or ours and its 200) made. */
  inDialog(
    method: string,
    local: string,
    remote: string,
    callId: string,
    extra: { headers?: string[]; body?: string } = {},
  ): SipText {
    const cseq = method === 'ACK' ? this.#cseq : (this.#cseq += 1);
    const text = [
      `${method} ${this.contact()} SIP/2.0`,
      `Via: SIP/2.0/WSS srv.invalid;branch=z9hG4bKd${(this.#tag += 1)}`,
      'Max-Forwards: 70',
      `From: ${local}`,
      `To: ${remote}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      'Contact: <sip:far@127.0.0.1;transport=ws>',
      ...(extra.headers ?? []),
      ...(extra.body ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${extra.body?.length ?? 0}`,
    ].join('\r\n');
    this.socket.deliver(`${text}\r\n\r\n${extra.body ?? ''}`);
    return readSip(`${text}\r\n\r\n${extra.body ?? ''}`);
  }

  /** A CANCEL for an INVITE we sent. */
  cancel(invite: SipText, headers: string[] = []): void {
    const text = [
      invite.start.replace('INVITE', 'CANCEL'),
      `Via: ${invite.header('Via')}`,
      `From: ${invite.header('From')}`,
      `To: ${invite.header('To')}`,
      `Call-ID: ${invite.header('Call-ID')}`,
      `CSeq: ${invite.header('CSeq').split(' ')[0]} CANCEL`,
      ...headers,
      'Content-Length: 0',
    ].join('\r\n');
    this.socket.deliver(`${text}\r\n\r\n`);
  }

  /** The contact address of the last REGISTER. */
  contact(): string {
    return /<([^>]+)>/.exec(this.all('REGISTER').at(-1)?.header('Contact') ?? '')?.[1] ?? 'sip:alice@example.test';
  }

  readonly #defaults: Readonly<Record<string, Script>> = {
    REGISTER: (request) => {
      const authorization = request.header('Authorization');
      if (authorization === '') {
        this.reply(request, 401, { headers: this.challenges(this.realm) });
        return;
      }
      if (!this.digestHolds(request, authorization)) {
        this.reply(request, 401, { headers: this.challenges(this.realm) });
        return;
      }
      const contact = request.header('Contact');
      const expires = request.header('Expires') === '0' ? 0 : this.expiresSec;
      this.reply(request, 200, {
        headers: [`Contact: ${contact.replace(/;expires=\d+/, '')};expires=${expires}`],
      });
    },
    BYE: (request) => this.reply(request, 200),
    CANCEL: (request) => {
      this.reply(request, 200);
      const invite = this.all('INVITE').findLast((each) => each.header('Call-ID') === request.header('Call-ID'));
      if (invite) this.reply(invite, 487);
    },
  };

  /** RFC 2617 with qop=auth, as a registrar checks it. */
  digestHolds(request: SipText, authorization: string): boolean {
    const field = (name: string) => new RegExp(`${name}="?([^",]+)`).exec(authorization)?.[1] ?? '';
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    const ha2 = md5(`${request.method}:${field('uri')}`);
    return (
      field('response') ===
      md5(`${this.ha1}:${field('nonce')}:${field('nc')}:${field('cnonce')}:${field('qop')}:${ha2}`)
    );
  }
}

const PHRASES: Readonly<Record<number, string>> = { 100: 'Trying', 180: 'Ringing', 183: 'Session Progress', 200: 'OK' };
