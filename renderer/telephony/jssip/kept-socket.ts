import type { Resources } from '../media/resources.ts';
import type { Timer, Timers } from '../timers.ts';
import { backoffMs, type BackoffRule } from './backoff.ts';
import { chooseChallenge, type ChallengeRefusal } from './challenge.ts';
import { inspectFrame, type DropReason, type SipHead } from './sip-head.ts';

/** The part of WebSocket that is used; tests bring their own. */
export interface WebSocketLike {
  binaryType: BinaryType;
  readonly readyState: number;
  addEventListener(type: 'open', listener: () => void, options: { signal: AbortSignal }): void;
  addEventListener(
    type: 'close',
    listener: (event: { readonly code: number; readonly reason: string }) => void,
    options: { signal: AbortSignal },
  ): void;
  addEventListener(
    type: 'message',
    listener: (event: { readonly data: unknown }) => void,
    options: { signal: AbortSignal },
  ): void;
  send(data: string): void;
  close(): void;
}

export interface KeptSocketListener {
  opened(): void;
  /** An attempt failed or an open socket was lost; the next attempt is due then (performance.now() ms). */
  waiting(nextAttemptAtMs: number): void;
  /** Any frame came in, sound or not, before what is in it is told. */
  heard(isKeepAlive: boolean): void;
  /** Every sound incoming message, before JsSIP has it. */
  message(head: SipHead): void;
  sent(data: string): void;
  challengeRefused(head: SipHead, refusal: ChallengeRefusal): void;
  /** A message was dropped, or JsSIP threw on one. Carries no content of it. */
  fault(what: DropReason | 'parser_threw'): void;
}

export const CONNECT_WITHIN_MS = 5_000;
const FIRST_RETRY_MAX_MS = 100;
export const RETRY_MAX_MS = 10_000;
const RETRY: BackoffRule = { baseMs: 500, maxMs: RETRY_MAX_MS };
const OPEN = 1;

/** Wait before attempt `failures` (0 = the first after a loss): at once, then doubling, half of it random. */
export function retryDelayMs(failures: number, random: () => number): number {
  return failures === 0 ? random() * FIRST_RETRY_MAX_MS : backoffMs(RETRY, failures - 1, random);
}

/**
 * The JsSIP Socket over one WebSocket address, and the only reconnection there is. JsSIP's Transport keeps its own slow
 * timer (whole seconds, up to 30); when it fires, `connect` finds an attempt already under way and does nothing, and
 * the first socket that opens clears it. So the two never fight (pitfalls 1 to 3).
 */
export class KeptSocket {
  readonly url: string;
  readonly via_transport: string;
  readonly sip_uri: string;
  // JsSIP's Transport assigns these three.
  onconnect: () => void = () => undefined;
  ondisconnect: (error: boolean, code?: number, reason?: string) => void = () => undefined;
  ondata: (data: unknown) => void = () => undefined;

  readonly #realm: string;
  readonly #openWebSocket: (url: string) => WebSocketLike;
  readonly #timers: Timers;
  readonly #resources: Resources;
  readonly #random: () => number;
  readonly #acceptsUri: (uri: string) => boolean;
  readonly #listener: KeptSocketListener;
  #socket: WebSocketLike | null = null;
  #forget: () => void = () => undefined;
  #isOpen = false;
  #isWanted = false;
  #failures = 0;
  #timer: Timer | null = null;

  constructor(options: {
    readonly url: string;
    readonly realm: string;
    readonly openWebSocket: (url: string) => WebSocketLike;
    readonly timers: Timers;
    readonly resources: Resources;
    readonly random: () => number;
    /** Whether JsSIP can read a request URI; where it cannot, it throws. */
    readonly acceptsUri: (uri: string) => boolean;
    readonly listener: KeptSocketListener;
  }) {
    const address = new URL(options.url);
    this.url = options.url;
    this.via_transport = address.protocol === 'ws:' ? 'WS' : 'WSS';
    this.sip_uri = `sip:${address.host};transport=ws`;
    this.#realm = options.realm;
    this.#openWebSocket = options.openWebSocket;
    this.#timers = options.timers;
    this.#resources = options.resources;
    this.#random = options.random;
    this.#acceptsUri = options.acceptsUri;
    this.#listener = options.listener;
  }

