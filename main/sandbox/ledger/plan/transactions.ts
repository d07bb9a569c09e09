import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../../preload/contract/money.ts';
import { negated } from '../amounts.ts';
import type { UsageCategory } from '../journal.ts';
import type { Ledger } from '../ledger.ts';

export const CATEGORIES = ['per_minute', 'payments', 'prorations', 'recurring', 'rollovers', 'adjustments'] as const;

/** One movement of the balance (KZ-08). A corrected row has several. */
export interface Transaction {
  readonly seq: number;
  /** UTC ms of the ledger's clock. */
  readonly at: number;
  readonly usageId: string;
  readonly category: UsageCategory;
  readonly amount: Micros;
  readonly balanceAfter: Micros;
  readonly description: string;
  readonly userId: string | null;
  readonly userName: string | null;
  readonly chargeId: string | null;
  /** Of a payment: the statement that tells it; null = the next one will (TOP-18). */
  readonly statementId: string | null;
}

/** UTC ms, `[from, to)`; `userId` null = everybody and the account itself. */
export interface TransactionFilter {
  readonly from: number;
  readonly to: number;
  readonly userId: string | null;
  readonly category: UsageCategory | null;
}

export interface CategorySum {
  readonly category: UsageCategory;
  readonly count: number;
  readonly amount: Micros;
}

/** A period in sums. Without a filter by person, opening + the sums = closing (F-13). */
export interface TransactionSums {
  readonly opening: Micros;
  readonly closing: Micros;
  readonly categories: readonly CategorySum[];
  /** What was paid for: all but payments, and rollovers, which only move what was counted before. */
  readonly spent: Micros;
}

export interface Transactions {
  /** Movements that come before a place, newest first. */
  page(
    before: { readonly at: number; readonly seq: number },
    limit: number,
    filter: TransactionFilter,
  ): readonly Transaction[];
  /** null = more movements in that time than are counted while somebody waits. */
  count(filter: TransactionFilter): number | null;
  sums(filter: Omit<TransactionFilter, 'category'>): TransactionSums;
}

/** The ledger of F-13 a row belongs to: the one it names, else that of its kind. */
export const CATEGORY_SQL = `coalesce(u.category, CASE u.kind
  WHEN 'call' THEN 'per_minute' WHEN 'topup' THEN 'payments' WHEN 'number' THEN 'recurring' WHEN 'fee' THEN 'recurring'
  WHEN 'other' THEN 'recurring' ELSE 'adjustments' END)`;

/** Counting reads each row and its usage: of ten million it would hold up every call for seconds. */
const MOST_COUNTED = 10_000;

const FILTER = `p.at >= @from AND p.at < @to AND (@userId IS NULL OR u.user_id = @userId)`;

export function createTransactions(ledger: Ledger): Transactions {
  const { db } = ledger;
  const page = db.prepare<TransactionFilter & { at: number; seq: number; limit: number }, Transaction>(`
    SELECT p.seq, p.at, p.usage_id AS usageId, ${CATEGORY_SQL} AS category, p.amount, p.balance_after AS balanceAfter,
      u.description, u.user_id AS userId, n.name AS userName, u.charge_id AS chargeId, s.statement_id AS statementId
    FROM postings p JOIN usage u ON u.id = p.usage_id LEFT JOIN users n ON n.id = u.user_id
      LEFT JOIN statement_payments s ON s.usage_id = u.id
    WHERE (p.at, p.seq) < (@at, @seq) AND ${FILTER} AND (@category IS NULL OR ${CATEGORY_SQL} = @category)
    ORDER BY p.at DESC, p.seq DESC LIMIT @limit`);
  const isTooMany = db
    .prepare<Pick<TransactionFilter, 'from' | 'to'>, number>(
      `SELECT count(*) > ${MOST_COUNTED}
       FROM (SELECT 1 FROM postings WHERE at >= @from AND at < @to LIMIT ${MOST_COUNTED + 1})`,
    )
    .pluck();
  const count = db
    .prepare<TransactionFilter, number>(
      `SELECT count(*) FROM postings p JOIN usage u ON u.id = p.usage_id
       WHERE ${FILTER} AND (@category IS NULL OR ${CATEGORY_SQL} = @category)`,
    )
    .pluck();
  const sums = db.prepare<Omit<TransactionFilter, 'category'>, CategorySum>(`
    SELECT ${CATEGORY_SQL} AS category, count(*) AS count, sum(p.amount) AS amount
    FROM postings p JOIN usage u ON u.id = p.usage_id WHERE ${FILTER} GROUP BY 1`);
  const opening = db.prepare<[], Micros>('SELECT opening FROM account').pluck();
  const before = db.prepare<[number], number | null>('SELECT sum(amount) FROM postings WHERE at < ?').pluck();
  return {
    page: ({ at, seq }, limit, filter) => page.all({ ...filter, at, seq, limit }),
    count: (filter) => (isTooMany.get({ from: filter.from, to: filter.to }) === 1 ? null : (count.get(filter) ?? 0)),
    sums({ from, to, userId }) {
      const found = new Map(sums.all({ from, to, userId }).map((row) => [row.category, row]));
      const categories = CATEGORIES.map(
        (category) => found.get(category) ?? { category, count: 0, amount: toMicros(0) },
      );
      const opened = addMicros(opening.get() ?? toMicros(0), toMicros(before.get(from) ?? 0));
      const closed = addMicros(opening.get() ?? toMicros(0), toMicros(before.get(to) ?? 0));
      const spent = categories.filter(({ category }) => category !== 'payments' && category !== 'rollovers');
      return {
        opening: opened,
        closing: closed,
        categories,
        spent: negated(addMicros(toMicros(0), ...spent.map(({ amount }) => amount))),
      };
    },
  };
}
