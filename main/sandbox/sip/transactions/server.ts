import type { Clock } from '../../../platform/clock.ts';
import type { Flow } from '../flow.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { TRANSACTION_TIMEOUT_MS } from '../timers.ts';

type ServerState = 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated';

export interface ServerOwner {
  readonly clock: Clock;
  forget(transaction: ServerTransaction): void;
}

/**
 * A server transaction over a reliable transport (RFC 3261 section 17.2, RFC 6026): it repeats its last response to a
 * repeated request, absorbs the ACK of a refused INVITE, and lets further 2xx through after the first.
 */
export class ServerTransaction {
  readonly request: SipRequest;
  readonly flow: Flow;
  /** Set by the core: what a CANCEL of this INVITE does. */
  onCancel: ((cancel: SipRequest) => void) | undefined;
  /** Set by the core: the peer's flow closed before a final response. */
  onFlowLost: (() => void) | undefined;
  readonly #owner: ServerOwner;
  #state: ServerState = 'proceeding';
  #last: SipResponse | undefined;
  #stopTimer: () => void = () => undefined;

  constructor(owner: ServerOwner, flow: Flow, request: SipRequest) {
    this.request = request;
    this.flow = flow;
    this.#owner = owner;
  }

  /** Whether a final response was sent. */
  get answered(): boolean {
    return this.#state !== 'proceeding';
  }

  get state(): ServerState {
    return this.#state;
  }

  /** Sends a response. One that the state does not allow (a second non-2xx final, anything after the end) is dropped. */
  respond(response: SipResponse): void {
    const invite = this.request.method === 'INVITE';
    if (this.#state === 'accepted' && response.status >= 200 && response.status < 300) {
      this.flow.send(response);
      return;
    }
    if (this.#state !== 'proceeding') return;
    this.#last = response;
    this.flow.send(response);
    if (response.status < 200) return;
    if (!invite) this.#end();
    else {
      this.#state = response.status < 300 ? 'accepted' : 'completed';
      // Timer L after a 2xx, Timer H while the ACK of a refusal is awaited.
      this.#stopTimer = this.#owner.clock.after(TRANSACTION_TIMEOUT_MS, () => this.#end());
    }
  }

  /** The same request came again: repeats the last response, but a 2xx is its user's to repeat (RFC 6026). */
  retransmitted(): void {
    if (this.#last && this.#state !== 'accepted') this.flow.send(this.#last);
  }

  /** Takes the ACK of a refused INVITE; false when it is not this transaction's. */
  acknowledge(): boolean {
    if (this.#state !== 'completed') return this.#state === 'confirmed';
    this.#state = 'confirmed';
    this.#end();
    return true;
  }

  flowLost(): void {
    const open = this.#state === 'proceeding';
    this.#end();
    if (open) this.onFlowLost?.();
  }

  dispose(): void {
    this.#stopTimer();
    this.#state = 'terminated';
  }

  #end(): void {
    if (this.#state === 'terminated') return;
    this.dispose();
    this.#owner.forget(this);
  }
}
