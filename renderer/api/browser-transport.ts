import type { EventName } from '../../preload/contract/channels.ts';
import type { Snapshot } from '../../preload/contract/models.ts';
import type { Result } from '../../preload/contract/result.ts';
import { fail } from '../../preload/contract/result.ts';
import type { BridgeMessage, BridgeRequest } from '../../preload/contract/wire.ts';
import { BRIDGE_PATH, POLICY_METRIC } from '../../preload/contract/wire.ts';
import type { Link, LinkedTransport } from './link.ts';

/** Wait before each try to reach main again; the last one repeats. */
export const RECONNECT_DELAYS_MS = [100, 250, 500, 1_000, 2_000, 5_000] as const;

const OFFLINE = fail({ kind: 'offline', nextStep: 'restart_app', detail: 'The bridge to main is down' });

/** What a page gives the transport; tests give their own. */
export interface BridgePage {
  /** The bridge's address, but for what was seen. */
  readonly bridgeUrl: string;
  reload(): void;
}

/** A page keeps its transport for life; who makes one for less closes it. */
export interface BrowserTransport extends LinkedTransport {
  close(): void;
}

/** The serial of the policy this very document was served under: a header, so it cannot be of another window. */
function servedPolicy(): number {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return navigation?.serverTiming.find((metric) => metric.name === POLICY_METRIC)?.duration ?? 0;
}

function thisPage(): BridgePage {
  const url = new URL(BRIDGE_PATH, location.href.replace(/^http/, 'ws'));
  url.searchParams.set('window', crypto.randomUUID());
  url.searchParams.set('policy', String(servedPolicy()));
  return {
    bridgeUrl: url.href,
    reload: () => location.reload(),
  };
}

/** The slices of a snapshot as the events that carry them: how a page catches up after it was away too long. */
function snapshotEvents(snapshot: Snapshot): readonly (readonly [EventName, unknown])[] {
  return [
    ['session.changed', snapshot.session],
    ['settings.changed', snapshot.settings],
    ['balance.changed', snapshot.balance],
    ['policy.changed', snapshot.policy],
    ['numbers.changed', snapshot.numbers],
    ['sync.changed', snapshot.sync],
    ['store.changed', snapshot.storeNotices],
    ...snapshot.history.map((entry) => ['calls.changed', entry] as const),
    ['usage.changed', { newestTime: snapshot.usage.rows[0]?.time ?? null }],
    ['phone.mirror', snapshot.phone],
  ];
}

/**
 * The transport of a page served by the browser host. One WebSocket; requests made before its first connection wait for
 * it. When it breaks, open and new requests answer `offline` until it is back; missed events then follow. If main gave
 * this window up meanwhile, the page catches up by a snapshot and learns that its lease is lost.
 */
export function connectBrowserTransport(page: BridgePage = thisPage()): BrowserTransport {
  const listeners = new Set<(name: string, payload: unknown) => void>();
  const linkListeners = new Set<(link: Link) => void>();
  const waiting = new Map<number, (result: Result<unknown>) => void>();
  const beforeFirst: BridgeRequest[] = [];
  let socket: WebSocket | undefined;
  let state: 'first' | 'open' | 'broken' = 'first';
  let tries = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let lastId = 0;
  let lastSeen = 0;

  const emit = (name: EventName, payload: unknown): void => {
    for (const listener of listeners) listener(name, payload);
  };
  const ask = (request: BridgeRequest): void => socket?.send(JSON.stringify(request));
  const invoke = (name: string, payload: unknown): Promise<Result<unknown>> => {
    if (state === 'broken') return Promise.resolve(OFFLINE);
    const request = { id: ++lastId, name, payload };
    if (state === 'first') beforeFirst.push(request);
    else ask(request);
    return new Promise((resolve) => waiting.set(request.id, resolve));
  };

  const catchUp = async (): Promise<void> => {
    emit('phone.leaseLost', null);
    const answer = (await invoke('app.snapshot', null)) as Result<Snapshot>;
    if (answer.ok) for (const [name, payload] of snapshotEvents(answer.value)) emit(name, payload);
  };

  const greeted = (resumed: boolean): void => {
    const cameBack = state === 'broken';
    state = 'open';
    tries = 0;
    if (!resumed) lastSeen = 0;
    for (const request of beforeFirst.splice(0)) ask(request);
    if (!cameBack) return;
    for (const listener of linkListeners) listener('up');
    if (!resumed) void catchUp();
  };

  const receive = (message: BridgeMessage): void => {
    switch (message.type) {
      case 'hello':
        return greeted(message.resumed);
      case 'reply': {
        waiting.get(message.id)?.(message.result);
        waiting.delete(message.id);
        return;
      }
      case 'event': {
        lastSeen = message.seq;
        return emit(message.name as EventName, message.payload);
      }
      case 'reload':
        return page.reload();
    }
  };

  const broke = (): void => {
    const wasUp = state !== 'broken';
    state = 'broken';
    beforeFirst.length = 0;
    for (const answer of waiting.values()) answer(OFFLINE);
    waiting.clear();
    if (wasUp) for (const listener of linkListeners) listener('down');
    retry = setTimeout(connect, RECONNECT_DELAYS_MS[Math.min(tries++, RECONNECT_DELAYS_MS.length - 1)]);
  };

  function connect(): void {
    socket = new WebSocket(`${page.bridgeUrl}&seen=${lastSeen}`);
    socket.addEventListener('message', (event) => receive(JSON.parse(String(event.data)) as BridgeMessage));
    socket.addEventListener('close', broke, { once: true });
  }

  connect();
  return {
    invoke,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onLink(listener) {
      linkListeners.add(listener);
      return () => linkListeners.delete(listener);
    },
    close() {
      socket?.removeEventListener('close', broke);
      socket?.close();
      clearTimeout(retry);
    },
  };
}
