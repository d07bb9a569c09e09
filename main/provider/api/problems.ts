import type { Problem, ProblemCode } from './schemas.ts';

/** `type` of a problem is this plus its code: a URN, so that it never goes stale with a web site (RFC 9457 3.1.1). */
export const PROBLEM_TYPE_BASE = 'urn:offhook:problem:';
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Status and title of every code: the same wherever it is answered. */
export const PROBLEMS: Readonly<Record<ProblemCode, { readonly status: number; readonly title: string }>> = {
  invalid_request: { status: 400, title: 'The request does not fit the API' },
  invalid_token: { status: 401, title: 'The access token is not known' },
  expired_token: { status: 401, title: 'The access token has expired' },
  role_not_allowed: { status: 403, title: 'Your role does not allow this' },
  not_found: { status: 404, title: 'There is nothing here' },
  method_not_allowed: { status: 405, title: 'This method is not offered here' },
  conflict: { status: 409, title: 'Another request is in the way' },
  idempotency_key_missing: { status: 400, title: 'A write needs an Idempotency-Key' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used for another request' },
  cursor_expired: { status: 410, title: 'The place in the list is gone: begin again' },
  unsupported_version: { status: 400, title: 'The API version is not known' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'The provider has a fault' },
  unavailable: { status: 503, title: 'The provider is not available' },
};

/** The document of a problem, without what is particular to one answer. */
export function problemDocument(code: ProblemCode): Problem {
  return { type: PROBLEM_TYPE_BASE + code, code, ...PROBLEMS[code] };
}
