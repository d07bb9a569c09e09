import type { Clock } from '../../../platform/clock.ts';
import type { Flow } from '../flow.ts';
import {
  parseCSeq,
  responseTo,
  topVia,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from '../message/message.ts';
import { ClientTransaction, type ClientHandlers } from './client.ts';
import { ServerTransaction } from './server.ts';

/** What a transaction user (proxy, agent) takes from the layer. */
export interface TransactionUser {
  /** A new request that is neither ACK nor CANCEL. */
  onRequest(request: SipRequest, transaction: ServerTransaction): void;
  /** An ACK that belongs to no transaction: the ACK of a 2xx. */
  onAck(request: SipRequest, flow: Flow): void;
  /** A 2xx that outlived its transaction, or a response nobody waits for. */
  onStrayResponse?(response: SipResponse, flow: Flow): void;
}

function keyOf(message: SipMessage, method: string): string {
  const via = topVia(message);
  return `${via?.branch}|${via?.sentBy}|${method}`;
}

/** Matches messages to transactions (RFC 3261 sections 17.1.3, 17.2.3) and owns every timer of theirs. */
export class TransactionLayer {
  readonly clock: Clock;
  readonly #user: TransactionUser;
  readonly #servers = new Map<string, ServerTransaction>();
  readonly #clients = new Map<string, ClientTransaction>();

  constructor(clock: Clock, user: TransactionUser) {
    this.clock = clock;
    this.#user = user;
  }

  /** Open transactions: for the proof that nothing stays behind. */
  get size(): number {
    return this.#servers.size + this.#clients.size;
  }

  receive(message: SipMessage, flow: Flow): void {
    if (message.kind === 'response') this.#response(message, flow);
    else if (message.method === 'ACK') this.#ack(message, flow);
    else if (message.method === 'CANCEL') this.#cancel(message, flow);
    else this.#request(message, flow);
  }

  /** Sends a request whose topmost Via carries a branch of ours. A closed flow fails it, in a later turn. */
  send(flow: Flow, request: SipRequest, handlers: ClientHandlers): ClientTransaction {
    const key = keyOf(request, request.method);
    const owner = {
      clock: this.clock,
      forget: () => this.#clients.delete(key),
      startCancel: (on: Flow, cancel: SipRequest) =>
        void this.send(on, cancel, { onResponse: () => undefined, onFailure: () => undefined }),
    };
    const transaction = new ClientTransaction(owner, flow, request, handlers);
    this.#clients.set(key, transaction);
    if (!flow.send(request)) queueMicrotask(() => transaction.fail('flow_lost'));
    return transaction;
  }

  /** Ends every transaction on a flow that closed; their users are told. */
  flowClosed(flow: Flow): void {
    const clients = [...this.#clients.values()].filter((client) => client.flow === flow);
    const servers = [...this.#servers.values()].filter((server) => server.flow === flow);
    for (const client of clients) client.fail('flow_lost');
    for (const server of servers) server.flowLost();
  }

  dispose(): void {
    for (const transaction of [...this.#clients.values(), ...this.#servers.values()]) transaction.dispose();
    this.#clients.clear();
    this.#servers.clear();
  }

  #response(response: SipResponse, flow: Flow): void {
    const method = parseCSeq(response.headers.get('cseq'))?.method ?? '';
    const transaction = this.#clients.get(keyOf(response, method));
    // A response from another peer than the one asked is forged.
    if (transaction && transaction.flow === flow) transaction.receive(response);
    else if (!transaction) this.#user.onStrayResponse?.(response, flow);
  }

  #ack(request: SipRequest, flow: Flow): void {
    const transaction = this.#servers.get(keyOf(request, 'INVITE'));
    if (transaction?.flow === flow && transaction.acknowledge()) return;
    this.#user.onAck(request, flow);
  }

  #cancel(request: SipRequest, flow: Flow): void {
    const transaction = this.#server(request, flow);
    if (!transaction) return;
    const invite = this.#servers.get(keyOf(request, 'INVITE'));
    if (!invite || invite.flow !== flow) {
      transaction.respond(responseTo(request, 481));
      return;
    }
    transaction.respond(responseTo(request, 200));
    if (!invite.answered) invite.onCancel?.(request);
  }

  #request(request: SipRequest, flow: Flow): void {
    const transaction = this.#server(request, flow);
    if (!transaction) return;
    try {
      this.#user.onRequest(request, transaction);
    } catch (fault) {
      // Unanswered it would be kept for as long as its flow lives.
      transaction.respond(responseTo(request, 500));
      throw fault;
    }
  }

  /** A new server transaction; undefined for a repeated request, which is answered here. */
  #server(request: SipRequest, flow: Flow): ServerTransaction | undefined {
    const key = keyOf(request, request.method);
    const known = this.#servers.get(key);
    if (known && known.flow === flow) {
      known.retransmitted();
      return undefined;
    }
    const transaction = new ServerTransaction(
      { clock: this.clock, forget: () => this.#servers.delete(key) },
      flow,
      request,
    );
    this.#servers.set(key, transaction);
    return transaction;
  }
}
