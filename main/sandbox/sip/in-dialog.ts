import type { Authenticator } from './digest.ts';
import type { Bindings } from './bindings.ts';
import type { CallTable, Dialog, Party, Side } from './calls.ts';
import type { Flow } from './flow.ts';
import { uriIn, type Forwarder } from './forward.ts';
import type { Hangup } from './hangup.ts';
import { answeredMedia } from './media/facts.ts';
import { parseCSeq, responseTo, type SipRequest, type SipResponse } from './message/message.ts';
import { TIMER_C_MS } from './timers.ts';
import type { TransactionLayer } from './transactions/layer.ts';
import type { ServerTransaction } from './transactions/server.ts';

interface Deps {
  readonly layer: TransactionLayer;
  readonly calls: CallTable;
  readonly bindings: Bindings;
  readonly authenticator: Authenticator;
  readonly forwarder: Forwarder;
  readonly hangup: Hangup;
}

/** Requests whose Contact moves the remote target (RFC 3261 section 12.2, RFC 3311, RFC 6665). */
const TARGET_REFRESH: ReadonlySet<string> = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER']);

/** Passes every request inside a dialog to its other end, whatever its method, and keeps the path to both ends fresh. */
export class InDialogRouter {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  handle(request: SipRequest, transaction: ServerTransaction): void {
    const found = this.#deps.calls.match(request);
    if (!found) {
      transaction.respond(responseTo(request, 481));
      return;
    }
    const { dialog, sender } = found;
    if (!this.#admits(dialog[sender], transaction.flow) && !this.#provesItself(request, transaction, dialog[sender]))
      return;
    this.#noteSender(dialog, sender, request, transaction.flow);
    if (request.method === 'BYE') this.#bye(dialog, sender, request, transaction);
    else if (dialog.state === 'ended') transaction.respond(responseTo(request, 481));
    else this.#pass(dialog, sender, request, transaction);
  }

  /** The ACK of a 2xx goes end to end; it is no transaction. */
  acknowledge(request: SipRequest, flow: Flow): void {
    const found = this.#deps.calls.match(request);
    if (!found || !this.#admits(found.dialog[found.sender], flow)) return;
    const { dialog, sender } = found;
    if (sender === 'caller' && parseCSeq(request.headers.get('cseq'))?.number === dialog.inviteCSeq) {
      dialog.acknowledged = true;
      dialog.stopAckTimer?.();
      dialog.stopAckTimer = null;
    }
    this.#noteSender(dialog, sender, request, flow);
    this.#other(dialog, sender).flow?.send(this.#deps.forwarder.request(request));
  }

  /** A socket closed: its confirmed dialogs wait for their party. */
  flowClosed(flow: Flow): void {
    for (const { dialog, party } of this.#partiesOn(flow)) {
      party.flow = null;
      if (dialog.state === 'confirmed') this.#deps.hangup.awaitReturn(dialog, party);
    }
  }

  /**
   * A device registered again: its dialogs follow its instance to the new socket, and must show life there within the
   * grace of a lost one, for a client that restarted has no call any more.
   */
  followInstance(user: string, instanceId: string | null, contact: string, flow: Flow): void {
    for (const dialog of this.#deps.calls.dialogs()) {
      for (const party of [dialog.caller, dialog.callee]) {
        const same = instanceId === null ? party.contact === contact : party.instanceId === instanceId;
        if (dialog.state === 'ended' || party.device?.user !== user || !same || party.flow === flow) continue;
        party.flow = flow;
        if (dialog.state === 'confirmed' && party.stopLossTimer === null) this.#deps.hangup.awaitReturn(dialog, party);
      }
    }
  }

  *#partiesOn(flow: Flow): Generator<{ dialog: Dialog; party: Party }> {
    for (const dialog of this.#deps.calls.dialogs()) {
      for (const party of [dialog.caller, dialog.callee]) if (party.flow === flow) yield { dialog, party };
    }
  }

  #other(dialog: Dialog, sender: Side): Party {
    return sender === 'caller' ? dialog.callee : dialog.caller;
  }

