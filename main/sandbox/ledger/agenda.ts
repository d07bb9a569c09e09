import type { TravelClock } from './travel-clock.ts';

/** Something that time does to the books: renewals, grants, month ends, freezes. */
export interface Job {
  readonly name: string;
  /** UTC ms of the ledger's clock when it is due next; undefined = nothing to come. Read from the books each time. */
  nextAt(): number | undefined;
  /**
   * Does what is due at `at`, inside a transaction that stands at that moment. Afterwards `nextAt` MUST be later: what
   * was done is marked as done in the same transaction, so that a crash neither skips nor repeats it.
   */
  run(at: number): void;
}

/** What time does, in its order, each thing once. */
export interface Agenda {
  add(job: Job): void;
  /** Runs everything due up to the clock's target, earliest first. Answers how many jobs ran. */
  runDue(): number;
  /** Looks every second of real time from now on. Returns the way to stop. */
  follow(): () => void;
}

const LOOK_EVERY_MS = 1000;

export function createAgenda(clock: TravelClock, write: (work: () => void) => void): Agenda {
  const jobs: Job[] = [];

  function earliest(until: number): { readonly job: Job; readonly at: number } | undefined {
    let found: { job: Job; at: number } | undefined;
    for (const job of jobs) {
      const at = job.nextAt();
      if (at !== undefined && at <= until && (found === undefined || at < found.at)) found = { job, at };
    }
    return found;
  }

  function runDue(): number {
    const until = clock.target();
    for (let count = 0; ; count += 1) {
      const due = earliest(until);
      if (!due) return count;
      clock.standingAt(due.at, () => write(() => due.job.run(due.at)));
      const next = due.job.nextAt();
      if (next !== undefined && next <= due.at) throw new Error(`${due.job.name} is due again at the moment it ran`);
    }
  }

  return {
    add: (job) => void jobs.push(job),
    runDue,
    follow() {
      let cancel = (): void => undefined;
      const look = (): void => {
        runDue();
        cancel = clock.after(LOOK_EVERY_MS, look);
      };
      cancel = clock.after(LOOK_EVERY_MS, look);
      return () => cancel();
    },
  };
}
