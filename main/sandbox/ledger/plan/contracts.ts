import type { Micros } from '../../../../preload/contract/money.ts';
import { addMonths, dayOf, isoMonth, startOfDay } from '../calendar.ts';
import type { Day } from '../calendar.ts';
import type { UsageCategory } from '../journal.ts';
import type { Ledger } from '../ledger.ts';
import type { TransactionSums, Transactions } from './transactions.ts';
import { CATEGORY_SQL } from './transactions.ts';

/** One month of the account, or of one person (KZ-08). */
export interface Contract {
  /** "2026-11", of the account's zone. */
  readonly month: string;
  readonly from: number;
  readonly to: number;
  readonly sums: TransactionSums;
}

/** One line of a month's breakdown (KZ-10). */
export interface ContractLine {
  readonly category: UsageCategory;
  readonly userId: string | null;
  readonly userName: string | null;
  readonly description: string;
  readonly count: number;
  /** Of calls, each brought up to whole minutes; 0 elsewhere. */
  readonly minutes: number;
  readonly amount: Micros;
}

/** KZ-16. Minutes can be summed in two ways, and both are told. */
export interface MinuteTotals {
  readonly calls: number;
  readonly seconds: number;
  /** The sum of the rows: each call brought up to whole minutes. Two calls of 61 s: 4. */
  readonly perCall: number;
  /** The seconds summed, then brought up to whole minutes. Two calls of 61 s: 3. */
  readonly onSum: number;
  /** Signed: charges are negative. */
  readonly amount: Micros;
}

export interface CallFilter {
  readonly from: number;
  readonly to: number;
  readonly userId: string | null;
  readonly direction: 'outbound' | 'inbound' | null;
}

export interface Contracts {
  /** Months from the running one back to the first, newest first. */
  months(): readonly string[];
  /** undefined = before the account, or to come. */
  month(month: Day, userId: string | null): Contract | undefined;
  lines(contract: Contract, userId: string | null): readonly ContractLine[];
  minutes(filter: CallFilter): MinuteTotals;
}

const FIRST = { clamp: 'anchored', anchorDay: 1 } as const;

export function createContracts(ledger: Ledger, transactions: Transactions): Contracts {
  const { db, clock, profile } = ledger;
  const zone = (): string => profile.account.timeZone;
  const oldest = db.prepare<[], number | null>('SELECT min(at) FROM postings').pluck();
  const createdAt = db.prepare<[], number>('SELECT created_at FROM account').pluck();
  // Calls are told by direction: their descriptions name each destination.
  const lines = db.prepare<{ from: number; to: number; userId: string | null }, ContractLine>(`
    SELECT ${CATEGORY_SQL} AS category, u.user_id AS userId, n.name AS userName,
      CASE WHEN u.kind = 'call' THEN CASE u.direction WHEN 'inbound' THEN 'Calls received' ELSE 'Calls made' END
        ELSE u.description END AS description,
      count(*) AS count, sum(CASE WHEN u.kind = 'call' THEN (coalesce(u.duration_sec, 0) + 59) / 60 ELSE 0 END) AS minutes,
      sum(p.amount) AS amount
    FROM postings p JOIN usage u ON u.id = p.usage_id LEFT JOIN users n ON n.id = u.user_id
    WHERE p.at >= @from AND p.at < @to AND (@userId IS NULL OR u.user_id = @userId)
    GROUP BY 1, 2, 4 ORDER BY 1, 3, 4 LIMIT 10000`);
  const minutes = db.prepare<CallFilter, Omit<MinuteTotals, 'onSum'>>(`
    SELECT count(*) AS calls, coalesce(sum(duration_sec), 0) AS seconds,
      coalesce(sum((duration_sec + 59) / 60), 0) AS perCall, coalesce(sum(amount), 0) AS amount
    FROM usage WHERE kind = 'call' AND duration_sec > 0 AND time >= @from AND time < @to
      AND (@userId IS NULL OR user_id = @userId) AND (@direction IS NULL OR direction = @direction)`);

  const firstDay = (): Day => ({
    ...dayOf(Math.min(oldest.get() ?? Infinity, createdAt.get() ?? clock.now()), zone()),
    day: 1,
  });

  return {
    months() {
      const first = firstDay();
      const last = isoMonth(first);
      const found: string[] = [];
      for (
        let month = { ...dayOf(clock.now(), zone()), day: 1 };
        isoMonth(month) >= last;
        month = addMonths(month, -1, FIRST)
      ) {
        found.push(isoMonth(month));
      }
      return found;
    },
    month(month, userId) {
      const from = startOfDay({ ...month, day: 1 }, zone());
      const to = startOfDay(addMonths({ ...month, day: 1 }, 1, FIRST), zone());
      if (from > clock.now() || to <= startOfDay(firstDay(), zone())) return undefined;
      return { month: isoMonth(month), from, to, sums: transactions.sums({ from, to, userId }) };
    },
    lines: ({ from, to }, userId) => lines.all({ from, to, userId }),
    minutes(filter) {
      const found = minutes.get(filter);
      if (!found) throw new Error('An aggregate has one row');
      return { ...found, onSum: Math.ceil(found.seconds / 60) };
    },
  };
}
