import type { Registration } from '../../../preload/contract/models.ts';
import { type ReasonId } from '../reason-ids.ts';
import { reasonForRegisterCode } from '../reasons.ts';
import type { Timer, Timers } from '../timers.ts';
import { backoffMs, type BackoffRule } from './backoff.ts';
import type { ChallengeRefusal } from './challenge.ts';

/** RFC 3261 waits 32 s (Timer F); a person looking at "Connecting" should not. */
export const REGISTER_SILENCE_MS = 8_000;
const RETRY: BackoffRule = { baseMs: 1_000, maxMs: 60_000 };
const RETRY_AFTER_MAX_MS = 3_600_000;
/** Renewed before half time, so that JsSIP's own page timer (never before half) is always replaced first. */
const RENEW_AT_FRACTION = 0.45;
const RENEW_MIN_MS = 20_000;

export interface RegistrationActions {
  /** Sends a REGISTER unless one is under way. */
  register(): void;
  /** Drops the socket for a fresh one; the UA registers on it by itself. */
  bounce(): void;
  /** True while a fresh socket would end a call that is being set up. */
  isCallBeingSetUp(): boolean;
  changed(): void;
}

/** What came back for a REGISTER. `code` null: nothing came. */
export interface RegisterFailure {
  readonly code: number | null;
  readonly retryAfterSec: number | null;
  readonly challengeRefusal: ChallengeRefusal | null;
}

/** Answers that trying again by itself cannot change. */
const FINAL_CODES: ReadonlySet<number> = new Set([401, 403, 404, 407]);

/**
 * Keeps one registration alive and says how it stands. JsSIP gives up after a single failure (pitfall 4); this tries
 * again with a jittered, doubling wait, honours Retry-After, and stops with the reason where only the person can help.
 */
export class RegistrationKeeper {
  readonly #timers: Timers;
  readonly #random: () => number;
  readonly #actions: RegistrationActions;
  #view: Registration = { state: 'connecting' };
  #failures = 0;
  #timer: Timer | null = null;
  #silence: Timer | null = null;

  constructor(timers: Timers, random: () => number, actions: RegistrationActions) {
    this.#timers = timers;
    this.#random = random;
    this.#actions = actions;
  }

  get view(): Registration {
    return this.#view;
  }

  /** A REGISTER left the socket. */
  requestSent(): void {
    this.#silence?.clear();
    this.#silence = this.#timers.set(REGISTER_SILENCE_MS, () => this.#silent());
  }

  /** Any final response to a REGISTER arrived. */
  responseArrived(): void {
    this.#silence?.clear();
    this.#silence = null;
  }

  /** A 2xx to a REGISTER, with the seconds it holds. */
  succeeded(expiresSec: number): void {
    this.#clear();
    this.#failures = 0;
    this.#timer = this.#timers.set(Math.max(RENEW_MIN_MS, expiresSec * 1000 * RENEW_AT_FRACTION), () =>
      this.#actions.register(),
    );
    this.#show({ state: 'ready' });
  }

  failed(failure: RegisterFailure): void {
    this.#clear();
    const refused = refusalOf(failure);
    if (refused) {
      this.#show({ state: 'refused', reason: refused, sipCode: failure.code });
      return;
    }
    const delayMs = this.#waitMs(failure.retryAfterSec);
    this.#failures += 1;
    this.#timer = this.#timers.set(delayMs, () => this.#actions.register());
    this.#show({ state: 'reconnecting', retryAt: Math.round(this.#timers.utcNow() + delayMs) });
  }

  /** The socket is gone and the next attempt is due in `inMs`; a refusal stays said until an answer replaces it. */
  socketLost(inMs: number): void {
    this.#clear();
    if (this.#view.state === 'refused') return;
    this.#show({ state: 'reconnecting', retryAt: Math.round(this.#timers.utcNow() + inMs) });
  }

  stop(): void {
    this.#clear();
    this.#show({ state: 'signed_out' });
  }

  /** The registrar may be silent while the call that is being set up goes on: the socket is left to it. */
  #silent(): void {
    this.#show({ state: 'reconnecting', retryAt: this.#timers.utcNow() });
    if (this.#actions.isCallBeingSetUp()) this.requestSent();
    else this.#actions.bounce();
  }

  #waitMs(retryAfterSec: number | null): number {
    if (retryAfterSec === null) return backoffMs(RETRY, this.#failures, this.#random);
    // A spread of up to a tenth, so that a restarted server is not met by everybody in the same second.
    return Math.min(RETRY_AFTER_MAX_MS, retryAfterSec * 1000 * (1 + this.#random() * 0.1));
  }

  #clear(): void {
    this.#timer?.clear();
    this.#silence?.clear();
    this.#timer = this.#silence = null;
  }

  #show(view: Registration): void {
    this.#view = view;
    this.#actions.changed();
  }
}

function refusalOf(failure: RegisterFailure): ReasonId | null {
  if (failure.challengeRefusal) return failure.challengeRefusal;
  if (failure.code === null || !FINAL_CODES.has(failure.code)) return null;
  return reasonForRegisterCode(failure.code);
}
