import type { ReasonId } from './reason-ids.ts';

const rows: ReadonlyArray<readonly [ReasonId, readonly number[]]> = [
  ['redirected', [300, 302, 305, 380]],
  ['number_changed', [301, 410]],
  ['request_refused', [400, 405, 406, 411, 412, 414, 420, 421, 422, 423, 424, 425, 428, 429, 436, 437, 438, 489, 494]],
  ['request_refused', [413, 416, 417, 439, 440, 469, 470, 491, 493]],
  ['wrong_password', [401, 407]],
  ['no_credit', [402]],
  ['not_allowed', [403]],
  ['number_unknown', [404, 478, 604]],
  ['timed_out', [408, 504]],
  ['no_common_media', [415, 488, 580, 606]],
  ['connection_lost', [430]],
  ['blocked_anonymous', [433]],
  ['unavailable', [480]],
  ['media_failed', [481]],
  ['loop', [482, 483]],
  ['number_incomplete', [484]],
  ['number_ambiguous', [485]],
  ['busy', [486, 600]],
  ['cancelled', [487]],
  ['server_error', [500, 501, 502, 505, 513, 555]],
  ['service_unavailable', [503]],
  ['rejected', [603]],
  ['unwanted', [607]],
  ['rejected_everywhere', [608]],
];

/** Every final response code of the IANA registry (and Kamailio's 478) with our reason. */
export const SIP_CODE_REASONS: ReadonlyMap<number, ReasonId> = new Map(
  rows.flatMap(([id, codes]) => codes.map((code) => [code, id] as const)),
);

const q850Rows: ReadonlyArray<readonly [ReasonId, readonly number[]]> = [
  ['number_unknown', [1, 2, 3]],
  ['number_changed', [22]],
  ['far_end_hung_up', [16, 31]],
  ['busy', [17]],
  ['no_answer', [18, 19]],
  ['unavailable', [20, 27, 30]],
  ['rejected', [21]],
  ['loop', [25]],
  ['number_incomplete', [28]],
  ['request_refused', [29, 55]],
  ['no_channel', [34, 44]],
  ['congestion', [38, 41, 42, 47]],
  ['not_allowed', [50, 52, 53, 54, 57, 63]],
  ['service_unavailable', [58]],
  ['no_common_media', [65, 70, 79, 88]],
  ['server_error', [95, 96, 97, 98, 99, 100, 101, 111, 127]],
  ['timed_out', [102]],
];

/** ITU-T Q.850 cause values a gateway sends in a Reason header. */
export const Q850_REASONS: ReadonlyMap<number, ReasonId> = new Map(
  q850Rows.flatMap(([id, causes]) => causes.map((cause) => [cause, id] as const)),
);
