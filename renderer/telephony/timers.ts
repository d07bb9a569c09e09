/** A timer that was set; `clear` may be called any number of times. */
export interface Timer {
  clear(): void;
}

/** Where all time of the telephone comes from. One owner per phone; its `dispose` clears whatever is still set. */
export interface Timers {
  /** performance.now() of the window: milestones and intervals. */
  now(): number;
  /** UTC milliseconds: what people see. */
  utcNow(): number;
  set(delayMs: number, callback: () => void): Timer;
  /** Number of timers set and not yet fired; for leak checks. */
  pending(): number;
  dispose(): void;
}

/** What a timer worker understands and says; see timer-worker.ts. */
export type TimerRequest =
  { readonly id: number; readonly delayMs: number } | { readonly id: number; readonly delayMs: null };
export interface TimerFired {
  readonly id: number;
}

/** The part of Worker that is used, so that tests can give another. */
export interface TimerWorker {
  postMessage(request: TimerRequest): void;
  terminate(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: TimerFired }) => void): void;
  addEventListener(type: 'error', listener: () => void): void;
}

/** Timers kept in a Worker where one can be made, else on the page: a hidden page delays its own by up to a minute. */
export function createTimers(makeWorker: () => TimerWorker | null): Timers {
  const callbacks = new Map<number, { readonly callback: () => void; readonly dueAt: number }>();
  const local = new Map<number, ReturnType<typeof setTimeout>>();
  let nextId = 1;
  let worker = makeWorker();

  const fire = (id: number): void => {
    const entry = callbacks.get(id);
    clearTimeout(local.get(id));
    local.delete(id);
    callbacks.delete(id);
    entry?.callback();
  };
  const setLocally = (id: number, delayMs: number): void => {
    local.set(
      id,
      setTimeout(() => fire(id), delayMs),
    );
  };
  /** A worker that cannot load (an old cache, a strict policy) must not stop the phone. */
  const leaveWorker = (): void => {
    worker?.terminate();
    worker = null;
    for (const [id, entry] of callbacks) {
      if (!local.has(id)) setLocally(id, Math.max(0, entry.dueAt - performance.now()));
    }
  };
  if (worker) {
    worker.addEventListener('message', (event) => fire(event.data.id));
    worker.addEventListener('error', leaveWorker);
  }

  return {
    now: () => performance.now(),
    utcNow: () => Date.now(),
    pending: () => callbacks.size,
    set(delayMs, callback) {
      const id = nextId++;
      callbacks.set(id, { callback, dueAt: performance.now() + delayMs });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's has none
      if (worker) worker.postMessage({ id, delayMs });
      else setLocally(id, delayMs);
      return {
        clear() {
          if (!callbacks.delete(id)) return;
          clearTimeout(local.get(id));
          local.delete(id);
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's has none
          worker?.postMessage({ id, delayMs: null });
        },
      };
    },
    dispose() {
      callbacks.clear();
      for (const handle of local.values()) clearTimeout(handle);
      local.clear();
      worker?.terminate();
      worker = null;
    },
  };
}
