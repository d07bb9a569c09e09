import * as z from 'zod';
import {
  countrySchema,
  daySchema,
  e164Schema,
  idSchema,
  listOf,
  listQueryShape,
  moneySchema,
  timestampSchema,
} from '../primitives.ts';

export const numberTypeSchema = z
  .enum(['standard', 'enhanced', 'toll_free', 'local', 'mobile', 'national'])
  .meta({ id: 'NumberType', description: 'What a number is sold as; enhanced = it can call for help (SIPUS-18).' });

export const numberCapabilitySchema = z.enum(['voice', 'emergency', 'sms', 'fax']);

/** Where the verified address must be that a number of the country needs. */
export const addressRequirementSchema = z.enum(['none', 'any', 'local', 'foreign']);

const areaCodeSchema = z.string().regex(/^\d{1,5}$/);
const placeSchema = z.string().min(1).max(64);

export const ownedNumberStateSchema = z
  .enum([
    'pending_requirements',
    'pending_review',
    'provisioning',
    'active',
    'renewal_due',
    'renewal_failed',
    'suspended',
    'release_requested',
    'released',
    'aging',
    'gone',
    'port_in',
    'port_out',
  ])
  .meta({
    id: 'OwnedNumberState',
    description:
      'pending_requirements and pending_review: bought, not working (EXT-26). provisioning: at most a minute (VTC-22). ' +
      'renewal_due: works, renews within 7 days. renewal_failed: works until grace_until. suspended: does not work, ' +
      'kept until safe_until. release_requested: works until support answers (VTC-26). released: may be taken back until ' +
      'reclaim_until. aging: nobody can have it. gone: no longer listed.',
  });

export const forwardingSchema = z.strictObject({
  to: e164Schema,
  when: z.enum(['always', 'busy', 'no_answer']),
});

