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

const id = z.string().min(1).max(64);
const e164 = z.string().regex(/^\+\d{3,15}$/);
const country = z.string().regex(/^[A-Z]{2}$/);
const decimal = z.string().regex(/^\d{1,10}(\.\d{1,6})?$/);

export const roleSchema = z.enum(['owner', 'admin', 'user']);
export const grantSchema = z.enum(['see_balance', 'billing', 'numbers_search', 'numbers_buy', 'plan']);

/** RFC 9457. `type` is a stable URI whose last part is `code`; clients decide on `code` alone. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum([
      'invalid_request',
      'invalid_token',
      'expired_token',
      'role_not_allowed',
      'not_found',
      'method_not_allowed',
      'conflict',
      'idempotency_key_missing',
      'idempotency_key_reused',
      'cursor_expired',
      'unsupported_version',
      'rate_limited',
      'internal',
      'unavailable',
    ]),
    detail: z.string().optional(),
    instance: z.string().optional(),
    /** Per-field faults of an invalid request. */
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'Error document of RFC 9457.' });
export type Problem = z.infer<typeof problemSchema>;
export type ProblemCode = Problem['code'];

export const accountSchema = z
  .object({
    id,
    name: z.string().max(256),
    provider_name: z.string().max(256),
    sandbox: z.boolean(),
    time_zone: z.string(),
    country,
    currency: z.string().regex(/^[A-Z]{3}$/),
    owner_contact: z.string().nullable(),
    user: z.object({ id, name: z.string().max(256), role: roleSchema, grants: z.array(grantSchema) }),
  })
  .meta({ id: 'Account' });

export const policySchema = z
  .object({
    emergency: z.object({ numbers: z.array(z.string()), test_number: z.string().nullable() }),
    /** Numbers kept for trying a phone, with what happens there; the short code reaches the same number. */
    test_numbers: z.array(
      z.object({ number: e164, short_code: z.string().min(1).max(64).nullable(), label: z.string().min(1).max(256) }),
    ),
    media: z.enum(['anchored', 'endToEnd', 'relayOnly']),
    inbound_rated: z.enum(['never', 'tollfree_only', 'always']),
    admission_reserve: moneySchema,
    as_of: timestampSchema,
  })
  .meta({ id: 'Policy', description: 'The account rules a client prints its sentences from (POL fields).' });

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

export const rateSchema = z
  .object({
    prefix: z.string().regex(/^\d{1,15}$/),
    country: country.nullable(),
    destination: z.string().max(256),
    direction: z.enum(['outbound', 'inbound']),
    kind: z.enum(['standard', 'toll_free', 'premium', 'satellite', 'emergency', 'test']),
    per_minute: decimal,
    setup_fee: decimal,
    currency: z.string().regex(/^[A-Z]{3}$/),
    minimum_seconds: z.int().min(0),
    increment_seconds: z.int().min(0),
    free_seconds: z.int().min(0),
    included: z.boolean(),
    effective_from: timestampSchema,
    effective_to: timestampSchema.nullable(),
  })
  .meta({ id: 'Rate' });

export const usageRowSchema = z
  .object({
    id,
    time: timestampSchema,
    version: z.int().min(1),
    kind: z.enum(['call', 'number', 'topup', 'fee', 'credit', 'adjustment', 'other']),
    direction: z.enum(['outbound', 'inbound']).nullable(),
    price_state: z.enum(['priced', 'price_pending', 'included', 'corrected']),
    /** Signed: a charge is negative. */
    amount: moneySchema,
    description: z.string().max(256),
    from: z.string().max(256).nullable(),
    to: z.string().max(256).nullable(),
    duration_seconds: z.int().nullable(),
    billed_seconds: z.int().nullable(),
    rate_per_minute: decimal.nullable(),
    user_id: id.nullable(),
    user_name: z.string().max(256).nullable(),
    device_id: id.nullable(),
    sip_call_id: z.string().max(256).nullable(),
    leg: z.enum(['a', 'b']).nullable(),
  })
  .meta({
    id: 'UsageRow',
    description: 'One row that explains a movement of the balance, or a call that cost nothing.',
  });

export const numberSchema = z
  .object({
    number: e164,
    label: z.string().max(256),
    country,
    capabilities: z.array(z.enum(['voice', 'emergency', 'sms', 'fax'])),
    state: z.enum(['provisioning', 'active', 'suspended', 'released']),
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
  })
  .meta({ id: 'OwnedNumber' });

export const deviceSchema = z
  .object({
    id,
    /** RFC 5626 instance of the install: a bare UUID. */
    instance_id: z.uuid(),
    name: z.string().max(256),
    created_at: timestampSchema,
    sip: z.object({
      wss_url: z.string(),
      domain: z.string(),
      user: z.string(),
      authorization_user: z.string(),
      realm: z.string(),
      password: z.string(),
      register_expires_seconds: z.int(),
      ice_servers: z.array(
        z.object({ urls: z.array(z.string()), username: z.string().optional(), credential: z.string().optional() }),
      ),
    }),
  })
  .meta({ id: 'Device', description: 'One install of a softphone, with the SIP credentials only it uses.' });

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

export const tokenSchema = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int(),
    refresh_token: z.string(),
    scope: z.string(),
  })
  .meta({ id: 'Token', description: 'RFC 6749 section 5.1; the refresh token is replaced at every use.' });

/** Data of the server-sent events; the SSE `event` field is the key, `id` resumes by Last-Event-ID. */
export const eventSchemas = {
  /** First on a stream opened without Last-Event-ID: carries the present place, so that a later resume loses nothing. */
  'stream.opened': z.object({}),
  'balance.updated': balanceSchema,
  'usage.upserted': z.object({ rows: z.array(usageRowSchema) }),
  'numbers.updated': z.object({}),
  'policy.updated': z.object({}),
  'account.updated': z.object({}),
  /** The place asked for is gone: read again what may have changed. */
  resync: z.object({}),
} as const;
export type WireEventName = keyof typeof eventSchemas;
