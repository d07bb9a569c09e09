import * as z from 'zod';
import { decimalSchema, idSchema, listOf, listQuery, moneySchema, timestampSchema } from '../primitives.ts';
import { chargeStateSchema } from './commerce.ts';

/** The document that is read and put; amounts are decimal text in the currency of the account. */
export const topUpSettingsSchema = z
  .strictObject({
    /** False until a person switches it on (EXT-14). */
    enabled: z.boolean(),
    threshold: decimalSchema,
    /** What is added; with `to_threshold_plus` what is left above the threshold afterwards. */
    amount: decimalSchema,
    /** The balance afterwards where the policy says `to_target`; null elsewhere. */
    target: decimalSchema.nullable(),
    /** The most that is charged automatically in a calendar month of the account's zone; null = no limit. */
    monthly_max: decimalSchema.nullable(),
    /** Tried first, the others in their order after a decline; null = the default one. */
    payment_method_id: idSchema.nullable(),
    /** An addition on a day of the month whatever the balance; the last day where the month is shorter (EXT-16). */
    schedule: z.strictObject({ day_of_month: z.int().min(1).max(31), amount: decimalSchema }).nullable(),
  })
  .meta({ id: 'TopUpSettings' });

const stateSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('off') }),
    z.object({ kind: z.literal('armed') }),
    /** A payment is under way or its outcome is not known: no other is begun until it is. */
    z.object({ kind: z.literal('charging'), charge_id: idSchema }),
    z.object({ kind: z.literal('action_required'), charge_id: idSchema }),
    z.object({ kind: z.literal('cooling_down'), until: timestampSchema }),
    z.object({ kind: z.literal('capped'), by: z.enum(['count', 'month']), until: timestampSchema }),
    z.object({ kind: z.literal('paused_failures'), failures: z.int().min(1) }),
    z.object({ kind: z.literal('no_method') }),
    z.object({
      kind: z.literal('suspended_by_provider'),
      since: timestampSchema,
      reason: z.enum(['balance_did_not_rise', 'by_provider']),
    }),
  ])
  .meta({ id: 'TopUpState' });

export const topUpStatusSchema = z
  .object({
    state: stateSchema,
    /** When an automatic charge can be at the earliest (F-10); null = not before a person acts. */
    next_possible_at: timestampSchema.nullable(),
    preview: z.object({
      /** What is charged when the balance comes down to the threshold exactly. */
      at_threshold: moneySchema,
      /** A balance that falls below the threshold costs more, at once or in several payments. */
      can_be_larger: z.boolean(),
      /** F-18; null = no limit. */
      ceiling_per_window: moneySchema.nullable(),
      ceiling_per_month: moneySchema.nullable(),
    }),
    /** TOP-16: the dearest day of the last 30, and the amount that lasts for it. */
    advice: z.object({ dearest_day: moneySchema, amount: moneySchema }),
    as_of: timestampSchema,
  })
  .meta({ id: 'TopUpStatus' });

export const topUpRowSchema = z
  .object({
    charge_id: idSchema,
    /** What began it: the balance, a person who switched it on, a first metered service, the schedule. */
    origin: z.enum(['threshold', 'enabling', 'first_use', 'scheduled']),
    state: chargeStateSchema,
    /** The credit, without taxes. */
    amount: moneySchema,
    balance_before: moneySchema,
    threshold: moneySchema,
    decline: z.object({ code: z.string(), text: z.string() }).nullable(),
    description: z.string().max(256),
    begun_at: timestampSchema,
    ended_at: timestampSchema.nullable(),
  })
  .meta({ id: 'TopUpRow' });

export const topUpHistorySchema = listOf(topUpRowSchema);
export const topUpHistoryQuery = listQuery;
