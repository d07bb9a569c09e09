import type Database from 'better-sqlite3';
import { toMicros } from '../../../preload/contract/money.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Profile } from '../policies/profile.ts';
import type { FillPlan } from '../scenarios/fill-plan.ts';
import { liveAccount } from './account/live-account.ts';
import type { Agenda } from './agenda.ts';
import { createAgenda } from './agenda.ts';
import { openDatabase } from './database.ts';
import type { Journal } from './journal.ts';
import { InvariantBroken, createJournal } from './journal.ts';
import type { Outbox } from './outbox.ts';
import { createOutbox } from './outbox.ts';
import type { Prices } from './prices.ts';
import { createPrices } from './prices.ts';
import { buildBeside, isMissing, requireFilledBy } from './filled-file.ts';
import { seedAccount } from './seed.ts';
import type { Settings } from './settings.ts';
import { createSettings } from './settings.ts';
import type { TravelClock } from './travel-clock.ts';
import { createTravelClock } from './travel-clock.ts';

/** One open account. Synchronous throughout: the sandbox is a process of its own with one SQLite file. */
export interface Ledger {
  readonly db: Database.Database;
  /** The rules of the provider; its account as people changed it, read anew each time. */
  readonly profile: Profile;
  /** The ledger's time, which may travel. Tokens and timers use real time instead. */
  readonly clock: TravelClock;
  /** What time does to the books. */
  readonly agenda: Agenda;
  /** What people changed. */
  readonly settings: Settings;
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly prices: Prices;
  /** Runs in one immediate transaction, then tells the listeners; all or nothing. */
  write<T>(work: () => T): T;
  /** Called after each committed write. Returns the way to stop. */
  onWrite(listener: () => void): () => void;
  close(): void;
}

export interface LedgerOptions {
  /** A path, or ':memory:'. */
  readonly file: string;
  readonly profile: Profile;
  readonly clock: Clock;
  /** The history of a new account, instead of the small one. */
  readonly fill?: FillPlan;
}

interface OpenLeg {
  readonly id: string;
  readonly sip_call_id: string;
  readonly leg: 'a' | 'b';
  readonly direction: 'outbound' | 'inbound';
  readonly user_id: string | null;
  readonly device_id: string | null;
  readonly from_party: string;
  readonly to_party: string;
  readonly answered_at: number | null;
}

/**
 * Ends the calls a killed process left open: each gets its row now, once. How long an answered one lasted nobody
 * knows, so its duration is unknown and it costs 0.
 */
function closeInterrupted(ledger: Ledger): void {
  const open = ledger.db
    .prepare<[], OpenLeg>('SELECT * FROM legs WHERE ended_at IS NULL ORDER BY started_at, rowid')
    .all();
  const close = ledger.db.prepare(`UPDATE legs SET ended_at = ?, cause = 'restart', usage_id = ? WHERE id = ?`);
  for (const leg of open) {
    ledger.write(() => {
      const now = ledger.clock.now();
      const answered = leg.answered_at !== null;
      const usageId = ledger.journal.post(
        {
          kind: 'call',
          direction: leg.direction,
          priceState: 'included',
          amount: toMicros(0),
          description: answered
            ? 'Call cut off by a restart of the provider: length unknown, not charged'
            : 'Call given up by a restart of the provider, not answered',
          from: leg.from_party,
          to: leg.to_party,
          ...(answered ? {} : { durationSec: 0, billedSec: 0 }),
          ...(leg.user_id === null ? {} : { userId: leg.user_id }),
          ...(leg.device_id === null ? {} : { deviceId: leg.device_id }),
          sipCallId: leg.sip_call_id,
          leg: leg.leg,
        },
        now,
      );
      close.run(now, usageId, leg.id);
      ledger.outbox.append('usage.upserted', now, { usageId });
    });
  }
}

/**
 * Opens the account's file, seeding it when it is new; proves the whole ledger (F-13) and ends what a killed process
 * left open. Throws when the file is of another profile, the books do not add up, or it was not filled as asked.
 */
export function openLedger(options: LedgerOptions): Ledger {
  const { profile, clock: realClock, file, fill } = options;
  const seed = (db: Database.Database): void => seedAccount(db, profile, realClock.now(), fill);
  if (fill && isMissing(file)) buildBeside(file, seed);
  const db = openDatabase(file);
  const listeners = new Set<() => void>();
  try {
    const stored = db.prepare<[], string>('SELECT profile FROM account').pluck().get();
    if (stored === undefined) db.transaction(seed).immediate(db);
    else if (stored !== profile.id) throw new Error(`This ledger belongs to the profile ${stored}`);
    if (fill) requireFilledBy(db, fill);

    const clock = createTravelClock(db, realClock);
    const write = <T>(work: () => T): T => {
      const result = db.transaction(work).immediate();
      if (!db.inTransaction) for (const listener of listeners) listener();
      return result;
    };
    const ledger: Ledger = {
      db,
      profile: { ...profile, account: liveAccount(db, profile.account) },
      clock,
      agenda: createAgenda(clock, write),
      settings: createSettings(db),
      journal: createJournal(db),
      outbox: createOutbox(db),
      prices: createPrices(db),
      write,
      onWrite(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close() {
        listeners.clear();
        db.close();
      },
    };
    if (!ledger.journal.check().holds) throw new InvariantBroken('The ledger does not add up');
    closeInterrupted(ledger);
    return ledger;
  } catch (fault) {
    db.close();
    throw fault;
  }
}
