import * as z from 'zod';
import { countrySchema, idSchema, timestampSchema } from '../primitives.ts';

/** The digits of a card number among others (ISO/IEC 7812: 12 to 19 of them, the last a Luhn check digit). */
function holdsCardNumber(text: string): boolean {
  return (text.match(/\d(?:[ -]?\d){11,18}/g) ?? []).some((run) => {
    const digits = run.replace(/\D/g, '').split('').toReversed().map(Number);
    const sum = digits.reduce((total, digit, place) => {
      const counted = place % 2 === 0 ? digit : digit * 2;
      return total + (counted > 9 ? counted - 9 : counted);
    }, 0);
    return sum % 10 === 0;
  });
}

/** Words a person types where a card number must never end up (SIPUS-35). */
const plainText = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !holdsCardNumber(text), 'Card numbers are typed on the payment page alone');

/** KZ-04: every field is mandatory; without it no way to pay can be stored. */
export const billingContactSchema = z
  .strictObject({
    name: plainText(120),
    email: z.email().max(200),
    street: plainText(200),
    city: plainText(120),
    region: plainText(120),
    postal_code: plainText(20),
    country: countrySchema,
  })
  .meta({ id: 'BillingContact', description: 'Who receives the bills. All of it or none.' });

export const billingContactAnswerSchema = z
  .object({ contact: billingContactSchema.nullable(), as_of: timestampSchema })
  .meta({ id: 'BillingContactAnswer' });

export const paymentMethodSchema = z
  .object({
    id: idSchema,
    kind: z.enum(['card', 'bank_debit']),
    brand: z.string().max(32),
    last4: z.string().regex(/^\d{4}$/),
    exp_month: z.int().min(1).max(12).nullable(),
    exp_year: z.int().min(2000).max(2200).nullable(),
    /**
     * verifying: a bank account waits for its two small amounts; failed: they were wrong too often; suspended: refused
     * for good by the bank, until a person tries it again; expired: by its date.
     */
    state: z.enum(['active', 'verifying', 'failed', 'suspended', 'expired']),
    /** Charged first. */
    default: z.boolean(),
    /** Order of use from 0: after a decline the next active one is tried. */
    position: z.int().min(0),
    /** Of a bank account that is verifying. */
    verify_attempts_left: z.int().min(0).nullable(),
    created_at: timestampSchema,
  })
  .meta({
    id: 'PaymentMethod',
    description: 'A stored way to pay. Its number is with the payment vendor; nothing of it is ever in this API.',
  });

export const paymentMethodListSchema = z.object({ data: z.array(paymentMethodSchema), as_of: timestampSchema });

export const paymentMethodChangeSchema = z
  .strictObject({
    /** New place in the order of use; 0 makes it the default. */
    position: z.int().min(0).max(100).optional(),
    /** A suspended method may be charged again. */
    state: z.literal('active').optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'Nothing to change')
  .meta({ id: 'PaymentMethodChange' });

export const verificationSchema = z
  .strictObject({ cents: z.tuple([z.int().min(1).max(99), z.int().min(1).max(99)]) })
  .meta({ id: 'BankVerification', description: 'The two small amounts the bank account received, in cents.' });

/** A page on the person's own machine; anything else could send them elsewhere. */
export const returnUrlSchema = z
  .url()
  .max(500)
  .refine((text) => {
    const url = URL.parse(text);
    return url?.protocol === 'http:' && ['127.0.0.1', '[::1]'].includes(url.hostname);
  }, 'A loopback address');

export const paymentSessionRequestSchema = z
  .discriminatedUnion('purpose', [
    z.strictObject({ purpose: z.literal('store'), return_url: returnUrlSchema.nullable() }),
    z.strictObject({
      purpose: z.literal('pay'),
      quote_id: idSchema,
      price_hash: z.string().min(16).max(64),
      return_url: returnUrlSchema.nullable(),
    }),
  ])
  .meta({ id: 'PaymentSessionRequest' });

export const paymentSessionSchema = z
  .object({
    id: idSchema,
    purpose: z.enum(['store', 'pay']),
    state: z.enum(['open', 'completed', 'cancelled', 'expired']),
    /** Told once, when the session is made: whoever knows it can use the page. Never to be logged or stored. */
    url: z.url().nullable(),
    expires_at: timestampSchema,
    /** What was stored. */
    payment_method_id: idSchema.nullable(),
    /** What was paid; its state is read from the charge. */
    charge_id: idSchema.nullable(),
    as_of: timestampSchema,
  })
  .meta({ id: 'PaymentSession' });
