import type { CallView, PhoneCommand, PhoneCredentials, PhoneMirror } from '../../preload/contract/models.ts';
import { assertNever } from '../../preload/contract/result.ts';
import { decideDial, decideIncoming, isLive, type CallSummary } from './call-set.ts';
import { emergencyNumberIn, toDialTarget } from './dial-target.ts';
import { LiveCall, type LiveCallHost } from './live-call.ts';
import type { MediaParts } from './media/call-media.ts';
import type { CallTimings, Phone, PhoneOptions, Refusal } from './phone.ts';
import type { ReasonId } from './reason-ids.ts';
import type { IncomingCall, SipCallListener, SipLine, SipLineFactory } from './sip-port.ts';
import type { Timer } from './timers.ts';
import { END_TONE_MS, type TonePlayer } from './tones/player.ts';

/** An ended call stays in the mirror this long, so that its reason can be read: as long as any window shows it. */
export const ENDED_SHOWN_MS = 20_000;
const KEPT_TIMINGS = 100;
/** All hints of one change of the network come within this. */
const ONE_CHANGE_MS = 10_000;
const EXCHANGE_TONE_VOLUME = 70;

export interface LivePhoneParts extends MediaParts {
  readonly openLine: SipLineFactory;
  readonly tones: TonePlayer;
  readonly newId: () => string;
  /** The certificate made ahead, so that no call waits for one; undefined while it is being made. */
  readonly certificate: () => RTCCertificate | undefined;
  /** Registered for the first time: a good moment to warm what the first call needs. */
  readonly warmUp: () => void;
  readonly report: (what: string) => void;
}

type Sent = ReturnType<Phone['send']>;

const refuse = (refusal: Refusal): Sent => ({ ok: false, refusal });

/** Reasons that are told by the busy tone; other failures of an outgoing call by congestion (ITU-T E.180). */
const BUSY: ReadonlySet<ReasonId> = new Set<ReasonId>(['busy', 'rejected', 'rejected_everywhere']);
const QUIET_ENDS: ReadonlySet<ReasonId> = new Set<ReasonId>(['hung_up', 'cancelled', 'far_end_hung_up', 'phone_moved']);

