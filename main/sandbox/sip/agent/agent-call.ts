import type { Clock } from '../../../platform/clock.ts';
import type { Flow } from '../flow.ts';
import { uriIn } from '../forward.ts';
import { inBackground, type SipLog } from '../log.ts';
import { MediaSession, type MediaOptions, type Source } from '../media/session.ts';
import { parseInfoDigit } from '../media/telephone-event.ts';
import { SipHeaders } from '../message/headers.ts';
import { ALLOWED_METHODS, newBranch, responseTo, type SipRequest, type SipResponse } from '../message/message.ts';
import type { AgentDialog } from './agent-dialog.ts';
import { T1_MS, T2_MS } from '../timers.ts';
import type { TransactionLayer } from '../transactions/layer.ts';
import type { ServerTransaction } from '../transactions/server.ts';

export interface AgentCallDeps {
  readonly layer: TransactionLayer;
  readonly clock: Clock;
  readonly log: SipLog;
  readonly toProxy: Flow;
  readonly contact: string;
  /** Media of a call that ended is on its way out; awaited at the very end. */
  readonly onMediaClosing: (done: Promise<void>) => void;
  readonly onOver: (call: AgentCall) => void;
}

/** One call our agent takes part in: its dialog, its media, and what both do when a request arrives. */
export class AgentCall {
  readonly deps: AgentCallDeps;
  readonly #timers = new Set<() => void>();
  #media: MediaSession | undefined;
  #dialog: AgentDialog | undefined;
  #state: 'early' | 'confirmed' | 'over' = 'early';
  #negotiating = false;
  #stopRepeat: () => void = () => undefined;
  #lastAnswer = '';
  /** What to do when the call ends, whoever ends it. */
  onEnd: (() => void) | undefined;

  constructor(deps: AgentCallDeps) {
    this.deps = deps;
  }

  get state(): 'early' | 'confirmed' | 'over' {
    return this.#state;
  }

  get dialog(): AgentDialog | undefined {
    return this.#dialog;
  }

  setDialog(dialog: AgentDialog): void {
    this.#dialog = dialog;
  }

