import * as z from 'zod';
import { dayRangeShape, decimalSchema, idSchema, listQueryShape, moneySchema, timestampSchema } from '../primitives.ts';

export const usageRowSchema = z
  .object({
    id: idSchema,
    time: timestampSchema,
    version: z.int().min(1),
    kind: z.enum(['call', 'number', 'topup', 'fee', 'credit', 'adjustment', 'other']),
    direction: z.enum(['outbound', 'inbound']).nullable(),
    price_state: z.enum(['priced', 'price_pending', 'included', 'corrected']),
    /** Signed: a charge is negative. */
    amount: moneySchema,
    description: z.string().max(256),
    from: z.string().max(256).nullable(),
    to: z.string().max(256).nullable(),
    duration_seconds: z.int().nullable(),
    billed_seconds: z.int().nullable(),
    rate_per_minute: decimalSchema.nullable(),
    user_id: idSchema.nullable(),
    user_name: z.string().max(256).nullable(),
    device_id: idSchema.nullable(),
    sip_call_id: z.string().max(256).nullable(),
    /** b is the called side; of a forwarded call also the leg that carries it on. */
    leg: z.enum(['a', 'b']).nullable(),
    /** Of a call: both ends are people of the account, so it has two rows and counts twice (SCS-09). */
    on_net: z.boolean().nullable(),
    /** What an answered call carried; a call that was a video call for a while is one (SCS-11). */
    media: z.enum(['audio', 'video']).nullable(),
    /** A trunk had to convert its codec (SCS-12); never on net. */
    transcoded: z.boolean().nullable(),
    /** The codec that had to be converted, as SDP names it; null where none was. */
    codec: z.string().max(64).nullable(),
    /** The charge this row books. */
    charge_id: idSchema.nullable(),
  })
  .meta({
    id: 'UsageRow',
    description: 'One row that explains a movement of the balance, or a call that cost nothing.',
  });

/** Rows of a range of days, of one person, kind or direction; all of them together (KZ-07). */
export const usageListQuery = z.object({
  ...listQueryShape,
  ...dayRangeShape,
  kind: usageRowSchema.shape.kind.optional(),
  direction: z.enum(['outbound', 'inbound']).optional(),
  user_id: idSchema.optional(),
});
