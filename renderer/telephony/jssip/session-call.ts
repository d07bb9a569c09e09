import type { RTCSession } from 'jssip/lib/RTCSession.js';
import type { CallEnd, Ending, SipCall, SipCallListener } from '../sip-port.ts';
import type { Timer, Timers } from '../timers.ts';
import { endOf, type EndEvent } from './causes.ts';
import type { ChallengeRefusal } from './challenge.ts';
import { callIdOf, dialogOf, letGo, type KnownDialog } from './internals.ts';
import { Reoffers } from './reoffer.ts';

/** What a call needs of its line. */
export interface CallLine {
  readonly timers: Timers;
  isConnected(): boolean;
  /** The refused challenge of this Call-ID, if there was one. */
  challengeRefusal(callId: string): ChallengeRefusal | null;
  /** Called once, when nothing of the call is left. */
  gone(call: SessionCall): void;
}

/** A BYE that cannot leave waits this long for a path; the provider's own clock ends the call after that. */
export const BYE_PATIENCE_MS = 32_000;

/** 486 for a declined call too: 603 would end the ringing of the person's other phones and skip voicemail (pitfall 36). */
const STATUS_CODES: Readonly<Record<Ending, number | undefined>> = {
  cancel: undefined,
  decline: 486,
  busy: 486,
  bye: undefined,
};

type Handlers = Record<string, (event: never) => void>;

/** One JsSIP session as a SipCall. Holds the work-arounds that belong to a session; JsSIP's words end here. */
export class SessionCall implements SipCall {
  readonly #line: CallLine;
  readonly #listener: SipCallListener;
  #session: RTCSession | null = null;
  #reoffers: Reoffers | null = null;
  #dialog: KnownDialog | null = null;
  #asked: Ending | null = null;
  /** Why JsSIP itself ends the session: a call that was not answered yet it then reports as `Canceled`, whatever it was. */
  #cause: string | null = null;
  #lateBye: Timer | null = null;
  #isOver = false;

  constructor(line: CallLine, listener: SipCallListener) {
    this.#line = line;
    this.#listener = listener;
  }

  get sipCallId(): string | null {
    return this.#session ? callIdOf(this.#session) : null;
  }

  get isEstablished(): boolean {
    return this.#session?.isEstablished() ?? false;
  }

  /** Event handlers for `ua.call`, which fires `peerconnection` before it returns (pitfall 32). */
  handlers(): Handlers {
    return {
      peerconnection: (event: { peerconnection: RTCPeerConnection }) =>
        this.#listener.peerConnection(event.peerconnection),
      connecting: () => this.#listener.beforeDescription(),
      progress: (event: { response: { body?: string } | null }) => {
        // `progress` of an incoming call carries no response (pitfall 30).
        if (event.response && !event.response.body) this.#listener.ringing();
      },
      sdp: (event: { originator: string; type: string }) => {
        if (event.originator === 'local') this.#listener.described();
        // A second 18x with SDP fails inside JsSIP and raises no `progress` (pitfall 29): early media is taken from here.
        if (event.originator === 'remote' && event.type === 'answer' && this.#session?.isInProgress()) {
          this.#listener.earlyMedia();
        }
      },
      accepted: () => this.#listener.answered(),
      confirmed: () => {
        if (this.#session) this.#dialog = dialogOf(this.#session);
        this.#listener.confirmed();
      },
      hold: (event: { originator: string }) => this.#peerHold(event.originator, true),
      unhold: (event: { originator: string }) => this.#peerHold(event.originator, false),
      reinvite: (event: Offer) => this.#answerGlare(event),
      update: (event: Offer) => this.#answerGlare(event),
      // No transfer on this floor: without a listener the far end would wait for ever (pitfall 42).
      refer: (event: { reject(): void }) => event.reject(),
      replaces: (event: { reject(): void }) => event.reject(),
      ended: (event: EndEvent) => this.#over(event),
      failed: (event: EndEvent) => this.#over(event),
    };
  }

  /** Binds the session. Outgoing sessions have the handlers already. */
  bind(session: RTCSession, withHandlers: boolean): void {
    this.#session = session;
    this.#reoffers = new Reoffers(session, this.#line.timers, {
      isConnected: () => this.#line.isConnected(),
      beforeRestart: () => this.#listener.beforeDescription(),
    });
    if (withHandlers) {
      for (const [event, handler] of Object.entries(this.handlers())) {
        (session as { on(event: string, handler: (event: never) => void): unknown }).on(event, handler);
      }
    }
    const terminate = session.terminate.bind(session);
    // An own `terminate` is seen by JsSIP's own calls as well: see Reoffers.
    session.terminate = (options = {}) => {
      if (this.#asked === null && this.#reoffers?.shouldSwallow(options)) return;
      this.#cause = options.cause ?? null;
      terminate(options);
    };
  }

