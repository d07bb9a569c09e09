import { Worker } from 'node:worker_threads';
import type { Answer, NumberedRequest, Request, ThreadMessage, ThreadStart } from './messages.ts';

/** One worker thread of the store, seen from main. */
export interface Thread {
  /** Resolves with the thread's answer, or undefined when the thread died before it came. Never rejects. */
  ask(request: Request): Promise<Answer | undefined>;
  /** Asks it to close; resolves when the thread is gone, dead or alive before. */
  end(nowMs: number): Promise<void>;
  readonly gone: Promise<void>;
}

/**
 * Starts a thread of the store. It keeps the process alive only while an answer is awaited. `onGone` runs once, with
 * what ended it unless it was asked to end.
 */
export function startThread(
  workerUrl: URL,
  start: ThreadStart,
  listeners: {
    readonly onMessage: (message: Exclude<ThreadMessage, { readonly kind: 'answer' }>) => void;
    readonly onDeath: (cause: unknown) => void;
  },
): Thread {
  // Without execArgv: [] the thread would inherit the flags of a test runner or debugger.
  const worker = new Worker(workerUrl, { workerData: start, execArgv: [], name: `store-${start.role}` });
  worker.unref();
  const pending = new Map<number, (answer: Answer | undefined) => void>();
  let lastId = 0;
  let state: 'alive' | 'ending' | 'gone' = 'alive';
  let cause: unknown;

  const settle = (id: number, answer: Answer | undefined): void => {
    const resolve = pending.get(id);
    pending.delete(id);
    if (pending.size === 0 && state === 'alive') worker.unref();
    resolve?.(answer);
  };

  worker.on('message', (message: ThreadMessage) => {
    if (message.kind === 'answer') settle(message.id, message.answer);
    else listeners.onMessage(message);
  });
  worker.on('error', (error) => {
    cause = error;
  });
  const gone = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      const asked = state === 'ending';
      state = 'gone';
      for (const id of pending.keys()) settle(id, undefined);
      if (!asked) listeners.onDeath(cause ?? new Error(`The thread ended with code ${code}`));
      resolve();
    });
  });

  const ask = (request: Request): Promise<Answer | undefined> => {
    if (state !== 'alive') return Promise.resolve(undefined);
    lastId += 1;
    const id = lastId;
    return new Promise((resolve) => {
      if (pending.size === 0) worker.ref();
      pending.set(id, resolve);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
      worker.postMessage({ id, request } satisfies NumberedRequest);
    });
  };

  return {
    ask,
    async end(nowMs) {
      if (state !== 'alive') return gone;
      const closing = ask({ op: 'close', nowMs });
      state = 'ending';
      worker.ref();
      await closing;
      return gone;
    },
    gone,
  };
}