  isConnected(): boolean {
    return this.#isOpen;
  }

  isConnecting(): boolean {
    return this.#socket !== null && !this.#isOpen;
  }

  /** JsSIP: make sure there is a connection. */
  connect(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#failures = 0;
    this.#attempt();
  }

  /** JsSIP: the line is given up. */
  disconnect(): void {
    this.#isWanted = false;
    this.#clearTimer();
    this.#dropSocket();
    this.#isOpen = false;
  }

  send(data: string): boolean {
    if (!this.#isOpen || this.#socket?.readyState !== OPEN) return false;
    this.#socket.send(data);
    this.#listener.sent(data);
    return true;
  }

  /** RFC 5626 4.4.1: the keep-alive that a server answers by an empty line. */
  ping(): void {
    if (this.#isOpen && this.#socket?.readyState === OPEN) this.#socket.send('\r\n\r\n');
  }

  /** Drops the socket, dead or alive, and tries a fresh one at once. */
  bounce(): void {
    if (!this.#isWanted) return;
    this.#failures = 0;
    this.#lose(1001, 'bounced');
    this.retryNow();
  }

  /** Ends a wait between attempts. */
  retryNow(): void {
    if (!this.#isWanted || this.#socket) return;
    this.#clearTimer();
    this.#attempt();
  }

  #attempt(): void {
    this.#timer = this.#timers.set(CONNECT_WITHIN_MS, () => this.#lose(1006, 'connect timed out'));
    let socket: WebSocketLike;
    try {
      socket = this.#openWebSocket(this.url);
    } catch {
      this.#lose(1006, 'not openable');
      return;
    }
    this.#socket = socket;
    const listening = new AbortController();
    const { signal } = listening;
    this.#forget = this.#resources.keep('socket', () => {
      listening.abort();
      socket.close();
    });
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => this.#opened(), { signal });
    socket.addEventListener('close', (event) => this.#lose(event.code, event.reason), { signal });
    socket.addEventListener('message', (event) => this.#received(event.data), { signal });
  }

  #opened(): void {
    this.#clearTimer();
    this.#isOpen = true;
    this.#failures = 0;
    this.#listener.opened();
    this.onconnect();
  }

  #lose(code: number, reason: string): void {
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    this.#clearTimer();
    this.#dropSocket();
    if (!this.#isWanted) return;
    const delayMs = retryDelayMs(this.#failures, this.#random);
    this.#failures += 1;
    this.#timer = this.#timers.set(delayMs, () => this.#attempt());
    this.#listener.waiting(this.#timers.now() + delayMs);
    if (wasOpen) this.ondisconnect(true, code, reason);
  }

  #dropSocket(): void {
    this.#socket = null;
    this.#forget();
  }

  #clearTimer(): void {
    this.#timer?.clear();
    this.#timer = null;
  }

  #received(data: unknown): void {
    const text = toText(data);
    const inspected = text === null ? null : inspectFrame(text);
    this.#listener.heard(inspected?.kind === 'keep_alive');
    if (text === null || inspected === null) return;
    switch (inspected.kind) {
      case 'drop':
        this.#listener.fault(inspected.why);
        return;
      case 'keep_alive':
        this.#deliver(text);
        return;
      case 'message': {
        if (inspected.head.kind === 'request' && !this.#acceptsUri(inspected.head.uri)) {
          this.#listener.fault('bad_uri');
          return;
        }
        const { text: allowed, refusal } = chooseChallenge(text, inspected.head, this.#realm);
        if (refusal) this.#listener.challengeRefused(inspected.head, refusal);
        this.#listener.message(inspected.head);
        this.#deliver(allowed);
      }
    }
  }

  /** A message that JsSIP cannot bear must not stop the ones behind it. */
  #deliver(text: string): void {
    try {
      this.ondata(text);
    } catch {
      this.#listener.fault('parser_threw');
    }
  }
}

function toText(data: unknown): string | null {
  if (typeof data === 'string') return data;
  if (data instanceof ArrayBuffer) return new TextDecoder().decode(data);
  return null;
}
