import * as z from 'zod';
import { moneySchema, timestampSchema } from '../primitives.ts';

export const balanceSchema = z
  .object({
    level: z.enum(['ok', 'low', 'zero', 'negative']),
    /** null for a person without the grant to see it */
    exact: z
      .object({ balance: moneySchema, pending: moneySchema, available: moneySchema, credit_limit: moneySchema })
      .nullable(),
    /** What can be called now; emergency numbers always can. */
    calling: z.object({
      /**
       * suspended: nothing can be placed or received (VTC-28). metered_stopped: what costs money is refused, in both
       * directions or outgoing only; flat-rate calls go on (TOP-15). frozen: SIPUS-26, or the provider's hand.
       */
      state: z.enum(['ok', 'outbound_metered_stopped', 'metered_stopped', 'suspended', 'frozen']),
      reason: z.enum(['balance_used_up', 'negative_too_long', 'stopped_by_provider']).nullable(),
      since: timestampSchema.nullable(),
    }),
    as_of: timestampSchema,
  })
  .meta({ id: 'Balance' });
