import { createHash } from 'node:crypto';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/**
 * HA1 of RFC 2617 section 3.2.2.2 for algorithm MD5, 32 lower-case hexadecimal digits. It stands in for the password
 * in this one realm: never logged, never stored beside it, handed only to the window that registers.
 */
export function digestHa1(user: string, realm: string, password: string): string {
  return md5(`${user}:${realm}:${password}`);
}

/** A challenge of a WWW-Authenticate or Proxy-Authenticate header. */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | null;
  /** True where the server offers qop "auth" (RFC 2617 section 3.2.1). */
  readonly qopAuth: boolean;
  /** Upper case; MD5 where the server names none. */
  readonly algorithm: string;
  readonly stale: boolean;
}

/** Reads one Digest challenge; undefined where the header is another scheme or lacks realm or nonce. */
export function parseChallenge(header: string): DigestChallenge | undefined {
  const scheme = /^\s*digest\s+/i.exec(header);
  if (!scheme) return undefined;
  const values = new Map<string, string>();
  for (const [, name = '', quoted, bare] of header
    .slice(scheme[0].length)
    .matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)) {
    const key = name.toLowerCase();
    if (!values.has(key)) values.set(key, quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
  }
  const [realm, nonce] = [values.get('realm'), values.get('nonce')];
  if (realm === undefined || nonce === undefined) return undefined;
  const qop = (values.get('qop') ?? '').split(',').map((each) => each.trim().toLowerCase());
  return {
    realm,
    nonce,
    opaque: values.get('opaque') ?? null,
    qopAuth: qop.includes('auth'),
    algorithm: (values.get('algorithm') ?? 'MD5').toUpperCase(),
    stale: values.get('stale')?.toLowerCase() === 'true',
  };
}

const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** The value of an Authorization or Proxy-Authorization header that answers an MD5 challenge (RFC 2617 section 3.2.2). */
export function digestAuthorization(
  challenge: DigestChallenge,
  request: { readonly method: string; readonly uri: string; readonly user: string; readonly ha1: string },
  clientNonce: string,
): string {
  const ha2 = md5(`${request.method}:${request.uri}`);
  const response = challenge.qopAuth
    ? md5(`${request.ha1}:${challenge.nonce}:00000001:${clientNonce}:auth:${ha2}`)
    : md5(`${request.ha1}:${challenge.nonce}:${ha2}`);
  return [
    `Digest username=${quote(request.user)}`,
    `realm=${quote(challenge.realm)}`,
    `nonce=${quote(challenge.nonce)}`,
    `uri=${quote(request.uri)}`,
    `response="${response}"`,
    'algorithm=MD5',
    ...(challenge.opaque === null ? [] : [`opaque=${quote(challenge.opaque)}`]),
    ...(challenge.qopAuth ? [`cnonce="${clientNonce}"`, 'qop=auth', 'nc=00000001'] : []),
  ].join(', ');
}
