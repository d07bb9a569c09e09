import type { EventName, EventOf, InvokeName, RequestOf, ResponseOf } from './channels.ts';
import { eventChannels, invokeChannels } from './channels.ts';
import type { Result } from './result.ts';

/** What a host gives the window: one way to ask, one way to listen. Electron's bridge and the browser's both fit. */
export interface Transport {
  /** Never rejects: a dead transport answers `offline` or `internal`. */
  invoke(name: string, payload: unknown): Promise<Result<unknown>>;
  /** Returns the way to stop listening. */
  subscribe(listener: (name: string, payload: unknown) => void): () => void;
}

/** The typed client of the contract, as `window.offhook` and the renderer's api see it. */
export interface OffhookClient {
  invoke<N extends InvokeName>(name: N, payload: RequestOf<N>): Promise<Result<ResponseOf<N>>>;
  on<N extends EventName>(name: N, listener: (payload: EventOf<N>) => void): () => void;
}

/**
 * Derives the typed client from a transport. Unknown names are refused on both sides; payloads are parsed by the router,
 * which is the side that must not trust.
 */
export function createClient(transport: Transport): OffhookClient {
  const listeners = new Map<string, Set<(payload: never) => void>>();
  transport.subscribe((name, payload) => {
    if (!Object.hasOwn(eventChannels, name)) return;
    for (const listener of listeners.get(name) ?? []) listener(payload as never);
  });
  return {
    async invoke(name, payload) {
      if (!Object.hasOwn(invokeChannels, name)) {
        return {
          ok: false,
          error: { kind: 'invalid_request', nextStep: 'report_bug', detail: `No such channel: ${name}` },
        };
      }
      return (await transport.invoke(name, payload)) as Awaited<ReturnType<OffhookClient['invoke']>> as never;
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener);
      return () => set.delete(listener);
    },
  };
}
