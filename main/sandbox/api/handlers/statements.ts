import { mayDo } from '../../../../preload/contract/roles.ts';
import type { statementOperations } from '../../../provider/api/operations/statements.ts';
import type { User } from '../../ledger/people.ts';
import type { ApiContext } from '../context.ts';
import { monthInPath, rangeOfDays } from '../days.ts';
import type { Handlers } from '../handler.ts';
import { pageOf } from '../pages.ts';
import { Refusal } from '../refusal.ts';
import { money, timestamp } from '../wire.ts';
import {
  wireContract,
  wireContractDetail,
  wireRunning,
  wireStatement,
  wireStatementSummary,
  wireTransaction,
} from '../wire-statements.ts';
import { invoicePage } from '../invoices.ts';

/** Statements, invoices, transactions and months in sums. */
export function statementHandlers(context: ApiContext): Handlers<typeof statementOperations> {
  const { ledger, services } = context;
  const { statements, transactions, contracts } = services.planning;
  const { store } = statements;
  const { account } = ledger.profile;
  const { currency } = account;

  function knownUser(userId: string | undefined): string | null {
    if (userId !== undefined && !services.people.user(userId)) {
      throw new Refusal('invalid_request', { errors: [{ pointer: '/user_id', detail: 'No such person' }] });
    }
    return userId ?? null;
  }

  /** Who may not see everybody's usage asks about themselves, whomever they name. */
  const within = (user: User, userId: string | undefined): string | null =>
    mayDo(user, 'usage.all') ? knownUser(userId) : user.id;

  return {
    listStatements: ({ query }) =>
      pageOf(
        context,
        { list: 'statements', query, start: [Number.MAX_SAFE_INTEGER] },
        ([to], limit) => store.before(Number(to), limit),
        (row) => [row.to],
        (row) => wireStatementSummary(row, currency),
        store.count(),
      ),
    getRunningStatement: () => wireRunning(ledger, statements),
    getStatement({ params }) {
      const statement = store.byId(params.statement_id);
      if (!statement) throw new Refusal('not_found');
      return wireStatement(ledger, store, statement);
    },
    payStatement({ user, params }) {
      const statement = statements.pay(params.statement_id);
      services.audit.write(user, 'statement.paid', null, null, { subject: statement.id });
      return wireStatement(ledger, store, statement);
    },
    listInvoices: ({ query }) => invoicePage(context, query),
    listTransactions({ query }) {
      const range = rangeOfDays(query, account.timeZone);
      const filter = { ...range, userId: knownUser(query.user_id), category: query.category ?? null };
      return pageOf(
        context,
        { list: 'transactions', query, start: [Number.MAX_SAFE_INTEGER, 0] },
        ([at, seq], limit) => transactions.page({ at: Number(at), seq: Number(seq) }, limit, filter),
        (row) => [row.at, row.seq],
        (row) => wireTransaction(row, currency),
        transactions.count(filter),
      );
    },
    listContracts({ query }) {
      const userId = knownUser(query.user_id);
      const months = contracts.months();
      return pageOf(
        context,
        { list: 'contracts', query, start: ['9999-12'] },
        ([before], limit) =>
          months
            .filter((month) => month < String(before))
            .slice(0, limit)
            .map((month) => contracts.month(monthInPath(month), userId))
            .filter((contract) => contract !== undefined),
        (row) => [row.month],
        (row) => wireContract(row, userId, currency),
        months.length,
      );
    },
    getContract({ params, query }) {
      const userId = knownUser(query.user_id);
      const contract = contracts.month(monthInPath(params.month), userId);
      if (!contract) throw new Refusal('not_found');
      return wireContractDetail(ledger, contract, contracts.lines(contract, userId), userId);
    },
    getMinuteTotals({ user, query }) {
      const range = rangeOfDays(query, account.timeZone);
      const totals = contracts.minutes({
        ...range,
        userId: within(user, query.user_id),
        direction: query.direction ?? null,
      });
      return {
        calls: totals.calls,
        seconds: totals.seconds,
        minutes: { rows_rounded_per_call: totals.perCall, rounded_on_sum: totals.onSum },
        charges: money(totals.amount, currency),
        as_of: timestamp(ledger.clock.now()),
      };
    },
  };
}
