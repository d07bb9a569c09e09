import * as z from 'zod';
import { decimalSchema, idSchema, moneySchema, timestampSchema } from '../primitives.ts';

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
    leg: z.enum(['a', 'b']).nullable(),
    /** The charge this row books. */
    charge_id: idSchema.nullable(),
  })
  .meta({
    id: 'UsageRow',
    description: 'One row that explains a movement of the balance, or a call that cost nothing.',
  });