  answer(configuration: RTCConfiguration): void {
    this.#guarded(() =>
      this.#session?.answer({ mediaConstraints: { audio: false, video: false }, pcConfig: configuration }),
    );
  }

  end(how: Ending): void {
    if (this.#isOver || this.#asked !== null) return;
    this.#asked = how;
    if (how === 'bye' && !this.#line.isConnected()) {
      // The far end would stay connected, and paid for: the BYE leaves when there is a path again.
      this.#lateBye = this.#line.timers.set(BYE_PATIENCE_MS, () => this.#terminate(how));
      return;
    }
    this.#terminate(how);
  }

  /** The line has a socket again: a BYE that waited leaves now. */
  lineConnected(): void {
    if (!this.#lateBye) return;
    this.#lateBye.clear();
    this.#lateBye = null;
    this.#terminate('bye');
  }

  hold(on: boolean, done: (taken: boolean) => void): void {
    if (this.#isOver || !this.#reoffers) done(false);
    else this.#reoffers.hold(on, done);
  }

  reoffer(iceRestart: boolean): void {
    if (!this.#isOver && this.#asked === null) this.#reoffers?.renegotiate(iceRestart);
  }

  setMuted(muted: boolean): void {
    const session = this.#session;
    // JsSIP's mute reaches into the connection, which an unanswered call does not have yet.
    if (!session || this.#isOver || !(session.connection as RTCPeerConnection | null)) return;
    if (muted) session.mute({ audio: true });
    else session.unmute({ audio: true });
  }

  #terminate(how: Ending): void {
    const session = this.#session;
    const status = STATUS_CODES[how];
    this.#guarded(() => {
      if (!session?.isEnded()) session?.terminate(status === undefined ? {} : { status_code: status });
    });
    // A session that was already over, or threw, has said nothing (pitfall 36).
    this.#over({ originator: 'local', cause: 'Terminated', message: null });
  }

  #guarded(action: () => void): void {
    try {
      action();
    } catch {
      this.#over({ originator: 'system', cause: 'Internal Error', message: null });
    }
  }

  #peerHold(originator: string, held: boolean): void {
    if (originator === 'remote') this.#listener.heldByPeer(held);
  }

  /** JsSIP answers 491 but then takes the peer's offer all the same and rolls its own back (pitfall 23). */
  #answerGlare(event: Offer): void {
    const isStable = this.#session?.connection.signalingState === 'stable';
    if (event.request.body && (!isStable || this.#reoffers?.isOffering)) event.reject({ status_code: 491 });
  }

  #over(event: EndEvent): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#lateBye?.clear();
    this.#reoffers?.close();
    this.#release();
    this.#listener.ended(this.#end(event));
    this.#line.gone(this);
  }

  #end(event: EndEvent): CallEnd {
    const cause = event.originator === 'local' ? (this.#cause ?? event.cause) : event.cause;
    return endOf({ ...event, cause }, this.#asked, this.#line.challengeRefusal(this.sipCallId ?? ''));
  }

  /** Whatever path led here: JsSIP holds nothing, listeners go when it is done emitting. The media owner closes the rest. */
  #release(): void {
    const session = this.#session;
    if (!session) return;
    letGo(session, this.#dialog);
    this.#line.timers.set(0, () => session.removeAllListeners());
  }
}

interface Offer {
  readonly request: { readonly body?: string };
  reject(options: { status_code: number }): void;
}

/** The end of a call whose INVITE could not even be made. */
export const UNPLACEABLE: CallEnd = { reason: 'internal_error', sipCode: null, sipReason: null };