export const numberSchema = z
  .object({
    number: e164Schema,
    label: z.string().max(256),
    country: countrySchema,
    type: numberTypeSchema,
    area_code: z.string().nullable(),
    /** State or province, where it has one. */
    region: z.string().nullable(),
    city: z.string().nullable(),
    capabilities: z.array(numberCapabilitySchema),
    state: ownedNumberStateSchema,
    /** It rings and may be shown as caller ID, in both directions. */
    in_service: z.boolean(),
    emergency: z.enum([
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
    default_caller_id: z.boolean(),
    /** Whom it rings and who may show it. */
    user_id: idSchema,
    monthly: moneySchema,
    purchased_at: timestampSchema,
    /** The day of the account's zone on which the next month is paid; null once it was given up. */
    renews_on: daySchema.nullable(),
    /** That day's first moment. */
    renews_at: timestampSchema.nullable(),
    /** POL-13: the day of the month it renews on in months that have it. */
    renewal_anchor_day: z.int().min(1).max(31),
    grace_until: timestampSchema.nullable(),
    /** VTC-27: when it is lost unless somebody acts, and why; both null = it is not at risk. */
    at_risk_until: timestampSchema.nullable(),
    at_risk_reason: z.enum(['missed_renewal', 'balance_used_up', 'inactivity', 'requirements']).nullable(),
    /** VTC-30: how long an account without money keeps it; null = nothing threatens it. */
    safe_until: timestampSchema.nullable(),
    /** VTC-30: what support granted. */
    extended_until: timestampSchema.nullable(),
    reclaim_until: timestampSchema.nullable(),
    released_reason: z.enum(['asked', 'missed_renewal', 'inactivity', 'requirements']).nullable(),
    forwarding: forwardingSchema.nullable(),
    /** EXT-30: the name it is listed under; pending for up to 72 hours. */
    cnam: z.object({ name: z.string().max(15), state: z.enum(['pending', 'listed']) }).nullable(),
    /** What stops working when it is given up: acknowledged before (EXT-32). */
    dependants: z.array(
      z.object({
        kind: z.enum(['default_caller_id', 'emergency', 'forwarding', 'forwarded_from']),
        number: e164Schema.nullable(),
      }),
    ),
    /** EXT-26: null = the law asks nothing. */
    requirement: z
      .object({
        state: z.enum(['missing', 'in_review', 'rejected', 'approved']),
        documents: z.array(z.string()),
        address: addressRequirementSchema,
        reason: z.string().nullable(),
        due_at: timestampSchema.nullable(),
      })
      .nullable(),
    /** VTC-26: null = nobody ever asked to give it up. */
    release_request: z
      .object({
        state: z.enum(['open', 'withdrawn', 'declined', 'done']),
        requested_at: timestampSchema,
        detail: z.string().nullable(),
        contact: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'OwnedNumber' });

export const availableNumberSchema = z
  .object({
    number: e164Schema,
    country: countrySchema,
    type: numberTypeSchema,
    area_code: z.string(),
    region: z.string().nullable(),
    city: z.string().nullable(),
    capabilities: z.array(numberCapabilitySchema),
    /** EXT-04: paid once, and every month, before taxes and fees, which the quote adds. */
    setup: moneySchema,
    monthly: moneySchema,
    address_requirement: addressRequirementSchema,
    /** Whether the papers are asked for before it can be bought, or before it works. */
    requirement_when: z.enum(['before_purchase', 'after_purchase']).nullable(),
    documents: z.array(z.string()),
    /** From purchase until it rings (VTC-22); null where papers come first. */
    activation_seconds: z.int().min(0).nullable(),
    reservable: z.boolean(),
    /** The hold of whoever asks; numbers others hold are not listed. */
    hold: z.object({ id: idSchema, expires_at: timestampSchema }).nullable(),
  })
  .meta({ id: 'AvailableNumber' });

export const availableNumberListSchema = z
  .object({
    ...listOf(availableNumberSchema).shape,
    /** Free numbers nearest to the search, where nothing fits it. */
    nearest: z.array(availableNumberSchema),
    /** Which filters had to be given up for them. */
    gave_up: z.array(z.enum(['contains', 'city', 'area_code', 'region'])),
  })
  .meta({ id: 'AvailableNumberList' });

export const availableNumberQuery = z.object({
  ...listQueryShape,
  country: countrySchema,
  type: numberTypeSchema.optional(),
  area_code: areaCodeSchema.optional(),
  /** Digits anywhere in the number, or letters of a word on the keys (ITU-T E.161). */
  contains: z
    .string()
    .regex(/^[0-9A-Za-z]{1,12}$/)
    .optional(),
  region: placeSchema.optional(),
  city: placeSchema.optional(),
  capability: numberCapabilitySchema.optional(),
  address_requirement: addressRequirementSchema.optional(),
});

export const numberFilterSchema = z.enum([
  'type',
  'area_code',
  'contains',
  'region',
  'city',
  'capability',
  'address_requirement',
]);

export const numberCountrySchema = z
  .object({
    country: countrySchema,
    name: z.string(),
    /** documents: it can be bought, papers are asked for. contact: only by asking (VTC-23, SIPUS-23). */
    sold: z.enum(['yes', 'documents', 'contact']),
    types: z.array(z.object({ type: numberTypeSchema, setup: moneySchema, monthly: moneySchema })),
    /** What works in a search there; region and city only in the US and Canada (VTC-19). */
    filters: z.array(numberFilterSchema),
    /** States or provinces that have numbers, where they can be searched. */
    regions: z.array(z.string()),
    address_requirement: addressRequirementSchema,
    documents: z.array(z.string()),
    contact: z.string().nullable(),
  })
  .meta({ id: 'NumberCountry' });

export const numberCountriesSchema = z
  .object({
    data: z.array(numberCountrySchema),
    /** Whether a word can be searched, or is had by asking (SIPUS-23). */
    vanity: z.enum(['search', 'contact']),
    /** Whom to ask for what is not listed (VTC-23). */
    contact: z.string().nullable(),
    as_of: timestampSchema,
  })
  .meta({ id: 'NumberCountries' });

export const numberHoldSchema = z
  .object({
    id: idSchema,
    number: e164Schema,
    created_at: timestampSchema,
    expires_at: timestampSchema,
    /** As long as extensions can make it. */
    expires_at_latest: timestampSchema,
  })
  .meta({ id: 'NumberHold' });

export const numberHoldsRequest = z.strictObject({ numbers: z.array(e164Schema).min(1).max(50) });

export const numberHoldsSchema = z
  .object({
    /** One for each number asked for, in that order. */
    results: z.array(
      z.object({
        number: e164Schema,
        hold: numberHoldSchema.nullable(),
        problem: z.object({ code: z.string(), detail: z.string() }).nullable(),
      }),
    ),
  })
  .meta({ id: 'NumberHoldResults' });

export const numberHoldListSchema = z.object({ data: z.array(numberHoldSchema), as_of: timestampSchema });

export const numberRenewalsSchema = z
  .object({
    /** Cumulative: tomorrow is part of 3 days, and they of 7; what is overdue is part of each (EXT-05). */
    windows: z.array(
      z.object({
        days: z.int().min(1),
        /** The last day counted, in the account's zone. */
        until: daySchema,
        count: z.int().min(0),
        amount: moneySchema,
        /** What the balance lacks to pay them all; 0.00 where something else pays. */
        shortfall: moneySchema,
        /** Numbers whose renewal will fail as things stand. */
        failing: z.array(e164Schema),
      }),
    ),
    paid_from: z.enum(['balance', 'card', 'statement']),
    /** VTC-25: any balance above 0 keeps a number, or it must cover the whole price. */
    needs: z.enum(['positive_balance', 'full_price']),
    available: moneySchema,
    as_of: timestampSchema,
  })
  .meta({ id: 'NumberRenewals' });

export const numberChangeRequest = z.strictObject({
  label: z.string().min(1).max(64).optional(),
  user_id: idSchema.optional(),
  /** null = it rings its own person. A call that goes on is two legs, and the second may be rated (EXT-33). */
  forwarding: forwardingSchema.nullable().optional(),
  /** Makes it the one everybody shows at first (EXT-29). */
  default_caller_id: z.literal(true).optional(),
  /** EXT-30: at most 15 letters, digits and spaces. */
  cnam: z.string().min(1).max(15).nullable().optional(),
});

export const numberPapersRequest = z.strictObject({
  /** In whose name the papers are. */
  holder: z.string().min(1).max(128),
  /** Names of the documents handed in; the files go to the provider's own page. */
  documents: z.array(z.string().min(1).max(128)).min(1).max(10),
});

export const numberReleaseRequest = z.strictObject({
  /** The number again, as the person typed it (EXT-32). */
  confirm: e164Schema,
  /** The person has seen what stops working. */
  acknowledge_dependants: z.boolean().default(false),
});

export const numberPortSchema = z
  .object({
    id: idSchema,
    number: e164Schema,
    direction: z.literal('in'),
    /** The carrier that gives it up. */
    carrier: z.string(),
    state: z.enum(['draft', 'submitted', 'documents_rejected', 'carrier_rejected', 'carrier_confirmed', 'done']),
    detail: z.string(),
    documents: z.array(z.object({ name: z.string(), state: z.enum(['missing', 'in_review', 'accepted', 'rejected']) })),
    /** EXT-31: not before the port is done. */
    emergency_capable: z.boolean(),
    created_at: timestampSchema,
    expected_at: timestampSchema.nullable(),
  })
  .meta({ id: 'NumberPort' });
export const numberPortListSchema = z.object({ data: z.array(numberPortSchema), as_of: timestampSchema });
