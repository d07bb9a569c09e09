import type { Call, CallTable, Dialog, Party, Side } from './calls.ts';
import type { EndCause } from './legs.ts';
import { SipHeaders } from './message/headers.ts';
import type { SipRequest } from './message/message.ts';
import { TRANSACTION_TIMEOUT_MS } from './timers.ts';
import type { TransactionLayer } from './transactions/layer.ts';

/** How long a party whose socket closed may take to come back with a request of its own. */
const REJOIN_MS = 30_000;

/** Ends dialogs from the middle, and watches those that may have to be ended. */
export class Hangup {
  readonly #layer: TransactionLayer;
  readonly #calls: CallTable;
  readonly #newVia: () => string;

  constructor(options: { layer: TransactionLayer; calls: CallTable; newVia: () => string }) {
    this.#layer = options.layer;
    this.#calls = options.calls;
    this.#newVia = options.newVia;
  }

  /** Ends a call in the books now, and each of its dialogs by a BYE to both ends, in the name of the other. */
  endCall(call: Call, cause: EndCause, reason: string): void {
    call.abort?.(480, cause, reason);
    call.finish(200, cause);
    const dialogs = call.liveDialogs;
    for (const dialog of dialogs) this.endDialog(dialog, reason);
    if (dialogs.length === 0) this.#calls.remove(call);
  }

  /** Ends one dialog by BYE in both directions (design 5). The callee of an unacknowledged 200 gets its ACK first. */
  endDialog(dialog: Dialog, reason: string): void {
    const { state } = dialog;
    if (state === 'ended') return;
    const needsAck = !dialog.acknowledged;
    this.close(dialog);
    if (state === 'early') return;
    if (needsAck) this.#acknowledge(dialog);
    this.#bye(dialog, 'callee', reason);
    this.#bye(dialog, 'caller', reason);
  }

  /** A 2xx nobody can take any more: acknowledged and hung up towards the callee alone. */
  disown(dialog: Dialog, reason: string): void {
    this.close(dialog);
    this.#acknowledge(dialog);
    this.#bye(dialog, 'callee', reason);
  }

  /** Marks a dialog ended and stops its timers; it is forgotten when its last messages have passed. */
  close(dialog: Dialog): void {
    if (dialog.state === 'ended') return;
    dialog.state = 'ended';
    dialog.stopAckTimer?.();
    dialog.stopAckTimer = null;
    for (const party of [dialog.caller, dialog.callee]) this.proveAlive(party);
    this.#layer.clock.after(TRANSACTION_TIMEOUT_MS, () => {
      dialog.call.dialogs.delete(dialog.callee.tag);
      if (dialog.call.ended && dialog.call.dialogs.size === 0) this.#calls.remove(dialog.call);
    });
  }

  /** RFC 3261 section 13.3.1.4 from the middle: a 200 that is never acknowledged does not make a call. */
  awaitAck(dialog: Dialog): void {
    dialog.stopAckTimer = this.#layer.clock.after(TRANSACTION_TIMEOUT_MS, () => {
      dialog.stopAckTimer = null;
      this.#endLast(dialog, 'no_ack', 'SIP;cause=408;text="No ACK"');
    });
  }

  /** Gives a party 30 s to speak again; then the call is over for both. */
  awaitReturn(dialog: Dialog, party: Party): void {
    this.proveAlive(party);
    party.stopLossTimer = this.#layer.clock.after(REJOIN_MS, () => {
      party.stopLossTimer = null;
      this.#endLast(dialog, 'connection_lost', 'SIP;cause=503;text="The other side lost its connection"');
    });
  }

  proveAlive(party: Party): void {
    party.stopLossTimer?.();
    party.stopLossTimer = null;
  }

  #endLast(dialog: Dialog, cause: EndCause, reason: string): void {
    this.endDialog(dialog, reason);
    if (dialog.call.liveDialogs.length === 0) dialog.call.finish(200, cause);
  }

  #request(dialog: Dialog, to: Side, method: 'ACK' | 'BYE', cseq: number): SipRequest {
    const [receiver, sender] = to === 'callee' ? [dialog.callee, dialog.caller] : [dialog.caller, dialog.callee];
    const [receiverAor, senderAor] =
      to === 'callee' ? [dialog.calleeAor, dialog.callerAor] : [dialog.callerAor, dialog.calleeAor];
    const headers = new SipHeaders([
      ['Via', this.#newVia()],
      ['Max-Forwards', '70'],
      ['From', `<${senderAor}>;tag=${sender.tag}`],
      ['To', `<${receiverAor}>;tag=${receiver.tag}`],
      ['Call-ID', dialog.call.sipCallId],
      ['CSeq', `${cseq} ${method}`],
    ]);
    return { kind: 'request', method, uri: receiver.contact, headers, body: '' };
  }

  #acknowledge(dialog: Dialog): void {
    dialog.acknowledged = true;
    dialog.callee.flow?.send(this.#request(dialog, 'callee', 'ACK', dialog.inviteCSeq));
  }

  #bye(dialog: Dialog, to: Side, reason: string): void {
    const [receiver, sender] = to === 'callee' ? [dialog.callee, dialog.caller] : [dialog.caller, dialog.callee];
    if (!receiver.flow) return;
    sender.cseq += 1;
    const bye = this.#request(dialog, to, 'BYE', sender.cseq);
    bye.headers.add('Reason', reason);
    this.#layer.send(receiver.flow, bye, { onResponse: () => undefined, onFailure: () => undefined });
  }
}
