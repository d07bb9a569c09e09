/** What the person can do next. The screen turns it into a sentence or a button. */
export type CallNextStep =
  | 'none'
  | 'call_back'
  | 'try_again'
  | 'try_later'
  | 'check_number'
  | 'check_network'
  | 'add_credit'
  | 'ask_provider'
  | 'sign_in_again'
  | 'allow_microphone'
  | 'use_another_phone'
  | 'report_bug';

/**
 * Every way a call or a registration ends or stalls, in our words, with what to do next. The sentence on screen is found
 * by the id (`wordsKey`); no SIP word and no JsSIP cause leaves the telephony folder.
 */
export const REASONS = {
  // Ordinary ends.
  hung_up: 'none',
  far_end_hung_up: 'none',
  cancelled: 'none',
  declined: 'none',
  missed: 'call_back',
  missed_in_call: 'call_back',
  answered_elsewhere: 'none',
  ring_timeout: 'call_back',
  // What the far side or the network said.
  busy: 'try_later',
  no_answer: 'try_later',
  rejected: 'try_later',
  rejected_everywhere: 'none',
  unavailable: 'try_later',
  number_unknown: 'check_number',
  number_changed: 'check_number',
  number_incomplete: 'check_number',
  number_ambiguous: 'check_number',
  redirected: 'check_number',
  blocked_anonymous: 'ask_provider',
  unwanted: 'none',
  not_allowed: 'ask_provider',
  no_credit: 'add_credit',
  no_channel: 'try_later',
  too_many_requests: 'try_later',
  congestion: 'try_later',
  loop: 'ask_provider',
  no_common_media: 'ask_provider',
  request_refused: 'ask_provider',
  timed_out: 'try_again',
  server_error: 'try_later',
  service_unavailable: 'try_later',
  global_failure: 'try_later',
  // Signing on.
  wrong_password: 'sign_in_again',
  wrong_realm: 'sign_in_again',
  unsupported_digest: 'ask_provider',
  registration_forbidden: 'ask_provider',
  account_unknown: 'sign_in_again',
  registration_refused: 'ask_provider',
  // Our side and the path between.
  connection_lost: 'check_network',
  media_lost: 'check_network',
  media_failed: 'try_again',
  microphone_refused: 'allow_microphone',
  emergency_no_path: 'use_another_phone',
  phone_moved: 'none',
  internal_error: 'report_bug',
} as const satisfies Record<string, CallNextStep>;

export type ReasonId = keyof typeof REASONS;
