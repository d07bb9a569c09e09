import { createHash, randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';

/** A received message, split once: names in lower case, several values kept apart. */
export interface Received {
  readonly start: string;
  /** 0 for a request. */
  readonly status: number;
  /** '' for a response. */
  readonly method: string;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
  header(name: string): string;
}

/** What a request is made of; headers given replace the default ones. */
export interface RequestSpec {
  readonly method: string;
  readonly uri: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

/** One side of a dialog, kept by the test that plays it. */
export interface ClientDialog {
  readonly callId: string;
  readonly localTag: string;
  remoteTag: string;
  readonly localUri: string;
  readonly remoteUri: string;
  target: string;
  routes: readonly string[];
  cseq: number;
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const token = (): string => randomBytes(6).toString('hex');

function read(text: string): Received {
  const split = text.indexOf('\r\n\r\n');
  const [start = '', ...lines] = text.slice(0, split).split('\r\n');
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  const status = /^SIP\/2\.0 (\d+)/.exec(start)?.[1];
  return {
    start,
    status: Number(status ?? 0),
    method: status === undefined ? (start.split(' ')[0] ?? '') : '',
    headers,
    body: text.slice(split + 4),
    header: (name) => headers.get(name.toLowerCase())?.[0] ?? '',
  };
}

export const tagIn = (value: string): string => /;tag=([^;>\s]+)/.exec(value)?.[1] ?? '';
export const uriIn = (value: string): string => /<([^>]+)>/.exec(value)?.[1] ?? value.split(';')[0] ?? '';

/** A scripted SIP phone over WebSocket: sends exactly what a test says and waits for exactly what it expects. */
export class SipClient {
  readonly user: string;
  readonly realm: string;
  readonly password: string;
  readonly instanceId: string;
  readonly contact: string;
  readonly #url: string;
  readonly #inbox: Received[] = [];
  readonly #waiting: { readonly wants: (message: Received) => boolean; readonly give: (message: Received) => void }[] =
    [];
  #socket: WebSocket | undefined;
  #raw: string[] = [];
  #registerCSeq = 1;
  readonly #registerCallId = token();

  constructor(options: { url: string; user: string; realm: string; password?: string; instanceId?: string }) {
    this.#url = options.url;
    this.user = options.user;
    this.realm = options.realm;
    this.password = options.password ?? `secret of ${options.user}`;
    this.instanceId = options.instanceId ?? `<urn:uuid:${token()}>`;
    this.contact = `sip:${token()}@${token()}.invalid;transport=ws`;
  }

  get aor(): string {
    return `sip:${this.user}@${this.realm}`;
  }

  /** Opens a socket; a second call opens a new one beside the old, as a phone after a network change. */
  async connect(): Promise<void> {
    const socket = new WebSocket(this.#url, 'sip');
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#take(data.toString('utf8')));
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
  }

  /** Ends the socket as a crash does: no close frame. */
  crash(): void {
    this.#socket?.terminate();
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    if (!socket || socket.readyState === socket.CLOSED) return;
    const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
    socket.close();
    await closed;
  }

  sendRaw(text: string): void {
    this.#socket?.send(text);
  }

  /** Shows the server that this phone lives: a CRLF ping and its answer. Does nothing without an open socket. */
  async ping(): Promise<void> {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    const answered = new Promise<void>((resolve) => {
      this.#onPong = resolve;
    });
    this.sendRaw('\r\n\r\n');
    await answered;
  }

  #onPong: (() => void) | undefined;

  /** Frames that were no SIP message: keep-alive answers. */
  get pongs(): readonly string[] {
    return this.#raw;
  }

  /** The next message that fits, whether it has come already or comes yet; others stay for later. */
  next(wants: (message: Received) => boolean, what = 'a message', timeoutMs = 5_000): Promise<Received> {
    const at = this.#inbox.findIndex(wants);
    if (at >= 0) return Promise.resolve(this.#inbox.splice(at, 1)[0] as Received);
    return new Promise((resolve, reject) => {
      const seen = (): string => this.#inbox.map((message) => message.start).join(' | ');
      const timer = setTimeout(() => reject(new Error(`${this.user}: no ${what}; unread: ${seen()}`)), timeoutMs);
      this.#waiting.push({
        wants,
        give: (message) => {
          clearTimeout(timer);
          resolve(message);
        },
      });
    });
  }

  response(status: number, callId?: string, timeoutMs?: number): Promise<Received> {
    const fits = (message: Received): boolean =>
      message.status === status && (callId === undefined || message.header('call-id') === callId);
    return this.next(fits, `response ${status}`, timeoutMs);
  }

  request(method: string, timeoutMs?: number): Promise<Received> {
    return this.next((message) => message.method === method, method, timeoutMs);
  }

  /** Messages that came and nobody asked for. */
  get unread(): readonly Received[] {
    return this.#inbox;
  }

  send(spec: RequestSpec): void {
    const rows = Object.entries(spec.headers ?? {}).flatMap(([name, values]) =>
      [values].flat().map((value) => `${name}: ${value}`),
    );
    const names = new Set(Object.keys(spec.headers ?? {}).map((name) => name.toLowerCase()));
    if (!names.has('via')) rows.unshift(`Via: SIP/2.0/WS ${token()}.invalid;branch=z9hG4bK${token()}`);
    if (!names.has('max-forwards')) rows.push('Max-Forwards: 69');
    const body = spec.body ?? '';
    this.sendRaw(
      [`${spec.method} ${spec.uri} SIP/2.0`, ...rows, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join(
        '\r\n',
      ),
    );
  }

  /** Answers a request this client received. */
  reply(
    request: Received,
    status: number,
    options: { toTag?: string; body?: string; contact?: boolean; headers?: readonly string[] } = {},
  ): void {
    const to = request.header('to');
    const lines = [`SIP/2.0 ${status} Reply`];
    for (const name of ['Via', 'Record-Route'])
      for (const value of request.headers.get(name.toLowerCase()) ?? []) lines.push(`${name}: ${value}`);
    lines.push(
      `From: ${request.header('from')}`,
      `To: ${tagIn(to) !== '' || options.toTag === undefined ? to : `${to};tag=${options.toTag}`}`,
    );
    lines.push(`Call-ID: ${request.header('call-id')}`, `CSeq: ${request.header('cseq')}`);
    if (options.contact !== false && status > 100 && status < 300) lines.push(`Contact: <${this.contact}>`);
    if (options.body !== undefined) lines.push('Content-Type: application/sdp');
    lines.push(
      ...(options.headers ?? []),
      `Content-Length: ${Buffer.byteLength(options.body ?? '')}`,
      '',
      options.body ?? '',
    );
    this.sendRaw(lines.join('\r\n'));
  }

  /** The credentials for a challenge, for this method and URI. */
  authorize(challenge: string, method: string, uri: string, changes: { nc?: string; password?: string } = {}): string {
    const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
    const realm = /realm="([^"]+)"/.exec(challenge)?.[1] ?? '';
    const [nc, cnonce] = [changes.nc ?? '00000001', token()];
    const secret = md5(`${this.user}:${realm}:${changes.password ?? this.password}`);
    const response = md5(`${secret}:${nonce}:${nc}:${cnonce}:auth:${md5(`${method}:${uri}`)}`);
    return `Digest algorithm=MD5, username="${this.user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", qop=auth, cnonce="${cnonce}", nc=${nc}`;
  }

  /** One REGISTER with its challenge answered; gives the final response. */
  async register(
    options: { expires?: number; contact?: string; q?: number; password?: string } = {},
  ): Promise<Received> {
    const uri = `sip:${this.realm}`;
    const q = options.q === undefined ? '' : `;q=${options.q}`;
    const expires = options.expires ?? 600;
    const contact =
      options.contact ??
      `<${this.contact}>;+sip.ice;reg-id=1;+sip.instance="${this.instanceId}";expires=${expires}${q}`;
    const attempt = (authorization?: string): Promise<Received> => {
      this.#registerCSeq += 1;
      const cseq = `${this.#registerCSeq} REGISTER`;
      this.send({
        method: 'REGISTER',
        uri,
        headers: {
          From: `<${this.aor}>;tag=${token()}`,
          To: `<${this.aor}>`,
          'Call-ID': this.#registerCallId,
          CSeq: cseq,
          Contact: contact,
          Expires: String(expires),
          Supported: 'path,gruu,outbound',
          ...(authorization === undefined ? {} : { Authorization: authorization }),
        },
      });
      return this.next((message) => message.status >= 200 && message.header('cseq') === cseq, 'answer to REGISTER');
    };
    const challenge = await attempt();
    if (challenge.status !== 401) return challenge;
    const changes = options.password === undefined ? {} : { password: options.password };
    return attempt(this.authorize(challenge.header('www-authenticate'), 'REGISTER', uri, changes));
  }

  /** An INVITE with its challenge answered and the 407 acknowledged. Further answers are read with `response`. */
  async invite(number: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<ClientDialog> {
    const uri = `sip:${encodeURIComponent(number)}@${this.realm}`;
    const dialog: ClientDialog = {
      callId: token(),
      localTag: token(),
      remoteTag: '',
      localUri: this.aor,
      remoteUri: uri,
      target: uri,
      routes: [],
      cseq: 1,
    };
    this.#invite(dialog, body, headers);
    const first = await this.next(
      (message) => message.header('call-id') === dialog.callId && message.status > 0,
      'answer to INVITE',
    );
    if (first.status !== 407) {
      this.#inbox.unshift(first);
      return dialog;
    }
    this.ackRefusal(dialog, first);
    dialog.cseq += 1;
    this.#invite(dialog, body, {
      ...headers,
      'Proxy-Authorization': this.authorize(first.header('proxy-authenticate'), 'INVITE', uri),
    });
    return dialog;
  }

  /** The branch of the last INVITE: what its CANCEL and the ACK of its refusal carry. */
  #inviteVia = '';

  #invite(dialog: ClientDialog, body: string, headers: Readonly<Record<string, string>>): void {
    this.#inviteVia = `SIP/2.0/WS ${token()}.invalid;branch=z9hG4bK${token()}`;
    this.send({
      method: 'INVITE',
      uri: dialog.target,
      headers: {
        ...this.#dialogHeaders(dialog, 'INVITE'),
        Via: this.#inviteVia,
        Contact: `<${this.contact}>`,
        'Content-Type': 'application/sdp',
        ...headers,
      },
      body,
    });
  }

  cancel(dialog: ClientDialog, reason?: string): void {
    const headers = {
      ...this.#dialogHeaders(dialog, 'CANCEL'),
      Via: this.#inviteVia,
      ...(reason === undefined ? {} : { Reason: reason }),
    };
    this.send({ method: 'CANCEL', uri: dialog.remoteUri, headers });
  }

  ackRefusal(dialog: ClientDialog, refusal: Received): void {
    this.send({
      method: 'ACK',
      uri: dialog.target,
      headers: { ...this.#dialogHeaders(dialog, 'ACK'), Via: this.#inviteVia, To: refusal.header('to') },
    });
  }

  /** Takes a 2xx: completes the dialog and acknowledges it. */
  ackAnswer(dialog: ClientDialog, answer: Received): void {
    this.learn(dialog, answer);
    this.send({ method: 'ACK', uri: dialog.target, headers: this.#dialogHeaders(dialog, 'ACK') });
  }

  learn(dialog: ClientDialog, answer: Received): void {
    dialog.remoteTag = tagIn(answer.header('to'));
    dialog.target = uriIn(answer.header('contact'));
    dialog.routes = [...(answer.headers.get('record-route') ?? [])].toReversed();
  }

  /** The dialog of an INVITE this client received and answers with `localTag`. */
  dialogOf(invite: Received, localTag: string): ClientDialog {
    return {
      callId: invite.header('call-id'),
      localTag,
      remoteTag: tagIn(invite.header('from')),
      localUri: uriIn(invite.header('to')),
      remoteUri: uriIn(invite.header('from')),
      target: uriIn(invite.header('contact')),
      routes: invite.headers.get('record-route') ?? [],
      cseq: 0,
    };
  }

  /** Sends a request in a dialog; gives its CSeq value to wait for. */
  inDialog(
    dialog: ClientDialog,
    method: string,
    options: { body?: string; headers?: Readonly<Record<string, string>> } = {},
  ): string {
    dialog.cseq += 1;
    const headers = { ...this.#dialogHeaders(dialog, method), Contact: `<${this.contact}>`, ...options.headers };
    this.send({ method, uri: dialog.target, headers, ...(options.body === undefined ? {} : { body: options.body }) });
    return `${dialog.cseq} ${method}`;
  }

  /** The final answer to a request of a dialog. */
  answerTo(dialog: ClientDialog, cseq: string): Promise<Received> {
    const fits = (message: Received): boolean =>
      message.status >= 200 && message.header('call-id') === dialog.callId && message.header('cseq') === cseq;
    return this.next(fits, `answer to ${cseq}`);
  }

  #dialogHeaders(dialog: ClientDialog, method: string): Record<string, string | readonly string[]> {
    return {
      ...(dialog.routes.length > 0 ? { Route: dialog.routes } : {}),
      From: `<${dialog.localUri}>;tag=${dialog.localTag}`,
      To: `<${dialog.remoteUri}>${dialog.remoteTag === '' ? '' : `;tag=${dialog.remoteTag}`}`,
      'Call-ID': dialog.callId,
      CSeq: `${dialog.cseq} ${method}`,
    };
  }

  #take(text: string): void {
    if (text.trim() === '') {
      this.#raw.push(text);
      this.#onPong?.();
      return;
    }
    const message = read(text);
    const at = this.#waiting.findIndex(({ wants }) => wants(message));
    if (at >= 0) this.#waiting.splice(at, 1)[0]?.give(message);
    else this.#inbox.push(message);
  }
}
