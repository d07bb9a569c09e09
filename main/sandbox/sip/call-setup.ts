import type { Call, CallTable, Dialog, Party } from './calls.ts';
import { Fork, type ForkTarget } from './fork.ts';
import { uriIn, type Forwarder } from './forward.ts';
import type { Hangup } from './hangup.ts';
import { answeredMedia } from './media/facts.ts';
import { assertIdentity, type CallerIdentity } from './identity.ts';
import { causeOf, type EndCause } from './legs.ts';
import type { SipLog } from './log.ts';
import { parseCSeq, reasonHeader, responseTo, tagOf, type SipRequest, type SipResponse } from './message/message.ts';
import type { ForwardLater } from './reach.ts';
import type { TransactionLayer } from './transactions/layer.ts';
import type { ServerTransaction } from './transactions/server.ts';
import type { SipDevice } from '../ports.ts';

export interface CallSetupDeps {
  readonly layer: TransactionLayer;
  readonly calls: CallTable;
  readonly forwarder: Forwarder;
  readonly hangup: Hangup;
  readonly realm: string;
  readonly log: SipLog;
}

export interface CallPlan {
  readonly call: Call;
  readonly targets: readonly ForkTarget[];
  /** Where it goes on when the targets do not take it. */
  readonly forward: ForwardLater | null;
  readonly caller: {
    readonly device: SipDevice | null;
    readonly instanceId: string | null;
    readonly regId: number | null;
  };
  readonly identity: CallerIdentity;
  readonly request: SipRequest;
  readonly transaction: ServerTransaction;
}

/** How long a number rings before a call is forwarded for want of an answer. */
const NO_ANSWER_FORWARD_MS = 20_000;

/** Refusals that mean busy, and those that mean that nobody answered or could be reached. */
const BUSY: ReadonlySet<number> = new Set([486, 600]);
const NO_ANSWER: ReadonlySet<number> = new Set([408, 430, 480, 487]);

/** One admitted INVITE on its way to an answer or a refusal. */
export class CallSetup {
  readonly #deps: CallSetupDeps;
  readonly #plan: CallPlan;
  #fork: Fork;
  #targets: readonly ForkTarget[];
  /** Used once: then the call is where it was forwarded to. */
  #forwardTo: ForwardLater | null;
  #stopForwardTimer: () => void = () => undefined;
  #giveUp: { readonly cause: EndCause } | null = null;

  constructor(deps: CallSetupDeps, plan: CallPlan) {
    this.#deps = deps;
    this.#plan = plan;
    this.#targets = plan.targets;
    this.#forwardTo = plan.forward;
    this.#fork = this.#search(plan.targets);
  }

