import type http from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { EventName, EventOf } from '../../../preload/contract/channels.ts';
import { fail } from '../../../preload/contract/result.ts';
import type { BridgeMessage, BridgeQuery } from '../../../preload/contract/wire.ts';
import { bridgeQuery, bridgeRequest } from '../../../preload/contract/wire.ts';
import type { Clock } from '../../platform/clock.ts';
import { parseJson } from '../../platform/json.ts';
import type { Dispatch, TrustedWindow } from '../host.ts';

/** How long a page may be without its socket before its window counts as gone. */
export const RECONNECT_GRACE_MS = 5_000;

/** A request carries text typed by a person; a mebibyte is far beyond any. */
const MAX_REQUEST_BYTES = 1_048_576;
/** The newest events kept for a page that reconnects; one that missed more starts over from a snapshot. */
export const KEPT_EVENTS = 200;

/** RFC 6455 7.4.1: the page was closed or reloaded. */
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;
const REPLACED = 4000;

/** A handler that throws is a bug; the window still gets its answer. */
const BROKEN = fail({ kind: 'internal', nextStep: 'report_bug', detail: 'The request ended in an exception' });

interface BridgeWindow extends TrustedWindow {
  readonly policySerial: number;
  /** Told to load anew: it gets nothing more, for it would begin work its policy does not allow. */
  isReloading: boolean;
  socket: WebSocket | undefined;
  /** A socket may break after an event was written to it: kept until the page says what it has seen. */
  readonly kept: { readonly seq: number; readonly text: string }[];
  lastSeq: number;
  cancelGrace: () => void;
}

interface BridgeParts {
  readonly clock: Clock;
  /** Settles with the router once the core is composed; requests wait. */
  readonly dispatch: Promise<Dispatch>;
  /** True when a page served under this policy can still do its work. */
  readonly policyFits: (serial: number) => boolean;
  /** Called before a page that has to start over is a window again. `how` tells a closed or reloaded page from one whose socket broke and did not come back. */
  readonly onGone: (window: TrustedWindow, how: 'closed' | 'lost') => void;
  readonly onOpened: () => void;
}

/** The windows of the browser host and the one WebSocket each holds. */
interface Bridge {
  accept(request: http.IncomingMessage, url: URL, socket: Duplex, head: Buffer): void;
  push<N extends EventName>(name: N, payload: EventOf<N>, only?: TrustedWindow): void;
  /** Has every window load the page anew whose policy no longer fits. */
  reloadMisfits(): void;
  windowCount(): number;
  close(): void;
}

/** Makes the bridge. The caller has checked Host, Origin and cookie of every request it hands to `accept`. */
export function createBridge(parts: BridgeParts): Bridge {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_REQUEST_BYTES, perMessageDeflate: false });
  const windows = new Map<string, BridgeWindow>();

  const send = (window: BridgeWindow, message: BridgeMessage): void => window.socket?.send(JSON.stringify(message));

  const reload = (window: BridgeWindow): void => {
    send(window, { type: 'reload' });
    window.isReloading = true;
  };

  const sendEvent = (window: BridgeWindow, name: EventName, payload: unknown): void => {
    if (window.isReloading) return;
    const seq = ++window.lastSeq;
    const text = JSON.stringify({ type: 'event', seq, name, payload } satisfies BridgeMessage);
    window.kept.push({ seq, text });
    if (window.kept.length > KEPT_EVENTS) window.kept.shift();
    window.socket?.send(text);
  };

  const end = (window: BridgeWindow, how: 'closed' | 'lost'): void => {
    if (windows.get(window.id) !== window) return;
    windows.delete(window.id);
    window.cancelGrace();
    parts.onGone({ id: window.id }, how);
  };

  const serveRequest = async (window: BridgeWindow, socket: WebSocket, text: string): Promise<void> => {
    const request = bridgeRequest.safeParse(parseJson(text));
    if (!request.success) {
      socket.close(POLICY_VIOLATION);
      return;
    }
    const { id, name, payload } = request.data;
    const dispatch = await parts.dispatch;
    const result = await dispatch({ id: window.id }, name, payload).catch(() => BROKEN);
    // A reply belongs to the socket that asked: the page answers its caller `offline` when that socket breaks.
    if (window.socket === socket && !window.isReloading)
      socket.send(JSON.stringify({ type: 'reply', id, result } satisfies BridgeMessage));
  };

  const attach = ({ window: id, policy, seen }: BridgeQuery, socket: WebSocket): void => {
    const known = windows.get(id);
    const missed = known?.kept.filter((event) => event.seq > seen) ?? [];
    // One that was told to load anew and is still here has missed everything since.
    const resumed = known !== undefined && !known.isReloading && missed.length === known.lastSeq - seen;
    known?.cancelGrace();
    known?.socket?.close(REPLACED);
    if (known && !resumed) end(known, 'lost');
    const window = resumed ? known : newWindow(id, policy);
    windows.set(id, window);
    window.socket = socket;
    send(window, { type: 'hello', resumed });
    if (resumed) for (const event of missed) socket.send(event.text);
    if (!parts.policyFits(policy)) reload(window);
    socket.on('message', (data: Buffer) => void serveRequest(window, socket, data.toString('utf8')));
    socket.on('error', () => socket.terminate());
    socket.on('close', (code) => {
      if (window.socket !== socket) return;
      window.socket = undefined;
      if (code === GOING_AWAY || code === POLICY_VIOLATION) end(window, 'closed');
      else window.cancelGrace = parts.clock.after(RECONNECT_GRACE_MS, () => end(window, 'lost'));
    });
    if (!resumed) parts.onOpened();
  };

  return {
    accept(request, url, socket, head) {
      const query = bridgeQuery.safeParse(Object.fromEntries(url.searchParams));
      server.handleUpgrade(request, socket, head, (webSocket) => {
        if (query.success) attach(query.data, webSocket);
        else webSocket.close(POLICY_VIOLATION);
      });
    },
    push(name, payload, only) {
      for (const window of windows.values()) {
        if (!only || only.id === window.id) sendEvent(window, name, payload);
      }
    },
    reloadMisfits() {
      for (const window of windows.values()) {
        if (!parts.policyFits(window.policySerial)) reload(window);
      }
    },
    windowCount: () => windows.size,
    close() {
      for (const window of windows.values()) {
        window.cancelGrace();
        const socket = window.socket;
        window.socket = undefined;
        socket?.terminate();
      }
      windows.clear();
      server.close();
    },
  };
}

function newWindow(id: string, policySerial: number): BridgeWindow {
  return {
    id,
    policySerial,
    isReloading: false,
    socket: undefined,
    kept: [],
    lastSeq: 0,
    cancelGrace: () => undefined,
  };
}
