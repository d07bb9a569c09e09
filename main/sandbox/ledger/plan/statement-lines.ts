import type { Micros } from '../../../../preload/contract/money.ts';
import type { ChargeItem } from '../../policies/profile.ts';
import type { Ledger } from '../ledger.ts';

/** A line that a charge left for the next statement. */
export interface PendingLine {
  readonly chargeId: string;
  readonly kind: string;
  readonly item: ChargeItem;
  readonly description: string;
  readonly quantity: number;
  readonly unitPrice: Micros;
  readonly amount: Micros;
  /** `monthly`: it is the first month of what the plan charges every month from then on. */
  readonly recurring: 'none' | 'monthly';
  readonly subject: string | null;
}

/** What charges left to be put on a statement: each line is on one, once. */
export interface StatementLines {
  /** Takes what was left up to that moment. MUST run in the transaction that issues the statement. */
  take(statementId: string, until: number): readonly PendingLine[];
  /** What the next statement will hold so far. */
  pending(): readonly PendingLine[];
}

const COLUMNS = `charge_id AS chargeId, kind, item, description, quantity, unit_price AS unitPrice, amount, recurring, subject`;

export function createStatementLines(ledger: Ledger): StatementLines {
  const { db } = ledger;
  const mark = db.prepare('UPDATE statement_lines SET statement_id = ? WHERE statement_id IS NULL AND at <= ?');
  const taken = db.prepare<[string], PendingLine>(
    `SELECT ${COLUMNS} FROM statement_lines WHERE statement_id = ? ORDER BY seq`,
  );
  const open = db.prepare<[], PendingLine>(
    `SELECT ${COLUMNS} FROM statement_lines WHERE statement_id IS NULL ORDER BY seq`,
  );
  return {
    take(statementId, until) {
      mark.run(statementId, until);
      return taken.all(statementId);
    },
    pending: () => open.all(),
  };
}
