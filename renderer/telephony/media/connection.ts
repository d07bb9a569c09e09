import type { Resources } from './resources.ts';
import type { Timer, Timers } from '../timers.ts';
import { reachOf, suffices, type CandidateReach, type GateRule, type NetworkMemory } from './ice-gate.ts';

/** Where the offer may leave without the candidates still to come, and ICE is late: offer again after this. */
export const REOFFER_AFTER_MS = 300;
/** An answered call without media is said to be so after this, and mended (pitfall 28). */
export const MEDIA_WATCH_MS = 5_000;
/** A call whose media never comes back is given up; never an emergency call. */
export const MEDIA_GIVE_UP_MS = 60_000;

/** The gate opened before JsSIP listened: knock again. */
const RELEASE_AGAIN_MS = 10;

export type MediaState = 'none' | 'connecting' | 'flowing' | 'interrupted';

export interface ConnectionListener {
  changed(state: MediaState): void;
  track(track: MediaStreamTrack): void;
  /** Offer again; with new ICE credentials when `iceRestart`. */
  reoffer(iceRestart: boolean): void;
  /** MEDIA_GIVE_UP_MS without media. */
  gaveUp(): void;
}

/**
 * Watches one RTCPeerConnection: lets the offer leave on the first usable candidate, knows whether media flows, and asks
 * for a new offer where it does not. `close` closes the connection too.
 */
export class WatchedConnection {
  readonly #connection: RTCPeerConnection;
  readonly #timers: Timers;
  readonly #memory: NetworkMemory;
  readonly #listener: ConnectionListener;
  readonly #forget: () => void;
  readonly #abort = new AbortController();
  #rule: GateRule;
  #gate: 'closed' | 'waiting' | 'open' = 'closed';
  #gateTimer: Timer | null = null;
  #late: CandidateReach | null = null;
  #state: MediaState = 'connecting';
  #isConfirmed = false;
  #watch: Timer | null = null;
  #lateOffer: Timer | null = null;
  #downSinceMs = 0;

  constructor(
    connection: RTCPeerConnection,
    rule: GateRule,
    parts: { readonly timers: Timers; readonly resources: Resources; readonly memory: NetworkMemory },
    listener: ConnectionListener,
  ) {
    this.#connection = connection;
    this.#rule = rule;
    this.#timers = parts.timers;
    this.#memory = parts.memory;
    this.#listener = listener;
    this.#forget = parts.resources.keep('peer_connection', () => connection.close());
    const on = { signal: this.#abort.signal };
    connection.addEventListener('icecandidate', (event) => this.#candidate(event.candidate), on);
    connection.addEventListener('connectionstatechange', () => this.#moved(), on);
    connection.addEventListener('iceconnectionstatechange', () => this.#moved(), on);
    connection.addEventListener('track', (event) => listener.track(event.track), on);
  }

  get state(): MediaState {
    return this.#state;
  }

  /** The sender of the audio section, whichever transceiver the negotiation settled on. */
  get sender(): RTCRtpSender | null {
    return this.#audio()?.sender ?? null;
  }

  get receiver(): RTCRtpReceiver | null {
    return this.#audio()?.receiver ?? null;
  }

  /**
   * Just before a description is made: makes sure there is one audio section that sends and receives (the microphone
   * comes later, by replaceTrack), and lets the description wait for a usable candidate, as long as the rule says.
   */
  prepare(): void {
    const audio = this.#audio();
    if (!audio) this.#connection.addTransceiver('audio', { direction: 'sendrecv' });
    else if (audio.currentDirection === null) audio.direction = 'sendrecv';
    this.#gate = 'waiting';
    this.#gateTimer?.clear();
    this.#gateTimer = this.#timers.set(this.#rule.waitMs, () => this.#release());
  }

  /** The call is answered both ways: from here media is expected. */
  confirmed(): void {
    if (this.#isConfirmed) return;
    this.#isConfirmed = true;
    this.#downSinceMs = this.#timers.now();
    if (this.#state === 'flowing') return;
    this.#lateOffer = this.#timers.set(REOFFER_AFTER_MS, () => {
      if (this.#state === 'flowing' || this.#late === null) return;
      // What was gathered after the offer left was needed here: say it now, and wait for it in the next call.
      this.#memory.learn(this.#late);
      this.#listener.reoffer(false);
    });
    this.#watchMedia();
  }

  close(): void {
    this.#abort.abort();
    for (const timer of [this.#gateTimer, this.#watch, this.#lateOffer]) timer?.clear();
    this.#forget();
    this.#show('none');
  }

  #audio(): RTCRtpTransceiver | undefined {
    return this.#connection.getTransceivers().find((each) => each.receiver.track.kind === 'audio');
  }

  #candidate(candidate: RTCIceCandidate | null): void {
    if (!candidate) return;
    if (this.#gate === 'open') {
      const reach = reachOf(candidate.type);
      if (reach !== null && reach !== 'host') this.#late = this.#late === 'relay' ? 'relay' : reach;
      return;
    }
    if (this.#gate === 'waiting' && suffices(candidate.type, this.#rule.wanted)) queueMicrotask(() => this.#release());
  }

  /**
   * Lets the description go. JsSIP waits for the end of gathering, up to 40 s with a silent STUN server
   * (reliability-performance.md 1.1); an `icecandidate` event without a candidate is that end (JSEP 3.5.3), and works
   * where no candidate came to carry JsSIP's own `ready`.
   */
  #release(): void {
    if (this.#gate !== 'waiting') return;
    this.#connection.dispatchEvent(new Event('icecandidate'));
    this.#gateTimer?.clear();
    if (this.#isStillWaiting()) this.#gateTimer = this.#timers.set(RELEASE_AGAIN_MS, () => this.#release());
  }

  /** Dispatching may have called `described`, which the compiler cannot see. */
  #isStillWaiting(): boolean {
    return this.#gate === 'waiting';
  }

  /** A local description left: whatever is gathered from now on came too late for it. */
  described(): void {
    this.#gate = 'open';
    this.#gateTimer?.clear();
  }

  #moved(): void {
    const ice = this.#connection.iceConnectionState;
    const whole = this.#connection.connectionState;
    if (whole === 'connected') {
      this.#watch?.clear();
      this.#lateOffer?.clear();
      this.#show('flowing');
      return;
    }
    const isBroken = ice === 'disconnected' || ice === 'failed' || whole === 'failed';
    if (!isBroken || this.#state === 'interrupted') return;
    if (this.#state === 'flowing') this.#downSinceMs = this.#timers.now();
    if (!this.#isConfirmed) return;
    this.#show('interrupted');
    this.#listener.reoffer(true);
    this.#watchMedia();
  }

  #watchMedia(): void {
    this.#watch?.clear();
    this.#watch = this.#timers.set(MEDIA_WATCH_MS, () => {
      this.#show('interrupted');
      if (this.#timers.now() - this.#downSinceMs >= MEDIA_GIVE_UP_MS) {
        this.#listener.gaveUp();
        // Closed by it, unless it is an emergency call: that one goes on looking for a path.
        if (this.#abort.signal.aborted) return;
      }
      this.#listener.reoffer(true);
      this.#watchMedia();
    });
  }

  #show(state: MediaState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#listener.changed(state);
  }
}
