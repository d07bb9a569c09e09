import type { Clock } from '../../platform/clock.ts';
import type { SipDevice } from '../ports.ts';
import type { Binding, Bindings } from './bindings.ts';
import type { Authenticator } from './digest.ts';
import type { SipFaults } from './faults.ts';
import type { SipLog } from './log.ts';
import { parseCSeq, responseTo, type SipRequest } from './message/message.ts';
import { parseNameAddr, type NameAddr } from './message/uri.ts';
import type { ServerTransaction } from './transactions/server.ts';

const MIN_EXPIRES_SEC = 60;
const MAX_EXPIRES_SEC = 3_600;
const DEFAULT_EXPIRES_SEC = 600;
/** More contacts than this of one device are a client gone wrong. */
const MAX_CONTACTS = 10;

interface Wish {
  readonly contact: NameAddr;
  readonly expiresSec: number;
}

type Wishes =
  | { readonly kind: 'query' }
  | { readonly kind: 'remove_all' }
  | { readonly kind: 'update'; readonly wishes: readonly Wish[] }
  | { readonly kind: 'too_brief' }
  | { readonly kind: 'broken'; readonly detail: string };

function seconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** What the request asks for (RFC 3261 section 10.3, steps 6 and 7). */
function readWishes(request: SipRequest): Wishes {
  const values = request.headers.all('contact');
  const header = seconds(request.headers.get('expires'));
  if (values.length === 0) return { kind: 'query' };
  // Some clients put their contact parameters behind the star.
  if (values.some((value) => value.startsWith('*'))) {
    return values.length === 1 && header === 0
      ? { kind: 'remove_all' }
      : { kind: 'broken', detail: 'Contact: * needs Expires: 0' };
  }
  const wishes: Wish[] = [];
  for (const value of values) {
    const contact = parseNameAddr(value);
    if (!contact || contact.uri.scheme === 'tel') return { kind: 'broken', detail: 'Contact' };
    const expiresSec = seconds(contact.params.get('expires')) ?? header ?? DEFAULT_EXPIRES_SEC;
    if (expiresSec > 0 && expiresSec < MIN_EXPIRES_SEC) return { kind: 'too_brief' };
    wishes.push({ contact, expiresSec: Math.min(expiresSec, MAX_EXPIRES_SEC) });
  }
  return { kind: 'update', wishes };
}

function qValue(text: string | undefined): number {
  const q = Number(text ?? '1');
  return q >= 0 && q <= 1 ? q : 1;
}

/** The registrar (RFC 3261 section 10.3; flows after RFC 5626 section 6). Every REGISTER is authenticated with 401. */
export class Registrar {
  readonly #authenticator: Authenticator;
  readonly #bindings: Bindings;
  readonly #clock: Clock;
  readonly #log: SipLog;
  readonly #faults: () => SipFaults;

  constructor(options: {
    authenticator: Authenticator;
    bindings: Bindings;
    clock: Clock;
    log: SipLog;
    faults: () => SipFaults;
  }) {
    this.#faults = options.faults;
    this.#authenticator = options.authenticator;
    this.#bindings = options.bindings;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  handle(request: SipRequest, transaction: ServerTransaction): void {
    const auth = this.#authenticator.check(request, 'authorization');
    if (auth.kind === 'challenge') {
      if (auth.rejected) this.#log('warn', 'sip.register_rejected', { flow: transaction.flow.id });
      transaction.respond(responseTo(request, 401, { headers: [['WWW-Authenticate', auth.challenge]] }));
      return;
    }
    const { registerStatus } = this.#faults();
    if (registerStatus !== null) {
      transaction.respond(responseTo(request, registerStatus));
      return;
    }
    const aor = parseNameAddr(request.headers.get('to') ?? '');
    if (aor?.uri.user !== auth.device.user)
      transaction.respond(responseTo(request, 403, { reason: 'Not your address of record' }));
    else this.#apply(request, transaction, auth.device);
  }

  #apply(request: SipRequest, transaction: ServerTransaction, device: SipDevice): void {
    const wishes = readWishes(request);
    switch (wishes.kind) {
      case 'broken':
        transaction.respond(responseTo(request, 400, { reason: `Bad ${wishes.detail}` }));
        return;
      case 'too_brief':
        transaction.respond(responseTo(request, 423, { headers: [['Min-Expires', String(MIN_EXPIRES_SEC)]] }));
        return;
      case 'query':
        break;
      case 'remove_all':
        for (const binding of this.#bindings.of(device.user)) this.#bindings.remove(binding, 'unregistered');
        break;
      case 'update':
        if (!this.#update(request, transaction, device, wishes.wishes)) return;
    }
    transaction.respond(this.#accepted(request, device));
  }

  /** Applies all wishes, or none and answers why. */
  #update(request: SipRequest, transaction: ServerTransaction, device: SipDevice, wishes: readonly Wish[]): boolean {
    const callId = request.headers.get('call-id') ?? '';
    const cseq = parseCSeq(request.headers.get('cseq'))?.number ?? 0;
    const next = wishes.map((wish) => this.#binding(device, transaction, wish, callId, cseq));
    const known = next.map((binding) => this.#bindings.find(device.user, binding));
    if (known.some((binding) => binding?.callId === callId && binding.cseq >= cseq)) {
      transaction.respond(responseTo(request, 500, { reason: 'Out of order' }));
      return false;
    }
    const added = next.filter((_, i) => !known[i]).length;
    if (this.#bindings.of(device.user).length + added > MAX_CONTACTS) {
      transaction.respond(responseTo(request, 403, { reason: 'Too many contacts' }));
      return false;
    }
    for (const [i, binding] of next.entries()) {
      const present = known[i];
      if ((wishes[i]?.expiresSec ?? 0) > 0) this.#bindings.put(binding);
      else if (present) this.#bindings.remove(present, 'unregistered');
    }
    return true;
  }

  #binding(device: SipDevice, transaction: ServerTransaction, wish: Wish, callId: string, cseq: number): Binding {
    const { params, uriText } = wish.contact;
    const regId = seconds(params.get('reg-id'));
    return {
      device,
      contact: uriText,
      instanceId: params.get('+sip.instance') || null,
      regId: regId ?? null,
      q: qValue(params.get('q')),
      flow: transaction.flow,
      callId,
      cseq,
      expiresAtMs: this.#clock.now() + wish.expiresSec * 1_000,
    };
  }

  /** The 200 with every contact of the address of record and what is left of its time. */
  #accepted(request: SipRequest, device: SipDevice): ReturnType<typeof responseTo> {
    const headers: [string, string][] = [['Supported', 'path, outbound']];
    for (const binding of this.#bindings.of(device.user)) {
      const left = Math.max(0, Math.ceil((binding.expiresAtMs - this.#clock.now()) / 1_000));
      const instance = binding.instanceId === null ? '' : `;+sip.instance="${binding.instanceId}"`;
      const regId = binding.regId === null ? '' : `;reg-id=${binding.regId}`;
      headers.push(['Contact', `<${binding.contact}>;q=${binding.q};expires=${left}${instance}${regId}`]);
    }
    const outbound = request.headers.all('supported').includes('outbound');
    if (outbound && request.headers.all('contact').some((contact) => /;\s*reg-id=/i.test(contact)))
      headers.push(['Require', 'outbound']);
    return responseTo(request, 200, { headers });
  }
}
