const DIGITS = '0123456789*#ABCD';

/** What one RFC 4733 packet says; undefined when it is too short or no DTMF digit. */
export function parseTelephoneEvent(
  payload: Buffer,
): { readonly digit: string; readonly end: boolean; readonly duration: number } | undefined {
  const digit = DIGITS[payload[0] ?? 255];
  if (payload.length < 4 || digit === undefined) return undefined;
  return { digit, end: ((payload[1] ?? 0) & 0x80) !== 0, duration: payload.readUInt16BE(2) };
}

/** The digit of an INFO body, `application/dtmf-relay` ("Signal=5") or `application/dtmf` ("5"). */
export function parseInfoDigit(contentType: string, body: string): string | undefined {
  const relay = /^application\/dtmf-relay\b/i.test(contentType);
  if (!relay && !/^application\/dtmf\b/i.test(contentType)) return undefined;
  return (relay ? /^\s*Signal\s*=\s*([0-9A-D*#])\s*$/im : /^\s*([0-9A-D*#])\s*$/i).exec(body)?.[1]?.toUpperCase();
}
