import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import { secretEqual } from '../../platform/secret-equal.ts';
import type { SipDevice } from '../ports.ts';
import { splitOutsideQuotes } from './message/headers.ts';
import type { SipRequest } from './message/message.ts';
import { unquote } from './message/uri.ts';

export const NONCE_LIFETIME_MS = 5 * 60_000;
/** How many nonces remember their counter; what is older than the oldest remembered one reads as stale. */
const MAX_NONCES = 10_000;

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** MD5(user:realm:password) in hexadecimal (RFC 2617 section 3.2.2.2). */
export function ha1(user: string, realm: string, password: string): string {
  return md5(`${user}:${realm}:${password}`);
}

export interface DigestInput {
  readonly ha1: string;
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  /** Without qop the response is the one of RFC 2069. */
  readonly qop?: { readonly value: 'auth'; readonly nc: string; readonly cnonce: string };
}

/** The response of a digest (RFC 2617 section 3.2.2.1), in hexadecimal. */
export function digestResponse(input: DigestInput): string {
  const ha2 = md5(`${input.method}:${input.uri}`);
  const { qop } = input;
  if (!qop) return md5(`${input.ha1}:${input.nonce}:${ha2}`);
  return md5(`${input.ha1}:${input.nonce}:${qop.nc}:${qop.cnonce}:${qop.value}:${ha2}`);
}

/** Reads a credentials header into its fields, names in lower case; undefined when it is no Digest. */
export function parseCredentials(value: string): ReadonlyMap<string, string> | undefined {
  const match = /^Digest\s+(.*)$/is.exec(value.trim());
  if (!match) return undefined;
  const fields = new Map<string, string>();
  for (const part of splitOutsideQuotes(match[1] ?? '', ',')) {
    const at = part.indexOf('=');
    if (at > 0) fields.set(part.slice(0, at).trim().toLowerCase(), unquote(part.slice(at + 1).trim()));
  }
  return fields;
}

export type AuthResult =
  | { readonly kind: 'ok'; readonly device: SipDevice }
  /** Answer 401 or 407 with this challenge. `rejected` tells a wrong password from a first request. */
  | { readonly kind: 'challenge'; readonly challenge: string; readonly rejected: boolean };

/**
 * Digest with MD5 and qop=auth (RFC 2617 as RFC 3261 section 22 uses it). Nonces carry their time and a signature, so that
 * none is kept before it was used; a nonce's counter must grow, and an old or replayed one is answered stale=true.
 */
export class Authenticator {
  readonly #realm: string;
  readonly #challengeRealm: () => string;
  readonly #deviceByUser: (user: string) => SipDevice | undefined;
  readonly #clock: Clock;
  readonly #lifetimeMs: number;
  readonly #secret = randomBytes(32);
  /** Highest nc seen, by nonce, in order of first use. */
  readonly #counters = new Map<string, number>();
  /** Unremembered nonces made up to this moment may have been used. */
  #forgottenUpToMs = Number.NEGATIVE_INFINITY;

  constructor(options: {
    realm: string;
    deviceByUser: (user: string) => SipDevice | undefined;
    clock: Clock;
    nonceLifetimeMs?: number;
    /** What challenges name; the realm itself unless given. */
    challengeRealm?: () => string;
  }) {
    this.#realm = options.realm;
    this.#challengeRealm = options.challengeRealm ?? (() => options.realm);
    this.#deviceByUser = options.deviceByUser;
    this.#clock = options.clock;
    this.#lifetimeMs = options.nonceLifetimeMs ?? NONCE_LIFETIME_MS;
  }

  /** Judges the credentials of a request; `header` is Authorization for a registrar, Proxy-Authorization for a proxy. */
  check(request: SipRequest, header: 'authorization' | 'proxy-authorization'): AuthResult {
    const fields = request.headers
      .all(header)
      .map(parseCredentials)
      .find((candidate) => candidate?.get('realm') === this.#realm);
    if (!fields) return { kind: 'challenge', challenge: this.#challenge(false), rejected: false };
    const device = this.#verified(fields, request);
    if (!device) return { kind: 'challenge', challenge: this.#challenge(false), rejected: true };
    if (!this.#fresh(fields)) return { kind: 'challenge', challenge: this.#challenge(true), rejected: false };
    return { kind: 'ok', device };
  }

  /** The device whose password made this response, if the response is right for this request. */
  #verified(fields: ReadonlyMap<string, string>, request: SipRequest): SipDevice | undefined {
    const device = this.#deviceByUser(fields.get('username') ?? '');
    const [nonce = '', uri = '', response = ''] = [fields.get('nonce'), fields.get('uri'), fields.get('response')];
    if ((fields.get('algorithm') ?? 'MD5').toUpperCase() !== 'MD5' || fields.get('qop') !== 'auth') return undefined;
    const [nc = '', cnonce = ''] = [fields.get('nc'), fields.get('cnonce')];
    if (uri !== request.uri || !/^[0-9a-f]{8}$/i.test(nc) || cnonce === '') return undefined;
    // An unknown user costs as much as a wrong password.
    const secret = ha1(device?.user ?? '', this.#realm, device?.password ?? '');
    const expected = digestResponse({
      ha1: secret,
      method: request.method,
      uri,
      nonce,
      qop: { value: 'auth', nc, cnonce },
    });
    return secretEqual(expected, response.toLowerCase()) ? device : undefined;
  }

  #challenge(stale: boolean): string {
    const stamp = `${this.#clock.now().toString(36)}.${randomBytes(8).toString('hex')}`;
    const nonce = `${stamp}.${this.#sign(stamp)}`;
    return `Digest realm="${this.#challengeRealm()}", nonce="${nonce}", algorithm=MD5, qop="auth"${stale ? ', stale=true' : ''}`;
  }

  #sign(stamp: string): string {
    return createHmac('sha256', this.#secret).update(stamp).digest('hex').slice(0, 32);
  }

  /** Whether the nonce is ours, young, and its counter new; notes the counter. */
  #fresh(fields: ReadonlyMap<string, string>): boolean {
    const nonce = fields.get('nonce') ?? '';
    const [time = '', salt = '', signature = ''] = nonce.split('.');
    if (!secretEqual(this.#sign(`${time}.${salt}`), signature)) return false;
    const madeAtMs = Number.parseInt(time, 36);
    const ageMs = this.#clock.now() - madeAtMs;
    const nc = Number.parseInt(fields.get('nc') ?? '', 16);
    const seen = this.#counters.get(nonce) ?? (madeAtMs <= this.#forgottenUpToMs ? Number.POSITIVE_INFINITY : 0);
    if (!(ageMs >= 0 && ageMs <= this.#lifetimeMs) || nc <= seen) return false;
    this.#counters.set(nonce, nc);
    this.#forgetOldest();
    return true;
  }

  #forgetOldest(): void {
    const oldest = this.#counters.keys().next().value;
    if (this.#counters.size <= MAX_NONCES || oldest === undefined) return;
    this.#counters.delete(oldest);
    this.#forgottenUpToMs = Math.max(this.#forgottenUpToMs, Number.parseInt(oldest.split('.')[0] ?? '', 36));
  }
}
