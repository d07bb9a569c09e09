import type { PhoneOptions } from '../phone.ts';
import type { Timer, Timers } from '../timers.ts';
import { WatchedConnection, type MediaState } from './connection.ts';
import { gateRule, type NetworkMemory } from './ice-gate.ts';
import type { AudioSink, MediaKit, Silence } from './kit.ts';
import { Microphone, type MicrophoneState } from './microphone.ts';
import type { Resources } from './resources.ts';

/** A call that is answered while the microphone still opens sends silence from here on, so that paths stay open. */
export const SILENCE_AFTER_MS = 1_000;
/** RFC 4733 events: long enough for every gateway, close enough for a person's typing (pitfall 43). */
export const DTMF_DURATION_MS = 100;
export const DTMF_GAP_MS = 70;

export interface MediaParts {
  readonly kit: MediaKit;
  readonly timers: Timers;
  readonly resources: Resources;
  readonly memory: NetworkMemory;
}

export interface CallMediaListener {
  changed(): void;
  reoffer(iceRestart: boolean): void;
  gaveUp(): void;
  firstAudio(atMs: number): void;
}

/** All media of one call: connection, microphone, loudspeaker, digits. `close` leaves nothing open, however often called. */
export class CallMedia {
  readonly #parts: MediaParts;
  readonly #options: PhoneOptions;
  readonly #isEmergency: boolean;
  readonly #listener: CallMediaListener;
  readonly #microphone: Microphone;
  #connection: WatchedConnection | null = null;
  #sink: AudioSink | null = null;
  #forgetSink: () => void = () => undefined;
  #silence: Silence | null = null;
  #forgetSilence: () => void = () => undefined;
  #silenceTimer: Timer | null = null;
  #microphoneTrack: MediaStreamTrack | null = null;
  #speakerId: string | null;
  #isQuiet = false;
  #isClosed = false;

  constructor(options: PhoneOptions, isEmergency: boolean, parts: MediaParts, listener: CallMediaListener) {
    this.#parts = parts;
    this.#options = options;
    this.#isEmergency = isEmergency;
    this.#listener = listener;
    this.#speakerId = options.speakerId;
    this.#microphone = new Microphone(parts.kit, parts.resources, options.microphoneId, {
      changed: () => listener.changed(),
      put: (track) => this.#putMicrophone(track),
    });
  }

  get state(): MediaState {
    return this.#connection?.state ?? 'none';
  }

  get microphone(): MicrophoneState {
    return this.#microphone.state;
  }

  openMicrophone(): void {
    if (!this.#isClosed) this.#microphone.open();
  }

  attach(connection: RTCPeerConnection): void {
    if (this.#isClosed) {
      connection.close();
      return;
    }
    const rule = gateRule(this.#options.media, this.#parts.memory, this.#isEmergency);
    this.#connection = new WatchedConnection(connection, rule, this.#parts, {
      changed: () => this.#listener.changed(),
      track: (track) => this.#play(track),
      reoffer: (iceRestart) => this.#listener.reoffer(iceRestart),
      gaveUp: () => {
        if (!this.#isEmergency) this.#listener.gaveUp();
      },
    });
  }

  prepare(): void {
    this.#connection?.prepare();
    this.#place(this.#microphoneTrack ?? this.#silence?.track ?? null).catch(() => undefined);
  }

  described(): void {
    this.#connection?.described();
  }

  confirmed(): void {
    this.#connection?.confirmed();
    this.#silenceTimer ??= this.#parts.timers.set(SILENCE_AFTER_MS, () => {
      if (!this.#microphoneTrack) this.#beSilent();
    });
  }

  /** True while muted or held: nothing the person says may leave. Applied to every track before it is used (pitfall 27). */
  setQuiet(isQuiet: boolean): void {
    this.#isQuiet = isQuiet;
    if (this.#microphoneTrack) this.#microphoneTrack.enabled = !isQuiet;
  }

  /** The devices chosen in the settings changed in mid-call. */
  setDevices(microphoneId: string | null, speakerId: string | null): void {
    this.#microphone.choose(microphoneId);
    if (speakerId === this.#speakerId) return;
    this.#speakerId = speakerId;
    this.#route();
  }

  /** Queues digits (comma = 2 s pause) as RFC 4733 events. False where the far side did not negotiate them. */
  sendDigits(digits: string): boolean {
    const dtmf = this.#connection?.sender?.dtmf;
    if (!dtmf?.canInsertDTMF) return false;
    dtmf.insertDTMF(dtmf.toneBuffer + digits, DTMF_DURATION_MS, DTMF_GAP_MS);
    return true;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#silenceTimer?.clear();
    this.#microphone.close();
    this.#microphoneTrack = null;
    this.#forgetSilence();
    this.#forgetSink();
    this.#connection?.close();
  }

  async #putMicrophone(track: MediaStreamTrack | null): Promise<void> {
    this.#microphoneTrack = track;
    if (!track) {
      this.#beSilent();
      return;
    }
    track.enabled = !this.#isQuiet;
    await this.#place(track);
    this.#forgetSilence();
    this.#silence = null;
  }

  async #place(track: MediaStreamTrack | null): Promise<void> {
    const sender = this.#connection?.sender;
    if (!this.#isClosed && track && sender && sender.track !== track) await sender.replaceTrack(track);
  }

  /** No microphone, but the call goes on: silence keeps the media path and the digits alive. */
  #beSilent(): void {
    if (this.#isClosed || this.#silence) return;
    try {
      const silence = this.#parts.kit.makeSilence();
      this.#silence = silence;
      this.#forgetSilence = this.#parts.resources.keep('audio_context', () => silence.close());
      this.#place(silence.track).catch(() => undefined);
    } catch {
      // No audio output at all either: the call still carries what the far side says.
    }
  }

  #play(track: MediaStreamTrack): void {
    if (track.kind !== 'audio' || this.#isClosed) return;
    const first = () => this.#listener.firstAudio(this.#parts.timers.now());
    if (track.muted) track.addEventListener('unmute', first, { once: true });
    else first();
    if (!this.#sink) {
      const sink = this.#parts.kit.makeAudioSink();
      this.#sink = sink;
      this.#forgetSink = this.#parts.resources.keep('audio_element', () => {
        sink.pause();
        sink.srcObject = null;
      });
    }
    this.#sink.autoplay = true;
    this.#sink.srcObject = this.#parts.kit.streamOf(track);
    this.#route();
    this.#sink.play().catch(() => undefined);
  }

  /** Through the element, never through an AudioContext: echo cancellation does not see the latter (pitfall 48). */
  #route(): void {
    this.#sink?.setSinkId?.(this.#speakerId ?? '').catch(() => {
      // The device is gone: the default one serves.
      this.#sink?.setSinkId?.('').catch(() => undefined);
    });
  }
}
