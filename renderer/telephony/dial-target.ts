/** What a typed or pasted target became. `user` is ready for a SIP URI; `display` is what the call shows. */
export type DialTarget =
  | { readonly ok: true; readonly display: string; readonly requestUri: string }
  | { readonly ok: false; readonly problem: 'empty' | 'too_long' | 'control_characters' | 'not_dialable' };

const MAX_TARGET_CHARS = 256;
/** RFC 3966 visual separators, and what people paste around numbers. */
const SEPARATORS = /[\s\-.()/\u00a0\u2010-\u2015\u2212\u202f]/g;
// eslint-disable-next-line no-control-regex -- control characters are what it must find
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const NUMBER = /^\+?[0-9A-D*#]{1,64}$/;
/** RFC 3261 25.1: user with unreserved, escaped and user-unreserved characters; host as name or address. */
const SIP_URI =
  /^sips?:([A-Za-z0-9\-_.!~*'()&=+$,;?/]|%[0-9A-Fa-f]{2})+@(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(:\d{1,5})?$/;

const no = (problem: Extract<DialTarget, { ok: false }>['problem']): DialTarget => ({ ok: false, problem });

/** Escapes a number for the user part: `#` is not allowed raw there (RFC 3261 25.1), `*` and `+` are. */
const escapeNumber = (number: string): string => number.replaceAll('#', '%23');

/**
 * Turns what a person typed, pasted or clicked into a request URI at `domain`. Formatting goes, `+ * # A-D` stay; a
 * `tel:` or `sip:` prefix is understood, URI headers and parameters of a link are refused or dropped because a link is
 * untrusted input; CR, LF and all other control characters refuse the whole target (header injection). A number in
 * `emergencyNumbers` is sent exactly as dialled, with nothing added or taken away.
 */
export function toDialTarget(typed: string, domain: string, emergencyNumbers: readonly string[]): DialTarget {
  if (typed.length > MAX_TARGET_CHARS) return no('too_long');
  if (CONTROL.test(typed)) return no('control_characters');
  const text = typed.trim();
  if (text === '') return no('empty');
  const emergency = emergencyNumberIn(text, emergencyNumbers);
  if (emergency !== null) return { ok: true, display: emergency, requestUri: uri(emergency, domain) };
  if (/^sips?:/i.test(text)) return fromSipUri(text, domain);
  const bare = text.replace(/^tel:/i, '').replace(/;.*$/, '');
  if (bare.includes('@')) return fromSipUri(`sip:${bare}`, domain);
  const number = bare.replace(SEPARATORS, '').toUpperCase();
  if (NUMBER.test(number)) return { ok: true, display: number, requestUri: uri(number, domain) };
  if (/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(bare)) return fromSipUri(`sip:${bare}@${domain}`, domain);
  return no('not_dialable');
}

/**
 * The emergency number that was dialled, or null. Compared after formatting is stripped, never by prefix: 9911 is not
 * 911 (reliability-performance.md 3.7).
 */
export function emergencyNumberIn(typed: string, emergencyNumbers: readonly string[]): string | null {
  const number = typed
    .trim()
    .replace(/^(tel|sips?):/i, '')
    .replace(/[@;].*$/, '')
    .replace(SEPARATORS, '');
  return emergencyNumbers.find((each) => each.replace(SEPARATORS, '') === number) ?? null;
}

const uri = (number: string, domain: string): string => `sip:${escapeNumber(number)}@${domain}`;

function fromSipUri(text: string, domain: string): DialTarget {
  // Parameters and headers of a URI can carry whole SIP headers (RFC 3261 19.1.1): only user and host are kept.
  const bare = text.replace(/^sips:/i, 'sip:').replace(/[;?].*$/, '');
  const whole = bare.includes('@') ? bare : `${bare}@${domain}`;
  if (!SIP_URI.test(whole)) return no('not_dialable');
  const requestUri = `sip:${whole.slice(whole.indexOf(':') + 1)}`;
  const [user = '', host = ''] = requestUri.slice(4).split('@');
  return {
    ok: true,
    display: host.toLowerCase() === domain.toLowerCase() ? decode(user) : requestUri.slice(4),
    requestUri,
  };
}

function decode(user: string): string {
  try {
    const text = decodeURIComponent(user);
    return CONTROL.test(text) ? user : text;
  } catch {
    return user;
  }
}
