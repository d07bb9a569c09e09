import { isFailedEmergency } from './selectors.ts';
import type { AppStore } from './store.ts';

/** How long an ended call says why it ended. */
export const ENDED_CALL_SHOWN_MS = 8_000;
/** A call that failed has more to read. */
export const FAILED_CALL_SHOWN_MS = 20_000;

/**
 * Closes the card of an ended call after a while; what a failed emergency call says stays until it is closed. `setTimer` and `clearTimer` are the window's own, or a test's. */
export function watchEndedCalls(
  store: AppStore,
  setTimer: (work: () => void, ms: number) => number,
  clearTimer: (timer: number) => void,
): () => void {
  const timers = new Map<string, number>();
  const stop = store.subscribe((state, before) => {
    if (state.calls === before.calls) return;
    for (const call of state.calls) {
      if (call.state !== 'ended' || timers.has(call.id)) continue;
      if (isFailedEmergency(call)) {
        store.setState({ emergencyFailure: { number: call.remote, isWaiting: false } });
      }
      const shownMs = call.answeredAt === null ? FAILED_CALL_SHOWN_MS : ENDED_CALL_SHOWN_MS;
      timers.set(
        call.id,
        setTimer(() => closeCall(store, call.id), shownMs),
      );
    }
  });
  return () => {
    stop();
    for (const timer of timers.values()) clearTimer(timer);
    timers.clear();
  };
}

/** Takes an ended call off the screen; the history keeps it. */
export function closeCall(store: AppStore, callId: string): void {
  store.setState(({ closedCallIds }) => ({ closedCallIds: [...closedCallIds, callId] }));
}
