import type { Books, Destination, SipDevice } from '../ports.ts';
import { assertNever } from '../../../preload/contract/result.ts';
import type { Bindings } from './bindings.ts';
import { Call, type CallTable } from './calls.ts';
import { CallSetup, type CallPlan, type CallSetupDeps } from './call-setup.ts';
import type { Authenticator } from './digest.ts';
import type { Flow } from './flow.ts';
import { Fork, type ForkTarget } from './fork.ts';
import { maxForwards } from './forward.ts';
import { assertIdentity, callerIdentity, type CallerIdentity } from './identity.ts';
import type { InDialogRouter } from './in-dialog.ts';
import type { EndCause } from './legs.ts';
import { maskNumber } from './log.ts';
import { offeredMedia } from './media/facts.ts';
import { ALLOWED_METHODS, responseTo, tagOf, type SipRequest } from './message/message.ts';
import { dialledNumber, parseNameAddr, parseUri } from './message/uri.ts';
import { Reach, type CalledNumber, type LegRefusal, type Reached } from './reach.ts';
import type { Registrar } from './registrar.ts';
import type { TransactionUser } from './transactions/layer.ts';
import type { ServerTransaction } from './transactions/server.ts';

export interface ProxyDeps extends CallSetupDeps {
  readonly books: Books;
  readonly authenticator: Authenticator;
  readonly bindings: Bindings;
  readonly calls: CallTable;
  readonly registrar: Registrar;
  readonly inDialog: InDialogRouter;
  /** Our own end of calls to special numbers. */
  readonly agentFlow: Flow;
}

/** What a request that starts something is aimed at. */
type Aim =
  | { readonly kind: 'agent'; readonly destination: Destination; readonly emergency: boolean }
  | { readonly kind: 'user'; readonly userId: string }
  | { readonly kind: 'nobody' };

interface Caller {
  readonly device: SipDevice;
  readonly identity: CallerIdentity;
}

function aimOf(destination: Destination): Aim {
  switch (destination.kind) {
    case 'own':
      return { kind: 'user', userId: destination.userId };
    case 'invalid':
      return { kind: 'nobody' };
    case 'echo':
    case 'busy':
    case 'no_answer':
    case 'rejected':
    case 'early_media':
    case 'no_channel':
    case 'no_credit':
    case 'call_me_back':
    case 'emergency':
    case 'announcement':
      return { kind: 'agent', destination, emergency: destination.kind === 'emergency' };
    default:
      return assertNever(destination);
  }
}

/** The proxy core (RFC 3261 section 16): judges requests that start something, passes all others to their dialog. */
export class Proxy implements TransactionUser {
  readonly #deps: ProxyDeps;
  readonly #reach: Reach;

  constructor(deps: ProxyDeps) {
    this.#deps = deps;
    this.#reach = new Reach(deps);
  }

  onRequest(received: SipRequest, transaction: ServerTransaction): void {
    const request = this.#deps.forwarder.stamp(received, transaction.flow);
    const unknown = request.headers.all('proxy-require');
    if (maxForwards(request) === 0) transaction.respond(responseTo(request, 483));
    else if (unknown.length > 0) {
      transaction.respond(
        responseTo(request, 420, { headers: unknown.map((option) => ['Unsupported', option] as const) }),
      );
    } else if (request.method === 'REGISTER') this.#deps.registrar.handle(request, transaction);
    else if (tagOf(request.headers.get('to')) !== undefined) this.#deps.inDialog.handle(request, transaction);
    else if (request.method === 'INVITE') this.#invite(request, transaction);
    else this.#standalone(request, transaction);
  }

  onAck(request: SipRequest, flow: Flow): void {
    this.#deps.inDialog.acknowledge(request, flow);
  }

  #invite(request: SipRequest, transaction: ServerTransaction): void {
    if (transaction.flow.kind === 'agent') {
      this.#inviteFromAgent(request, transaction);
      return;
    }
    const dialled = this.#dialled(request);
    const aim = aimOf(dialled === '' ? { kind: 'invalid' } : this.#deps.books.destination(dialled));
    const caller = this.#caller(request, transaction, aim.kind === 'agent' && aim.emergency);
    if (!caller) return;
    this.#deps.log('info', 'sip.invite', { device: caller.device.deviceId, aim: aim.kind, to: maskNumber(dialled) });
    if (aim.kind === 'nobody') {
      transaction.respond(responseTo(request, 404));
      return;
    }
    this.#outbound(request, transaction, caller, dialled, aim);
  }

