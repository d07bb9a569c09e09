import { isToken, SipHeaders } from './headers.ts';
import {
  parseCSeq,
  parseVia,
  reasonPhrase,
  tagOf,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from './message.ts';
import { parseNameAddr } from './uri.ts';

/** What one message may measure; more is refused before it is read (513 to a request that can still be answered). */
export const LIMITS = { messageBytes: 65_536, headers: 160, lineChars: 8_192, vias: 30 } as const;

export type ParseResult =
  | { readonly ok: true; readonly message: SipMessage }
  /** `request` is what could be read of a broken request that can still be answered. */
  | {
      readonly ok: false;
      readonly status: 400 | 505 | 513;
      readonly detail: string;
      readonly request: SipRequest | undefined;
    };

interface Head {
  readonly start: string;
  readonly headers: SipHeaders;
  readonly broken: string | undefined;
}

function bad(detail: string, request?: SipRequest, status: 400 | 505 | 513 = 400): ParseResult {
  return { ok: false, status, detail, request };
}

/** Reads start line and headers; folded lines are joined, a line without a name is noted as broken. */
function readHead(text: string): Head {
  const lines: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (/^[ \t]/.test(line) && lines.length > 1) lines[lines.length - 1] += ` ${line.trim()}`;
    else lines.push(line);
  }
  const headers = new SipHeaders();
  let broken: string | undefined;
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    const name = colon < 0 ? '' : line.slice(0, colon).trim();
    if (!isToken(name)) broken = 'a header line without a name';
    else if (line.length > LIMITS.lineChars) broken = 'a header line too long';
    else headers.add(name, line.slice(colon + 1));
  }
  return { start: lines[0] ?? '', headers, broken };
}

/** Finds what RFC 3261 section 8.1.1 demands of every message; undefined when nothing is missing. */
function missing(headers: SipHeaders, method: string | undefined): string | undefined {
  const vias = headers.all('via');
  if (vias.length === 0 || vias.length > LIMITS.vias || vias.some((via) => !parseVia(via))) return 'Via';
  for (const name of ['from', 'to']) {
    const value = headers.get(name);
    if (headers.all(name).length !== 1 || value === undefined || !parseNameAddr(value)) return name;
  }
  if (tagOf(headers.get('from')) === undefined) return 'From tag';
  if (headers.all('call-id').length !== 1 || !/^\S{1,256}$/.test(headers.get('call-id') ?? '')) return 'Call-ID';
  const cseq = parseCSeq(headers.get('cseq'));
  if (!cseq || headers.all('cseq').length !== 1) return 'CSeq';
  if (method !== undefined && cseq.method !== method) return 'CSeq method';
  return undefined;
}

/** The body within Content-Length; undefined when the message is shorter than it says. */
function readBody(headers: SipHeaders, rest: string): string | undefined {
  const lengths = headers.all('content-length');
  if (lengths.length === 0) return rest;
  if (lengths.length > 1 || !/^\d{1,6}$/.test(lengths[0] ?? '')) return undefined;
  const bytes = Buffer.from(rest, 'utf8');
  const length = Number(lengths[0]);
  return length > bytes.length ? undefined : bytes.subarray(0, length).toString('utf8');
}

function readResponse(status: string, reason: string, head: Head, rest: string): ParseResult {
  const body = readBody(head.headers, rest);
  const fault = head.broken ?? missing(head.headers, undefined) ?? (body === undefined ? 'Content-Length' : undefined);
  if (fault !== undefined || body === undefined) return bad(fault ?? 'body');
  const code = Number(status);
  const message: SipResponse = {
    kind: 'response',
    status: code,
    reason: reason || reasonPhrase(code),
    headers: head.headers,
    body,
  };
  return { ok: true, message };
}

function readRequest(start: string, head: Head, rest: string): ParseResult {
  const match = /^(\S+)[ \t]+(\S+)[ \t]+(SIP\/\d+\.\d+)[ \t]*$/i.exec(start);
  const [, method = '', uri = '', version = ''] = match ?? [];
  if (!isToken(method)) return bad('start line');
  const request: SipRequest = { kind: 'request', method, uri, headers: head.headers, body: '' };
  const fault = missing(head.headers, method);
  // Without a sound Via, From, To, Call-ID and CSeq an answer could not find its way.
  if (fault !== undefined) return bad(fault, fault === 'CSeq method' ? request : undefined);
  if (version.toUpperCase() !== 'SIP/2.0') return bad('version', request, 505);
  if (head.broken !== undefined) return bad(head.broken, request);
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"]+$/.test(uri)) return bad('Request-URI', request);
  const body = readBody(head.headers, rest);
  return body === undefined ? bad('Content-Length', request) : { ok: true, message: { ...request, body } };
}

/**
 * Reads one SIP message (RFC 3261 section 7; over WebSocket one frame is one message, RFC 7118 section 5). Tolerant: bare
 * LF, folded lines, compact names, no Content-Length. Never throws, whatever it is given.
 */
export function parseMessage(text: string): ParseResult {
  if (Buffer.byteLength(text) > LIMITS.messageBytes) return bad('message too large', undefined, 513);
  const trimmed = text.replace(/^[\r\n]+/, '');
  const end = /\r\n\r\n|\n\n|\r\r/.exec(trimmed);
  const headText = end ? trimmed.slice(0, end.index) : trimmed.replace(/[\r\n]+$/, '');
  if (headText.split('\n').length > LIMITS.headers) return bad('too many headers', undefined, 513);
  const head = readHead(headText);
  const rest = end ? trimmed.slice(end.index + end[0].length) : '';
  const status = /^SIP\/2\.0[ \t]+([1-6]\d\d)(?:[ \t]+(.*))?$/i.exec(head.start);
  if (status) return readResponse(status[1] ?? '', (status[2] ?? '').trim(), head, rest);
  return readRequest(head.start, head, rest);
}

/** Writes one message: CRLF lines, one header a value, Content-Length always present and in UTF-8 bytes. */
export function serializeMessage(message: SipMessage): string {
  const start =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason.replace(/[\r\n]+/g, ' ')}`;
  const lines = [start];
  for (const [name, value] of message.headers.rows()) if (name !== 'Content-Length') lines.push(`${name}: ${value}`);
  lines.push(`Content-Length: ${Buffer.byteLength(message.body)}`, '', message.body);
  return lines.join('\r\n');
}
