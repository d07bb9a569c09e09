import * as z from 'zod';
import { decimalSchema, e164Schema, idSchema, moneySchema, timestampSchema } from '../primitives.ts';
import { quoteLineSchema } from './commerce.ts';

const count = z.int().min(0).max(10_000);

export const accountStateSchema = z.enum(['applied', 'vetting', 'full_no_order', 'active']).meta({
  id: 'AccountState',
  description:
    'SIPUS-02. An initial order can be placed in `full_no_order` only; placing it makes the account `active`.',
});

export const initialOrderStateSchema = z
  .enum([
    'not_ready',
    'available',
    'in_progress',
    'review',
    'payment_setup',
    'submitting',
    'placed',
    'numbers_to_choose',
    'done',
  ])
  .meta({
    id: 'InitialOrderState',
    description:
      'requirements.md 3.2. `not_ready`: vetting goes on. `in_progress`, `review`, `payment_setup`: a draft is kept, at ' +
      'that step. `submitting`: its charge is not final yet. `placed`: accepted, and still being set up. ' +
      '`numbers_to_choose`: numbers it covers are not chosen yet.',
  });

export const orderedNumbersSchema = z.strictObject({ standard: count, enhanced: count, toll_free: count });

export const orderStepSchema = z.enum(['channels', 'numbers', 'funds', 'address', 'review', 'payment']);

export const orderDraftSchema = z
  .strictObject({
    /** Where the person is. */
    step: orderStepSchema,
    channels: count.nullable(),
    numbers: orderedNumbersSchema.nullable(),
    funds: decimalSchema.nullable(),
    emergency_notice_acknowledged: z.boolean(),
    address_id: idSchema.nullable(),
    /** The price that was last shown; it may have run out. */
    quote_id: idSchema.nullable(),
    payment_method_id: idSchema.nullable(),
  })
  .meta({ id: 'OrderDraft' });

export const initialOrderSchema = z
  .object({
    state: initialOrderStateSchema,
    account_state: accountStateSchema,
    /** Screens it takes, in order; `address` only while the business address is not verified (SIPUS-30). */
    steps: z.array(orderStepSchema),
    draft: orderDraftSchema.nullable(),
    draft_saved_at: timestampSchema.nullable(),
    draft_saved_by: idSchema.nullable(),
    channels: z.object({
      minimum: count,
      maximum: count,
      monthly_each: moneySchema,
      /** SIPUS-08, SIPUS-12: channels = talking at peak + forwarded at peak x this. */
      channels_per_call: z.int(),
      channels_per_forwarded_call: z.int(),
    }),
    numbers: z.array(
      z.object({
        type: z.enum(['standard', 'enhanced', 'toll_free']),
        description: z.string().max(256),
        setup: moneySchema,
        monthly: moneySchema,
        /** How many could be ordered now. */
        available: z.int().min(0),
        /** May be shown for emergency calls, once an address is registered (SIPUS-18). */
        emergency: z.boolean(),
        /** Of a call received, from the prepaid balance; null = such calls cost nothing (SIPUS-22). */
        received_per_minute: moneySchema.nullable(),
      }),
    ),
    /** What is ordered by asking a person (SIPUS-23). */
    by_contact: z.array(z.object({ what: z.string().max(256), contact: z.string().nullable() })),
    funds: z.object({ minimum: moneySchema, may_be_zero: z.boolean() }),
    business_address: z.object({ verified: z.boolean(), address_id: idSchema.nullable() }),
    emergency_notice: z.object({
      url: z.url().nullable(),
      acknowledged_at: timestampSchema.nullable(),
      acknowledged_by: idSchema.nullable(),
    }),
    /** Nothing in it binds: each part can be changed later (SIPUS-03). */
    binding: z.boolean(),
    order: z
      .object({
        id: idSchema,
        charge_id: idSchema,
        placed_at: timestampSchema,
        placed_by: idSchema,
        channels: count,
        numbers: orderedNumbersSchema,
        funds: moneySchema,
        lines: z.array(
          z.object({
            line: quoteLineSchema,
            state: z.enum(['open', 'delivered', 'failed']),
            detail: z.string().nullable(),
          }),
        ),
        /** What was delivered comes to so much. */
        today_card: moneySchema,
        first_statement: moneySchema,
        payment_method_id: idSchema.nullable(),
        numbers_to_choose: z.int().min(0),
      })
      .nullable(),
    as_of: timestampSchema,
  })
  .meta({ id: 'InitialOrder' });

export const entitlementsSchema = z
  .object({
    data: z.array(
      z.object({
        type: z.enum(['standard', 'enhanced', 'toll_free']),
        ordered: z.int().min(0),
        left: z.int().min(0),
        numbers: z.array(e164Schema),
      }),
    ),
    /** Of every type together: "n numbers still to choose" (SIPUS-39). */
    left: z.int().min(0),
    as_of: timestampSchema,
  })
  .meta({ id: 'Entitlements' });
