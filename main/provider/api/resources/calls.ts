import * as z from 'zod';
import { countrySchema, decimalSchema, idSchema, moneySchema, timestampSchema } from '../primitives.ts';
import { callClassSchema } from './policy.ts';
import { rateSchema } from './rates.ts';

const directionSchema = z.enum(['outbound', 'inbound']);

export const liveLegSchema = z
  .object({
    leg_id: idSchema,
    sip_call_id: z.string().max(256),
    /** b is the called side: the leg to its device, and the leg that carries a forwarded call on. */
    leg: z.enum(['a', 'b']),
    direction: directionSchema,
    user_id: idSchema.nullable(),
    user_name: z.string().max(256).nullable(),
    device_id: idSchema.nullable(),
    from: z.string().max(256),
    to: z.string().max(256),
    state: z.enum(['ringing', 'answered']),
    emergency: z.boolean(),
    on_net: z.boolean(),
    forwarded: z.boolean(),
    holds_channel: z.boolean(),
    /** How a leg beyond the channels was let through; it keeps that price when a channel frees. */
    beyond_channels: z.enum(['per_minute', 'burst']).nullable(),
    since: timestampSchema,
    answered_at: timestampSchema.nullable(),
    rate_per_minute: decimalSchema,
    /** What it would cost if it ended now. It is no part of the balance until it has ended (TOP-10). */
    estimate: moneySchema,
  })
  .meta({ id: 'LiveLeg', description: 'One leg of a call in progress.' });

/** Channels by kind: of a pool only `total` is told; -1 = unlimited. */
const capacitySchema = z.discriminatedUnion('model', [
  z.object({ model: z.literal('pooled'), total: z.int().min(-1) }),
  z.object({
    model: z.literal('in_out_twoway'),
    inbound: z.int().min(-1),
    outbound: z.int().min(-1),
    two_way: z.int().min(-1),
    total: z.int().min(-1),
  }),
]);

const usedSchema = z.object({ inbound: z.int().min(0), outbound: z.int().min(0), total: z.int().min(0) });

export const liveCallsSchema = z
  .object({
    data: z.array(liveLegSchema),
    channels: z.object({
      capacity: capacitySchema,
      in_use: usedSchema,
      /** Most held at once since midnight in the account's zone. */
      peak_today: usedSchema,
      /** Legs refused today for lack of a channel. */
      refused_today: z.int().min(0),
    }),
    as_of: timestampSchema,
  })
  .meta({ id: 'LiveCalls', description: 'Calls in progress, leg by leg, and the channels they hold.' });

export const rateLookupQuery = z.object({
  /** As a person types it: national, international or a short code. */
  to: z.string().min(1).max(64),
  /** The number it would show; it decides nothing here yet. */
  from: z.string().min(1).max(64).optional(),
  direction: directionSchema.default('outbound'),
});

export const rateLookupSchema = z
  .object({
    /** E.164, or an emergency number as it is dialled; null where it is no number. */
    number: z.string().max(64).nullable(),
    class: callClassSchema.nullable(),
    verdict: z.enum(['emergency', 'included', 'costs', 'unknown_price', 'blocked', 'not_a_number']),
    /** Why it would be refused now, in words for the person. */
    blocked: z
      .object({
        cause: z.enum(['no_funds', 'no_channel', 'frozen', 'spend_control', 'service_off']),
        reason: z.string().max(256),
      })
      .nullable(),
    /** The row of the deck it is rated by; null = the price is not known, which is not 0. */
    rate: rateSchema.nullable(),
    /** What a minute costs now: of the deck, or of a burst where the channels are taken. */
    rate_per_minute: decimalSchema.nullable(),
    needs_channel: z.boolean(),
    /** How long the money lasts (F-07), about: calls in progress go on spending it. */
    talk_time: z.object({
      /** Null for a person without the grant to see the balance, and where nothing ends the call. */
      seconds: z.int().min(0).nullable(),
      level: z.enum(['unlimited', 'enough', 'low', 'none']),
    }),
    as_of: timestampSchema,
  })
  .meta({ id: 'RateLookup', description: 'What a call would be, before it is dialled.' });

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
/** A country, or a prefix with its plus. */
const destinationSchema = z.union([countrySchema, z.string().regex(/^\+\d{1,15}$/)]);

export const spendControlsSchema = z
  .object({
    /** The kill switch: false stops every outgoing call. */
    outgoing_enabled: z.boolean(),
    /** What outgoing calls may cost a day of the account's zone; running ones count with their next minute. */
    daily_limit: decimalSchema.nullable(),
    max_rate_per_minute: decimalSchema.nullable(),
    /** Null = everywhere. */
    allowed_destinations: z.array(destinationSchema).max(500).nullable(),
    /** Wins over what is allowed. */
    blocked_destinations: z.array(destinationSchema).max(500),
    /** Outgoing legs at once. */
    concurrent_limit: z.int().min(1).max(10_000).nullable(),
    /** In the account's zone; weekdays 1 (Monday) to 7. `to` before `from` runs over midnight. */
    calling_window: z
      .object({ weekdays: z.array(z.int().min(1).max(7)).min(1).max(7), from: timeOfDay, to: timeOfDay })
      .nullable(),
  })
  .meta({ id: 'SpendControls', description: 'What an account forbids itself. Emergency calls pass all of it.' });
