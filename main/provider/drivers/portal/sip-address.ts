import { fail, ok, type Result } from '../../../../preload/contract/result.ts';
import { isLoopback } from '../../../platform/loopback.ts';

/** Where a plain SIP account registers, as a person types it. */
export interface SipAddress {
  readonly wssUrl: string;
  readonly domain: string;
  readonly user: string;
}

/** RFC 3261 `user` without escapes and parameters; no blank, CR or LF can get into a header. */
const USER = /^[\w\-.!~*'()&=+$,;?/]{1,64}$/;

/** A host name or an address, with an optional port. */
const DOMAIN = /^(?:\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?)(?::\d{1,5})?$/i;

const wrong = (field: keyof SipAddress, detail: string): Result<never> =>
  fail({ kind: 'invalid_request', nextStep: field === 'wssUrl' ? 'check_address' : 'check_input', detail, field });

/**
 * Checks and tidies what was typed. Only wss is taken, and ws to this very machine: a password digest and the caller's
 * numbers do not go over a network in the clear.
 */
export function parseSipAddress(typed: SipAddress): Result<SipAddress> {
  const wssUrl = typed.wssUrl.trim();
  let url: URL;
  try {
    url = new URL(wssUrl);
  } catch {
    return wrong('wssUrl', 'Not an address');
  }
  if (url.protocol !== 'wss:' && !(url.protocol === 'ws:' && isLoopback(url.hostname))) {
    return wrong('wssUrl', 'The address must start with wss://');
  }
  if (url.username || url.password || url.hash)
    return wrong('wssUrl', 'The address must not carry a user or a fragment');
  const domain = typed.domain.trim().toLowerCase();
  if (!DOMAIN.test(domain)) return wrong('domain', 'Not a SIP domain');
  const user = typed.user.trim();
  if (!USER.test(user)) return wrong('user', 'Not a SIP user name');
  return ok({ wssUrl: url.href, domain, user });
}
