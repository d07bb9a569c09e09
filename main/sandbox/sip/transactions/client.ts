import type { Clock } from '../../../platform/clock.ts';
import type { Flow } from '../flow.ts';
import { SipHeaders } from '../message/headers.ts';
import { parseCSeq, tagOf, type SipRequest, type SipResponse } from '../message/message.ts';
import { TRANSACTION_TIMEOUT_MS } from '../timers.ts';

/** Why a request got no final response. */
export type ClientFailure = 'timeout' | 'flow_lost';

export interface ClientHandlers {
  /** Every response but retransmitted non-2xx finals; several 2xx to one INVITE may come. */
  onResponse(response: SipResponse): void;
  onFailure(failure: ClientFailure): void;
}

type ClientState = 'calling' | 'proceeding' | 'accepted' | 'completed' | 'terminated';

/** What a transaction needs of the layer that holds it. */
export interface ClientOwner {
  readonly clock: Clock;
  forget(transaction: ClientTransaction): void;
  /** Starts a CANCEL as a transaction of its own. */
  startCancel(flow: Flow, cancel: SipRequest): void;
}

/** The ACK to a non-2xx final (RFC 3261 section 17.1.1.3) or the CANCEL of an INVITE (9.1): both repeat its identity. */
function sibling(invite: SipRequest, method: 'ACK' | 'CANCEL', to: string): SipRequest {
  const headers = new SipHeaders([['Via', invite.headers.all('via')[0] ?? '']]);
  headers
    .add('Max-Forwards', '70')
    .add('From', invite.headers.get('from') ?? '')
    .add('To', to);
  headers.add('Call-ID', invite.headers.get('call-id') ?? '');
  headers.add('CSeq', `${parseCSeq(invite.headers.get('cseq'))?.number ?? 1} ${method}`);
  for (const route of invite.headers.all('route')) headers.add('Route', route);
  return { kind: 'request', method, uri: invite.uri, headers, body: '' };
}

/**
 * A client transaction over a reliable transport (RFC 3261 section 17.1, RFC 6026): nothing is sent twice, Timer B/F ends
 * silence, a non-2xx final to an INVITE is acknowledged here.
 */
export class ClientTransaction {
  readonly request: SipRequest;
  readonly flow: Flow;
  readonly #owner: ClientOwner;
  readonly #handlers: ClientHandlers;
  #state: ClientState = 'calling';
  #stopTimer: () => void;
  #cancelReason: string | undefined | null = null;

  constructor(owner: ClientOwner, flow: Flow, request: SipRequest, handlers: ClientHandlers) {
    this.request = request;
    this.flow = flow;
    this.#owner = owner;
    this.#handlers = handlers;
    this.#stopTimer = owner.clock.after(TRANSACTION_TIMEOUT_MS, () => this.fail('timeout'));
  }

  get state(): ClientState {
    return this.#state;
  }

  receive(response: SipResponse): void {
    if (this.#state === 'terminated') return;
    if (response.status < 200) this.#provisional(response);
    else if (this.request.method !== 'INVITE') this.#end(() => this.#handlers.onResponse(response));
    else if (response.status < 300) this.#accepted(response);
    else this.#refused(response);
  }

  /**
   * Cancels an INVITE (RFC 3261 section 9.1): at once when it was provisionally answered, else with the first provisional.
   * The transaction still ends with a final response, or as timed out 32 s after.
   */
  cancel(reason?: string): void {
    if (this.request.method !== 'INVITE' || this.#cancelReason !== null) return;
    if (this.#state !== 'calling' && this.#state !== 'proceeding') return;
    this.#cancelReason = reason;
    if (this.#state === 'proceeding') this.#sendCancel();
  }

  /** Ends the transaction without a response. */
  fail(failure: ClientFailure): void {
    const open = this.#state === 'calling' || this.#state === 'proceeding';
    this.#end(() => {
      if (open) this.#handlers.onFailure(failure);
    });
  }

  /** Ends the transaction and tells nobody: the process stops. */
  dispose(): void {
    this.#stopTimer();
    this.#state = 'terminated';
  }

  #provisional(response: SipResponse): void {
    if (this.#state !== 'calling' && this.#state !== 'proceeding') return;
    if (this.#state === 'calling') {
      this.#state = 'proceeding';
      // An INVITE may ring as long as its user wants (Timer C is the proxy's); others keep Timer F.
      if (this.request.method === 'INVITE') this.#stopTimer();
      if (this.#cancelReason !== null) this.#sendCancel();
    }
    this.#handlers.onResponse(response);
  }

  #accepted(response: SipResponse): void {
    if (this.#state === 'completed') return;
    if (this.#state !== 'accepted') {
      this.#state = 'accepted';
      this.#restartTimer();
    }
    this.#handlers.onResponse(response);
  }

  #refused(response: SipResponse): void {
    if (this.#state === 'accepted') return;
    const to = response.headers.get('to') ?? '';
    this.flow.send(sibling(this.request, 'ACK', tagOf(to) === undefined ? (this.request.headers.get('to') ?? '') : to));
    if (this.#state === 'completed') return;
    this.#state = 'completed';
    this.#end(() => this.#handlers.onResponse(response));
  }

  #sendCancel(): void {
    const cancel = sibling(this.request, 'CANCEL', this.request.headers.get('to') ?? '');
    if (this.#cancelReason) cancel.headers.add('Reason', this.#cancelReason);
    this.#owner.startCancel(this.flow, cancel);
    this.#restartTimer();
  }

  #restartTimer(): void {
    this.#stopTimer();
    this.#stopTimer = this.#owner.clock.after(TRANSACTION_TIMEOUT_MS, () => this.fail('timeout'));
  }

  #end(tell: () => void): void {
    if (this.#state === 'terminated') return;
    this.#stopTimer();
    this.#state = 'terminated';
    this.#owner.forget(this);
    tell();
  }
}
