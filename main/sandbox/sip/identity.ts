import type { SipDevice } from '../ports.ts';
import type { SipRequest } from './message/message.ts';
import { dialledNumber, parseNameAddr, quote } from './message/uri.ts';

export interface CallerIdentity {
  /** E.164, or the SIP user of a device without a number. */
  readonly number: string;
  readonly displayName: string;
}

/**
 * Who a device calls as: the number it asks for (P-Preferred-Identity, RFC 3325, else From) where it owns it, else its
 * first. Undefined when From names somebody else: that request is refused.
 */
export function callerIdentity(request: SipRequest, device: SipDevice): CallerIdentity | undefined {
  const from = parseNameAddr(request.headers.get('from') ?? '');
  if (!from) return undefined;
  const fromNumber = dialledNumber(from.uri);
  const anonymous = from.uri.user.toLowerCase() === 'anonymous';
  if (from.uri.user !== device.user && !device.numbers.includes(fromNumber) && !anonymous) return undefined;
  const preferred = parseNameAddr(request.headers.all('p-preferred-identity')[0] ?? '');
  const wished = [preferred && dialledNumber(preferred.uri), fromNumber].find(
    (number) => number !== undefined && device.numbers.includes(number),
  );
  return { number: wished ?? device.numbers[0] ?? device.user, displayName: from.displayName || device.displayName };
}

/** Puts what we vouch for in place of what the client claims. */
export function assertIdentity(request: SipRequest, identity: CallerIdentity, realm: string): void {
  const hidden = /\bid\b/i.test(request.headers.get('privacy') ?? '');
  request.headers.remove('p-preferred-identity').remove('p-asserted-identity');
  if (!hidden) {
    request.headers.add(
      'p-asserted-identity',
      `${quote(identity.displayName)} <sip:${encodeURIComponent(identity.number).replace(/%2B/g, '+')}@${realm}>`,
    );
  }
}
