import * as z from 'zod';

/** `type` of a problem is this plus its code: a URN, so that it never goes stale with a web site (RFC 9457 3.1.1). */
export const PROBLEM_TYPE_BASE = 'urn:offhook:problem:';
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Status and title of every code: the same wherever it is answered. */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request does not fit the API' },
  idempotency_key_missing: { status: 400, title: 'A write needs an Idempotency-Key' },
  unsupported_version: { status: 400, title: 'The API version is not known' },
  invalid_token: { status: 401, title: 'The access token is not known' },
  expired_token: { status: 401, title: 'The access token has expired' },
  not_enough_credit: { status: 402, title: 'The balance does not cover this' },
  wrong_password: { status: 403, title: 'The password is not right' },
  role_not_allowed: { status: 403, title: 'Your role does not allow this' },
  contact_provider: { status: 403, title: 'The provider does this on request only' },
  not_found: { status: 404, title: 'There is nothing here' },
  not_offered: { status: 404, title: 'This provider does not offer it' },
  method_not_allowed: { status: 405, title: 'This method is not offered here' },
  conflict: { status: 409, title: 'Another request is in the way' },
  account_not_ready: { status: 409, title: 'The account is not ready for this yet' },
  already_placed: { status: 409, title: 'The initial order was placed already' },
  number_taken: { status: 409, title: 'The number is no longer to be had' },
  quote_used: { status: 409, title: 'The quote was executed already' },
  in_use: { status: 409, title: 'Something still depends on it' },
  cursor_expired: { status: 410, title: 'The place in the list is gone: begin again' },
  precondition_failed: { status: 412, title: 'It was changed by somebody else: read it again' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used for another request' },
  out_of_range: { status: 422, title: 'The value is outside what is allowed' },
  address_required: { status: 422, title: 'A registered address is needed first' },
  quote_required: { status: 422, title: 'It takes money now: quote it, then execute the quote' },
  payment_method_required: { status: 422, title: 'A payment method is needed first' },
  precondition_required: { status: 428, title: 'A change needs If-Match with the ETag that was read' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'The provider has a fault' },
  unavailable: { status: 503, title: 'The provider is not available' },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

/** RFC 9457. `type` is a stable URI whose last part is `code`; clients decide on `code` alone. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string().optional(),
    instance: z.string().optional(),
    /** Per-field faults of an invalid request. */
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'Error document of RFC 9457.' });
export type Problem = z.infer<typeof problemSchema>;

/** The document of a problem, without what is particular to one answer. */
export function problemDocument(code: ProblemCode): Problem {
  return { type: PROBLEM_TYPE_BASE + code, code, ...PROBLEMS[code] };
}
