import type { Timer, Timers } from '../../renderer/telephony/timers.ts';

/** Timers that move only when told: `advance` fires what is due, in order. */
export class ManualTimers implements Timers {
  #nowMs = 1_000;
  #nextId = 1;
  readonly #due = new Map<number, { readonly at: number; readonly callback: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  utcNow(): number {
    return Date.UTC(2026, 0, 1) + this.#nowMs;
  }

  set(delayMs: number, callback: () => void): Timer {
    const id = this.#nextId++;
    this.#due.set(id, { at: this.#nowMs + delayMs, callback });
    return { clear: () => void this.#due.delete(id) };
  }

  pending(): number {
    return this.#due.size;
  }

  dispose(): void {
    this.#due.clear();
  }

  /** Moves time on, firing each timer at its own moment; timers they set are fired too when due in between. */
  advance(ms: number): void {
    const end = this.#nowMs + ms;
    for (;;) {
      const next = [...this.#due].filter(([, timer]) => timer.at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!next) break;
      const [id, timer] = next;
      this.#due.delete(id);
      this.#nowMs = Math.max(this.#nowMs, timer.at);
      timer.callback();
    }
    this.#nowMs = end;
  }
}