  /** Whether somebody on this flow may speak for the party: it is the party's own flow, or its device registered on it. */
  #admits(party: Party, flow: Flow): boolean {
    if (party.flow === flow) return true;
    return party.device !== null && this.#deps.bindings.onFlow(flow)?.device.deviceId === party.device.deviceId;
  }

  #provesItself(request: SipRequest, transaction: ServerTransaction, party: Party): boolean {
    const auth = this.#deps.authenticator.check(request, 'proxy-authorization');
    if (auth.kind === 'challenge') {
      transaction.respond(responseTo(request, 407, { headers: [['Proxy-Authenticate', auth.challenge]] }));
      return false;
    }
    if (auth.device.deviceId === party.device?.deviceId) return true;
    transaction.respond(responseTo(request, 403));
    return false;
  }

  #noteSender(dialog: Dialog, sender: Side, message: SipRequest | SipResponse, flow: Flow): void {
    const party = dialog[sender];
    if (message.kind === 'response') {
      // An answer still under way on a socket the party has left says nothing about the new one.
      if (party.flow !== flow) return;
    } else {
      party.flow = flow;
      party.cseq = Math.max(party.cseq, parseCSeq(message.headers.get('cseq'))?.number ?? 0);
      // An ACK may only be the late end of what happened before the socket was lost.
      if (message.method === 'ACK') return;
    }
    this.#deps.hangup.proveAlive(party);
    const method = parseCSeq(message.headers.get('cseq'))?.method ?? '';
    const contact = uriIn(message.headers.all('contact')[0]);
    const refreshes = message.kind === 'request' || message.status < 300;
    if (contact !== '' && refreshes && TARGET_REFRESH.has(method)) party.contact = contact;
  }

  /** The call ends with the request, not with its answer: no meter runs while a dead peer is waited for. */
  #bye(dialog: Dialog, sender: Side, request: SipRequest, transaction: ServerTransaction): void {
    const receiver = this.#other(dialog, sender);
    const { flow } = receiver;
    this.#deps.hangup.close(dialog);
    if (dialog.call.liveDialogs.length === 0)
      dialog.call.finish(200, sender === 'caller' ? 'caller_hung_up' : 'callee_hung_up');
    if (flow) this.#relay(flow, dialog, sender, request, transaction);
    else transaction.respond(responseTo(request, 200));
  }

  #pass(dialog: Dialog, sender: Side, request: SipRequest, transaction: ServerTransaction): void {
    const { flow } = this.#other(dialog, sender);
    if (flow) this.#relay(flow, dialog, sender, request, transaction);
    else transaction.respond(responseTo(request, 480, { reason: 'The other side has lost its connection' }));
  }

  #relay(flow: Flow, dialog: Dialog, sender: Side, request: SipRequest, transaction: ServerTransaction): void {
    const { layer, forwarder } = this.#deps;
    let stopTimerC = (): void => undefined;
    const client = layer.send(flow, forwarder.request(request), {
      onResponse: (response) => {
        if (response.status >= 200) stopTimerC();
        if (dialog.state !== 'ended')
          this.#noteSender(dialog, sender === 'caller' ? 'callee' : 'caller', response, flow);
        const settles = request.method === 'INVITE' || request.method === 'UPDATE';
        if (settles && response.status >= 200 && response.status < 300)
          dialog.call.carries(answeredMedia(response.body));
        if (response.status > 100) transaction.respond(forwarder.response(response));
      },
      onFailure: (failure) => {
        stopTimerC();
        // A BYE has done its work here whether or not the other end still listens.
        const status = request.method === 'BYE' ? 200 : failure === 'timeout' ? 408 : 480;
        transaction.respond(responseTo(request, status));
      },
    });
    if (request.method !== 'INVITE') return;
    transaction.respond(responseTo(request, 100));
    stopTimerC = layer.clock.after(TIMER_C_MS, () => client.cancel());
    transaction.onCancel = (cancel) => client.cancel(cancel.headers.get('reason'));
    transaction.onFlowLost = () => client.cancel();
  }
}
