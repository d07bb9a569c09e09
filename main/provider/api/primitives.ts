import * as z from 'zod';

/** Decimal text with a currency; never a float (RFC 8259 numbers lose micros in most parsers). */
export const moneySchema = z
  .object({
    amount: z.string().regex(/^-?\d{1,10}(\.\d{1,6})?$/),
    currency: z.string().regex(/^[A-Z]{3}$/),
  })
  .meta({ id: 'Money', description: 'An amount as decimal text, up to six decimals, with its ISO 4217 currency.' });

/** RFC 3339 in UTC with milliseconds. */
export const timestampSchema = z.iso.datetime({ precision: 3 }).meta({ id: 'Timestamp' });

export const idSchema = z.string().min(1).max(64);
export const e164Schema = z.string().regex(/^\+\d{3,15}$/);
export const countrySchema = z.string().regex(/^[A-Z]{2}$/);
export const decimalSchema = z.string().regex(/^\d{1,10}(\.\d{1,6})?$/);

/** ISO 4217. */
export const currencySchema = z.string().regex(/^[A-Z]{3}$/);

/** A day of the account's time zone, as in 2026-11-22. */
export const daySchema = z.iso.date();

/** Both days count, in the account's time zone (KZ-09). */
export const dayRangeShape = { from: daySchema.optional(), to: daySchema.optional() };

/** A list answer: newest first where rows have a time; `next_cursor` null = the end. */
export const listOf = <T extends z.ZodType>(row: T) =>
  z.object({
    data: z.array(row),
    next_cursor: z.string().nullable(),
    total: z.int().nullable(),
    as_of: timestampSchema,
  });

export const listQuery = z.object({
  cursor: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

export const listQueryShape = listQuery.shape;
