import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Clock } from '../../platform/clock.ts';
import type { Flow } from './flow.ts';
import { describeError, type SipLog } from './log.ts';
import { responseTo, type SipMessage } from './message/message.ts';
import { LIMITS, parseMessage, serializeMessage } from './message/parse.ts';

/** How often a silent peer is asked for a sign of life; one that misses it is cut off. */
const PING_INTERVAL_MS = 30_000;
/** What may wait in a socket before its peer counts as gone. */
const MAX_BUFFERED_BYTES = 2_000_000;

export interface TransportEvents {
  onMessage(message: SipMessage, flow: Flow): void;
  onClosed(flow: Flow): void;
}

class SocketFlow implements Flow {
  readonly id: string;
  readonly kind = 'socket';
  readonly remoteAddress: string;
  /** False from a ping until any answer. */
  alive = true;
  readonly #socket: WebSocket;

  constructor(id: string, socket: WebSocket, remoteAddress: string) {
    this.id = id;
    this.#socket = socket;
    this.remoteAddress = remoteAddress;
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  send(message: SipMessage): boolean {
    return this.sendText(serializeMessage(message));
  }

  sendText(text: string): boolean {
    if (!this.open) return false;
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      this.#socket.terminate();
      return false;
    }
    this.#socket.send(text);
    return true;
  }

  /** Cuts a peer that did not answer the last ping, else pings it again. */
  probe(): void {
    if (!this.alive) this.#socket.terminate();
    else if (this.open) {
      this.alive = false;
      this.#socket.ping();
    }
  }

  close(): void {
    this.#socket.close(1001);
  }

  cut(): void {
    this.#socket.terminate();
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}

/** SIP over WebSocket, server side (RFC 7118): sub-protocol "sip", one message a frame, CRLF keep-alive (RFC 5626 3.5.1). */
export class WsTransport {
  readonly #http: Server;
  readonly #path: string | null;
  readonly #clock: Clock;
  readonly #log: SipLog;
  readonly #events: TransportEvents;
  readonly #wss: WebSocketServer;
  readonly #flows = new Set<SocketFlow>();
  readonly #onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void =>
    this.#upgrade(request, socket, head);
  #stopProbe: () => void = () => undefined;
  #nextId = 1;

  /** `path` null takes every upgrade of the server: it is ours alone. */
  constructor(options: { http: Server; path: string | null; clock: Clock; log: SipLog; events: TransportEvents }) {
    this.#http = options.http;
    this.#path = options.path;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#events = options.events;
    this.#wss = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: LIMITS.messageBytes,
      handleProtocols: () => 'sip',
    });
    this.#http.on('upgrade', this.#onUpgrade);
    this.#armProbe();
  }

  get size(): number {
    return this.#flows.size;
  }

  /** Stops listening and closes every socket; resolves when all are gone, at the latest after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#http.off('upgrade', this.#onUpgrade);
    this.#stopProbe();
    for (const flow of this.#flows) flow.close();
    if (this.#flows.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, graceMs);
        this.#allClosed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    for (const flow of this.#flows) flow.cut();
    this.#wss.close();
  }

  #allClosed: (() => void) | undefined;

  #armProbe(): void {
    this.#stopProbe = this.#clock.after(PING_INTERVAL_MS, () => {
      for (const flow of this.#flows) flow.probe();
      this.#armProbe();
    });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until it is a WebSocket nobody else hears of a reset, which would end the process.
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '').split('?')[0];
    if (this.#path !== null && path !== this.#path) return;
    const offered = (request.headers['sec-websocket-protocol'] ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase());
    if (!offered.includes('sip')) {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.#wss.handleUpgrade(request, socket, head, (webSocket) =>
      this.#open(webSocket, request.socket.remoteAddress ?? ''),
    );
  }

  #open(socket: WebSocket, remoteAddress: string): void {
    const flow = new SocketFlow(`f${this.#nextId}`, socket, remoteAddress.replace(/^::ffff:/, ''));
    this.#nextId += 1;
    this.#flows.add(flow);
    this.#log('debug', 'sip.flow_open', { flow: flow.id });
    socket.on('message', (data) => {
      flow.alive = true;
      this.#receive(textOf(data), flow);
    });
    socket.on('pong', () => {
      flow.alive = true;
    });
    socket.on('error', (error) => this.#log('warn', 'sip.flow_error', { flow: flow.id, error: error.message }));
    socket.on('close', () => {
      this.#flows.delete(flow);
      this.#log('debug', 'sip.flow_closed', { flow: flow.id });
      this.#guard(() => this.#events.onClosed(flow));
      if (this.#flows.size === 0) this.#allClosed?.();
    });
  }

  #receive(text: string, flow: SocketFlow): void {
    if (/^[\r\n]*$/.test(text)) {
      // A double CRLF is a ping, a single one the pong to ours.
      if (text === '\r\n\r\n') flow.sendText('\r\n');
      return;
    }
    const parsed = parseMessage(text);
    if (parsed.ok) {
      this.#guard(() => this.#events.onMessage(parsed.message, flow));
      return;
    }
    this.#log('warn', 'sip.bad_message', { flow: flow.id, status: parsed.status, detail: parsed.detail });
    if (parsed.request && parsed.request.method !== 'ACK')
      flow.send(responseTo(parsed.request, parsed.status, { reason: `Bad ${parsed.detail}` }));
  }

  /** A bug met by one message must not end the calls of everybody; it is logged with its stack. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#log('error', 'sip.bug', { error: describeError(error) });
    }
  }
}
