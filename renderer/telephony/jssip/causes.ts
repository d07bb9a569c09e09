import type JsSIP from 'jssip';
import { cleanText, parseReasonHeaders, reasonForQ850, reasonForResponse, reasonForSipCode } from '../reasons.ts';
import { type ReasonId } from '../reason-ids.ts';
import { saysAnsweredElsewhere, type ReasonHeader } from '../reasons.ts';
import type { CallEnd, Ending } from '../sip-port.ts';
import type { ChallengeRefusal } from './challenge.ts';

type CauseName = keyof typeof JsSIP.C.causes;

/** JsSIP's cause strings by their names; the test compares them with the library's own. */
export const CAUSE_TEXT: Readonly<Record<CauseName, string>> = {
  CONNECTION_ERROR: 'Connection Error',
  REQUEST_TIMEOUT: 'Request Timeout',
  SIP_FAILURE_CODE: 'SIP Failure Code',
  INTERNAL_ERROR: 'Internal Error',
  BUSY: 'Busy',
  REJECTED: 'Rejected',
  REDIRECTED: 'Redirected',
  UNAVAILABLE: 'Unavailable',
  NOT_FOUND: 'Not Found',
  ADDRESS_INCOMPLETE: 'Address Incomplete',
  INCOMPATIBLE_SDP: 'Incompatible SDP',
  MISSING_SDP: 'Missing SDP',
  AUTHENTICATION_ERROR: 'Authentication Error',
  BYE: 'Terminated',
  WEBRTC_ERROR: 'WebRTC Error',
  CANCELED: 'Canceled',
  NO_ANSWER: 'No Answer',
  EXPIRES: 'Expires',
  NO_ACK: 'No ACK',
  DIALOG_ERROR: 'Dialog Error',
  USER_DENIED_MEDIA_ACCESS: 'User Denied Media Access',
  BAD_MEDIA_DESCRIPTION: 'Bad Media Description',
  RTP_TIMEOUT: 'RTP Timeout',
};

/** Where JsSIP's causes stop: a complete table, so a new cause is a type error and not a blank on screen. */
const CAUSE_REASONS: Readonly<Record<CauseName, ReasonId>> = {
  CONNECTION_ERROR: 'connection_lost',
  REQUEST_TIMEOUT: 'timed_out',
  SIP_FAILURE_CODE: 'request_refused',
  INTERNAL_ERROR: 'internal_error',
  BUSY: 'busy',
  REJECTED: 'rejected',
  REDIRECTED: 'redirected',
  UNAVAILABLE: 'unavailable',
  NOT_FOUND: 'number_unknown',
  ADDRESS_INCOMPLETE: 'number_incomplete',
  INCOMPATIBLE_SDP: 'no_common_media',
  MISSING_SDP: 'media_failed',
  AUTHENTICATION_ERROR: 'wrong_password',
  BYE: 'far_end_hung_up',
  WEBRTC_ERROR: 'media_failed',
  CANCELED: 'missed',
  NO_ANSWER: 'ring_timeout',
  EXPIRES: 'ring_timeout',
  NO_ACK: 'connection_lost',
  DIALOG_ERROR: 'connection_lost',
  USER_DENIED_MEDIA_ACCESS: 'microphone_refused',
  BAD_MEDIA_DESCRIPTION: 'media_failed',
  RTP_TIMEOUT: 'media_lost',
};

const REASON_BY_TEXT: ReadonlyMap<string, ReasonId> = new Map(
  Object.entries(CAUSE_TEXT).map(([name, text]) => [text, CAUSE_REASONS[name as CauseName]]),
);

/** The reason for a JsSIP cause string. A string JsSIP never had is our bug, and says so. */
export function reasonForCause(cause: string): ReasonId {
  return REASON_BY_TEXT.get(cause) ?? 'internal_error';
}

/** JsSIP's `ended` and `failed` events, as far as they can be trusted (its typings promise more). */
export interface EndEvent {
  readonly originator: string;
  readonly cause: string;
  readonly message: {
    readonly status_code?: number;
    readonly reason_phrase?: string;
    getHeaders?(name: string): string[];
  } | null;
}

const BY_OURSELVES: Readonly<Record<Ending, ReasonId>> = {
  cancel: 'cancelled',
  decline: 'declined',
  busy: 'missed_in_call',
  bye: 'hung_up',
};

/** Turns the end of a session into our words; `asked` is what we ourselves asked for, if anything. */
export function endOf(event: EndEvent, asked: Ending | null, refusal: ChallengeRefusal | null): CallEnd {
  const headers = parseReasonHeaders(event.message?.getHeaders?.('Reason') ?? []);
  // A 2xx here is an answer we could not use; the cause says why.
  const status = event.message?.status_code ?? 0;
  const code = status >= 300 ? status : null;
  if (asked !== null && (code === null || code === 487)) {
    return { reason: BY_OURSELVES[asked], sipCode: null, sipReason: null };
  }
  if (code !== null) {
    const isChallenge = code === 401 || code === 407;
    return {
      reason: isChallenge && refusal !== null ? refusal : reasonForResponse(code, headers),
      sipCode: code,
      sipReason: headers.find((each) => each.text)?.text ?? (cleanText(event.message?.reason_phrase ?? '') || null),
    };
  }
  return {
    reason: reasonFromRequest(event, headers),
    sipCode: null,
    sipReason: headers.find((each) => each.text)?.text ?? null,
  };
}

/** A BYE or CANCEL of the far side, with what its Reason header adds (RFC 3326); or no message at all. */
function reasonFromRequest(event: EndEvent, headers: readonly ReasonHeader[]): ReasonId {
  const plain = reasonForCause(event.cause);
  if (event.originator !== 'remote' || event.message === null) return plain;
  if (saysAnsweredElsewhere(headers)) return plain === 'missed' ? 'answered_elsewhere' : plain;
  if (plain !== 'far_end_hung_up') return plain;
  const sip = headers.find((each) => each.protocol === 'SIP')?.cause ?? null;
  if (sip !== null && sip >= 300) return reasonForSipCode(sip);
  const q850 = headers.find((each) => each.protocol === 'Q.850')?.cause ?? null;
  return q850 === null ? plain : reasonForQ850(q850);
}
