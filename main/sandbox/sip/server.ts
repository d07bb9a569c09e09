import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock, type Clock } from '../../platform/clock.ts';
import type { Books } from '../ports.ts';
import { Agent } from './agent/agent.ts';
import { createLink, type Link } from './agent/link.ts';
import { DEFAULT_TIMINGS, type AgentTimings } from './agent/timings.ts';
import { Bindings } from './bindings.ts';
import { CallTable, type LiveCall } from './calls.ts';
import { Authenticator } from './digest.ts';
import { NO_SIP_FAULTS, WRONG_REALM, type SipFaults } from './faults.ts';
import type { Flow } from './flow.ts';
import { Forwarder } from './forward.ts';
import { Hangup } from './hangup.ts';
import { InDialogRouter } from './in-dialog.ts';
import type { SipLog } from './log.ts';
import { loadAnnouncements } from './media/announcements.ts';
import { warmUpMedia } from './media/peer.ts';
import { reasonHeader, type SipMessage } from './message/message.ts';
import { Proxy } from './proxy.ts';
import { Registrar } from './registrar.ts';
import { TimerOwner } from './timers.ts';
import { TransactionLayer } from './transactions/layer.ts';
import { WsTransport } from './transport.ts';

export interface SipServerOptions {
  /** An HTTP server whose upgrades on `path` become SIP sockets, or a port of our own (0: a free one). */
  readonly listen:
    { readonly server: Server; readonly path: string } | { readonly host: string; readonly port: number };
  readonly books: Books;
  /** A file URL ending in a slash: assets/announcements/ in the sources, ../assets/announcements/ beside the built file. */
  readonly announcementsDir: URL;
  readonly log: SipLog;
  readonly clock?: Clock;
  readonly timings?: Partial<AgentTimings>;
  /** Who calls after "call me back"; the default is a number kept for fiction. */
  readonly callBackFrom?: { readonly number: string; readonly displayName: string };
  readonly nonceLifetimeMs?: number;
  /** Asked at each occasion; none unless given. */
  readonly faults?: () => SipFaults;
}

/** Why a call is cut: put into the Reason header of both BYEs. */
export interface CutReason {
  readonly sipCode: number;
  readonly text: string;
}

/** One registered contact of a device. */
export interface Registration {
  readonly deviceId: string;
  readonly instanceId: string | null;
  readonly expiresAtMs: number;
}

/** What must be nothing after close(). */
export interface OpenResources {
  readonly sockets: number;
  readonly timers: number;
  readonly transactions: number;
  readonly agentCalls: number;
}

const DEFAULT_CALL_BACK_FROM = { number: '+12025550142', displayName: 'Sandbox call back' };
const CLOSE_GRACE_MS = 500;

/** The sandbox's telephone side: registrar, proxy and agent on one WebSocket port. Made by `startSipServer`. */
export class SipServer {
  readonly #timers: TimerOwner;
  readonly #bindings: Bindings;
  readonly #calls = new CallTable();
  readonly #layer: TransactionLayer;
  readonly #hangup: Hangup;
  readonly #inDialog: InDialogRouter;
  readonly #link: Link;
  readonly #agent: Agent;
  readonly #transport: WsTransport;
  readonly #http: Server;
  readonly #ownsHttp: boolean;
  readonly #url: string;
  #closing: Promise<void> | undefined;

