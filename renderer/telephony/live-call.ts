import type { CallView } from '../../preload/contract/models.ts';
import { moveCall, moveHold, viewHold, type CallEffect, type CallEvent, type LocalHold } from './call-machine.ts';
import { CallMedia, type MediaParts } from './media/call-media.ts';
import type { CallTimings, PhoneOptions } from './phone.ts';
import type { ReasonId } from './reason-ids.ts';
import type { CallEnd, SipCall, SipCallListener } from './sip-port.ts';
import type { Timer } from './timers.ts';

/** After `answer` the call must be accepted within this, or it is torn down (pitfall 15). */
export const ACCEPT_WATCH_MS = 8_000;
/** An emergency call nobody has answered for by now is said to need another phone (reliability-performance.md 3.7). */
export const EMERGENCY_WORDS_AFTER_MS = 2_000;

const IN_SET_UP: ReadonlySet<CallView['state']> = new Set([
  'dialling',
  'ringing',
  'early_media',
  'incoming',
  'answering',
]);

export interface CallFacts {
  readonly id: string;
  readonly direction: CallView['direction'];
  readonly remote: string;
  readonly remoteName: string | null;
  readonly ownNumber: string | null;
  readonly isEmergency: boolean;
}

/** What a call asks of the phone it is part of. */
export interface LiveCallHost {
  readonly parts: MediaParts;
  options(): PhoneOptions;
  /** The view changed. */
  changed(): void;
  /** Start, answer or end: what history is written from. */
  step(call: LiveCall): void;
  tone(call: LiveCall, what: 'play_ringback' | 'stop_tone'): void;
  /** An event with no place in the table; reported, never thrown: late SIP messages are ordinary. */
  stray(event: CallEvent, state: CallView['state']): void;
  configuration(): RTCConfiguration;
  /** An emergency call lost its path before anybody heard of it. */
  queueAgain(call: LiveCall): void;
}

/** One call: the machine's state, its signalling and its media, and the view of all three. */
export class LiveCall {
  readonly facts: CallFacts;
  readonly #host: LiveCallHost;
  readonly #startedAt: number;
  readonly #dialAtMs: number;
  #state: CallView['state'];
  #localHold: LocalHold = 'off';
  #heldByPeer = false;
  #muted = false;
  #answeredAt: number | null = null;
  #endedAt: number | null = null;
  #end: CallEnd = { reason: 'internal_error', sipCode: null, sipReason: null };
  /** Why we ourselves end the call, where that is not the person's wish. */
  #why: ReasonId | null = null;
  #notice: ReasonId | null = null;
  #sentDigits = '';
  #sip: SipCall | null = null;
  #media: CallMedia | null = null;
  #wasHeard = false;
  #sipCallId: string | null = null;
  #watch: Timer | null = null;
  #inviteSentAtMs: number | null = null;
  #answeredAtMs: number | null = null;
  #firstAudioAtMs: number | null = null;

  constructor(facts: CallFacts, host: LiveCallHost) {
    this.facts = facts;
    this.#host = host;
    this.#state = facts.direction === 'outgoing' ? 'dialling' : 'incoming';
    this.#startedAt = host.parts.timers.utcNow();
    this.#dialAtMs = host.parts.timers.now();
  }

  get state(): CallView['state'] {
    return this.#state;
  }

  get sipCallId(): string | null {
    return this.#sip?.sipCallId ?? this.#sipCallId;
  }

  /** Why the call ended. Meaningful in `ended` only. */
  get end(): CallEnd {
    return this.#end;
  }

