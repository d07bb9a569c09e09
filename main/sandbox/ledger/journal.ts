import type Database from 'better-sqlite3';
import type { Micros } from '../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../preload/contract/money.ts';

/** The ledgers of F-13. What was spent leaves out `rollovers`: they only move what was counted before. */
export type UsageCategory = 'per_minute' | 'payments' | 'prorations' | 'recurring' | 'rollovers' | 'adjustments';

/** A row to explain a movement of the balance, before it has an id. `amount` is signed: a charge is negative. */
export interface NewUsage {
  readonly kind: 'call' | 'number' | 'topup' | 'fee' | 'credit' | 'adjustment' | 'other';
  readonly direction?: 'outbound' | 'inbound';
  readonly priceState: 'priced' | 'price_pending' | 'included' | 'corrected';
  readonly amount: Micros;
  readonly description: string;
  readonly from?: string;
  readonly to?: string;
  readonly durationSec?: number;
  readonly billedSec?: number;
  readonly ratePerMinute?: Micros;
  readonly userId?: string;
  readonly deviceId?: string;
  readonly sipCallId?: string;
  readonly leg?: 'a' | 'b';
  /** The charge it books (R71). */
  readonly chargeId?: string;
  /** Both ends are people of the account (SCS-09). */
  readonly onNet?: boolean;
  readonly media?: 'audio' | 'video';
  /** Its codec had to be converted for a trunk (SCS-12): which. */
  readonly transcoded?: boolean;
  readonly codec?: string;
  /** Of what it is part (F-13), where the kind alone does not say it: a number's first, shortened month is a proration. */
  readonly category?: UsageCategory;
}

/** What F-13 compares, for whoever asks; `holds` must always be true. */
export interface InvariantReport {
  readonly opening: Micros;
  readonly closing: Micros;
  readonly sumOfPostings: Micros;
  readonly sumOfUsage: Micros;
  readonly holds: boolean;
}

/** One movement of the balance. */
export interface Posting {
  readonly usageId: string;
  readonly amount: Micros;
  readonly before: Micros;
  readonly after: Micros;
  /** UTC ms of the ledger's clock. */
  readonly at: number;
}

/** The books do not add up. Never caught: the transaction is undone and the fault is reported. */
export class InvariantBroken extends Error {}

/** After so many postings a proven balance is kept, from which the next sums start: measured, 500 made a posting 1.4 times slower. */
const CHECKPOINT_EVERY = 100;

/** A row of a series, with the UTC ms of its posting. */
export interface DatedUsage {
  readonly at: number;
  readonly usage: NewUsage;
}

/** The only writer of money. Every method runs inside the caller's transaction and proves F-13 before it returns. */
export interface Journal {
  /** Adds a usage row and its posting; answers the row's id. */
  post(usage: NewUsage, at: number): string;
  /**
   * The same for many rows in their order, proven once, when all of them stand: a history, not a day's business. The
   * listeners hear of each afterwards.
   */
  postAll(rows: readonly DatedUsage[]): void;
  /** Gives a row another amount (a late or wrong price): a posting of the difference, and the next version. */
  correct(usageId: string, amount: Micros, at: number): void;
  balance(): Micros;
  /** Called inside the transaction of every movement, after it was proven: what follows from it is booked with it. */
  onPosting(listener: (posting: Posting) => void): void;
  /** Sums everything from the opening balance, without checkpoints. */
  check(): InvariantReport;
}

/** As SQLite keeps a boolean; null = not known, or not a call. */
const toFlag = (value: boolean | undefined): 0 | 1 | null => (value === undefined ? null : value ? 1 : 0);

interface Sums {
  readonly total: number | null;
}

