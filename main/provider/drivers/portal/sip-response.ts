/** The parts of a SIP response a sign-in needs. */
export interface SipResponse {
  readonly status: number;
  readonly reason: string;
  readonly callId: string;
  /** Sequence number of the request it answers. */
  readonly cseq: number;
  /** Values of the challenge headers in their order: WWW-Authenticate for 401, Proxy-Authenticate for 407. */
  readonly challenges: readonly string[];
  readonly retryAfterSec: number | null;
}

const COMPACT: Readonly<Record<string, string>> = { i: 'call-id' };

/** Reads a SIP response (RFC 3261 section 7.2); undefined for anything else, a request or a keep-alive included. */
export function parseSipResponse(text: string): SipResponse | undefined {
  const [head = ''] = text.split('\r\n\r\n', 1);
  const [start = '', ...lines] = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const status = /^SIP\/2\.0 (\d{3}) ?(.*)$/i.exec(start);
  if (!status) return undefined;
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const typed = line.slice(0, colon).trim().toLowerCase();
    const name = COMPACT[typed] ?? typed;
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  const code = Number(status[1]);
  const retryAfter = /^\d{1,6}/.exec(headers.get('retry-after')?.[0] ?? '');
  return {
    status: code,
    reason: status[2] ?? '',
    callId: headers.get('call-id')?.[0] ?? '',
    cseq: Number.parseInt(headers.get('cseq')?.[0] ?? '', 10) || 0,
    challenges: headers.get(code === 407 ? 'proxy-authenticate' : 'www-authenticate') ?? [],
    retryAfterSec: retryAfter ? Number(retryAfter[0]) : null,
  };
}