  /** A fresh socket now would end this call; but for an emergency call nobody answered for, which is sent again. */
  get isBeingSetUp(): boolean {
    return IN_SET_UP.has(this.#state) && !(this.facts.isEmergency && !this.#wasHeard);
  }

  get isQueued(): boolean {
    return this.#state === 'dialling' && this.#sip === null;
  }

  view(): CallView {
    const isOver = this.#state === 'ended';
    return {
      id: this.facts.id,
      direction: this.facts.direction,
      remote: this.facts.remote,
      remoteName: this.facts.remoteName,
      ownNumber: this.facts.ownNumber,
      state: this.#state,
      hold: viewHold(this.#localHold, this.#heldByPeer),
      muted: this.#muted,
      isEmergency: this.facts.isEmergency,
      startedAt: this.#startedAt,
      answeredAt: this.#answeredAt,
      endedAt: this.#endedAt,
      reason: isOver ? this.#end.reason : this.#notice,
      sipCode: isOver ? this.#end.sipCode : null,
      sipReason: isOver ? this.#end.sipReason : null,
      media: this.#media?.state ?? 'none',
      microphone: this.#media?.microphone ?? 'closed',
      sentDigits: this.#sentDigits,
    };
  }

  timings(): CallTimings {
    return {
      callId: this.facts.id,
      dialAt: this.#dialAtMs,
      inviteSentAt: this.#inviteSentAtMs,
      answeredAt: this.#answeredAtMs,
      firstAudioAt: this.#firstAudioAtMs,
    };
  }

  /** Sends the INVITE through `place`. The microphone opens when the INVITE is on its way: it holds nothing up. */
  dial(place: (listener: SipCallListener) => SipCall): void {
    this.#newMedia();
    this.#sip = place(this.#listener());
    if (this.facts.isEmergency) {
      this.#setWatch(EMERGENCY_WORDS_AFTER_MS, () => this.#notify(this.#wasHeard ? null : 'emergency_no_path'));
    }
  }

  /** No path yet: the call stands on screen, with the words, until `dial`. */
  queue(): void {
    this.#sip = null;
    this.#wasHeard = false;
    this.#notify('emergency_no_path');
  }

  take(accept: (listener: SipCallListener) => SipCall): void {
    this.#sip = accept(this.#listener());
  }

  /** A call that was told busy while another one was up: over before it began, but kept in history. */
  missed(sipCallId: string | null): void {
    this.#sipCallId = sipCallId;
    this.#end = { reason: 'missed_in_call', sipCode: 486, sipReason: null };
    this.#state = 'ended';
    this.#endedAt = this.#startedAt;
  }

  can(event: CallEvent): boolean {
    return moveCall(this.#state, event) !== null;
  }

  /** Makes a move of the table and does what it says. False where the table has none. */
  apply(event: CallEvent, end?: CallEnd): boolean {
    const move = moveCall(this.#state, event);
    if (!move) {
      this.#host.stray(event, this.#state);
      return false;
    }
    this.#state = move.to;
    if (event === 'over' && end) this.#end = this.#why === null ? end : { ...end, reason: this.#why };
    if (event === 'path_lost') this.#why = move.to === 'ending' ? 'connection_lost' : this.#why;
    for (const effect of move.effects) this.#do(effect);
    this.#host.changed();
    return true;
  }

  mute(on: boolean): void {
    this.#muted = on;
    this.#sip?.setMuted(on);
    this.#quiet();
    this.#host.changed();
  }

  /** False where the call cannot be held or resumed now. */
  hold(on: boolean): boolean {
    if (this.#state !== 'active') return false;
    const next = moveHold(this.#localHold, on ? 'hold' : 'resume');
    if (!next) return false;
    this.#localHold = next;
    this.#quiet();
    this.#host.changed();
    this.#sip?.hold(on, (taken) => this.#holdDone(taken));
    return true;
  }

  /** An emergency call goes first: this one is held where it can be, muted in any case. */
  putAside(): void {
    if (!this.hold(true)) this.mute(true);
  }

  sendDigits(digits: string): boolean {
    if (!this.#media?.sendDigits(digits)) return false;
    this.#sentDigits = (this.#sentDigits + digits).slice(-256);
    this.#host.changed();
    return true;
  }

  /** The line has a new socket: the proxy must learn it, and ICE where the path changed (pitfall 14). */
  reconnected(networkChanged: boolean): void {
    if (this.#state === 'active') this.#sip?.reoffer(networkChanged || this.#media?.state !== 'flowing');
  }

  optionsChanged(options: PhoneOptions): void {
    this.#media?.setDevices(options.microphoneId, options.speakerId);
  }

  /** Ends the call for a reason of our own. */
  abandon(reason: ReasonId): void {
    this.#why = reason;
    if (this.can('hang_up')) this.apply('hang_up');
  }

  #do(effect: CallEffect): void {
    switch (effect) {
      case 'play_ringback':
      case 'stop_tone':
        this.#host.tone(this, effect);
        return;
      case 'send_answer':
        this.#answer();
        return;
      case 'send_decline':
        this.#sip?.end('decline');
        return;
      case 'send_cancel':
        if (this.#sip) this.#sip.end('cancel');
        else this.apply('over', { reason: 'cancelled', sipCode: null, sipReason: null });
        return;
      case 'send_bye':
        this.#sip?.end('bye');
        return;
      case 'close_media':
        this.#watch?.clear();
        this.#media?.close();
        return;
      case 'note_answer':
        this.#noteAnswer();
        return;
      case 'note_end':
        this.#endedAt = this.#host.parts.timers.utcNow();
        this.#host.step(this);
    }
  }

  #answer(): void {
    this.#newMedia();
    this.#setWatch(ACCEPT_WATCH_MS, () => {
      if (this.#state === 'answering') this.abandon('media_failed');
    });
    this.#sip?.answer(this.#host.configuration());
  }

  #noteAnswer(): void {
    this.#answeredAt = this.#host.parts.timers.utcNow();
    this.#answeredAtMs = this.#host.parts.timers.now();
    this.#watch?.clear();
    this.#notice = null;
    this.#sip?.setMuted(this.#muted);
    this.#host.step(this);
  }

  #newMedia(): void {
    this.#media?.close();
    this.#media = new CallMedia(this.#host.options(), this.facts.isEmergency, this.#host.parts, {
      changed: () => this.#host.changed(),
      reoffer: (iceRestart) => this.#sip?.reoffer(iceRestart),
      gaveUp: () => this.abandon('media_lost'),
      firstAudio: (atMs) => (this.#firstAudioAtMs ??= atMs),
    });
    this.#quiet();
  }

  #listener(): SipCallListener {
    return {
      peerConnection: (connection) => this.#media?.attach(connection),
      beforeDescription: () => this.#media?.prepare(),
      described: () => {
        this.#media?.described();
        if (this.facts.direction === 'incoming') this.#media?.openMicrophone();
      },
      inviteSent: (atMs) => {
        this.#inviteSentAtMs ??= atMs;
        this.#media?.openMicrophone();
      },
      trying: () => this.#heard(),
      ringing: () => this.#progress('remote_rings'),
      earlyMedia: () => this.#progress('media_early'),
      answered: () => this.apply('answered'),
      confirmed: () => this.#media?.confirmed(),
      heldByPeer: (held) => {
        this.#heldByPeer = held;
        this.#quiet();
        this.#host.changed();
      },
      ended: (end) => this.#ended(end),
    };
  }

  #progress(event: 'remote_rings' | 'media_early'): void {
    if (this.can(event)) this.apply(event);
  }

  #heard(): void {
    this.#wasHeard = true;
    if (this.#notice !== null) this.#notify(null);
  }

  #ended(end: CallEnd): void {
    this.#sipCallId = this.sipCallId;
    // One INVITE per command, but an emergency call whose INVITE nobody answered for is sent again (F-04).
    if (this.facts.isEmergency && this.#state === 'dialling' && end.reason === 'connection_lost' && !this.#wasHeard) {
      this.#media?.close();
      this.#host.queueAgain(this);
      return;
    }
    this.apply('over', end);
  }

  #holdDone(taken: boolean): void {
    const next = moveHold(this.#localHold, taken ? 'done' : 'refused');
    if (next) this.#localHold = next;
    this.#quiet();
    this.#host.changed();
  }

  #quiet(): void {
    this.#media?.setQuiet(this.#muted || this.#localHold !== 'off' || this.#heldByPeer);
  }

  #notify(notice: ReasonId | null): void {
    this.#notice = notice;
    this.#host.changed();
  }

  #setWatch(delayMs: number, callback: () => void): void {
    this.#watch?.clear();
    this.#watch = this.#host.parts.timers.set(delayMs, callback);
  }
}
