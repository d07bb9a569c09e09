import type { Clock } from '../../../platform/clock.ts';
import type { SipFaults } from '../faults.ts';
import type { Flow } from '../flow.ts';
import { uriIn } from '../forward.ts';
import { inBackground, type SipLog } from '../log.ts';
import type { Announcements } from '../media/announcements.ts';
import { ALLOWED_METHODS, responseTo, tagOf, type SipMessage, type SipRequest } from '../message/message.ts';
import { parseUri, quote } from '../message/uri.ts';
import { TransactionLayer, type TransactionUser } from '../transactions/layer.ts';
import type { ServerTransaction } from '../transactions/server.ts';
import { AgentCall, type AgentCallDeps } from './agent-call.ts';
import { dialogOfInvite } from './agent-dialog.ts';
import { placeCall } from './call-back.ts';
import { parseReplaces } from './replaces.ts';
import { runScript, takeOver } from './scripts.ts';
import type { ScriptContext } from './scripts.ts';
import type { AgentTimings } from './timings.ts';

export interface AgentOptions {
  readonly clock: Clock;
  readonly log: SipLog;
  readonly toProxy: Flow;
  readonly realm: string;
  readonly announcements: Announcements;
  readonly timings: AgentTimings;
  readonly faults: () => SipFaults;
  /** Who the sandbox calls as. */
  readonly callBackFrom: { readonly number: string; readonly displayName: string };
}

/** The far end of calls to special numbers: a SIP user agent in this process that answers with WebRTC media of its own. */
export class Agent implements TransactionUser {
  readonly #options: AgentOptions;
  readonly #layer: TransactionLayer;
  readonly #calls = new Set<AgentCall>();
  readonly #closingMedia = new Set<Promise<void>>();

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#layer = new TransactionLayer(options.clock, this);
  }

  /** Calls and media that are still there. */
  get size(): number {
    return this.#calls.size + this.#closingMedia.size + this.#layer.size;
  }

  receive(message: SipMessage, from: Flow): void {
    this.#layer.receive(message, from);
  }

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    const call = this.#find(request);
    if (call) call.receive(request, transaction);
    else if (tagOf(request.headers.get('to')) !== undefined) transaction.respond(responseTo(request, 481));
    else if (request.method === 'INVITE') this.#answer(request, transaction);
    else transaction.respond(responseTo(request, 405, { headers: [['Allow', ALLOWED_METHODS]] }));
  }

  onAck(request: SipRequest): void {
    this.#find(request)?.acknowledged();
  }

  /** Ends every call without a word, and waits for their media to be released. */
  async close(): Promise<void> {
    for (const call of this.#calls) {
      call.onEnd = undefined;
      call.finish();
    }
    this.#layer.dispose();
    await Promise.all(this.#closingMedia);
  }

  /** Calls the user of a SIP account by a number of theirs; answered, it speaks a welcome and becomes an echo. */
  callBack(user: string, number: string | undefined): void {
    const { log, realm, callBackFrom, announcements, timings, faults } = this.#options;
    const call = this.#newCall();
    const uri = `sip:${encodeURIComponent(user)}@${realm}`;
    const to = number === undefined ? uri : `sip:${number}@${realm}`;
    const from = `${quote(callBackFrom.displayName)} <sip:${callBackFrom.number}@${realm}>`;
    inBackground(log, () =>
      placeCall(call, {
        uri,
        to,
        from,
        welcome: announcements['welcome-back'],
        ringMs: timings.callBackRingMs,
        delayedOffer: faults().delayedOffer,
      }),
    );
  }

  #answer(request: SipRequest, transaction: ServerTransaction): void {
    const call = this.#newCall();
    call.setDialog(dialogOfInvite(request));
    transaction.onCancel = () => {
      if (call.state === 'early') transaction.respond(call.dialogResponse(request, 487));
      call.finish();
    };
    const user = parseUri(uriIn(request.headers.get('p-served-user')))?.user;
    const caller = parseUri(uriIn(request.headers.get('p-asserted-identity')))?.user;
    const context: ScriptContext = {
      call,
      request,
      transaction,
      announcements: this.#options.announcements,
      timings: this.#options.timings,
      answerDelayMs: this.#options.faults().answerDelayMs,
      callBackLater: () => {
        if (user !== undefined)
          this.#options.clock.after(this.#options.timings.callBackAfterMs, () => this.callBack(user, caller));
      },
    };
    const replaces = request.headers.get('replaces');
    if (replaces === undefined) runScript(parseUri(request.uri)?.user ?? '', context);
    else this.#replace(replaces, context);
  }

  /** RFC 3891 section 3: the new dialog takes the place of one of ours, which is hung up once it stands. */
  #replace(value: string, context: ScriptContext): void {
    const wanted = parseReplaces(value);
    const { call, request, transaction } = context;
    const refuse = (status: number): void => {
      transaction.respond(responseTo(request, status));
      call.finish();
    };
    if (!wanted) return refuse(400);
    const replaced = this.#dialogOf(wanted.callId, wanted.localTag, wanted.remoteTag);
    if (!replaced) return refuse(481);
    // One that was answered may not be taken by somebody who wants a ringing one.
    if (wanted.earlyOnly && replaced.state === 'confirmed') return refuse(486);
    takeOver(context, () => replaced.hangUp());
  }

  get #contact(): string {
    return 'sip:sandbox@agent.invalid;transport=ws';
  }

  #newCall(): AgentCall {
    const deps: AgentCallDeps = {
      layer: this.#layer,
      clock: this.#options.clock,
      log: this.#options.log,
      toProxy: this.#options.toProxy,
      contact: this.#contact,
      onMediaClosing: (done) => {
        this.#closingMedia.add(done);
        inBackground(this.#options.log, async () => {
          await done;
          this.#closingMedia.delete(done);
        });
      },
      onOver: (over) => this.#calls.delete(over),
    };
    const call = new AgentCall(deps);
    this.#calls.add(call);
    return call;
  }

  #find(request: SipRequest): AgentCall | undefined {
    const [callId, local, remote] = [
      request.headers.get('call-id'),
      tagOf(request.headers.get('to')),
      tagOf(request.headers.get('from')),
    ];
    return callId === undefined || local === undefined ? undefined : this.#dialogOf(callId, local, remote);
  }

  #dialogOf(callId: string, local: string, remote: string | undefined): AgentCall | undefined {
    return [...this.#calls].find(
      ({ dialog }) => dialog?.callId === callId && dialog.localTag === local && dialog.remoteTag === remote,
    );
  }
}
