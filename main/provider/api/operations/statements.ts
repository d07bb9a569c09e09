import * as z from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { dayRangeShape, idSchema, listOf, listQuery } from '../primitives.ts';
import {
  contractDetailSchema,
  contractSchema,
  invoiceSchema,
  minuteTotalsSchema,
  runningStatementSchema,
  statementSchema,
  statementSummarySchema,
  transactionQuery,
  transactionSchema,
} from '../resources/statements.ts';

const monthParams = z.object({ month: z.string().regex(/^\d{4}-\d{2}$/) });
const userQuery = z.object({ user_id: idSchema.optional() });

export const statementOperations = {
  listStatements: {
    method: 'GET',
    tag: 'Statements',
    action: 'invoices.see',
    path: '/statements',
    summary: 'Statements, newest first',
    description:
      'A statement is issued when a month of the account’s time zone is over: what charges left for it (timing ' +
      '`next_statement`), what was used in that month, and what the plan charges for the month that begins. It is paid by ' +
      'card; the prepaid balance has no part in it, nor it in the balance (SIPUS-27). `statements.updated` tells of a new ' +
      'one and of a payment.',
    query: listQuery,
    response: listOf(statementSummarySchema),
    example: { query: { limit: 2 } },
  },
  getRunningStatement: {
    method: 'GET',
    tag: 'Statements',
    action: 'invoices.see',
    path: '/statements/next',
    summary: 'What the next statement would hold now',
    response: runningStatementSchema,
    example: {},
  },
  getStatement: {
    method: 'GET',
    tag: 'Statements',
    action: 'invoices.see',
    path: '/statements/{statement_id}',
    summary: 'One statement with its lines',
    description:
      'The amounts of `lines` sum to `total` to the cent; `taxes_and_fees` is the sum of those of the kinds tax, fee and ' +
      'surcharge (SIPUS-33). `payments` are additions to the prepaid balance in that period, automatic ones described ' +
      '`ThresholdTopUps`; each is on one statement only and in no total (TOP-18).',
    params: z.object({ statement_id: idSchema }),
    response: statementSchema,
    problems: ['not_found'],
  },
  payStatement: {
    method: 'POST',
    tag: 'Statements',
    action: 'billing.manage',
    path: '/statements/{statement_id}/payment',
    summary: 'Charge the default payment method with an open statement now',
    description:
      'A statement is charged by itself on its due day; this is for one that was declined, or earlier. The outcome is ' +
      'that of the charge named by `charge_id`: follow charge.updated.',
    params: z.object({ statement_id: idSchema }),
    body: z.strictObject({}),
    response: statementSchema,
    status: 202,
    problems: ['not_found', 'conflict'],
    spends: true,
  },
  listInvoices: {
    method: 'GET',
    tag: 'Statements',
    action: 'invoices.see',
    path: '/invoices',
    summary: 'Invoices with period, paid flag and PDF, newest first',
    query: listQuery,
    response: listOf(invoiceSchema),
    example: { query: { limit: 2 } },
  },
  listTransactions: {
    method: 'GET',
    tag: 'Transactions',
    action: 'invoices.see',
    path: '/transactions',
    summary: 'Every movement of the prepaid balance, newest first',
    description:
      'Each has the ledger it belongs to (F-13). Days count whole and both ends count, in the account’s time zone ' +
      '(KZ-09). Opening balance + all movements of a period = closing balance.',
    query: transactionQuery,
    response: listOf(transactionSchema),
    example: { query: { limit: 2 } },
  },
  listContracts: {
    method: 'GET',
    tag: 'Transactions',
    action: 'invoices.see',
    path: '/contracts',
    summary: 'Months of the account, or of one person, in sums',
    query: z.object({ ...listQuery.shape, ...userQuery.shape }),
    response: listOf(contractSchema),
    example: { query: { limit: 2 } },
  },
  getContract: {
    method: 'GET',
    tag: 'Transactions',
    action: 'invoices.see',
    path: '/contracts/{month}',
    summary: 'One month, itemised',
    description: 'Calls are told by person and direction, everything else by its description (KZ-10).',
    params: monthParams,
    query: userQuery,
    response: contractDetailSchema,
    problems: ['not_found'],
  },
  getMinuteTotals: {
    method: 'GET',
    tag: 'Usage',
    action: 'usage.own',
    path: '/usage/minutes',
    summary: 'Minutes and charges of calls in a range of days',
    description:
      'Rows are brought up to whole minutes call by call, a header is often made of the summed seconds: two calls of 61 s ' +
      'are 4 and 3. Both are told under their names, so that a screen can say which it shows (KZ-16). Who may not see ' +
      'all usage gets their own.',
    query: z.object({
      ...dayRangeShape,
      user_id: idSchema.optional(),
      direction: z.enum(['outbound', 'inbound']).optional(),
    }),
    response: minuteTotalsSchema,
    example: {},
  },
} as const satisfies Record<string, Endpoint>;
