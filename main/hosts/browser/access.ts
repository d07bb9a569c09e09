import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../platform/clock.ts';
import { randomToken } from '../../platform/ids.ts';
import { secretEqual } from '../../platform/secret-equal.ts';

/** How long a printed or launched address can be used, once. */
export const TOKEN_LIFETIME_MS = 60_000;

/** Who may talk to the loopback server: holders of the cookie that a one-time address gives. */
export interface Access {
  /**
   * A fresh address that opens the app once within TOKEN_LIFETIME_MS. `launched`: it stands in a browser's command line,
   * which every user of the machine can read, so only our own user may spend it.
   */
  address(use: 'printed' | 'launched'): string;
  /**
   * Spends a token: the Set-Cookie value for its bearer, or undefined when it is unknown, used, too old, or stolen.
   * `uid` is the bearer's user where the system tells it.
   */
  redeem(token: string, uid: number | undefined): string | undefined;
  /** True when the request carries the cookie of this run. */
  holdsCookie(headers: IncomingHttpHeaders): boolean;
  /** Why a request is refused before its cookie is looked at, or undefined. */
  misdirected(headers: IncomingHttpHeaders, needsOrigin: boolean): 'wrong_host' | 'wrong_origin' | undefined;
}

/**
 * Cookies are shared by all ports of a host name, hence the port in the name. Host is compared exactly (a rebound name
 * never matches); Origin too, where the browser sends one; Sec-Fetch-Site keeps out other ports of this machine, which
 * SameSite lets through.
 */
export function createAccess(port: number, clock: Clock, ownUid = process.getuid?.()): Access {
  const cookie = `offhook_${port}=${randomToken()}`;
  const host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;
  const tokens = new Map<string, { readonly expiry: number; readonly ownUserOnly: boolean }>();
  return {
    address(use) {
      const now = clock.now();
      for (const [token, { expiry }] of tokens) if (expiry <= now) tokens.delete(token);
      const token = randomToken();
      tokens.set(token, { expiry: now + TOKEN_LIFETIME_MS, ownUserOnly: use === 'launched' });
      return `${origin}/open?token=${token}`;
    },
    redeem(token, uid) {
      const known = tokens.get(token);
      if (!known || known.expiry <= clock.now()) return undefined;
      // A thief does not spend it: the window that it is for may still come.
      if (known.ownUserOnly && uid !== undefined && uid !== ownUid) return undefined;
      tokens.delete(token);
      return `${cookie}; HttpOnly; SameSite=Strict; Path=/`;
    },
    holdsCookie(headers) {
      return (headers.cookie ?? '').split(';').some((each) => secretEqual(each.trim(), cookie));
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
