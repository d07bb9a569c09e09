import type { Answer, Request } from './messages.ts';
import type { Thread } from './thread.ts';

/** A thread with a second life: started when first needed, started once more when it dies. */
export interface Lane {
  /** undefined = the thread died before it answered, or is not there any more. */
  ask(request: Request): Promise<Answer | undefined>;
  /** Tells a thread that is running; one that is not has nothing to be told. */
  tell(request: Request): Promise<void>;
  /** Starts the thread now, so that it is there when it is needed. */
  start(): void;
  /** True once it died twice. */
  isLost(): boolean;
  end(nowMs: number): Promise<void>;
}

/** How often a thread is started again after it died. */
const RESTARTS = 1;

/** `startThread` starts a thread that calls its argument when it dies unasked; `onDeath` hears of each death. */
export function createLane(
  startThread: (onDeath: (cause: unknown) => void) => Thread,
  onDeath: (cause: unknown, lost: boolean) => void,
): Lane {
  let thread: Thread | undefined;
  let deaths = 0;
  let ended = false;
  const lost = (): boolean => deaths > RESTARTS;

  const running = (): Thread | undefined => {
    if (!thread && !ended && !lost()) {
      thread = startThread((cause) => {
        thread = undefined;
        deaths += 1;
        onDeath(cause, lost());
      });
    }
    return thread;
  };

  return {
    ask: (request) => running()?.ask(request) ?? Promise.resolve(undefined),
    async tell(request) {
      await thread?.ask(request);
    },
    start: () => void running(),
    isLost: lost,
    async end(nowMs) {
      ended = true;
      await thread?.end(nowMs);
    },
  };
}
