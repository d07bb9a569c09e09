/** Left as they are, because the number rules below would read digits out of them. */
const KEEP =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z?|(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])/gi;

const SECRET_NAMES =
  'password|passwd|pwd|secret|client_secret|token|access_token|refresh_token|id_token|code|code_verifier|ticket|state|ha1|adminkey|admin_key|api_?key|credential|cookie|set-cookie';

/** Header lines and text patterns that carry a secret; the name stays, the value goes. */
const TEXT_RULES: readonly (readonly [RegExp, string])[] = [
  [/((?:proxy-)?authorization|(?:set-)?cookie)(["']?\s*[:=]\s*["']?)[^\r\n]+/gi, '$1$2[redacted]'],
  [/\b(bearer|basic|digest)\s+[\w\-.~+/=]{8,}/gi, '$1 [redacted]'],
  [/\b(nonce|cnonce|response|opaque)="[^"]*"/gi, '$1="[redacted]"'],
  [
    new RegExp(`(["'])(${SECRET_NAMES})\\1\\s*:\\s*(?:"(?:[^"\\\\]|\\\\.)*"|'[^']*'|[^,}\\s]+)`, 'gi'),
    '$1$2$1:"[redacted]"',
  ],
  [new RegExp(`\\b(${SECRET_NAMES})=[^&\\s"'<>]+`, 'gi'), '$1=[redacted]'],
  [/(\w+:\/\/)[^\s/@:]+:[^\s/@]+@/g, '$1[redacted]@'],
  [/a=(ice-pwd|ice-ufrag|fingerprint|crypto):[^\r\n"\\]+/gi, 'a=$1:[redacted]'],
  // MD5 and SHA-256 in hexadecimal: HA1, digest responses, hashed tokens.
  [/(?<![0-9a-f-])(?:[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-f-])/gi, '[hex]'],
];

/** 13 to 19 digits, grouped or not: may be a payment card, so nothing of it stays. */
const CARD = /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g;

/** A phone number as people and machines write it: 7 digits and more. */
const PHONE = /(?<!\d)\+?\(?\d(?:[ ().-]{0,2}\d){6,14}(?!\d)/g;

function redactPlain(text: string): string {
  return text.replace(CARD, '[digits]').replace(PHONE, (found) => `[number..${found.replace(/\D/g, '').slice(-2)}]`);
}

/**
 * The one place where text loses its secrets before it reaches a log: credentials, tokens, digests, SDP keys, card
 * numbers; phone numbers keep their last two digits.
 */
export function redact(text: string): string {
  let safe = text;
  for (const [pattern, replacement] of TEXT_RULES) safe = safe.replace(pattern, replacement);
  let result = '';
  let from = 0;
  for (const kept of safe.matchAll(KEEP)) {
    result += redactPlain(safe.slice(from, kept.index)) + kept[0];
    from = kept.index + kept[0].length;
  }
  return result + redactPlain(safe.slice(from));
}
