/** Time as the core sees it. Tests pass a clock they move. */
export interface Clock {
  /** UTC milliseconds. */
  now(): number;
  /** Runs once after `delayMs`; returns the way to cancel it. */
  after(delayMs: number, run: () => void): () => void;
}

/** The machine's own clock. Timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref?.();
    return () => clearTimeout(timer);
  },
};
