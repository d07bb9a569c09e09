import * as z from 'zod';
import { countrySchema, currencySchema, decimalSchema, listQueryShape, timestampSchema } from '../primitives.ts';

export const rateSchema = z
  .object({
    prefix: z.string().regex(/^\d{1,15}$/),
    country: countrySchema.nullable(),
    destination: z.string().max(256),
    direction: z.enum(['outbound', 'inbound']),
    kind: z.enum(['standard', 'toll_free', 'premium', 'satellite', 'emergency', 'test']),
    per_minute: decimalSchema,
    setup_fee: decimalSchema,
    currency: currencySchema,
    minimum_seconds: z.int().min(0),
    increment_seconds: z.int().min(0),
    free_seconds: z.int().min(0),
    included: z.boolean(),
    effective_from: timestampSchema,
    effective_to: timestampSchema.nullable(),
  })
  .meta({ id: 'Rate' });

/** Filters go together. `prefix` finds the rows whose prefix begins with it. */
export const rateListQuery = z.object({
  ...listQueryShape,
  country: countrySchema.optional(),
  prefix: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
  direction: z.enum(['outbound', 'inbound']).optional(),
});
