import { randomBytes } from 'node:crypto';
import { SipHeaders } from './headers.ts';
import { parseParams } from './uri.ts';

export interface SipRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
  readonly headers: SipHeaders;
  readonly body: string;
}

export interface SipResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: SipHeaders;
  readonly body: string;
}

/** One SIP message. Its headers may be changed only by who made the object; others clone first. */
export type SipMessage = SipRequest | SipResponse;

/** RFC 3261 section 8.1.1.7: branches that start so are unique across space and time. */
const BRANCH_COOKIE = 'z9hG4bK';

/** Every method of ours: what OPTIONS answers and 405 lists. */
export const ALLOWED_METHODS = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, NOTIFY, MESSAGE';

const REASONS: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  183: 'Session Progress',
  200: 'OK',
  202: 'Accepted',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  415: 'Unsupported Media Type',
  420: 'Bad Extension',
  423: 'Interval Too Brief',
  430: 'Flow Failed',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  483: 'Too Many Hops',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  489: 'Bad Event',
  491: 'Request Pending',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  504: 'Server Time-out',
  513: 'Message Too Large',
  603: 'Decline',
};

/** The usual phrase of a status. */
export function reasonPhrase(status: number): string {
  return REASONS[status] ?? 'Unknown';
}

/** A random token of `bytes` x 8 bits, in hexadecimal: tags, Call-IDs. */
export function randomToken(bytes = 8): string {
  return randomBytes(bytes).toString('hex');
}

/** A new branch for a transaction of ours. */
export function newBranch(): string {
  return BRANCH_COOKIE + randomToken(10);
}

/** The `tag` parameter of a From or To value; undefined where there is none. */
export function tagOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const close = value.lastIndexOf('>');
  const semicolon = value.indexOf(';', Math.max(close, 0));
  return semicolon < 0 ? undefined : parseParams(value.slice(semicolon)).get('tag') || undefined;
}

export interface CSeq {
  readonly number: number;
  readonly method: string;
}

/** Reads a CSeq value; undefined when it is not "number METHOD" within 2^31. */
export function parseCSeq(value: string | undefined): CSeq | undefined {
  const match = /^(\d{1,10})\s+([A-Za-z0-9\-.!%*_+`'~]+)$/.exec(value ?? '');
  const number = Number(match?.[1]);
  return match?.[2] !== undefined && number < 2 ** 31 ? { number, method: match[2] } : undefined;
}

export interface Via {
  readonly sentBy: string;
  readonly branch: string;
}

/** Reads one Via value; undefined when it is broken. */
export function parseVia(value: string | undefined): Via | undefined {
  const match = /^SIP\s*\/\s*2\.0\s*\/\s*[A-Za-z]+\s+([^\s;]+)\s*(;.*)?$/i.exec(value ?? '');
  if (match?.[1] === undefined) return undefined;
  return { sentBy: match[1].toLowerCase(), branch: parseParams(match[2] ?? '').get('branch') ?? '' };
}

/** The topmost Via of a message. */
export function topVia(message: SipMessage): Via | undefined {
  return parseVia(message.headers.all('via')[0]);
}

/** A copy with its own headers, and with other fields replaced. */
export function copyRequest(request: SipRequest, changes: Partial<Pick<SipRequest, 'uri' | 'body'>> = {}): SipRequest {
  return { ...request, ...changes, headers: request.headers.clone() };
}

/** A copy with its own headers, and with other fields replaced. */
export function copyResponse(
  response: SipResponse,
  changes: Partial<Pick<SipResponse, 'status' | 'reason' | 'body'>> = {},
): SipResponse {
  return { ...response, ...changes, headers: response.headers.clone() };
}

/**
 * A response to a request (RFC 3261 section 8.2.6): Via, From, To, Call-ID and CSeq are its own. `toTag` is put on a To
 * that has none; a 100 gets none.
 */
export function responseTo(
  request: SipRequest,
  status: number,
  options: {
    readonly reason?: string;
    readonly toTag?: string;
    readonly body?: string;
    readonly headers?: Iterable<readonly [string, string]>;
  } = {},
): SipResponse {
  const headers = new SipHeaders();
  for (const via of request.headers.all('via')) headers.add('via', via);
  if (status > 100 && status < 300)
    for (const route of request.headers.all('record-route')) headers.add('record-route', route);
  headers.add('from', request.headers.get('from') ?? '');
  const to = request.headers.get('to') ?? '';
  headers.add('to', status === 100 || tagOf(to) !== undefined ? to : `${to};tag=${options.toTag ?? randomToken()}`);
  headers.add('call-id', request.headers.get('call-id') ?? '');
  headers.add('cseq', request.headers.get('cseq') ?? '');
  for (const [name, value] of options.headers ?? []) headers.add(name, value);
  return {
    kind: 'response',
    status,
    reason: options.reason ?? reasonPhrase(status),
    headers,
    body: options.body ?? '',
  };
}

const quotable = (text: string): string => text.replace(/["\\\r\n]/g, ' ');

/** A Reason header value (RFC 3326). */
export function reasonHeader(cause: number, text: string): string {
  return `SIP;cause=${cause};text="${quotable(text)}"`;
}

/** A Reason header with an ITU-T Q.850 cause (RFC 3326), for what a SIP code alone leaves vague. */
export function q850ReasonHeader(cause: number, text: string): string {
  return `Q.850;cause=${cause};text="${quotable(text)}"`;
}