  #search(targets: readonly ForkTarget[]): Fork {
    return new Fork({
      layer: this.#deps.layer,
      request: this.#plan.request,
      targets,
      forward: (target) => this.#forward(target),
      events: {
        onProvisional: (response, target) => this.#provisional(response, target),
        onAnswered: (response, target) => this.#answered(response, target),
        onRefused: (response) => this.#refused(response),
      },
    });
  }

  start(): void {
    const { transaction, call } = this.#plan;
    transaction.onCancel = (cancel) => this.#cancel('cancelled', cancel.headers.get('reason'));
    transaction.onFlowLost = () => this.#cancel('connection_lost');
    call.abort = (status, cause, text) => this.#abort(status, cause, text);
    if (this.#forwardTo?.when === 'no_answer') {
      this.#stopForwardTimer = this.#deps.layer.clock.after(NO_ANSWER_FORWARD_MS, () => this.#fork.cancel());
    }
    this.#fork.start();
  }

  #cancel(cause: EndCause, reason?: string): void {
    this.#giveUp ??= { cause };
    this.#stopForwardTimer();
    this.#fork.cancel(reason);
  }

  /** Ends the attempt from the middle; a 2xx that still comes is hung up when it arrives. */
  #abort(status: number, cause: EndCause, reason: string): void {
    const { call, request, transaction } = this.#plan;
    this.#stopForwardTimer();
    this.#forwardTo = null;
    transaction.respond(responseTo(request, status, { headers: [['Reason', reason]] }));
    call.finish(status, cause);
    this.#fork.cancel(reason);
  }

  #forward(target: ForkTarget): SipRequest {
    const { request, identity } = this.#plan;
    const copy = this.#deps.forwarder.request(request, { uri: target.uri, recordRoute: true });
    assertIdentity(copy, identity, this.#deps.realm);
    return copy;
  }

  #provisional(response: SipResponse, target: ForkTarget): void {
    if (this.#plan.call.ended) return;
    this.#dialog(response, target);
    this.#plan.transaction.respond(this.#upstream(response));
  }

  /**
   * The answer as the caller gets it. While several contacts ring, an early SDP could come from one that does not take the
   * call, and clients hold the first for final (pitfall 28): it is left out.
   */
  #upstream(response: SipResponse): SipResponse {
    if (response.status >= 200 || this.#targets.length === 1) return this.#deps.forwarder.response(response);
    const bare = this.#deps.forwarder.response(response, { body: '' });
    bare.headers.remove('content-type').remove('content-disposition');
    return bare;
  }

  #answered(response: SipResponse, target: ForkTarget): void {
    const { call, transaction } = this.#plan;
    const { hangup, layer } = this.#deps;
    const dialog = this.#dialog(response, target);
    if (!dialog || dialog.state === 'ended') return;
    if (call.ended || !transaction.flow.open) {
      hangup.disown(dialog, reasonHeader(487, 'The caller has gone'));
      if (call.liveDialogs.length === 0) call.finish(487, this.#giveUp?.cause ?? 'connection_lost');
      return;
    }
    const repeated = dialog.state === 'confirmed';
    this.#stopForwardTimer();
    dialog.state = 'confirmed';
    call.answered(layer.clock.now(), answeredMedia(response.body));
    transaction.respond(this.#upstream(response));
    if (!repeated) {
      hangup.awaitAck(dialog);
      this.#dropOtherEarly(dialog);
    }
  }

  #dropOtherEarly(winner: Dialog): void {
    for (const dialog of winner.call.liveDialogs)
      if (dialog !== winner && dialog.state === 'early') this.#deps.hangup.close(dialog);
  }

  /** Goes on where the number is forwarded to, if this refusal is what it waits for. True when it does. */
  #carriedOn(response: SipResponse): boolean {
    this.#stopForwardTimer();
    const forward = this.#forwardTo;
    this.#forwardTo = null;
    if (!forward || this.#giveUp || this.#plan.call.ended) return false;
    if (!(forward.when === 'busy' ? BUSY : NO_ANSWER).has(response.status)) return false;
    const reached = forward.go();
    if (reached.kind === 'refused') {
      this.#end(responseTo(this.#plan.request, reached.sipCode, { headers: reached.headers }), 'refused');
      return true;
    }
    if (reached.targets.length === 0) return false;
    this.#targets = reached.targets;
    this.#fork = this.#search(reached.targets);
    this.#fork.start();
    return true;
  }

  #refused(response: SipResponse): void {
    if (this.#carriedOn(response)) return;
    const { request } = this.#plan;
    const [status, cause] = this.#verdict(response.status);
    const own = status !== response.status || response.headers.all('via').length < 2;
    const reasons = response.headers.all('reason').map((reason) => ['Reason', reason] as const);
    this.#end(own ? responseTo(request, status, { headers: reasons }) : this.#upstream(response), cause);
  }

  /** The final refusal: answers it and ends the call in the books. */
  #end(response: SipResponse, cause: EndCause): void {
    const { call, transaction } = this.#plan;
    const { status } = response;
    transaction.respond(response);
    call.finish(status, cause);
    for (const dialog of call.liveDialogs) this.#deps.hangup.close(dialog);
    if (call.dialogs.size === 0) this.#deps.calls.remove(call);
    this.#deps.log('info', 'sip.call_refused', { status, cause });
  }

  /** What the caller is told: a lost flow is nobody's word to them (RFC 5626 section 5.3.1), 487 only who cancelled. */
  #verdict(status: number): readonly [number, EndCause] {
    if (this.#giveUp) return [487, this.#giveUp.cause];
    if (status === 430) return [480, 'unreachable'];
    if (status === 487 || status === 480) return [480, this.#plan.call.dialogs.size > 0 ? 'no_answer' : 'unreachable'];
    return [status, causeOf(status)];
  }

  /** The dialog a response makes or belongs to (RFC 3261 section 12.1); undefined without a To tag. */
  #dialog(response: SipResponse, target: ForkTarget): Dialog | undefined {
    const tag = tagOf(response.headers.get('to'));
    if (tag === undefined) return undefined;
    const { call, request, transaction, caller } = this.#plan;
    const contact = uriIn(response.headers.all('contact')[0]) || target.uri;
    const known = call.dialogs.get(tag);
    if (known) {
      known.callee.contact = contact;
      return known;
    }
    const party = (about: Omit<Party, 'stopLossTimer'>): Party => ({ ...about, stopLossTimer: null });
    const inviteCSeq = parseCSeq(request.headers.get('cseq'))?.number ?? 1;
    const dialog: Dialog = {
      call,
      caller: party({
        ...caller,
        flow: transaction.flow,
        tag: tagOf(request.headers.get('from')) ?? '',
        contact: uriIn(request.headers.all('contact')[0]) || uriIn(request.headers.get('from')),
        cseq: inviteCSeq,
      }),
      callee: party({
        device: target.device,
        instanceId: target.instanceId,
        regId: target.regId,
        flow: target.flow,
        tag,
        contact,
        cseq: 0,
      }),
      callerAor: uriIn(request.headers.get('from')),
      calleeAor: uriIn(request.headers.get('to')),
      inviteCSeq,
      state: 'early',
      acknowledged: false,
      stopAckTimer: null,
    };
    call.dialogs.set(tag, dialog);
    return dialog;
  }
}
