import type { AppError } from '../../preload/contract/result.ts';
import type { Capabilities } from '../provider/driver.ts';

/** What the sync reads, most useful first: a pane shows something within a second while history fills behind it. */
export const TOPICS = ['balance', 'usage', 'policy', 'account', 'numbers', 'rates', 'backfill'] as const;
export type Topic = (typeof TOPICS)[number];

/** The topics a provider can be asked for at all. */
export function offeredTopics(capabilities: Capabilities): ReadonlySet<Topic> {
  const offered = new Set<Topic>();
  if (capabilities.balance.kind === 'read') offered.add('balance').add('policy').add('account');
  if (capabilities.usage.kind === 'read') offered.add('usage').add('backfill').add('policy').add('account');
  if (capabilities.numbers.kind === 'read') offered.add('numbers');
  if (capabilities.rates.kind === 'read') offered.add('rates').add('policy');
  return offered;
}

/** What to do about a topic that failed. */
type FailureAction =
  /** Nothing else will get through either: stop here, try all again later. */
  | 'pause_all'
  /** This one later; the others go on. */
  | 'retry_topic'
  /** The person may not have it, or the provider has none: asking again changes nothing. */
  | 'drop_topic'
  | 'sign_in';

/** Every error kind, so that a new one is decided about. */
const ACTIONS: Readonly<Record<AppError['kind'], FailureAction>> = {
  offline: 'pause_all',
  host_not_found: 'pause_all',
  timed_out: 'pause_all',
  store: 'pause_all',
  sign_in_expired: 'sign_in',
  not_signed_in: 'sign_in',
  forbidden: 'drop_topic',
  unsupported_here: 'drop_topic',
  provider_unavailable: 'retry_topic',
  provider_protocol: 'retry_topic',
  not_found: 'retry_topic',
  conflict: 'retry_topic',
  invalid_request: 'retry_topic',
  internal: 'retry_topic',
  wrong_sender: 'retry_topic',
  wrong_password: 'retry_topic',
  wrong_realm: 'retry_topic',
  unsupported_digest: 'retry_topic',
  phone_elsewhere: 'retry_topic',
  call_in_progress: 'retry_topic',
};

export function failureAction(error: AppError): FailureAction {
  return ACTIONS[error.kind];
}

/** Kinds that mean "no way to the provider", told apart from "the provider answered badly". */
export function isOffline(error: AppError): boolean {
  return error.kind === 'offline' || error.kind === 'host_not_found' || error.kind === 'timed_out';
}
