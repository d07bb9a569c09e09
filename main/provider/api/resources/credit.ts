import * as z from 'zod';
import { decimalSchema, idSchema, moneySchema, timestampSchema } from '../primitives.ts';

/** One part of the balance (POL-19): a lot of free credit, or paid money. The parts add up to the balance. */
export const bucketSchema = z
  .object({
    /** null = paid money. */
    lot_id: idSchema.nullable(),
    kind: z.enum(['paid', 'trial', 'monthly', 'promotion']),
    amount: moneySchema,
    /** What is left of it is gone then; null = never. */
    expires_at: timestampSchema.nullable(),
  })
  .meta({ id: 'BalanceBucket' });

const shareSchema = z.object({ from_seats: z.int().min(1), percent: decimalSchema });

/** Free credit: what there is, what comes next and why. */
export const creditsSchema = z
  .object({
    /** In the order they are used; paid money comes last or first, as `order` says. */
    lots: z.array(
      z.object({
        id: idSchema,
        kind: z.enum(['trial', 'monthly', 'promotion']),
        granted: moneySchema,
        remaining: moneySchema,
        granted_at: timestampSchema,
        expires_at: timestampSchema.nullable(),
        /** The usage row that booked it. */
        usage_id: idSchema,
      }),
    ),
    free: moneySchema,
    paid: moneySchema,
    order: z.enum(['free_first', 'paid_first']),
    rollover: z.boolean(),
    /** amount = seats x price_per_seat x percent; null where no grant is to come. */
    next_grant: z
      .object({
        at: timestampSchema,
        amount: moneySchema,
        package: z.string().max(120),
        seats: z.int().min(0),
        price_per_seat: moneySchema,
        subscription: moneySchema,
        percent: decimalSchema,
        /** The percent by seats: the last step whose `from_seats` is reached holds. */
        shares: z.array(shareSchema),
      })
      .nullable(),
    as_of: timestampSchema,
  })
  .meta({ id: 'Credits', description: 'Free credit is part of the balance, not beside it (VTC-02 to VTC-07).' });
