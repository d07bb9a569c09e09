import type { RTCSession } from 'jssip/lib/RTCSession.js';
import { assertNever } from '../../../preload/contract/result.ts';
import type { Timer, Timers } from '../timers.ts';
import { awaitFreshCandidates, takeBackOffer } from './internals.ts';

/** How long an offer waits for its turn (glare, a dialog still busy) before it is given up. */
export const REOFFER_PATIENCE_MS = 8_000;
const REOFFER_POLL_MS = 200;

type Kind = 'hold' | 'unhold' | 'renegotiate';

interface Job {
  readonly kind: Kind;
  iceRestart: boolean;
  readonly deadlineAt: number;
  readonly done: (taken: boolean) => void;
}

export interface ReofferHooks {
  isConnected(): boolean;
  /** An offer with fresh ICE credentials is about to be made. */
  beforeRestart(): void;
}

interface TerminateOptions {
  readonly status_code?: number;
  readonly reason_phrase?: string;
  readonly cause?: string;
}

/** The reason phrases JsSIP ends a call with when an offer of ours is refused (pitfall 22). */
const REFUSED_PHRASES = new Set(['Hold Failed', 'Unhold Failed', 'Media Renegotiation Failed']);

/**
 * All re-offers of one session, one at a time. JsSIP hangs up when a re-INVITE is refused, when the socket dies under one,
 * and when ICE fails (pitfalls 16, 21, 22); `shouldSwallow` is asked by the session's guarded `terminate` and turns these
 * three into a refusal the call survives.
 */
export class Reoffers {
  readonly #session: RTCSession;
  readonly #timers: Timers;
  readonly #hooks: ReofferHooks;
  readonly #waiting: Job[] = [];
  #running: Job | null = null;
  #timer: Timer | null = null;
  #isClosed = false;

  constructor(session: RTCSession, timers: Timers, hooks: ReofferHooks) {
    this.#session = session;
    this.#timers = timers;
    this.#hooks = hooks;
  }

  /** True from the moment an offer is being made until it is answered or refused: what glare is judged by. */
  get isOffering(): boolean {
    return this.#running !== null;
  }

  hold(on: boolean, done: (taken: boolean) => void): void {
    this.#add({ kind: on ? 'hold' : 'unhold', iceRestart: false, deadlineAt: this.#deadline(), done });
  }

  renegotiate(iceRestart: boolean): void {
    const same = this.#waiting.find((job) => job.kind === 'renegotiate');
    if (same) {
      same.iceRestart ||= iceRestart;
      return;
    }
    this.#add({ kind: 'renegotiate', iceRestart, deadlineAt: this.#deadline(), done: () => undefined });
  }

  /** True when JsSIP wants to end the call over something the call survives. */
  shouldSwallow(options: TerminateOptions): boolean {
    if (options.cause === 'RTP Timeout') return true;
    const isRefusal = REFUSED_PHRASES.has(options.reason_phrase ?? '');
    const isDeadSocket = options.cause === 'Connection Error' && this.#session.isEstablished();
    if (!isRefusal && !isDeadSocket) return false;
    this.#settle(false);
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.clear();
    const left = this.#running ? [this.#running, ...this.#waiting] : [...this.#waiting];
    this.#running = null;
    this.#waiting.length = 0;
    for (const job of left) job.done(false);
  }

  #deadline(): number {
    return this.#timers.now() + REOFFER_PATIENCE_MS;
  }

  #add(job: Job): void {
    this.#waiting.push(job);
    this.#next();
  }

  #next(): void {
    this.#timer?.clear();
    this.#timer = null;
    const job = this.#waiting[0];
    if (this.#isClosed || this.#running || !job) return;
    if (this.#isReady()) {
      this.#waiting.shift();
      this.#running = job;
      if (this.#start(job)) return;
      this.#running = null;
      this.#waiting.unshift(job);
    }
    if (this.#timers.now() >= job.deadlineAt) {
      this.#waiting.shift();
      job.done(false);
      this.#next();
      return;
    }
    this.#timer = this.#timers.set(REOFFER_POLL_MS, () => this.#next());
  }

  /** The guards of pitfalls 16 and 22: never on a dead socket, never into a running exchange. */
  #isReady(): boolean {
    return (
      this.#hooks.isConnected() &&
      this.#session.isEstablished() &&
      this.#session.isReadyToReOffer() &&
      this.#session.connection.signalingState === 'stable'
    );
  }

  #start(job: Job): boolean {
    const done = () => this.#settle(true);
    switch (job.kind) {
      case 'hold':
        return this.#session.hold({}, done);
      case 'unhold':
        return this.#session.unhold({}, done);
      case 'renegotiate':
        if (job.iceRestart) {
          awaitFreshCandidates(this.#session);
          this.#hooks.beforeRestart();
        }
        return this.#session.renegotiate(job.iceRestart ? { rtcOfferConstraints: { iceRestart: true } } : {}, done);
      default:
        return assertNever(job.kind);
    }
  }

  #settle(taken: boolean): void {
    const job = this.#running;
    this.#running = null;
    if (!job) return;
    if (!taken) takeBackOffer(this.#session, job.kind === 'renegotiate' ? null : job.kind === 'unhold');
    job.done(taken);
    this.#next();
  }
}
