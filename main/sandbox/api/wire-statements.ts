import type * as z from 'zod';
import { addMicros, toMicros } from '../../../preload/contract/money.ts';
import type {
  contractDetailSchema,
  contractSchema,
  runningStatementSchema,
  statementLineSchema,
  statementSchema,
  statementSummarySchema,
  transactionSchema,
} from '../../provider/api/resources/statements.ts';
import { addDays, dayOf, isoDay } from '../ledger/calendar.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { StatementRow } from '../ledger/plan/composition.ts';
import type { Contract, ContractLine } from '../ledger/plan/contracts.ts';
import type { Statement, StatementStore } from '../ledger/plan/statement-store.ts';
import type { Statements } from '../ledger/plan/statements.ts';
import type { Transaction, TransactionSums } from '../ledger/plan/transactions.ts';
import { money, timestamp } from './wire.ts';

type WireLine = z.output<typeof statementLineSchema>;

const NOT_GOODS: readonly string[] = ['tax', 'fee', 'surcharge'];

function wirePeriod(from: number, to: number, zone: string) {
  return {
    first_day: isoDay(dayOf(from, zone)),
    last_day: isoDay(addDays(dayOf(to, zone), -1)),
    time_zone: zone,
  };
}

function wireLine(row: StatementRow, currency: string): WireLine {
  return {
    kind: row.kind as WireLine['kind'],
    item: row.item,
    description: row.description,
    quantity: row.quantity,
    unit_price: money(row.unitPrice, currency),
    amount: money(row.amount, currency),
    subject: row.subject,
    charge_id: row.chargeId,
  };
}

export function wireStatementSummary(statement: Statement, currency: string): z.output<typeof statementSummarySchema> {
  return {
    id: statement.id,
    period: wirePeriod(statement.from, statement.to, statement.timeZone),
    issued_at: timestamp(statement.issuedAt),
    due_at: timestamp(statement.dueAt),
    total: money(statement.total, currency),
    state: statement.state,
    paid_at: statement.paidAt === null ? null : timestamp(statement.paidAt),
    charge_id: statement.chargeId,
  };
}

export function wireStatement(
  ledger: Ledger,
  store: StatementStore,
  statement: Statement,
): z.output<typeof statementSchema> {
  const { currency } = ledger.profile.account;
  const rows = store.rows(statement.id);
  const added = rows.filter((row) => NOT_GOODS.includes(row.kind)).map((row) => row.amount);
  return {
    ...wireStatementSummary(statement, currency),
    lines: rows.map((row) => wireLine(row, currency)),
    taxes_and_fees: money(addMicros(toMicros(0), ...added), currency),
    payments: store.payments(statement.id).map((payment) => ({
      usage_id: payment.usageId,
      at: timestamp(payment.at),
      description: payment.description,
      amount: money(payment.amount, currency),
    })),
    as_of: timestamp(ledger.clock.now()),
  };
}

export function wireRunning(ledger: Ledger, statements: Statements): z.output<typeof runningStatementSchema> {
  const { currency, timeZone } = ledger.profile.account;
  const now = ledger.clock.now();
  const { period, rows, total } = statements.running(now);
  return {
    period: wirePeriod(period.from, period.to, timeZone),
    issues_at: timestamp(statements.nextIssueAt()),
    lines: rows.map((row) => wireLine(row, currency)),
    total: money(total, currency),
    as_of: timestamp(now),
  };
}

export function wireTransaction(row: Transaction, currency: string): z.output<typeof transactionSchema> {
  return {
    id: `pst_${row.seq}`,
    at: timestamp(row.at),
    category: row.category,
    amount: money(row.amount, currency),
    balance_after: money(row.balanceAfter, currency),
    description: row.description,
    usage_id: row.usageId,
    user_id: row.userId,
    user_name: row.userName,
    charge_id: row.chargeId,
    statement_id: row.statementId,
  };
}

function wireSums(sums: TransactionSums, userId: string | null, currency: string) {
  return {
    opening: userId === null ? money(sums.opening, currency) : null,
    closing: userId === null ? money(sums.closing, currency) : null,
    categories: sums.categories.map(({ category, count, amount }) => ({
      category,
      count,
      amount: money(amount, currency),
    })),
    spent: money(sums.spent, currency),
  };
}

export function wireContract(
  contract: Contract,
  userId: string | null,
  currency: string,
): z.output<typeof contractSchema> {
  return {
    month: contract.month,
    from: timestamp(contract.from),
    to: timestamp(contract.to),
    ...wireSums(contract.sums, userId, currency),
  };
}

export function wireContractDetail(
  ledger: Ledger,
  contract: Contract,
  lines: readonly ContractLine[],
  userId: string | null,
): z.output<typeof contractDetailSchema> {
  const { currency } = ledger.profile.account;
  return {
    ...wireContract(contract, userId, currency),
    lines: lines.map((line) => ({
      category: line.category,
      user_id: line.userId,
      user_name: line.userName,
      description: line.description,
      count: line.count,
      minutes: line.minutes,
      amount: money(line.amount, currency),
    })),
    as_of: timestamp(ledger.clock.now()),
  };
}