  /** A device calls: its leg first, then those of the called side when it has somewhere to ring. */
  #outbound(
    request: SipRequest,
    transaction: ServerTransaction,
    caller: Caller,
    dialled: string,
    aim: Exclude<Aim, { kind: 'nobody' }>,
  ): void {
    const sipCallId = request.headers.get('call-id') ?? '';
    const emergency = aim.kind === 'agent' && aim.emergency;
    const base = { sipCallId, from: caller.identity.number, to: dialled, emergency };
    const call = new Call({ ...base, startedAtMs: this.#deps.layer.clock.now() });
    const leg = { ...base, media: offeredMedia(request.body), onNet: aim.kind === 'user' };
    const placed = { ...leg, leg: 'a', direction: 'outbound', deviceId: caller.device.deviceId } as const;
    const refusal = this.#reach.book(call, placed);
    if (refusal) {
      this.#refuse(call, refusal, request, transaction);
      return;
    }
    transaction.respond(responseTo(request, 100));
    const reached: Reached =
      aim.kind === 'user'
        ? this.#findPerson(call, { userId: aim.userId, number: dialled, leg, except: transaction.flow })
        : { kind: 'targets', targets: [this.#reach.agent(aim.destination)], forward: null };
    if (reached.kind === 'refused') {
      this.#refuse(call, reached, request, transaction);
      return;
    }
    const binding = this.#deps.bindings.onFlow(transaction.flow);
    const own = binding?.device.deviceId === caller.device.deviceId ? binding : undefined;
    const party = { device: caller.device, instanceId: own?.instanceId ?? null, regId: own?.regId ?? null };
    const prepared = aim.kind === 'agent' ? this.#served(request, caller.device) : request;
    const { targets, forward } = reached;
    this.#setUp({ call, targets, forward, caller: party, identity: caller.identity, request: prepared, transaction });
  }

  /** Our agent calls a number of the account from outside: only the called side is booked. */
  #inviteFromAgent(request: SipRequest, transaction: ServerTransaction): void {
    const device = this.#deps.books.deviceByUser(parseUri(request.uri)?.user ?? '');
    const from = parseNameAddr(request.headers.get('from') ?? '');
    const to = parseNameAddr(request.headers.get('to') ?? '');
    if (!device || !from) {
      transaction.respond(responseTo(request, 404));
      return;
    }
    const called = to && dialledNumber(to.uri);
    const number = device.numbers.find((own) => own === called) ?? device.numbers[0] ?? device.user;
    const identity = { number: dialledNumber(from.uri), displayName: from.displayName };
    const sipCallId = request.headers.get('call-id') ?? '';
    const base = { sipCallId, from: identity.number, to: number, emergency: false };
    const call = new Call({ ...base, startedAtMs: this.#deps.layer.clock.now() });
    const leg = { ...base, media: offeredMedia(request.body) };
    const reached = this.#findPerson(call, { userId: device.userId, number, leg, except: transaction.flow });
    if (reached.kind === 'refused') {
      this.#refuse(call, reached, request, transaction);
      return;
    }
    if (reached.targets.length === 0) {
      this.#refuse(call, { kind: 'refused', sipCode: 480, headers: [] }, request, transaction, 'unreachable');
      return;
    }
    const caller = { device: null, instanceId: null, regId: null };
    const { targets, forward } = reached;
    this.#setUp({ call, targets, forward, caller, identity, request, transaction });
  }

  /** Books that fail in the middle leave no leg open behind them. */
  #findPerson(call: Call, called: CalledNumber): Reached {
    try {
      return this.#reach.person(call, called);
    } catch (fault) {
      call.finish(500, 'failed');
      throw fault;
    }
  }

  #setUp(plan: CallPlan): void {
    this.#deps.calls.add(plan.call);
    new CallSetup(this.#deps, plan).start();
  }

  /** Answers a refusal of the books and ends what was booked before it. */
  #refuse(
    call: Call,
    refusal: LegRefusal,
    request: SipRequest,
    transaction: ServerTransaction,
    cause: EndCause = 'refused',
  ): void {
    const { sipCode, headers } = refusal;
    transaction.respond(responseTo(request, sipCode, { headers }));
    call.finish(sipCode, cause);
  }

  /** MESSAGE and the like to a user's devices; OPTIONS to us; the rest has no meaning outside a dialog here. */
  #standalone(request: SipRequest, transaction: ServerTransaction): void {
    const user = parseUri(request.uri)?.user ?? '';
    if (request.method === 'OPTIONS' && user === '') {
      const headers = [
        ['Allow', ALLOWED_METHODS],
        ['Accept', 'application/sdp'],
        ['Supported', 'path, outbound'],
      ] as const;
      transaction.respond(responseTo(request, 200, { headers }));
      return;
    }
    if (request.method !== 'MESSAGE' && request.method !== 'OPTIONS' && request.method !== 'INFO') {
      transaction.respond(
        responseTo(request, request.method === 'BYE' ? 481 : 405, { headers: [['Allow', ALLOWED_METHODS]] }),
      );
      return;
    }
    const caller = this.#caller(request, transaction, false);
    if (!caller) return;
    const destination = this.#deps.books.destination(this.#dialled(request));
    const targets = destination.kind === 'own' ? this.#reach.contacts(destination.userId, transaction.flow) : [];
    if (targets.length === 0) transaction.respond(responseTo(request, destination.kind === 'own' ? 480 : 404));
    else this.#relayStandalone(request, transaction, caller, targets);
  }

  #relayStandalone(
    request: SipRequest,
    transaction: ServerTransaction,
    caller: Caller,
    targets: readonly ForkTarget[],
  ): void {
    const { forwarder, layer, realm } = this.#deps;
    const pass = (response: Parameters<typeof forwarder.response>[0]): void =>
      transaction.respond(
        response.headers.all('via').length > 1 ? forwarder.response(response) : responseTo(request, response.status),
      );
    new Fork({
      layer,
      request,
      targets,
      forward: (target) => {
        const copy = forwarder.request(request, { uri: target.uri });
        assertIdentity(copy, caller.identity, realm);
        return copy;
      },
      events: { onProvisional: pass, onAnswered: pass, onRefused: pass },
    }).start();
  }

  /** Who sends this; answers 407 or 403 and gives undefined when it may not. */
  #caller(request: SipRequest, transaction: ServerTransaction, emergency: boolean): Caller | undefined {
    // A flow that registered has proven who it is; an emergency call does not wait for a second proof.
    const registered = emergency ? this.#deps.bindings.onFlow(transaction.flow)?.device : undefined;
    const auth = registered
      ? ({ kind: 'ok', device: registered } as const)
      : this.#deps.authenticator.check(request, 'proxy-authorization');
    if (auth.kind === 'challenge') {
      transaction.respond(responseTo(request, 407, { headers: [['Proxy-Authenticate', auth.challenge]] }));
      return undefined;
    }
    const identity = callerIdentity(request, auth.device);
    if (!identity && !emergency) {
      transaction.respond(responseTo(request, 403, { reason: 'Not your identity' }));
      return undefined;
    }
    const shown = identity ?? { number: auth.device.numbers[0] ?? auth.device.user, displayName: '' };
    const { device } = auth;
    return { device, identity: emergency ? { ...shown, number: this.#findable(device) ?? shown.number } : shown };
  }

  /** The number whose address the emergency services know (SIPUS-18). Books that fail do not stop the call. */
  #findable(device: SipDevice): string | null {
    try {
      return this.#deps.books.emergencyCallerId?.(device.userId) ?? null;
    } catch (error) {
      const words = error instanceof Error ? error.message : 'unknown';
      this.#deps.log('error', 'sip.books_failed', { step: 'emergencyCallerId', error: words });
      return null;
    }
  }

  #dialled(request: SipRequest): string {
    const uri = parseUri(request.uri);
    return uri ? dialledNumber(uri) : '';
  }

  /** Tells the agent whose call it is (RFC 5502). */
  #served(request: SipRequest, device: SipDevice): SipRequest {
    const headers = request.headers
      .clone()
      .set('p-served-user', `<sip:${encodeURIComponent(device.user)}@${this.#deps.realm}>`);
    return { ...request, headers };
  }
}
