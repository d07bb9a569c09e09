import type { Micros } from '../../../../preload/contract/money.ts';
import type { Ledger } from '../ledger.ts';
import type { StatementRow } from './composition.ts';

/** A month's bill. Paid or open, it says nothing of the prepaid balance (SIPUS-27). */
export interface Statement {
  readonly id: string;
  /** UTC ms, `[from, to)`. */
  readonly from: number;
  readonly to: number;
  readonly timeZone: string;
  readonly issuedAt: number;
  readonly dueAt: number;
  /** The exact sum of its rows. */
  readonly total: Micros;
  readonly state: 'open' | 'paid';
  readonly paidAt: number | null;
  /** The newest charge that tried to pay it. */
  readonly chargeId: string | null;
}

/** Money that came in while the period ran; told here and no part of the total. */
export interface StatementPayment {
  readonly usageId: string;
  readonly at: number;
  readonly description: string;
  readonly amount: Micros;
}

/** Statements as they are kept. Writes belong in the transaction that issues or pays. */
export interface StatementStore {
  newest(): Statement | undefined;
  byId(id: string): Statement | undefined;
  byCharge(chargeId: string): Statement | undefined;
  /** Statements that end before a moment, newest first. */
  before(to: number, limit: number): readonly Statement[];
  count(): number;
  open(): readonly Statement[];
  rows(id: string): readonly StatementRow[];
  payments(id: string): readonly StatementPayment[];
  insert(statement: Statement, rows: readonly StatementRow[]): void;
  /** Matches the credit that came in before a moment and is on no statement yet (TOP-18). */
  matchPayments(id: string, before: number): void;
  tried(id: string, chargeId: string): void;
  paid(id: string, at: number): void;
}

const COLUMNS = `id, period_from AS "from", period_to AS "to", time_zone AS timeZone, issued_at AS issuedAt,
  due_at AS dueAt, total, state, paid_at AS paidAt, charge_id AS chargeId`;

/** How a statement calls a top-up that happened by itself (TOP-18). */
export const AUTOMATIC_TOP_UP = 'ThresholdTopUps';

export function createStatementStore(ledger: Ledger): StatementStore {
  const { db } = ledger;
  const newest = db.prepare<[], Statement>(`SELECT ${COLUMNS} FROM statements ORDER BY period_to DESC LIMIT 1`);
  const byId = db.prepare<[string], Statement>(`SELECT ${COLUMNS} FROM statements WHERE id = ?`);
  const byCharge = db.prepare<[string], Statement>(`SELECT ${COLUMNS} FROM statements WHERE charge_id = ?`);
  const before = db.prepare<[number, number], Statement>(
    `SELECT ${COLUMNS} FROM statements WHERE period_to < ? ORDER BY period_to DESC LIMIT ?`,
  );
  const count = db.prepare<[], number>('SELECT count(*) FROM statements').pluck();
  const open = db.prepare<[], Statement>(`SELECT ${COLUMNS} FROM statements WHERE state = 'open' ORDER BY period_to`);
  const rows = db.prepare<[string], StatementRow>(`
    SELECT kind, item, description, quantity, unit_price AS unitPrice, amount, subject, charge_id AS chargeId
    FROM statement_rows WHERE statement_id = ? ORDER BY place`);
  const payments = db.prepare<[string], StatementPayment>(`
    SELECT p.usage_id AS usageId, u.time AS at, p.description, u.amount
    FROM statement_payments p JOIN usage u ON u.id = p.usage_id WHERE p.statement_id = ? ORDER BY u.seq`);
  const insert = db.prepare(`
    INSERT INTO statements (id, period_from, period_to, time_zone, issued_at, due_at, total, state, paid_at, charge_id)
    VALUES (@id, @from, @to, @timeZone, @issuedAt, @dueAt, @total, @state, @paidAt, @chargeId)`);
  const insertRow = db.prepare(`
    INSERT INTO statement_rows (statement_id, place, kind, item, description, quantity, unit_price, amount, subject,
      charge_id)
    VALUES (@id, @place, @kind, @item, @description, @quantity, @unitPrice, @amount, @subject, @chargeId)`);
  const match = db.prepare(`
    INSERT INTO statement_payments (usage_id, statement_id, description)
    SELECT u.id, @id, CASE WHEN c.origin = 'top_up' THEN '${AUTOMATIC_TOP_UP}' ELSE u.description END
    FROM usage u LEFT JOIN charges c ON c.id = u.charge_id
    WHERE u.kind = 'topup' AND u.time < @before
      AND NOT EXISTS (SELECT 1 FROM statement_payments p WHERE p.usage_id = u.id)`);
  const tried = db.prepare('UPDATE statements SET charge_id = ? WHERE id = ?');
  const paid = db.prepare(`UPDATE statements SET state = 'paid', paid_at = ? WHERE id = ? AND state = 'open'`);
  return {
    newest: () => newest.get(),
    byId: (id) => byId.get(id),
    byCharge: (chargeId) => byCharge.get(chargeId),
    before: (to, limit) => before.all(to, limit),
    count: () => count.get() ?? 0,
    open: () => open.all(),
    rows: (id) => rows.all(id),
    payments: (id) => payments.all(id),
    insert(statement, lines) {
      insert.run(statement);
      for (const [place, line] of lines.entries()) insertRow.run({ ...line, id: statement.id, place });
    },
    matchPayments: (id, until) => void match.run({ id, before: until }),
    tried: (id, chargeId) => void tried.run(chargeId, id),
    paid: (id, at) => void paid.run(at, id),
  };
}
