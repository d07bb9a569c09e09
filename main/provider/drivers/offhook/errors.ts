import type { AppError } from '../../../../preload/contract/result.ts';
import { assertNever, fail } from '../../../../preload/contract/result.ts';
import type { Result } from '../../../../preload/contract/result.ts';
import type { ApiOutcome } from '../../api/client.ts';
import type { ProblemCode } from '../../api/problems.ts';

type Failure = Exclude<ApiOutcome<unknown>, { kind: 'answer' }>;

/** Codes of the operating system and of undici, in `cause` of the TypeError fetch rejects with. */
const NO_NETWORK = new Set(['EAI_AGAIN', 'ENETUNREACH', 'ENETDOWN', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'ENOTCONN']);
const TIMED_OUT = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ABORT_TIMEOUT',
]);

function faultCode(cause: unknown): string {
  let fault: unknown = cause;
  for (let depth = 0; depth < 4 && fault instanceof Error; depth += 1) {
    if (fault.name === 'TimeoutError') return 'ABORT_TIMEOUT';
    const { code } = fault as { code?: unknown };
    if (typeof code === 'string') return code;
    // Several addresses of one host were tried: each has its own fault.
    fault = fault instanceof AggregateError ? (fault.errors as unknown[])[0] : fault.cause;
  }
  return cause instanceof Error ? cause.name : 'unknown';
}

/** Maps what fetch rejected with. `host` is what the person typed or what the provider named, for the sentence. */
export function networkError(cause: unknown, host: string): AppError {
  const code = faultCode(cause);
  if (code === 'ENOTFOUND') {
    return { kind: 'host_not_found', nextStep: 'check_address', detail: code, host };
  }
  if (NO_NETWORK.has(code)) return { kind: 'offline', nextStep: 'retry', detail: code };
  if (TIMED_OUT.has(code)) return { kind: 'timed_out', nextStep: 'retry', detail: code };
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_/.test(code)) {
    return { kind: 'provider_protocol', nextStep: 'check_address', detail: `No trusted connection: ${code}` };
  }
  return { kind: 'provider_unavailable', nextStep: 'retry', detail: code };
}

function unavailable(detail: string, retryAfterMs: number | null): AppError {
  return {
    kind: 'provider_unavailable',
    nextStep: retryAfterMs === null ? 'retry' : 'wait',
    detail,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  };
}

/** The provider understood and said no: only something else than the same request helps. */
function refused(detail: string): AppError {
  return { kind: 'conflict', nextStep: 'retry', detail };
}

/** One row a problem code, complete by type: a new code of the API does not compile until it is mapped. */
const BY_CODE: Readonly<Record<ProblemCode, (detail: string, retryAfterMs: number | null) => AppError>> = {
  invalid_request: (detail) => ({ kind: 'invalid_request', nextStep: 'report_bug', detail }),
  invalid_token: (detail) => ({ kind: 'sign_in_expired', nextStep: 'sign_in', detail }),
  expired_token: (detail) => ({ kind: 'sign_in_expired', nextStep: 'sign_in', detail }),
  wrong_password: refused,
  role_not_allowed: (detail) => ({ kind: 'forbidden', nextStep: 'ask_owner', detail, who: 'owner' }),
  not_found: (detail) => ({ kind: 'not_found', nextStep: 'retry', detail }),
  method_not_allowed: (detail) => ({ kind: 'provider_protocol', nextStep: 'update_app', detail }),
  conflict: (detail) => ({ kind: 'conflict', nextStep: 'retry', detail }),
  idempotency_key_missing: (detail) => ({ kind: 'invalid_request', nextStep: 'report_bug', detail }),
  idempotency_key_reused: (detail) => ({ kind: 'conflict', nextStep: 'report_bug', detail }),
  cursor_expired: (detail) => ({ kind: 'not_found', nextStep: 'retry', detail }),
  unsupported_version: (detail) => ({ kind: 'provider_protocol', nextStep: 'update_app', detail }),
  not_enough_credit: refused,
  contact_provider: refused,
  not_offered: (detail) => ({ kind: 'not_found', nextStep: 'retry', detail }),
  account_not_ready: refused,
  already_placed: refused,
  number_taken: refused,
  quote_used: refused,
  in_use: refused,
  precondition_failed: refused,
  precondition_required: (detail) => ({ kind: 'invalid_request', nextStep: 'report_bug', detail }),
  out_of_range: refused,
  address_required: refused,
  payment_method_required: refused,
  quote_required: refused,
  rate_limited: unavailable,
  internal: unavailable,
  unavailable,
};

function problemError(failure: Extract<Failure, { kind: 'problem' }>): AppError {
  const { status, problem, retryAfterMs } = failure;
  if (problem) return BY_CODE[problem.code](`${status} ${problem.code}`, retryAfterMs);
  const detail = `HTTP ${status} without a problem document`;
  // A proxy or a portal on the way may say so too: only the provider's own document ends a sign-in.
  if (status === 401) return unavailable(detail, retryAfterMs);
  if (status === 403) return { kind: 'forbidden', nextStep: 'ask_owner', detail, who: 'owner' };
  if (status === 404) return { kind: 'not_found', nextStep: 'check_address', detail };
  if (status === 408 || status === 504) return { kind: 'timed_out', nextStep: 'retry', detail };
  if (status === 429 || status >= 500) return unavailable(detail, retryAfterMs);
  return { kind: 'provider_protocol', nextStep: 'check_address', detail };
}

/** Maps any outcome but an answer to the error the screens know. */
export function appError(failure: Failure, host: string): AppError {
  switch (failure.kind) {
    case 'network':
      return networkError(failure.cause, host);
    case 'malformed':
      return { kind: 'provider_protocol', nextStep: 'report_bug', detail: failure.detail };
    case 'problem':
      return problemError(failure);
    default:
      return assertNever(failure);
  }
}

/**
 * The failed Result of the token endpoint, where nothing but `invalid_grant` (RFC 6749 section 5.2) speaks of the
 * sign-in: whatever else refuses there is a fault to try again after.
 */
export function tokenFault(failure: Failure, host: string): Result<never> {
  const error = appError(failure, host);
  const isRefusal = error.kind === 'sign_in_expired' || error.kind === 'forbidden';
  return fail(isRefusal ? { kind: 'provider_unavailable', nextStep: 'retry', detail: error.detail } : error);
}

/** The failed Result of an outcome. */
export function failed(failure: Failure, host: string): Result<never> {
  return fail(appError(failure, host));
}

/** A provider that breaks the protocol in a way no schema catches. */
export function protocolFault(detail: string): Result<never> {
  return fail({ kind: 'provider_protocol', nextStep: 'report_bug', detail });
}
