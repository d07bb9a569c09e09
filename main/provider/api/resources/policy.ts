import * as z from 'zod';
import { daySchema, e164Schema, moneySchema, timestampSchema } from '../primitives.ts';

/** When an item of a charge is paid, and from what (POL-12). */
export const chargeTimingSchema = z
  .enum(['now_balance', 'now_card', 'next_statement', 'anniversary', 'calendar_1st_prorated', 'arrears_peak'])
  .meta({ id: 'ChargeTiming' });

/** What can be charged for; POL-12 gives each its timing. */
export const chargeItemSchema = z
  .enum([
    'credit',
    'call',
    'number_setup',
    'number_monthly',
    'channels',
    'device',
    'emergency',
    'metered_service',
    'porting',
    'plan',
  ])
  .meta({ id: 'ChargeItem' });

export const callClassSchema = z.enum(['domestic', 'international', 'toll_free', 'premium', 'emergency']);

/** Every POL field of requirements.md 1.6: what a client prints its sentences from; it knows no provider by name. */
export const policySchema = z
  .object({
    zero: z.object({
      active_calls: z.enum(['cut_all', 'cut_metered', 'keep']),
      new_calls: z.object({
        stop: z.enum(['none', 'outbound_metered', 'all_metered', 'all_incl_inbound']),
        /** New calls stop when what can be spent is this or less. */
        block_at: moneySchema,
      }),
      /** A balance below 0 for so long stops every call but emergency ones; null = never. */
      freeze: z
        .object({ grace_seconds: z.int().min(0), freezes_at: timestampSchema.nullable(), frozen: z.boolean() })
        .nullable(),
    }),
    top_up: z
      .object({
        comparator: z.enum(['lte', 'lt']),
        amount_mode: z.enum(['add_fixed', 'to_target', 'to_threshold_plus']),
        cap: z.object({
          count: z.int().min(1).nullable(),
          window_seconds: z.int().min(60),
          window_kind: z.enum(['rolling', 'calendar_day']),
          counts_failed: z.boolean(),
          counts_manual: z.boolean(),
          monthly_max: moneySchema.nullable(),
          /** Failures in a row after which it pauses until a person acts (EXT-13). */
          pause_after_failures: z.int().min(1).nullable(),
        }),
      })
      .nullable(),
    amounts: z.object({
      manual_min: moneySchema,
      manual_max: moneySchema.nullable(),
      top_up_min: moneySchema,
      threshold_min: moneySchema,
    }),
    rating: z.object({
      minimum_seconds: z.int().min(0),
      increment_seconds: z.int().min(0),
      free_seconds: z.int().min(0),
      setup_fee: moneySchema,
      scope: z.enum(['per_call', 'per_period']),
      rounding: z.literal('half_up'),
    }),
    channels: z.object({
      model: z.enum(['pooled', 'in_out_twoway']),
      exempt: z.array(callClassSchema),
      overflow: z.enum(['fail', 'per_minute', 'burst']),
    }),
    included: z.array(callClassSchema),
    inbound_rated: z.enum(['never', 'tollfree_only', 'always']),
    charging: z.partialRecord(chargeItemSchema, chargeTimingSchema),
    renewal_clamp: z.enum(['anchored', 'sticky']),
    alerts: z.object({
      levels: z.array(moneySchema),
      comparator: z.enum(['lt', 'lte']),
      channels: z.array(z.enum(['in_app', 'mail', 'sms', 'webhook'])),
      repeat_every_seconds: z.int().min(60).nullable(),
      suppressed_by_top_up: z.boolean(),
    }),
    numbers: z.object({
      funded_by: z.enum(['balance', 'statement', 'card']),
      release: z.enum(['self', 'via_support']),
      hold_after_suspend: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('until_renewal') }),
        z.object({ kind: z.literal('days'), days: z.int().min(1) }),
      ]),
    }),
    refund: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('none') }),
      z.object({ kind: z.literal('prorated_credit') }),
      z.object({ kind: z.literal('within_days'), days: z.int().min(1) }),
    ]),
    credits: z.object({
      order: z.enum(['free_first', 'paid_first']),
      rollover: z.boolean(),
      expiry_days: z.int().min(1).nullable(),
    }),
    meters: z.object({
      devices: z.enum(['peak', 'distinct', 'end_of_period', 'ever_active']),
      trunks: z.enum(['peak', 'distinct', 'end_of_period', 'ever_active']),
      video: z.enum(['exclusive', 'also_voip']),
      on_net_factor: z.union([z.literal(1), z.literal(2)]),
    }),
    trial: z.object({ credit: moneySchema, may_fund: z.boolean(), restrictions: z.array(z.string()) }).nullable(),
    unfreeze: z.object({ at: z.enum(['gt_zero', 'gte_zero']), delay_seconds: z.int().min(0) }),
    /** Per cent of a card payment, as decimal text. */
    card_surcharge_percent: z.string().regex(/^\d{1,2}(\.\d{1,4})?$/),
    emergency: z.object({
      numbers: z.array(z.string()),
      test_number: z.string().nullable(),
      enabled_caller_ids: z.array(e164Schema),
      disclosure: z.string().nullable(),
      /** Asked for each emergency call from a number without a registered address (EXT-27); null = none. */
      unregistered_call_fee: moneySchema.nullable().optional(),
    }),
    admission_reserve: moneySchema,
    media: z.enum(['anchored', 'endToEnd', 'relayOnly']),
    /** Where the price of something is settled and a person has to ask (SIPUS-23, VTC-23, VTC-26). */
    contact: z.object({ billing: z.string().nullable(), sales: z.string().nullable(), support: z.string().nullable() }),
    links: z.object({
      refund_policy: z.url().nullable(),
      emergency_notice: z.url().nullable(),
      help: z.url().nullable(),
    }),
    /** Numbers kept for trying a phone, with what happens there; the short code reaches the same number. */
    test_numbers: z.array(
      z.object({
        number: e164Schema,
        short_code: z.string().min(1).max(64).nullable(),
        label: z.string().min(1).max(256),
      }),
    ),
    /** First day these rules hold, in the account's zone. */
    effective_from: daySchema,
    as_of: timestampSchema,
  })
  .meta({ id: 'Policy', description: 'The account rules a client prints its sentences from (POL fields).' });
