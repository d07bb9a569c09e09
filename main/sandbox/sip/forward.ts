import type { Flow } from './flow.ts';
import { copyRequest, copyResponse, newBranch, type SipRequest, type SipResponse } from './message/message.ts';
import { parseNameAddr } from './message/uri.ts';

const DEFAULT_MAX_FORWARDS = 70;

/** Reads Max-Forwards; a missing or broken one counts as the default (RFC 3261 section 16.6 step 3). */
export function maxForwards(request: SipRequest): number {
  const value = request.headers.get('max-forwards') ?? '';
  return /^\d{1,3}$/.test(value) ? Number(value) : DEFAULT_MAX_FORWARDS;
}

/** How this proxy names itself in Via and Record-Route, and what it does to every message it passes on. */
export class Forwarder {
  readonly #sentBy: string;
  readonly #realm: string;

  constructor(options: { sentBy: string; realm: string }) {
    this.#sentBy = options.sentBy;
    this.#realm = options.realm;
  }

  readonly newVia = (): string => `SIP/2.0/WS ${this.#sentBy};branch=${newBranch()}`;

  /** The URI in Record-Route: loose routing, so that every request of the dialog comes through here. */
  get routeUri(): string {
    return `sip:${this.#sentBy};transport=ws;lr`;
  }

  /** A copy to send on (RFC 3261 section 16.6): our routes taken off, our Via put on, one hop less, our credentials removed. */
  request(request: SipRequest, options: { readonly uri?: string; readonly recordRoute?: boolean } = {}): SipRequest {
    const copy = copyRequest(request, options.uri === undefined ? {} : { uri: options.uri });
    copy.headers.remove('route').set('max-forwards', String(maxForwards(request) - 1));
    this.#dropCredentials(copy);
    if (options.recordRoute) copy.headers.prepend('record-route', `<${this.routeUri}>`);
    copy.headers.prepend('via', this.newVia());
    return copy;
  }

  /** A response on its way back: our Via taken off (RFC 3261 section 16.7 step 3). */
  response(response: SipResponse, changes: Parameters<typeof copyResponse>[1] = {}): SipResponse {
    const copy = copyResponse(response, changes);
    copy.headers.set('via', ...response.headers.all('via').slice(1));
    return copy;
  }

  /** Notes where a request really came from in its topmost Via (RFC 3261 section 18.2.1). */
  stamp(request: SipRequest, flow: Flow): SipRequest {
    const [top = '', ...rest] = request.headers.all('via');
    if (flow.kind === 'agent' || /;\s*received=/i.test(top)) return request;
    const copy = copyRequest(request);
    copy.headers.set('via', `${top};received=${flow.remoteAddress}`, ...rest);
    return copy;
  }

  #dropCredentials(request: SipRequest): void {
    const mine = new RegExp(`\\brealm="${this.#realm.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}"`, 'i');
    for (const name of ['authorization', 'proxy-authorization']) {
      const others = request.headers.all(name).filter((value) => !mine.test(value));
      request.headers.set(name, ...others);
    }
  }
}

/** The URI in a Contact, From or To value; '' when there is none. */
export function uriIn(value: string | undefined): string {
  return parseNameAddr(value ?? '')?.uriText ?? '';
}
