import { splitOutsideQuotes } from './headers.ts';

/** A SIP, SIPS or tel URI. `user` is decoded; for tel it is the number. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips' | 'tel';
  readonly user: string;
  readonly host: string;
  readonly port: number | null;
  readonly params: ReadonlyMap<string, string>;
}

/** A name-addr or addr-spec with the parameters behind it (From, To, Contact, Route, P-Asserted-Identity). */
export interface NameAddr {
  readonly displayName: string;
  readonly uri: SipUri;
  /** The URI as it was written: what is used as Request-URI, untouched. */
  readonly uriText: string;
  readonly params: ReadonlyMap<string, string>;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Removes the quotes of a quoted-string and its escapes; other text is returned as it is. */
export function unquote(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).replace(/\\(.)/g, '$1')
    : text;
}

/** Writes a quoted-string (RFC 3261 section 25.1). Control characters are dropped. */
export function quote(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is to be removed
  return `"${text.replace(/[\u0000-\u001f\u007f]/g, '').replace(/["\\]/g, '\\$&')}"`;
}

/** Reads `;name=value;flag` into a map: names in lower case, quotes removed, a flag has the value ''. */
export function parseParams(text: string): Map<string, string> {
  const params = new Map<string, string>();
  for (const part of splitOutsideQuotes(text, ';')) {
    const at = part.indexOf('=');
    const name = (at < 0 ? part : part.slice(0, at)).trim().toLowerCase();
    if (name !== '' && !params.has(name)) params.set(name, at < 0 ? '' : unquote(part.slice(at + 1).trim()));
  }
  return params;
}

function hostAndPort(text: string): { host: string; port: number | null } | undefined {
  const match = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)(?::(\d{1,5}))?$/.exec(text);
  if (!match) return undefined;
  const port = match[2] === undefined ? null : Number(match[2]);
  return port !== null && port > 65_535 ? undefined : { host: (match[1] ?? '').toLowerCase(), port };
}

/** Reads a URI. Anything that is not sip:, sips: or tel: with a sound host or number gives undefined. */
export function parseUri(text: string): SipUri | undefined {
  const match = /^(sips?|tel):(.+)$/i.exec(text.trim());
  const scheme = match?.[1]?.toLowerCase();
  const rest = match?.[2];
  if (rest === undefined || /[\s<>"]/.test(rest)) return undefined;
  if (scheme === 'tel') {
    const [number = '', ...params] = rest.split(';');
    return { scheme, user: decode(number), host: '', port: null, params: parseParams(params.join(';')) };
  }
  if (scheme !== 'sip' && scheme !== 'sips') return undefined;
  const at = rest.lastIndexOf('@');
  const userInfo = at < 0 ? '' : rest.slice(0, at);
  const [address = '', ...tail] = rest
    .slice(at + 1)
    .split('?')[0]!
    .split(';');
  const where = hostAndPort(address);
  if (!where) return undefined;
  const user = decode(userInfo.split(':')[0] ?? '');
  return { scheme, user, ...where, params: parseParams(tail.join(';')) };
}

/** Reads a name-addr or addr-spec; undefined when no URI can be found in it. */
export function parseNameAddr(text: string): NameAddr | undefined {
  const trimmed = text.trim();
  const bracketed = /^("(?:[^"\\]|\\.)*"\s*|[^<"]*)<([^<>]*)>(.*)$/s.exec(trimmed);
  if (bracketed) {
    const uriText = (bracketed[2] ?? '').trim();
    const uri = parseUri(uriText);
    if (!uri) return undefined;
    return { displayName: unquote((bracketed[1] ?? '').trim()), uri, uriText, params: parseParams(bracketed[3] ?? '') };
  }
  // Without brackets every parameter belongs to the header, not to the URI (RFC 3261 section 20.10).
  const at = trimmed.indexOf(';');
  const uriText = at < 0 ? trimmed : trimmed.slice(0, at);
  const uri = parseUri(uriText);
  return uri && { displayName: '', uri, uriText, params: parseParams(at < 0 ? '' : trimmed.slice(at + 1)) };
}

/** The number somebody dialled: the user part without visual separators (RFC 3966 section 5.1.1) and parameters. */
export function dialledNumber(uri: SipUri): string {
  return (uri.user.split(';')[0] ?? '').replace(/[\s().-]/g, '');
}