  private constructor(
    options: SipServerOptions,
    http: Server,
    announcements: Awaited<ReturnType<typeof loadAnnouncements>>,
  ) {
    const { books, log } = options;
    const faults = options.faults ?? (() => NO_SIP_FAULTS);
    const { realm } = books;
    this.#http = http;
    this.#ownsHttp = !('server' in options.listen);
    const path = 'server' in options.listen ? options.listen.path : null;
    const address = http.address() as AddressInfo;
    const host = ['0.0.0.0', '::'].includes(address.address) ? '127.0.0.1' : address.address;
    const sentBy = `${host.includes(':') ? `[${host}]` : host}:${address.port}`;
    this.#url = `ws://${sentBy}${path ?? '/sip'}`;

    const timers = new TimerOwner(options.clock ?? systemClock, log);
    this.#timers = timers;
    const forwarder = new Forwarder({ sentBy, realm });
    const authenticator = new Authenticator({
      realm,
      deviceByUser: (user) => books.deviceByUser(user),
      clock: timers,
      challengeRealm: () => (faults().wrongRealm ? WRONG_REALM : realm),
      ...(options.nonceLifetimeMs === undefined ? {} : { nonceLifetimeMs: options.nonceLifetimeMs }),
    });
    this.#bindings = new Bindings(timers, {
      onAdded: ({ device, instanceId, contact, flow }) => {
        this.#inDialog.followInstance(device.user, instanceId, contact, flow);
        log('info', 'sip.registered', { device: device.deviceId, flow: flow.id });
      },
      onRemoved: ({ device, flow }, reason) =>
        log('info', 'sip.unregistered', { device: device.deviceId, flow: flow.id, reason }),
    });
    this.#layer = new TransactionLayer(timers, {
      onRequest: (request, transaction) => proxy.onRequest(request, transaction),
      onAck: (request, flow) => proxy.onAck(request, flow),
    });
    const shared = {
      layer: this.#layer,
      calls: this.#calls,
      forwarder,
      realm,
      log,
      books,
      authenticator,
      bindings: this.#bindings,
      faults,
    };
    this.#hangup = new Hangup({ ...shared, newVia: forwarder.newVia });
    this.#inDialog = new InDialogRouter({ ...shared, hangup: this.#hangup });
    this.#link = createLink(log);
    const registrar = new Registrar({ ...shared, clock: timers });
    const proxy = new Proxy({
      ...shared,
      hangup: this.#hangup,
      inDialog: this.#inDialog,
      registrar,
      agentFlow: this.#link.toAgent,
    });
    this.#agent = new Agent({
      ...shared,
      clock: timers,
      toProxy: this.#link.toProxy,
      announcements,
      timings: { ...DEFAULT_TIMINGS, ...options.timings },
      callBackFrom: options.callBackFrom ?? DEFAULT_CALL_BACK_FROM,
    });
    const receive = (message: SipMessage, flow: Flow): void => this.#layer.receive(message, flow);
    this.#link.connect({ proxy: receive, agent: (message, flow) => this.#agent.receive(message, flow) });
    this.#transport = new WsTransport({
      http,
      path,
      clock: timers,
      log,
      events: {
        onMessage: receive,
        onClosed: (flow) => {
          // Bindings first: what fails next must not find the dead socket again.
          this.#bindings.flowClosed(flow);
          this.#layer.flowClosed(flow);
          this.#inDialog.flowClosed(flow);
        },
      },
    });
  }

  /** Starts the telephone side; resolves when the first call can be taken. Rejects when the port cannot be had. */
  static async start(options: SipServerOptions): Promise<SipServer> {
    const [announcements, http] = await Promise.all([
      loadAnnouncements(options.announcementsDir, (name) => options.log('error', 'sip.announcement_missing', { name })),
      listening(options.listen),
      warmUpMedia(),
    ]);
    return new SipServer(options, http, announcements);
  }

  /** Where clients connect. */
  get url(): string {
    return this.#url;
  }

  liveCalls(): readonly LiveCall[] {
    return this.#calls.live();
  }

  registrations(): readonly Registration[] {
    return this.#bindings
      .all()
      .map(({ device, instanceId, expiresAtMs }) => ({ deviceId: device.deviceId, instanceId, expiresAtMs }));
  }

  /**
   * Cuts the call a leg belongs to: BYE to both ends with a Reason, or the refusal of a call that still rings. The books
   * hear `ended` for its legs before this returns. False when no such call is alive. An emergency call is never cut.
   */
  endDialog(legId: string, reason: CutReason): boolean {
    const call = this.#calls.byLeg(legId);
    if (!call || call.emergency) return false;
    this.#hangup.endCall(call, 'cut', reasonHeader(reason.sipCode, reason.text));
    return true;
  }

  /** Forgets where a device can be reached; a call of it goes on. */
  unregister(deviceId: string): void {
    for (const binding of this.#bindings.all()) {
      if (binding.device.deviceId === deviceId) this.#bindings.remove(binding, 'unregistered');
    }
  }

  /** What is still held; all zero after close(). */
  openResources(): OpenResources {
    return {
      sockets: this.#transport.size,
      timers: this.#timers.size,
      transactions: this.#layer.size,
      agentCalls: this.#agent.size,
    };
  }

  /** Ends every call (BYE to both ends, `ended` to the books) and releases sockets, timers and media. Safe to call again. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const call of this.#calls.all())
      if (!call.ended) this.#hangup.endCall(call, 'shutdown', reasonHeader(503, 'The server stops'));
    this.#link.close();
    await this.#transport.close(CLOSE_GRACE_MS);
    this.#layer.dispose();
    await this.#agent.close();
    this.#bindings.dispose();
    this.#calls.clear();
    this.#timers.dispose();
    if (this.#ownsHttp) {
      this.#http.closeAllConnections();
      await new Promise<void>((resolve) => void this.#http.close(() => resolve()));
    }
  }
}

async function listening(listen: SipServerOptions['listen']): Promise<Server> {
  if ('server' in listen) {
    if (!listen.server.listening) throw new Error('the HTTP server must listen before SIP is attached to it');
    return listen.server;
  }
  const http = createServer((_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket' }).end('SIP over WebSocket only\n');
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(listen.port, listen.host, () => {
      http.off('error', reject);
      resolve();
    });
  });
  return http;
}

/** Starts the telephone side (see SipServer.start). */
export function startSipServer(options: SipServerOptions): Promise<SipServer> {
  return SipServer.start(options);
}
