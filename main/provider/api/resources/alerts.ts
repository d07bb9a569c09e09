import * as z from 'zod';
import { decimalSchema, e164Schema, idSchema, listOf, listQuery, moneySchema, timestampSchema } from '../primitives.ts';

const channelSchema = z.enum(['in_app', 'mail', 'sms', 'webhook']);

/** The document that is read and put; amounts are decimal text in the currency of the account. */
export const alertSettingsSchema = z
  .strictObject({
    /** Balances that are told when they are reached going down, 0 among them or not. Below 0 is always told. */
    levels: z.array(decimalSchema).max(8),
    channels: z.array(channelSchema).min(1).max(4),
    sms_to: e164Schema.nullable(),
    webhook_url: z.url({ protocol: /^https$/ }).nullable(),
    /** What calls cost in an hour of the clock, or a day of the account's zone, before it is told; null = not told. */
    hourly_spend: decimalSchema.nullable(),
    daily_spend: decimalSchema.nullable(),
  })
  .meta({ id: 'AlertSettings' });

const reasonSchema = z
  .discriminatedUnion('kind', [
    /** `level` and amounts are null for a person who may not see the balance. */
    z.object({ kind: z.literal('low'), level: moneySchema.nullable() }),
    z.object({ kind: z.literal('zero') }),
    z.object({ kind: z.literal('negative') }),
    z.object({ kind: z.literal('spend_hour'), limit: moneySchema, spent: moneySchema }),
    z.object({ kind: z.literal('spend_day'), limit: moneySchema, spent: moneySchema }),
    z.object({ kind: z.literal('top_up_declined'), charge_id: idSchema, code: z.string(), text: z.string() }),
    /** It is not known yet whether the balance rises (F-15). */
    z.object({ kind: z.literal('top_up_checking'), charge_id: idSchema }),
    z.object({ kind: z.literal('top_up_action_required'), charge_id: idSchema }),
    z.object({ kind: z.literal('top_up_capped'), by: z.enum(['count', 'month']), until: timestampSchema }),
    z.object({ kind: z.literal('top_up_paused'), failures: z.int().min(1) }),
    z.object({ kind: z.literal('top_up_no_method') }),
    z.object({ kind: z.literal('top_up_suspended') }),
  ])
  .meta({ id: 'AlertReason' });

export const alertSchema = z
  .object({
    id: idSchema,
    raised_at: timestampSchema,
    /** Everything that came at once: one posting, one alert (VTC-14). */
    reasons: z.array(reasonSchema).min(1),
    /** A reminder while nothing changed (POL-14). */
    repeated: z.boolean(),
    /** Plain words, amounts included; null for a person who may not see the balance. */
    text: z.string().nullable(),
    balance: moneySchema.nullable(),
    /** What calls cost in an hour of late and how long the balance lasts at that, where help failed (TOP-17). */
    burn: z.object({ per_hour: moneySchema, hours_left: z.int().min(0).nullable() }).nullable(),
    /** Where it was sent beside the app. */
    sent: z.array(z.object({ channel: channelSchema, recipient: z.string().max(512) })),
    /** When the balance was above every level again. */
    resolved_at: timestampSchema.nullable(),
    /** By the person who asks. */
    acknowledged_at: timestampSchema.nullable(),
  })
  .meta({ id: 'Alert' });

export const alertListSchema = listOf(alertSchema);
export const alertQuery = listQuery;
