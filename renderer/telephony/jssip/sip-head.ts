/** The head of a SIP message, read just far enough to judge and to route it. */
export interface SipHead {
  readonly kind: 'request' | 'response';
  /** The request's method, or the CSeq method of a response. */
  readonly method: string;
  /** 0 for a request. */
  readonly status: number;
  /** The request URI; empty for a response. */
  readonly uri: string;
  readonly callId: string;
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
}

export type Inspected =
  | { readonly kind: 'keep_alive' }
  | { readonly kind: 'drop'; readonly why: DropReason }
  | { readonly kind: 'message'; readonly head: SipHead };

export type DropReason =
  | 'too_large'
  | 'no_head_end'
  | 'bad_start_line'
  | 'foreign_scheme'
  | 'bad_header'
  | 'missing_header'
  | 'repeated_header'
  | 'bad_cseq'
  | 'bad_escape'
  | 'bad_uri'
  | 'bad_length';

/** No SIP message a phone needs is larger; JsSIP parses with a backtracking-free but slow grammar. */
const MAX_MESSAGE_CHARS = 65_536;
const TOKEN = "[A-Za-z0-9\\-.!%*_+`'~]+";
const REQUEST_LINE = new RegExp(`^(${TOKEN}) (\\S+) SIP/2\\.0$`);
const STATUS_LINE = /^SIP\/2\.0 ([1-6]\d\d)(?: .*)?$/;
const HEADER = new RegExp(`^(${TOKEN})[ \\t]*:[ \\t]*(.*)$`, 's');
const CSEQ = new RegExp(`^(\\d{1,10})[ \\t]+(${TOKEN})$`);
/** What a phone ever sends: an answer to anything else cannot be ours, and JsSIP throws on some of their names. */
const SENT_METHODS: ReadonlySet<string> = new Set(
  'INVITE ACK BYE CANCEL REGISTER OPTIONS INFO UPDATE MESSAGE REFER NOTIFY SUBSCRIBE'.split(' '),
);
const MAX_CSEQ = 2 ** 31;

const COMPACT: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
  c: 'content-type',
  r: 'refer-to',
  x: 'session-expires',
  o: 'event',
};
const ONCE = ['from', 'to', 'call-id', 'cseq', 'content-length', 'max-forwards'] as const;
const NEEDED = ['via', 'from', 'to', 'call-id', 'cseq'] as const;
/** Headers whose URIs JsSIP decodes. */
const WITH_URIS = new Set(['from', 'to', 'contact', 'record-route', 'refer-to', 'route']);

const drop = (why: DropReason): Inspected => ({ kind: 'drop', why });

/**
 * Judges one incoming frame before JsSIP sees it. JsSIP 3.13.8 throws on an unparsable CSeq, on a request URI of a foreign
 * scheme and on a bad escape (found by mutating the RFC 4475 messages); such a message is dropped here, as RFC 3261
 * 16.3 and 18.3 allow for what cannot be parsed.
 */
export function inspectFrame(text: string): Inspected {
  if (/^[\r\n]*$/.test(text)) return { kind: 'keep_alive' };
  if (text.length > MAX_MESSAGE_CHARS) return drop('too_large');
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return drop('no_head_end');
  const lines = text
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const start = readStartLine(lines[0] ?? '');
  if (typeof start === 'string') return drop(start);
  const headers: Array<readonly [string, string]> = [];
  for (const line of lines.slice(1)) {
    const [, name, value] = HEADER.exec(line) ?? [];
    if (name === undefined || value === undefined) return drop('bad_header');
    const lower = name.toLowerCase();
    headers.push([COMPACT[lower] ?? lower, value.trim()]);
  }
  const fault = judgeHeaders(headers, start);
  if (fault) return drop(fault);
  // JsSIP cuts the body by characters; half of a pair makes it throw.
  const length = headerOf(headers, 'content-length');
  if (length !== null && !text.slice(end + 4, end + 4 + Number(length)).isWellFormed()) return drop('bad_length');
  const cseqMethod = CSEQ.exec(headerOf(headers, 'cseq') ?? '')?.[2] ?? '';
  return {
    kind: 'message',
    head: {
      kind: start.method === null ? 'response' : 'request',
      method: start.method ?? cseqMethod,
      status: start.status,
      uri: start.uri,
      callId: headerOf(headers, 'call-id') ?? '',
      headers,
    },
  };
}

interface StartLine {
  readonly method: string | null;
  readonly status: number;
  readonly uri: string;
}

function readStartLine(line: string): StartLine | DropReason {
  const status = STATUS_LINE.exec(line);
  if (status) return { method: null, status: Number(status[1]), uri: '' };
  const [, method, uri] = REQUEST_LINE.exec(line) ?? [];
  if (method === undefined || uri === undefined) return 'bad_start_line';
  if (!/^sips?:/i.test(uri)) return 'foreign_scheme';
  return hasBadEscape(uri) ? 'bad_escape' : { method, status: 0, uri };
}

function judgeHeaders(headers: SipHead['headers'], start: StartLine): DropReason | null {
  for (const name of NEEDED) if (headerOf(headers, name) === null) return 'missing_header';
  for (const name of ONCE) if (headers.filter(([each]) => each === name).length > 1) return 'repeated_header';
  const [, number, method] = CSEQ.exec(headerOf(headers, 'cseq') ?? '') ?? [];
  if (number === undefined || Number(number) >= MAX_CSEQ) return 'bad_cseq';
  if (start.method === null ? !SENT_METHODS.has(method ?? '') : start.method !== method) return 'bad_cseq';
  const length = headerOf(headers, 'content-length');
  if (length !== null && !/^\d{1,9}$/.test(length)) return 'bad_length';
  if (headers.some(([name, value]) => WITH_URIS.has(name) && hasBadEscape(value))) return 'bad_escape';
  return null;
}

/** True when a URI's user part cannot be decoded: a lone `%`, or bytes that are no UTF-8. */
function hasBadEscape(value: string): boolean {
  for (const [, user = ''] of value.matchAll(/sips?:([^@>\s]*)@/gi)) {
    try {
      decodeURIComponent(user);
    } catch {
      return true;
    }
  }
  return false;
}

/** The first value of a header (long lower-case name), or null. */
export function headerOf(headers: SipHead['headers'], name: string): string | null {
  return headers.find(([each]) => each === name)?.[1] ?? null;
}

/** All values of a header, in order. */
export function headersOf(headers: SipHead['headers'], name: string): string[] {
  return headers.filter(([each]) => each === name).map(([, value]) => value);
}

/** Seconds of a Retry-After header (RFC 3261 20.33), comment and parameters left out; null when absent or unreadable. */
export function retryAfterSec(head: SipHead): number | null {
  const match = /^\s*(\d{1,7})/.exec(headerOf(head.headers, 'retry-after') ?? '');
  return match ? Number(match[1]) : null;
}
