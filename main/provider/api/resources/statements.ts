import * as z from 'zod';
import { dayRangeShape, daySchema, idSchema, listQueryShape, moneySchema, timestampSchema } from '../primitives.ts';
import { chargeItemSchema } from './policy.ts';

export const statementSummarySchema = z
  .object({
    id: idSchema,
    period: z.object({ first_day: daySchema, last_day: daySchema, time_zone: z.string() }),
    issued_at: timestampSchema,
    due_at: timestampSchema,
    total: moneySchema,
    state: z.enum(['open', 'paid']),
    paid_at: timestampSchema.nullable(),
    /** The newest charge that tried to pay it. */
    charge_id: idSchema.nullable(),
  })
  .meta({ id: 'StatementSummary' });

export const statementLineSchema = z.object({
  kind: z.enum(['item', 'discount', 'tax', 'fee', 'surcharge']),
  item: chargeItemSchema,
  description: z.string().max(256),
  quantity: z.int(),
  unit_price: moneySchema,
  amount: moneySchema,
  subject: z.string().max(64).nullable(),
  /** The charge that left it here; null = the plan itself. */
  charge_id: idSchema.nullable(),
});

export const statementSchema = z
  .object({
    ...statementSummarySchema.shape,
    /** Their amounts sum to the total, to the cent. */
    lines: z.array(statementLineSchema),
    /** Of the kinds tax, fee and surcharge: what a collapsed line shows (SIPUS-33). */
    taxes_and_fees: moneySchema,
    /** Credit added while the period ran: told here, no part of the total (TOP-18). */
    payments: z.array(
      z.object({ usage_id: idSchema, at: timestampSchema, description: z.string().max(256), amount: moneySchema }),
    ),
    as_of: timestampSchema,
  })
  .meta({ id: 'Statement', description: 'A month of the account, apart from the prepaid balance (SIPUS-27).' });

export const runningStatementSchema = z
  .object({
    period: statementSummarySchema.shape.period,
    issues_at: timestampSchema,
    lines: z.array(statementLineSchema),
    total: moneySchema,
    as_of: timestampSchema,
  })
  .meta({ id: 'RunningStatement', description: 'What the next statement would hold if it were issued now.' });

export const invoiceSchema = z
  .object({
    id: idSchema,
    statement_id: idSchema,
    period: statementSummarySchema.shape.period,
    issued_at: timestampSchema,
    total: moneySchema,
    paid: z.boolean(),
    /** Opens in a browser without a token, for a short time; ask again for another. */
    pdf_url: z.url(),
  })
  .meta({ id: 'Invoice' });

export const categorySchema = z
  .enum(['per_minute', 'payments', 'prorations', 'recurring', 'rollovers', 'adjustments'])
  .meta({ id: 'TransactionCategory' });

export const transactionSchema = z
  .object({
    id: idSchema,
    at: timestampSchema,
    category: categorySchema,
    /** Signed: what was charged is negative. */
    amount: moneySchema,
    balance_after: moneySchema,
    description: z.string().max(256),
    usage_id: idSchema,
    user_id: idSchema.nullable(),
    user_name: z.string().max(256).nullable(),
    charge_id: idSchema.nullable(),
    /** Of a payment: the statement that tells it; null until one does (TOP-18). */
    statement_id: idSchema.nullable(),
  })
  .meta({ id: 'Transaction', description: 'One movement of the prepaid balance (KZ-08).' });

export const transactionQuery = z.object({
  ...listQueryShape,
  ...dayRangeShape,
  user_id: idSchema.optional(),
  category: categorySchema.optional(),
});

const categorySumSchema = z.object({ category: categorySchema, count: z.int().min(0), amount: moneySchema });

export const contractSchema = z
  .object({
    month: z.string().regex(/^\d{4}-\d{2}$/),
    from: timestampSchema,
    to: timestampSchema,
    /** null where one person's month was asked for: the balance is everybody's. */
    opening: moneySchema.nullable(),
    closing: moneySchema.nullable(),
    categories: z.array(categorySumSchema),
    /** All but payments and rollovers, as a positive amount (F-13). */
    spent: moneySchema,
  })
  .meta({ id: 'Contract', description: 'A month of the account or of one person in sums.' });

export const contractDetailSchema = z
  .object({
    ...contractSchema.shape,
    lines: z.array(
      z.object({
        category: categorySchema,
        user_id: idSchema.nullable(),
        user_name: z.string().max(256).nullable(),
        description: z.string().max(256),
        count: z.int().min(0),
        minutes: z.int().min(0),
        amount: moneySchema,
      }),
    ),
    as_of: timestampSchema,
  })
  .meta({ id: 'ContractDetail' });

export const minuteTotalsSchema = z
  .object({
    calls: z.int().min(0),
    seconds: z.int().min(0),
    minutes: z.object({
      /** Each call brought up to whole minutes, then summed: what the rows add up to. */
      rows_rounded_per_call: z.int().min(0),
      /** Seconds summed, then brought up to whole minutes once. */
      rounded_on_sum: z.int().min(0),
    }),
    /** Signed: charges are negative. */
    charges: moneySchema,
    as_of: timestampSchema,
  })
  .meta({ id: 'MinuteTotals', description: 'Minutes of a period, summed in both ways (KZ-16).' });