  confirm(): void {
    if (this.#state === 'early') this.#state = 'confirmed';
  }

  /** Runs once after a delay unless the call ends before. */
  after(delayMs: number, run: () => void): void {
    const cancel = this.deps.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      run();
    });
    this.#timers.add(cancel);
  }

  openMedia(codecs: MediaOptions['codecs']): MediaSession {
    const { clock, log } = this.deps;
    this.#media = new MediaSession({ clock, codecs, onDigit: () => log('info', 'sip.digit', { way: 'rtp' }) });
    return this.#media;
  }

  play(source: Source): void {
    this.#media?.play(source);
  }

  /** Answers the offer of a request; undefined when it cannot be met or the call has ended meanwhile. */
  async negotiate(offer: string): Promise<string | undefined> {
    if (!this.#media || this.#negotiating) return undefined;
    this.#negotiating = true;
    try {
      const answer = await this.#media.answer(offer);
      if (answer !== undefined) this.#lastAnswer = answer;
      return this.#state === 'over' ? undefined : answer;
    } catch (error) {
      this.deps.log('warn', 'sip.offer_failed', { error: error instanceof Error ? error.message : 'unknown' });
      return undefined;
    } finally {
      this.#negotiating = false;
    }
  }

  /** A 1xx or 2xx of ours that makes the dialog, with SDP when given. */
  dialogResponse(request: SipRequest, status: number, sdp = ''): SipResponse {
    const headers: [string, string][] = [
      ['Contact', `<${this.deps.contact}>`],
      ['Allow', ALLOWED_METHODS],
      ['Supported', 'replaces'],
    ];
    if (sdp !== '') headers.push(['Content-Type', 'application/sdp']);
    return responseTo(request, status, {
      ...(this.#dialog ? { toTag: this.#dialog.localTag } : {}),
      headers,
      body: sdp,
    });
  }

  /** Sends a 200 and repeats it until its ACK comes (RFC 3261 section 13.3.1.4); the proxy ends a call that has none. */
  accept(transaction: ServerTransaction, response: SipResponse): void {
    this.confirm();
    transaction.respond(response);
    let delayMs = T1_MS;
    const repeat = (): void => {
      this.#stopRepeat = this.deps.clock.after(delayMs, () => {
        if (transaction.state !== 'accepted') return;
        transaction.respond(response);
        delayMs = Math.min(delayMs * 2, T2_MS);
        repeat();
      });
    };
    this.#stopRepeat();
    repeat();
  }

  acknowledged(): void {
    this.#stopRepeat();
  }

  /** A request inside this call's dialog. */
  receive(request: SipRequest, transaction: ServerTransaction): void {
    if (this.#state === 'over') {
      transaction.respond(responseTo(request, 481));
      return;
    }
    switch (request.method) {
      case 'BYE':
        transaction.respond(responseTo(request, 200));
        this.finish();
        break;
      case 'INVITE':
      case 'UPDATE':
        this.#reoffer(request, transaction);
        break;
      case 'INFO':
        this.#info(request, transaction);
        break;
      case 'OPTIONS':
        transaction.respond(responseTo(request, 200, { headers: [['Allow', ALLOWED_METHODS]] }));
        break;
      case 'MESSAGE':
      case 'NOTIFY':
        transaction.respond(responseTo(request, 200));
        break;
      case 'REFER':
        // There is nobody at this end who could be sent elsewhere.
        transaction.respond(responseTo(request, 603));
        break;
      default:
        transaction.respond(responseTo(request, 501));
    }
  }

  hangUp(): void {
    const dialog = this.#dialog;
    if (this.#state === 'confirmed' && dialog) {
      this.deps.layer.send(this.deps.toProxy, this.request('BYE'), {
        onResponse: () => undefined,
        onFailure: () => undefined,
      });
    }
    this.finish();
  }

  /** A request of ours within the dialog. */
  request(method: string, cseq?: number, sdp = ''): SipRequest {
    const dialog = this.#dialog;
    if (!dialog) throw new Error(`${method} without a dialog`);
    if (cseq === undefined) dialog.localCSeq += 1;
    const headers = new SipHeaders([
      ['Via', `SIP/2.0/WS agent.invalid;branch=${newBranch()}`],
      ...dialog.routes.map((route) => ['Route', route] as const),
      ['Max-Forwards', '70'],
      ['From', `${dialog.localAor};tag=${dialog.localTag}`],
      ['To', `${dialog.remoteAor};tag=${dialog.remoteTag}`],
      ['Call-ID', dialog.callId],
      ['CSeq', `${cseq ?? dialog.localCSeq} ${method}`],
    ]);
    if (sdp !== '') headers.add('Content-Type', 'application/sdp');
    return { kind: 'request', method, uri: dialog.remoteTarget, headers, body: sdp };
  }

  /** Releases everything; safe to call again. */
  finish(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#stopRepeat();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    if (this.#media) this.deps.onMediaClosing(this.#media.close().catch(() => undefined));
    this.deps.onOver(this);
    this.onEnd?.();
  }

  /** Hold, un-hold and ICE restart: a new offer inside the call. Without SDP only the dialog is refreshed. */
  #reoffer(request: SipRequest, transaction: ServerTransaction): void {
    const contact = uriIn(request.headers.all('contact')[0]);
    if (contact !== '' && this.#dialog) this.#dialog.remoteTarget = contact;
    const answer = (sdp: string): void => {
      const response = this.dialogResponse(request, 200, sdp);
      const timer = request.headers.get('session-expires');
      if (timer !== undefined) response.headers.add('Session-Expires', timer);
      if (request.method === 'INVITE') this.accept(transaction, response);
      else transaction.respond(response);
    };
    if (this.#negotiating) transaction.respond(responseTo(request, 491));
    else if (request.body === '') answer(request.method === 'INVITE' ? this.#lastAnswer : '');
    else if (!/^application\/sdp\b/i.test(request.headers.get('content-type') ?? '')) {
      transaction.respond(responseTo(request, 415, { headers: [['Accept', 'application/sdp']] }));
    } else {
      inBackground(this.deps.log, async () => {
        const sdp = await this.negotiate(request.body);
        if (sdp !== undefined) answer(sdp);
        else transaction.respond(responseTo(request, this.#state === 'over' ? 481 : 488));
      });
    }
  }

  #info(request: SipRequest, transaction: ServerTransaction): void {
    const type = request.headers.get('content-type') ?? '';
    if (parseInfoDigit(type, request.body) !== undefined) this.deps.log('info', 'sip.digit', { way: 'info' });
    const understood = request.body === '' || /^application\/dtmf/i.test(type);
    transaction.respond(responseTo(request, understood ? 200 : 415));
  }
}
