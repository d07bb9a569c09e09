import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../platform/clock.ts';

/** How long a printed or launched address can be used, once. */
export const TOKEN_LIFETIME_MS = 60_000;

const SECRET_BYTES = 32;

/** Who may talk to the loopback server: holders of the cookie that a one-time address gives. */
export interface Access {
  /** A fresh address that opens the app once within TOKEN_LIFETIME_MS. */
  address(): string;
  /** Spends a token: the Set-Cookie value for its bearer, or undefined when it is unknown, used or too old. */
  redeem(token: string): string | undefined;
  /** True when the request carries the cookie of this run. */
  holdsCookie(headers: IncomingHttpHeaders): boolean;
  /** Why a request is refused before its cookie is looked at, or undefined. */
  misdirected(headers: IncomingHttpHeaders, needsOrigin: boolean): 'wrong_host' | 'wrong_origin' | undefined;
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * Cookies are shared by all ports of a host name, hence the port in the name. Host is compared exactly (a rebound name
 * never matches); Origin too, where the browser sends one; Sec-Fetch-Site keeps out other ports of this machine, which
 * SameSite lets through.
 */
export function createAccess(port: number, clock: Clock): Access {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const cookie = `offhook_${port}=${secret}`;
  const host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;
  const expiryByToken = new Map<string, number>();
  return {
    address() {
      const now = clock.now();
      for (const [token, expiry] of expiryByToken) if (expiry <= now) expiryByToken.delete(token);
      const token = randomBytes(SECRET_BYTES).toString('base64url');
      expiryByToken.set(token, now + TOKEN_LIFETIME_MS);
      return `${origin}/open?token=${token}`;
    },
    redeem(token) {
      const expiry = expiryByToken.get(token);
      expiryByToken.delete(token);
      if (expiry === undefined || expiry <= clock.now()) return undefined;
      return `${cookie}; HttpOnly; SameSite=Strict; Path=/`;
    },
    holdsCookie(headers) {
      return (headers.cookie ?? '').split(';').some((each) => equal(each.trim(), cookie));
    },
    misdirected(headers, needsOrigin) {
      if (headers.host !== host) return 'wrong_host';
      if (headers.origin === undefined ? needsOrigin : headers.origin !== origin) return 'wrong_origin';
      const site = headers['sec-fetch-site'];
      if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'wrong_origin';
      return undefined;
    },
  };
}