/** The telephone (see the port, phone.ts) over any SipLine. Knows no SIP and no browser. */
export class LivePhone implements Phone {
  readonly #parts: LivePhoneParts;
  readonly #calls = new Map<string, LiveCall>();
  readonly #listeners = new Set<(state: PhoneMirror) => void>();
  readonly #stepListeners = new Set<(call: CallView, sipCallId: string | null) => void>();
  readonly #oldTimings: CallTimings[] = [];
  readonly #host: LiveCallHost;
  #line: SipLine | null = null;
  #credentials: PhoneCredentials | null = null;
  #options: PhoneOptions = {
    emergencyNumbers: [],
    media: 'anchored',
    countryCode: 'US',
    microphoneId: null,
    speakerId: null,
    ringerId: null,
    ringerVolume: 80,
  };
  #badCredentials = false;
  #networkChanged = false;
  #mediaRenewedAtMs = -Infinity;
  #wasRegistered = false;
  #notifying = false;
  #shown = new Set<Timer>();

  constructor(parts: LivePhoneParts) {
    this.#parts = parts;
    this.#host = {
      parts,
      options: () => this.#options,
      changed: () => this.#changed(),
      step: (call) => this.#step(call),
      tone: (call, what) => this.#tone(call, what),
      stray: (event, state) => parts.report(`stray ${event} in ${state}`),
      configuration: () => this.#configuration(),
      queueAgain: (call) => this.#queueEmergency(call),
    };
  }

  start(credentials: PhoneCredentials, options: PhoneOptions): void {
    this.#options = options;
    if (this.#credentials && JSON.stringify(credentials) === JSON.stringify(this.#credentials)) {
      this.setOptions(options);
      return;
    }
    const old = this.#line;
    this.#credentials = credentials;
    this.#wasRegistered = false;
    old?.stop().catch(() => undefined);
    try {
      this.#line = this.#openLine(credentials);
      this.#badCredentials = false;
    } catch {
      this.#line = null;
      this.#badCredentials = true;
    }
    this.#changed();
  }

  setOptions(options: PhoneOptions): void {
    this.#options = options;
    for (const call of this.#calls.values()) call.optionsChanged(options);
  }

  send(command: PhoneCommand): Sent {
    if (command.kind === 'dial') return this.#dial(command.target, command.ownNumber);
    const call = this.#calls.get(command.callId);
    if (!call) return refuse('no_such_call');
    const refusal = this.#command(call, command);
    return refusal ? refuse(refusal) : { ok: true, callId: call.facts.id };
  }

  snapshot(): PhoneMirror {
    const registration = this.#line?.registration ?? null;
    return {
      registration:
        registration ??
        (this.#badCredentials
          ? { state: 'refused', reason: 'account_unknown', sipCode: null }
          : { state: 'signed_out' }),
      calls: [...this.#calls.values()].map((call) => call.view()),
    };
  }

  timings(): readonly CallTimings[] {
    return [...this.#oldTimings, ...[...this.#calls.values()].map((call) => call.timings())];
  }

  subscribe(listener: (state: PhoneMirror) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onCallStep(listener: (call: CallView, sipCallId: string | null) => void): () => void {
    this.#stepListeners.add(listener);
    return () => this.#stepListeners.delete(listener);
  }

  networkChanged(): void {
    this.#parts.memory.forget();
    this.#networkChanged = true;
    this.#line?.checkPath();
  }

  async stop(): Promise<void> {
    const line = this.#line;
    this.#line = null;
    this.#credentials = null;
    for (const call of this.#calls.values()) call.abandon('phone_moved');
    this.#parts.tones.stop();
    await line?.stop();
    for (const timer of this.#shown) timer.clear();
    this.#shown.clear();
    for (const call of this.#calls.values()) this.#forget(call);
    this.#parts.tones.stop();
    this.#parts.resources.closeAll();
    this.#parts.timers.dispose();
    this.#changed();
  }

  // ---------------------------------------------------------------- commands

  #dial(typed: string, ownNumber: string | null): Sent {
    // Decided first and never revisited (F-04): nothing below may refuse an emergency call.
    const emergency = emergencyNumberIn(typed, this.#options.emergencyNumbers);
    if (!this.#credentials || !this.#line) return refuse('not_registered');
    const target = toDialTarget(typed, this.#credentials.domain, this.#options.emergencyNumbers);
    if (!target.ok) return refuse('bad_target');
    const line = {
      isConnected: this.#line.isConnected,
      isRegistered: this.#line.registration.state === 'ready',
    };
    const decision = decideDial(this.#summaries(), line, emergency !== null);
    if (decision.kind === 'refuse') return refuse(decision.refusal);
    const call = this.#newCall('outgoing', target.display, null, ownNumber, emergency !== null);
    this.#requestUris.set(call.facts.id, target.requestUri);
    if (decision.kind === 'go') this.#place(call);
    else this.#queueEmergency(call);
    for (const id of decision.putAside) this.#calls.get(id)?.putAside();
    // An INVITE that could not be made has already said that the call is over.
    if (call.state !== 'ended') this.#step(call);
    this.#changed();
    return { ok: true, callId: call.facts.id };
  }

  readonly #requestUris = new Map<string, string>();

  #place(call: LiveCall): void {
    const requestUri = this.#requestUris.get(call.facts.id);
    const line = this.#line;
    if (!requestUri || !line) return;
    const request = { requestUri, ownNumber: call.facts.ownNumber, configuration: this.#configuration() };
    call.dial((listener: SipCallListener) => line.dial(request, listener));
  }

  #queueEmergency(call: LiveCall): void {
    call.queue();
    this.#line?.retryNow();
  }

  #command(call: LiveCall, command: Exclude<PhoneCommand, { kind: 'dial' }>): Refusal | null {
    switch (command.kind) {
      case 'answer':
      case 'decline':
      case 'hang_up':
        if (!call.can(command.kind)) return 'wrong_state';
        call.apply(command.kind);
        return null;
      case 'mute':
        if (!isLive(summary(call))) return 'wrong_state';
        call.mute(command.on);
        return null;
      case 'hold':
        return call.hold(command.on) ? null : 'wrong_state';
      case 'digits':
        if (call.state !== 'active' && call.state !== 'early_media') return 'wrong_state';
        return call.sendDigits(command.digits) ? null : 'dtmf_not_negotiated';
      default:
        return assertNever(command);
    }
  }

  // ---------------------------------------------------------------- the line

  #openLine(credentials: PhoneCredentials): SipLine {
    const line = this.#parts.openLine(credentials, {
      changed: () => this.#changed(),
      connected: () => {
        for (const call of this.#calls.values()) if (call.isQueued) this.#place(call);
        this.#changed();
      },
      registered: () => this.#registered(),
      disconnected: () => {
        for (const call of this.#calls.values()) if (call.can('path_lost')) call.apply('path_lost');
        this.#changed();
      },
      pathHeld: () => this.#pathHeld(),
      isCallBeingSetUp: () => [...this.#calls.values()].some((call) => call.isBeingSetUp),
      incoming: (incoming) => this.#incoming(incoming),
    });
    return line;
  }

  #registered(): void {
    if (this.#wasRegistered) this.#renewCalls();
    else this.#parts.warmUp();
    this.#wasRegistered = true;
    this.#networkChanged = false;
    this.#changed();
  }

  /** Several sources tell of one change: media that was just renewed on this path is left alone. */
  #pathHeld(): void {
    const isOldNews = this.#parts.timers.now() < this.#mediaRenewedAtMs + ONE_CHANGE_MS;
    if (this.#networkChanged && !isOldNews) this.#renewCalls();
    this.#networkChanged = false;
  }

  #renewCalls(): void {
    for (const call of this.#calls.values()) call.reconnected(this.#networkChanged);
    if (this.#networkChanged) this.#mediaRenewedAtMs = this.#parts.timers.now();
    this.#networkChanged = false;
  }

  #incoming(incoming: IncomingCall): void {
    const decision = decideIncoming(this.#summaries());
    const call = this.#newCall('incoming', incoming.caller, incoming.callerName, incoming.calledNumber, false);
    if (decision === 'busy') {
      incoming.refuse('busy');
      call.missed(incoming.sipCallId);
      this.#calls.delete(call.facts.id);
      this.#step(call);
      return;
    }
    call.take((listener) => incoming.take(listener));
    this.#parts.tones.play('ring', {
      countryCode: this.#options.countryCode,
      sinkId: this.#options.ringerId,
      volume: this.#options.ringerVolume,
    });
    this.#step(call);
    this.#changed();
  }

  #configuration(): RTCConfiguration {
    const certificate = this.#parts.certificate();
    const isCurrent = certificate !== undefined && certificate.expires > this.#parts.timers.utcNow();
    return {
      iceServers: (this.#credentials?.iceServers ?? []).map((server) => ({
        ...server,
        urls: [...server.urls],
      })) as RTCIceServer[],
      iceTransportPolicy: this.#options.media === 'relayOnly' ? 'relay' : 'all',
      // Not max-bundle: rtpengine and others answer without a=group:BUNDLE, which that policy refuses. One m-line has
      // nothing to bundle anyway.
      bundlePolicy: 'balanced',
      ...(isCurrent ? { certificates: [certificate] } : {}),
    };
  }

  // ---------------------------------------------------------------- calls

  #newCall(
    direction: CallView['direction'],
    remote: string,
    remoteName: string | null,
    ownNumber: string | null,
    isEmergency: boolean,
  ): LiveCall {
    const facts = { id: this.#parts.newId(), direction, remote, remoteName, ownNumber, isEmergency };
    const call = new LiveCall(facts, this.#host);
    this.#calls.set(facts.id, call);
    return call;
  }

  #summaries(): CallSummary[] {
    return [...this.#calls.values()].map(summary);
  }

  #step(call: LiveCall): void {
    const view = call.view();
    for (const listener of this.#stepListeners) listener(view, call.sipCallId);
    if (call.state !== 'ended') return;
    this.#endTone(call);
    const timer = this.#parts.timers.set(ENDED_SHOWN_MS, () => {
      this.#shown.delete(timer);
      this.#forget(call);
      this.#changed();
    });
    this.#shown.add(timer);
  }

  #forget(call: LiveCall): void {
    if (!this.#calls.delete(call.facts.id)) return;
    this.#requestUris.delete(call.facts.id);
    this.#oldTimings.push(call.timings());
    if (this.#oldTimings.length > KEPT_TIMINGS) this.#oldTimings.shift();
  }

  #tone(call: LiveCall, what: 'play_ringback' | 'stop_tone'): void {
    if (what === 'play_ringback') this.#parts.tones.play('ringback', this.#exchangeTone());
    else if (!this.#othersSound(call)) this.#parts.tones.stop();
  }

  /** Another call's ring or ringback must not fall silent because this one moved. */
  #othersSound(call: LiveCall): boolean {
    return [...this.#calls.values()].some(
      (each) => each !== call && (each.state === 'incoming' || each.state === 'ringing'),
    );
  }

  #endTone(call: LiveCall): void {
    if (call.facts.direction !== 'outgoing' || QUIET_ENDS.has(call.end.reason) || this.#othersSound(call)) return;
    if (call.view().answeredAt !== null) return;
    this.#parts.tones.play(BUSY.has(call.end.reason) ? 'busy' : 'congestion', this.#exchangeTone(), END_TONE_MS);
  }

  #exchangeTone() {
    return {
      countryCode: this.#options.countryCode,
      sinkId: this.#options.speakerId,
      volume: EXCHANGE_TONE_VOLUME,
    };
  }

  /** Tells everybody once per turn, with the state as it then is. */
  #changed(): void {
    if (this.#notifying) return;
    this.#notifying = true;
    queueMicrotask(() => {
      this.#notifying = false;
      const state = this.snapshot();
      for (const listener of this.#listeners) listener(state);
    });
  }
}

function summary(call: LiveCall): CallSummary {
  return { id: call.facts.id, state: call.state, isEmergency: call.facts.isEmergency };
}
