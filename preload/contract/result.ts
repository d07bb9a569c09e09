/**
 * The one shape every answer across the boundary takes. A refused or failed request is a value with a kind and a next
 * step; an exception is a bug of ours.
 */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: AppError };

/** What the person (or the screen for them) should do next. The screen turns it into a button or a sentence. */
export type NextStep =
  | 'retry'
  | 'wait'
  | 'sign_in'
  | 'check_input'
  | 'check_address'
  | 'check_password'
  | 'confirm_realm'
  | 'free_disk_space'
  | 'make_folder_writable'
  | 'update_app'
  | 'use_other_window'
  | 'ask_owner'
  | 'restart_app'
  | 'report_bug';

/** Why a database could not serve a request (design 6). */
export type StoreFault = 'corrupt' | 'newer_version' | 'read_only' | 'disk_full' | 'closed';

/**
 * Every way a request can fail. `detail` is a short technical line for the log and the "details" disclosure, never for
 * a sentence; it holds no secret and no phone number.
 */
export type AppError =
  | { readonly kind: 'invalid_request'; readonly nextStep: NextStep; readonly detail: string; readonly field?: string }
  | { readonly kind: 'wrong_sender'; readonly nextStep: NextStep; readonly detail: string }
  | { readonly kind: 'forbidden'; readonly nextStep: NextStep; readonly detail: string; readonly who: string }
  | { readonly kind: 'not_signed_in'; readonly nextStep: NextStep; readonly detail: string }
  | { readonly kind: 'sign_in_expired'; readonly nextStep: NextStep; readonly detail: string }
  | { readonly kind: 'wrong_password'; readonly nextStep: NextStep; readonly detail: string }
  | { readonly kind: 'wrong_realm'; readonly nextStep: NextStep; readonly detail: string; readonly realm: string }
  | { readonly kind: 'unsupported_digest'; readonly nextStep: NextStep; readonly detail: string }
  | { readonly kind: 'host_not_found'; readonly nextStep: NextStep; readonly detail: string; readonly host: string }
  | { readonly kind: 'offline'; readonly nextStep: NextStep; readonly detail: string }
  | { readonly kind: 'timed_out'; readonly nextStep: NextStep; readonly detail: string }
  | {
      readonly kind: 'provider_unavailable';
      readonly nextStep: NextStep;
      readonly detail: string;
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'provider_protocol'; readonly nextStep: NextStep; readonly detail: string }
  | { readonly kind: 'not_found'; readonly nextStep: NextStep; readonly detail: string }
  | { readonly kind: 'conflict'; readonly nextStep: NextStep; readonly detail: string }
  | { readonly kind: 'store'; readonly nextStep: NextStep; readonly detail: string; readonly fault: StoreFault }
  | { readonly kind: 'phone_elsewhere'; readonly nextStep: NextStep; readonly detail: string }
  | { readonly kind: 'call_in_progress'; readonly nextStep: NextStep; readonly detail: string }
  | { readonly kind: 'unsupported_here'; readonly nextStep: NextStep; readonly detail: string }
  | { readonly kind: 'internal'; readonly nextStep: NextStep; readonly detail: string };

export type AppErrorKind = AppError['kind'];

/** Wraps a value as a success. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** Wraps an error as a failure. */
export function fail(error: AppError): Result<never> {
  return { ok: false, error };
}

/** Ends an exhaustive switch: a type error at compile time, a thrown bug at run time. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
