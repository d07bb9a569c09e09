import * as z from 'zod';
import {
  decimalSchema,
  e164Schema,
  idSchema,
  listOf,
  listQueryShape,
  moneySchema,
  timestampSchema,
} from '../primitives.ts';
import { chargeItemSchema, chargeTimingSchema } from './policy.ts';

const count = z.int().min(0).max(10_000);

/** What can be asked a price for. Every kind is quoted first and executed as a charge. */
export const quoteRequestSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('add_credit'), amount: decimalSchema }),
    z.strictObject({
      kind: z.literal('numbers'),
      /** Each once; a hold makes sure of it. */
      items: z
        .array(z.strictObject({ number: e164Schema, hold_id: idSchema.optional() }))
        .min(1)
        .max(50),
    }),
    z.strictObject({
      kind: z.literal('number_feature'),
      number: e164Schema,
      feature: z.enum(['emergency']),
    }),
    z.strictObject({
      kind: z.literal('initial_order'),
      channels: count,
      numbers: z.strictObject({ standard: count, enhanced: count, toll_free: count }),
      funds: decimalSchema,
      emergency_notice_acknowledged: z.boolean(),
      address_id: idSchema.nullable(),
    }),
    z.strictObject({
      kind: z.literal('channels'),
      /** -1 = unlimited, which only the provider grants. */
      pooled: z.int().min(-1).max(10_000).optional(),
      inbound: z.int().min(-1).max(10_000).optional(),
      outbound: z.int().min(-1).max(10_000).optional(),
      two_way: z.int().min(-1).max(10_000).optional(),
    }),
    z.strictObject({ kind: z.literal('metered_service'), service: z.string().min(1).max(64), enabled: z.boolean() }),
    z.strictObject({
      kind: z.literal('top_up'),
      enabled: z.boolean(),
      threshold: decimalSchema,
      amount: decimalSchema,
      target: decimalSchema.nullable(),
      monthly_max: decimalSchema.nullable(),
      payment_method_id: idSchema.nullable(),
    }),
  ])
  .meta({ id: 'QuoteRequest' });
export type QuoteRequest = z.output<typeof quoteRequestSchema>;
export type QuoteKind = QuoteRequest['kind'];

export const quoteLineSchema = z
  .object({
    id: idSchema,
    kind: z.enum(['item', 'discount', 'tax', 'fee', 'surcharge']),
    item: chargeItemSchema,
    description: z.string().max(256),
    quantity: z.int(),
    unit_price: moneySchema,
    amount: moneySchema,
    timing: chargeTimingSchema,
    /** Charged again at every renewal. */
    recurring: z.enum(['none', 'monthly']),
    /** The number or service this line is about. */
    subject: z.string().max(64).nullable(),
    /** Covered by an entitlement of the initial order: amount 0 (SIPUS-41). */
    entitled: z.boolean(),
  })
  .meta({ id: 'QuoteLine' });

export const quoteSchema = z
  .object({
    id: idSchema,
    kind: z.string(),
    lines: z.array(quoteLineSchema),
    totals: z.object({
      today_balance: moneySchema,
      today_card: moneySchema,
      first_statement: moneySchema,
      monthly: moneySchema,
      taxes_and_fees: moneySchema,
    }),
    /** What a person must know before accepting; may be overridden by accepting. */
    warnings: z.array(z.object({ code: z.string(), text: z.string().max(512) })),
    /** Of the lines and totals alone: executing names it, so that nothing can be taken at another price (EXT-01). */
    price_hash: z.string().min(16).max(64),
    expires_at: timestampSchema,
    as_of: timestampSchema,
  })
  .meta({ id: 'Quote' });

export const chargeStateSchema = z
  .enum(['pending', 'action_required', 'done', 'partial', 'declined', 'needs_consent', 'failed'])
  .meta({
    id: 'ChargeState',
    description: 'done, partial, declined, needs_consent and failed are final; failed took nothing.',
  });

export const chargeSchema = z
  .object({
    id: idSchema,
    /** The key it was executed under: how a client finds the outcome of a request whose answer it lost. */
    idempotency_key: z.string(),
    kind: z.string(),
    origin: z.enum(['manual', 'top_up', 'renewal', 'first_use', 'scheduled']),
    state: chargeStateSchema,
    quote_id: idSchema.nullable(),
    created_at: timestampSchema,
    updated_at: timestampSchema,
    user_id: idSchema.nullable(),
    card: moneySchema,
    balance: moneySchema,
    statement: moneySchema,
    payment_method_id: idSchema.nullable(),
    /** Of each line of the quote: delivered ones alone are charged. */
    lines: z.array(
      z.object({ line_id: idSchema, state: z.enum(['open', 'delivered', 'failed']), detail: z.string().nullable() }),
    ),
    decline: z.object({ code: z.string(), kind: z.enum(['soft', 'hard']), text: z.string() }).nullable(),
    /** Where the person confirms with the bank (3-D Secure); the outcome is read here, not from the page. */
    action_url: z.url().nullable(),
    /** The quote to accept instead, where the price or the goods changed. */
    new_quote: quoteSchema.nullable(),
    usage_ids: z.array(idSchema),
    description: z.string().max(256),
  })
  .meta({ id: 'Charge' });

/** What a receipt is made from. Its lines are what was charged and add up to its totals, to the last decimal. */
export const receiptSchema = z
  .object({
    /** Of this account, in order and without gaps that mean anything. */
    number: z.string().max(32),
    charge_id: idSchema,
    at: timestampSchema,
    description: z.string().max(256),
    lines: z.array(
      quoteLineSchema.pick({ id: true, kind: true, description: true, quantity: true, unit_price: true, amount: true }),
    ),
    card: moneySchema,
    balance: moneySchema,
    statement: moneySchema,
    /** As in "card ending 4242"; null where no card took part. */
    paid_by: z.string().max(64).nullable(),
    provider_name: z.string().max(120),
    account_name: z.string().max(120),
    refund_policy: z.url().nullable(),
  })
  .meta({ id: 'Receipt' });

export const chargeRequestSchema = z
  .strictObject({
    quote_id: idSchema,
    price_hash: z.string().min(16).max(64),
    /** null = the default one, or none where nothing is due by card. */
    payment_method_id: idSchema.nullable(),
  })
  .meta({ id: 'ChargeRequest' });

export const chargeQuery = z.object({ ...listQueryShape, idempotency_key: z.string().max(255).optional() });
export const chargeListSchema = listOf(chargeSchema);
