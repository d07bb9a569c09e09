import * as z from 'zod';
import { moneySchema, timestampSchema } from '../primitives.ts';

export const balanceSchema = z
  .object({
    level: z.enum(['ok', 'low', 'zero', 'negative']),
    /** null for a person without the grant to see it */
    exact: z
      .object({ balance: moneySchema, pending: moneySchema, available: moneySchema, credit_limit: moneySchema })
      .nullable(),
    as_of: timestampSchema,
  })
  .meta({ id: 'Balance' });
