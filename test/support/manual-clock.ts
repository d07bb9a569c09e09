import type { Clock } from '../../main/platform/clock.ts';

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #nowMs: number;
  #rows: { readonly at: number; readonly run: () => void }[] = [];

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const row = { at: this.#nowMs + Math.max(0, delayMs), run };
    this.#rows.push(row);
    return () => {
      this.#rows = this.#rows.filter((other) => other !== row);
    };
  }

  get pending(): number {
    return this.#rows.length;
  }

  /** Moves time on; what falls due runs in its order, also what is set on the way. */
  advance(byMs: number): void {
    const until = this.#nowMs + byMs;
    for (;;) {
      const due = this.#rows.filter((row) => row.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#rows = this.#rows.filter((row) => row !== due);
      this.#nowMs = Math.max(this.#nowMs, due.at);
      due.run();
    }
    this.#nowMs = until;
  }
}