/** Prepares the statements once for a database whose account row exists. */
export function createJournal(db: Database.Database): Journal {
  const readBalance = db.prepare<[], number>('SELECT balance FROM account').pluck();
  const writeBalance = db.prepare('UPDATE account SET balance = ?');
  const newestTime = db.prepare<[], number | null>('SELECT max(time) FROM usage').pluck();
  const newestSeq = db.prepare<[], number | null>('SELECT max(seq) FROM usage').pluck();
  const insertUsage = db.prepare(`
    INSERT INTO usage (seq, id, time, kind, direction, price_state, amount, description, from_party, to_party,
      duration_sec, billed_sec, rate_per_minute, user_id, device_id, sip_call_id, leg, charge_id, on_net, media, transcoded, codec,
      category)
    VALUES (@seq, @id, @time, @kind, @direction, @priceState, @amount, @description, @from, @to,
      @durationSec, @billedSec, @ratePerMinute, @userId, @deviceId, @sipCallId, @leg, @chargeId, @onNet, @media, @transcoded,
      @codec, @category)`);
  const readUsage = db.prepare<[string], { amount: number }>('SELECT amount FROM usage WHERE id = ?');
  const writeUsage = db.prepare(
    `UPDATE usage SET amount = ?, version = version + 1, price_state = 'corrected' WHERE id = ?`,
  );
  const countUsage = db.prepare(
    'INSERT INTO usage_counts (user_id, rows) VALUES (?, ?) ON CONFLICT (user_id) DO UPDATE SET rows = rows + excluded.rows',
  );
  const insertPosting = db.prepare('INSERT INTO postings (usage_id, amount, balance_after, at) VALUES (?, ?, ?, ?)');
  const sumOfUsageRow = db.prepare<[string], Sums>('SELECT sum(amount) AS total FROM postings WHERE usage_id = ?');
  const checkpoint = db.prepare<[], { posting_seq: number; balance: number }>(
    'SELECT posting_seq, balance FROM checkpoints ORDER BY posting_seq DESC LIMIT 1',
  );
  const sumSince = db.prepare<[number], { total: number | null; count: number; last: number | null }>(
    'SELECT sum(amount) AS total, count(*) AS count, max(seq) AS last FROM postings WHERE seq > ?',
  );
  const insertCheckpoint = db.prepare('INSERT INTO checkpoints (posting_seq, balance) VALUES (?, ?)');
  const readOpening = db.prepare<[], number>('SELECT opening FROM account').pluck();
  const sumOfPostings = db.prepare<[], Sums>('SELECT sum(amount) AS total FROM postings');
  const sumOfUsage = db.prepare<[], Sums>('SELECT sum(amount) AS total FROM usage');
  const differingSince = db
    .prepare<[number], number>(
      `SELECT count(*) FROM usage u WHERE u.seq > ? AND u.amount <>
         (SELECT total(p.amount) FROM postings p WHERE p.usage_id = u.id)`,
    )
    .pluck();

  const listeners: ((posting: Posting) => void)[] = [];
  const balance = (): Micros => toMicros(readBalance.get() ?? 0);

  /** F-13 both ways: the journal from its last proven place, and the row against its own postings. */
  function prove(usageId: string): void {
    const from = checkpoint.get() ?? { posting_seq: 0, balance: readOpening.get() ?? 0 };
    const since = sumSince.get(from.posting_seq);
    const expected = from.balance + (since?.total ?? 0);
    if (expected !== balance()) throw new InvariantBroken(`The journal says ${expected}, the account ${balance()}`);
    const ofRow = sumOfUsageRow.get(usageId)?.total ?? 0;
    if (ofRow !== readUsage.get(usageId)?.amount) throw new InvariantBroken(`Row ${usageId} differs from its postings`);
    if (since && since.last !== null && since.count >= CHECKPOINT_EVERY) insertCheckpoint.run(since.last, expected);
  }

  function move(usageId: string, amount: Micros, at: number): void {
    const before = balance();
    const after = addMicros(before, amount);
    insertPosting.run(usageId, amount, after, at);
    writeBalance.run(after);
    prove(usageId);
    const posting: Posting = { usageId, amount, before, after, at };
    for (const listener of listeners) listener(posting);
  }

  function requireTransaction(): void {
    if (!db.inTransaction) throw new Error('Money moves inside a transaction only');
  }

  function insert(usage: NewUsage, seq: number, time: number): string {
    const id = `use_${String(seq).padStart(10, '0')}`;
    insertUsage.run({
      direction: null,
      from: null,
      to: null,
      durationSec: null,
      billedSec: null,
      ratePerMinute: null,
      userId: null,
      deviceId: null,
      sipCallId: null,
      leg: null,
      chargeId: null,
      media: null,
      codec: null,
      category: null,
      ...usage,
      onNet: toFlag(usage.onNet),
      transcoded: toFlag(usage.transcoded),
      seq,
      id,
      time,
    });
    return id;
  }

  /** F-13 both ways over rows just added, then a checkpoint behind them. */
  function proveSince(seq: number): void {
    const from = checkpoint.get() ?? { posting_seq: 0, balance: readOpening.get() ?? 0 };
    const since = sumSince.get(from.posting_seq);
    const expected = from.balance + (since?.total ?? 0);
    if (expected !== balance()) throw new InvariantBroken(`The journal says ${expected}, the account ${balance()}`);
    if (differingSince.get(seq) !== 0) throw new InvariantBroken(`Rows after ${seq} differ from their postings`);
    if (since && since.last !== null) insertCheckpoint.run(since.last, expected);
  }

  return {
    post(usage, at) {
      requireTransaction();
      // Order of time is order of posting, also when the clock was set back: a sync may stop at what it knows.
      const id = insert(usage, (newestSeq.get() ?? 0) + 1, Math.max(at, newestTime.get() ?? 0));
      countUsage.run(usage.userId ?? '', 1);
      move(id, usage.amount, at);
      return id;
    },
    postAll(rows) {
      requireTransaction();
      if (rows.length === 0) return;
      const first = newestSeq.get() ?? 0;
      const postings: Posting[] = [];
      const counts = new Map<string, number>();
      let [seq, time, after] = [first, newestTime.get() ?? 0, balance()];
      for (const { at, usage } of rows) {
        seq += 1;
        time = Math.max(at, time);
        const before = after;
        after = addMicros(before, usage.amount);
        const usageId = insert(usage, seq, time);
        insertPosting.run(usageId, usage.amount, after, at);
        counts.set(usage.userId ?? '', (counts.get(usage.userId ?? '') ?? 0) + 1);
        if (listeners.length > 0) postings.push({ usageId, amount: usage.amount, before, after, at });
      }
      writeBalance.run(after);
      for (const [userId, count] of counts) countUsage.run(userId, count);
      proveSince(first);
      for (const posting of postings) for (const listener of listeners) listener(posting);
    },
    correct(usageId, amount, at) {
      requireTransaction();
      const row = readUsage.get(usageId);
      if (!row) throw new RangeError(`No usage row ${usageId}`);
      writeUsage.run(amount, usageId);
      move(usageId, toMicros(amount - row.amount), at);
    },
    balance,
    onPosting: (listener) => void listeners.push(listener),
    check() {
      const opening = toMicros(readOpening.get() ?? 0);
      const postings = toMicros(sumOfPostings.get()?.total ?? 0);
      const usage = toMicros(sumOfUsage.get()?.total ?? 0);
      const holds = opening + postings === balance() && postings === usage;
      return { opening, closing: balance(), sumOfPostings: postings, sumOfUsage: usage, holds };
    },
  };
}
