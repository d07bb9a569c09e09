import * as z from 'zod';
import { idSchema, moneySchema, timestampSchema } from '../primitives.ts';

const stateSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('off') }),
    z.object({ kind: z.literal('enabling'), charge_id: idSchema }),
    z.object({ kind: z.literal('on') }),
    /** On, but nothing new begins until funds arrive; what runs goes on (TOP-15). */
    z.object({ kind: z.literal('blocked_no_funds') }),
    /** The same, and automatic top-up may charge again only then. */
    z.object({ kind: z.literal('blocked_cap'), until: timestampSchema }),
    /** Switched off while so many of its calls go on. */
    z.object({ kind: z.literal('disabling'), calls: z.int().min(1) }),
  ])
  .meta({ id: 'MeteredState' });

export const meteredServicesSchema = z
  .object({
    data: z.array(
      z.object({
        name: z.string().min(1).max(64),
        title: z.string().max(256),
        description: z.string().max(256),
        state: stateSchema,
      }),
    ),
    /** Charged at once with the first service ever switched on; null = one was on before (TOP-06). */
    first_charge: moneySchema.nullable(),
    as_of: timestampSchema,
  })
  .meta({ id: 'MeteredServices' });
