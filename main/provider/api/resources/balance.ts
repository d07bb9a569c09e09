import * as z from 'zod';
import { moneySchema, timestampSchema } from '../primitives.ts';
import { bucketSchema } from './credit.ts';

export const balanceSchema = z
  .object({
    level: z.enum(['ok', 'low', 'zero', 'negative']),
    /** null for a person without the grant to see it */
    exact: z
      .object({
        balance: moneySchema,
        /** Credit of payments that are not settled yet: on its way, not available (EXT-20). */
        pending: moneySchema,
        /** What can be spent: balance and credit limit. */
        available: moneySchema,
        credit_limit: moneySchema,
        /** The balance in its parts, in the order they are used; their sum is the balance. */
        buckets: z.array(bucketSchema),
      })
      .nullable(),
    /** What can be called now; emergency numbers always can. */
    calling: z.object({
      /**
       * suspended: nothing can be placed or received (VTC-28). metered_stopped: what costs money is refused, in both
       * directions or outgoing only; flat-rate calls go on (TOP-15). frozen: below zero for too long, or the provider's hand.
       */
      state: z.enum(['ok', 'outbound_metered_stopped', 'metered_stopped', 'suspended', 'frozen']),
      reason: z.enum(['balance_used_up', 'negative_too_long', 'stopped_by_provider']).nullable(),
      since: timestampSchema.nullable(),
    }),
    as_of: timestampSchema,
  })
  .meta({ id: 'Balance' });
