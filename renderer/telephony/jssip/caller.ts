import { cleanText } from '../reasons.ts';

/** Who calls, as far as the message says. Nothing here is proven. */
export interface Caller {
  readonly number: string;
  readonly name: string | null;
}

const MAX_NAME_CHARS = 60;
const MAX_NUMBER_CHARS = 128;

interface Identity {
  readonly name: string;
  readonly user: string;
  readonly host: string;
}

/**
 * Reads a From or P-Asserted-Identity value tolerantly: JsSIP's own parser throws on the one and answers undefined for
 * `sip:x` without brackets and for `tel:` (pitfall 39). Null when no URI can be found.
 */
export function readIdentity(value: string): Identity | null {
  const bracketed = /^(.*?)<([^>]*)>/s.exec(value);
  const name = (bracketed?.[1] ?? '')
    .trim()
    .replace(/^"(.*)"$/s, '$1')
    .replace(/\\(.)/g, '$1');
  const uri = (bracketed?.[2] ?? value.replace(/;.*$/s, '')).trim();
  const tel = /^tel:([^;?]+)/i.exec(uri);
  if (tel?.[1]) return { name, user: decode(tel[1]), host: '' };
  const sip = /^sips?:(?:([^@]*)@)?([^;?>]+)/i.exec(uri);
  if (!sip?.[2]) return null;
  return { name, user: decode((sip[1] ?? '').replace(/[:;].*$/, '')), host: sip[2].replace(/:\d+$/, '').toLowerCase() };
}

/**
 * The caller of an INVITE. P-Asserted-Identity counts only when it names our own provider's domain, or a bare number:
 * our proxy sets it and every message of this line comes through that proxy; anything else is From (RFC 3325).
 */
export function callerOf(from: string, asserted: readonly string[], domain: string): Caller {
  const shown = readIdentity(from) ?? { name: '', user: '', host: '' };
  const trusted = asserted
    .map(readIdentity)
    .find((each) => each !== null && each.user !== '' && (each.host === '' || each.host === domain.toLowerCase()));
  const identity = trusted ?? shown;
  const isLocal = identity.host === '' || identity.host === domain.toLowerCase() || /^\+?\d+$/.test(identity.user);
  const number = isLocal ? identity.user : `${identity.user}@${identity.host}`;
  const name = cleanText(identity.name || shown.name, MAX_NAME_CHARS);
  return {
    number: cleanText(number, MAX_NUMBER_CHARS) || 'anonymous',
    name: name === '' || name === number ? null : name,
  };
}

function decode(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}
