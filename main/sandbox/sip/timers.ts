import type { Clock } from '../../platform/clock.ts';
import { describeError, type SipLog } from './log.ts';

/** RFC 3261 section 17.1.1.1: the round trip estimate everything below is built from. */
export const T1_MS = 500;
/** The longest interval between two sendings of a 200. */
export const T2_MS = 4_000;
/** Timers B, F, H, L and M: how long a transaction waits before it gives up. */
export const TRANSACTION_TIMEOUT_MS = 64 * T1_MS;
/** Timer C (RFC 3261 section 16.6): how long a branch may ring; more than 3 minutes. */
export const TIMER_C_MS = 185_000;

/**
 * The one owner of all timers of the telephone side: a clock whose timers can be cancelled together and whose callbacks
 * cannot take the process down.
 */
export class TimerOwner implements Clock {
  readonly #clock: Clock;
  readonly #log: SipLog;
  readonly #cancels = new Set<() => void>();

  constructor(clock: Clock, log: SipLog) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Timers that have neither run nor been cancelled. */
  get size(): number {
    return this.#cancels.size;
  }

  now(): number {
    return this.#clock.now();
  }

  after(delayMs: number, run: () => void): () => void {
    const cancel = this.#clock.after(delayMs, () => {
      this.#cancels.delete(cancel);
      try {
        run();
      } catch (error) {
        this.#log('error', 'sip.bug', { error: describeError(error) });
      }
    });
    this.#cancels.add(cancel);
    return () => {
      this.#cancels.delete(cancel);
      cancel();
    };
  }

  dispose(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }
}
