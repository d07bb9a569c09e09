import * as z from 'zod';
import { countrySchema, e164Schema, idSchema, timestampSchema } from '../primitives.ts';

const line = z.string().trim().min(1).max(128);
const placeInBuilding = z.string().trim().min(1).max(32).nullable();

export const addressLinesSchema = z
  .strictObject({
    /** House number and street. */
    street: line,
    unit: line.nullable(),
    city: line,
    /** State or province; '' where the country has none. */
    region: z.string().trim().max(64),
    postal_code: z.string().trim().min(1).max(16),
    country: countrySchema,
  })
  .meta({ id: 'AddressLines' });

export const addressPurposeSchema = z.enum(['business', 'emergency', 'location']);

export const addressRequestSchema = z.strictObject({ purpose: addressPurposeSchema, lines: addressLinesSchema });
export const addressEditSchema = z.strictObject({ lines: addressLinesSchema });
export const addressChoiceSchema = z.strictObject({ form: z.enum(['entered', 'located']) });

export const addressSchema = z
  .object({
    id: idSchema,
    purpose: addressPurposeSchema,
    /** What the lookup found: the same, something near, nothing (SIPUS-31). */
    outcome: z.enum(['exact', 'corrected', 'not_found']),
    /** `suggestion` waits for a person to pick one of the two forms; `failed` can be edited, or support asked. */
    state: z.enum(['suggestion', 'valid', 'failed']),
    entered: addressLinesSchema,
    /** As the postal service writes it; null = it knows none. */
    located: addressLinesSchema.nullable(),
    /** Which of the two counts. */
    chosen: z.enum(['entered', 'located']).nullable(),
    problems: z.array(
      z.object({
        code: z.enum(['po_box', 'unit_missing', 'house_number_missing', 'postal_code_unknown']),
        pointer: z.string(),
        text: z.string().max(256),
      }),
    ),
    /** Whom to ask about an address no directory knows. */
    support: z.string().nullable(),
    /** The verified address of the business (SIPUS-30). */
    is_business: z.boolean(),
    created_at: timestampSchema,
    updated_at: timestampSchema,
  })
  .meta({ id: 'Address' });

export const addressListSchema = z.object({ data: z.array(addressSchema), as_of: timestampSchema });

export const numberEmergencyRequestSchema = z.strictObject({
  address_id: idSchema,
  /** Where in the building (RAY BAUM's Act). */
  floor: placeInBuilding,
  room: placeInBuilding,
});

export const numberEmergencySchema = z
  .object({
    number: e164Schema,
    /** The number is of a type that can be shown for emergency calls. */
    capable: z.boolean(),
    state: z.enum([
      'none',
      'entered',
      'validating',
      'suggestion',
      'valid',
      'registering',
      'registered',
      'failed',
      'removing',
    ]),
    address: addressSchema.nullable(),
    floor: z.string().nullable(),
    room: z.string().nullable(),
    /** Why it failed, in plain words. */
    reason: z.string().max(256).nullable(),
    since: timestampSchema.nullable(),
    as_of: timestampSchema,
  })
  .meta({ id: 'NumberEmergency' });

export const emergencyLocationQuery = z.object({ instance_id: z.uuid() });

export const emergencyLocationRequestSchema = z.strictObject({
  instance_id: z.uuid(),
  address_id: idSchema,
  floor: placeInBuilding,
  room: placeInBuilding,
});

export const emergencyLocationSchema = z
  .object({
    instance_id: z.uuid(),
    /** Where this person said this device is; null = never said. */
    address: addressSchema.nullable(),
    floor: z.string().nullable(),
    room: z.string().nullable(),
    confirmed_at: timestampSchema.nullable(),
    /** The number an emergency call of this person is sent with (SIPUS-18); null = none has a registered address. */
    caller_id: e164Schema.nullable(),
    /** Where help is sent for that number unless the person says otherwise here. */
    caller_id_address: addressLinesSchema.nullable(),
    as_of: timestampSchema,
  })
  .meta({ id: 'EmergencyLocation' });
