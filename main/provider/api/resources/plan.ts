import * as z from 'zod';
import { idSchema, moneySchema, timestampSchema } from '../primitives.ts';
import { chargeItemSchema, chargeTimingSchema } from './policy.ts';

export const planGroupSchema = z.enum([
  'subscription',
  'sip_devices',
  'trunking',
  'emergency',
  'toll_free',
  'numbers',
  'voip_minutes',
  'video_minutes',
  'transcoding_minutes',
]);

export const planItemSchema = z
  .object({
    id: idSchema,
    group: planGroupSchema,
    item: chargeItemSchema,
    description: z.string().max(256),
    quantity: z.int().min(1),
    unit_price: moneySchema,
    /** Taken off quantity x unit_price; never negative. */
    discount: moneySchema,
    total: moneySchema,
    timing: chargeTimingSchema,
    next_due: timestampSchema,
  })
  .meta({ id: 'PlanItem', description: 'What is paid every month for one kind of thing (KZ-06).' });

export const planSchema = z
  .object({
    name: z.string().max(256),
    /** not_set_up: `missing` says what has to be there first (KZ-05); items are empty. */
    state: z.enum(['not_set_up', 'active']),
    missing: z.array(z.enum(['trunking', 'per_minute'])),
    items: z.array(planItemSchema),
    /** The exact sum of the items, before taxes and fees. */
    total_due: moneySchema,
    /** When the next part of it is due; each item has a moment of its own. */
    due_at: timestampSchema.nullable(),
    subscription: z
      .object({
        package: z.string().max(256),
        seats: z.int().min(0),
        seat_price: moneySchema,
        price: moneySchema,
        /** price x percent, at each grant (VTC-05). */
        free_credit: z.object({ percent: z.int().min(0), amount: moneySchema, next_grant_at: timestampSchema }),
      })
      .nullable(),
    /** SCS-07: trunks themselves are paid to a carrier. */
    carrier_billed_elsewhere: z.boolean(),
    as_of: timestampSchema,
  })
  .meta({ id: 'Plan' });

/** -1 = unlimited (KZ-21). */
const limitSchema = z.int().min(-1);

export const trunksSchema = z
  .object({
    model: z.enum(['pooled', 'in_out_twoway']),
    kinds: z.array(
      z.object({
        kind: z.enum(['pooled', 'inbound', 'outbound', 'two_way']),
        limit: limitSchema,
        unit_price: moneySchema,
        /** Of all of this kind a month. */
        monthly: moneySchema,
      }),
    ),
    in_use: z.object({ inbound: z.int().min(0), outbound: z.int().min(0) }),
    /** Of each kind; more is settled with the provider. */
    maximum: z.int().min(0),
    /** provider: limits are set by the reseller, a quote answers contact_provider (KZ-11). */
    changed_by: z.enum(['account', 'provider']),
    lowered: z.enum(['at_once', 'at_period_end']),
    /** What will hold from a moment on. */
    pending: z
      .object({
        at: timestampSchema,
        kinds: z.array(z.object({ kind: z.enum(['pooled', 'inbound', 'outbound', 'two_way']), limit: limitSchema })),
      })
      .nullable(),
    /** Most channels in use at once this month, of which a bill by peak is made. */
    peak_this_month: z.int().min(0),
    as_of: timestampSchema,
  })
  .meta({ id: 'Trunks', description: 'Channels of the account, in one pool or of three kinds (POL-08).' });

export const meterSchema = z
  .object({
    meter: z.enum(['devices', 'trunks', 'voip_minutes', 'video_minutes', 'transcoding_minutes']),
    /** How the quantity comes about: policy `meters` for things, policy `rating` for minutes. */
    rule: z.enum(['peak', 'distinct', 'end_of_period', 'ever_active', 'minutes_per_call', 'minutes_on_sum']),
    quantity: z.int().min(0),
    unit_price: moneySchema,
    discount: moneySchema,
    total: moneySchema,
    /** false = it only tells: this provider charges something else. */
    billed: z.boolean(),
    /** Of a running month: what it comes to at this pace (SCS-03). */
    forecast: z.object({ quantity: z.int().min(0), total: moneySchema }).nullable(),
  })
  .meta({ id: 'Meter' });

export const monthOfMetersSchema = z
  .object({
    month: z.string().regex(/^\d{4}-\d{2}$/),
    time_zone: z.string(),
    from: timestampSchema,
    /** The first moment that no longer belongs to it. */
    to: timestampSchema,
    final: z.boolean(),
    meters: z.array(meterSchema),
    /** The exact sum of what is billed, before taxes and fees. */
    total: moneySchema,
    forecast_total: moneySchema.nullable(),
    as_of: timestampSchema,
  })
  .meta({ id: 'MonthOfMeters', description: 'What a month is billed for by use (SCS-01 to SCS-14).' });
