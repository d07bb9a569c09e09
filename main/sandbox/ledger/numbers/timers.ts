import type Database from 'better-sqlite3';

/** What time does to a number. The order decides between two of one moment. */
export const TIMER_KINDS = [
  'activate',
  'review',
  'cnam',
  'support_answer',
  'retry',
  'renew',
  'grace_end',
  'suspension_end',
  'requirement_end',
  'inactivity',
  'reclaim_end',
  'aging_end',
] as const;
export type TimerKind = (typeof TIMER_KINDS)[number];

export interface DueTimer {
  readonly number: string;
  readonly kind: TimerKind;
  readonly at: number;
}

/** Timers of numbers in the books: what was set is kept over a restart and happens once. */
export interface NumberTimers {
  /** UTC ms of the ledger's clock when the next one is due. */
  nextAt(): number | undefined;
  /** The first timer due by then, and takes it off the books. */
  takeDue(until: number): DueTimer | undefined;
  /** One of a kind and number at most: a later one replaces it. */
  set(number: string, kind: TimerKind, at: number): void;
  clear(number: string, kind: TimerKind): void;
  clearAll(number: string): void;
}

export function createNumberTimers({ db }: { readonly db: Database.Database }): NumberTimers {
  const next = db.prepare<[], number | null>('SELECT min(at) FROM number_timers').pluck();
  const order = TIMER_KINDS.map((kind, index) => `WHEN '${kind}' THEN ${index}`).join(' ');
  // Of numbers that renew in one moment, the one everybody shows is paid first.
  const due = db.prepare<[number], DueTimer>(`
    SELECT t.number, t.kind, t.at FROM number_timers t JOIN numbers n ON n.number = t.number
    WHERE t.at <= ? ORDER BY t.at, CASE t.kind ${order} END, n.is_default DESC, t.number LIMIT 1`);
  const put = db.prepare(
    'INSERT INTO number_timers (number, kind, at) VALUES (?, ?, ?) ON CONFLICT (number, kind) DO UPDATE SET at = excluded.at',
  );
  const drop = db.prepare('DELETE FROM number_timers WHERE number = ? AND kind = ?');
  const dropAll = db.prepare('DELETE FROM number_timers WHERE number = ?');
  return {
    nextAt: () => next.get() ?? undefined,
    takeDue(until) {
      const timer = due.get(until);
      if (timer) drop.run(timer.number, timer.kind);
      return timer;
    },
    set: (number, kind, at) => void put.run(number, kind, at),
    clear: (number, kind) => void drop.run(number, kind),
    clearAll: (number) => void dropAll.run(number),
  };
}
