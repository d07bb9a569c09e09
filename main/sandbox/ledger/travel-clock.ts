import type Database from 'better-sqlite3';
import type { Clock } from '../../platform/clock.ts';

/** The ledger's time: real time plus what a person has travelled. Timers stay real. */
export interface TravelClock extends Clock {
  /** Real now plus the distance travelled, also while `standingAt` holds the clock still. */
  target(): number;
  /** Moves the target forward; kept with the books. Throws RangeError for a way back: what is booked stays booked. */
  travelTo(at: number): void;
  /** Runs work with the clock standing at a moment: what falls due is booked at its own time. */
  standingAt<T>(at: number, work: () => T): T;
}

/** Makes the clock of one ledger; the distance travelled is read from its account row, 0 while there is none. */
export function createTravelClock(db: Database.Database, real: Clock): TravelClock {
  const readOffset = db.prepare<[], number>('SELECT clock_offset_ms FROM account').pluck();
  const writeOffset = db.prepare('UPDATE account SET clock_offset_ms = ?');
  let offsetMs = readOffset.get() ?? 0;
  let standing: number | undefined;
  const target = (): number => real.now() + offsetMs;
  return {
    now: () => standing ?? target(),
    after: (delayMs, run) => real.after(delayMs, run),
    target,
    travelTo(at) {
      if (!Number.isSafeInteger(at) || at < target()) throw new RangeError('The clock of the books only goes forward');
      offsetMs = at - real.now();
      writeOffset.run(offsetMs);
    },
    standingAt(at, work) {
      const before = standing;
      standing = at;
      try {
        return work();
      } finally {
        standing = before;
      }
    },
  };
}
