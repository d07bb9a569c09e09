import type { Timer, Timers } from '../timers.ts';

/** RFC 5626 4.4.1 asks for less than 30 s on flows through middle boxes; the reply is due within 10 s. */
export const PING_EVERY_MS = 25_000;
export const PONG_WITHIN_MS = 10_000;
/** A path that is asked whether it holds answers within this: a round trip, with time to send one lost packet again. */
export const PROBE_WITHIN_MS = 1_000;
/** A socket on which a REGISTER was answered is not replaced for this long, whatever a hint says. */
export const PROVEN_FOR_MS = 10_000;

export interface PathActions {
  link(): 'waiting' | 'connecting' | 'open';
  ping(): void;
  /** Sends a REGISTER unless one is under way. */
  register(): void;
  /** Drops the socket for a fresh one at once, or ends the wait for the next. */
  replace(): void;
  /** True while a fresh socket would end a call that is being set up. */
  isCallBeingSetUp(): boolean;
  /** The path was doubted and holds. */
  held(): void;
}

/**
 * Decides, alone, whether the socket still reaches the server. Doubt comes from hints (the machine woke, the network came
 * back) and from a ping without a reply. A doubted path is asked by a ping and a REGISTER, whichever the server answers:
 * anything that comes back clears it, and only silence replaces the socket (pitfalls 1 and 2). Hints while it is being
 * asked change nothing. While a call is being set up silence must last PONG_WITHIN_MS: nothing is left to lose then.
 */
export class PathWatch {
  readonly #timers: Timers;
  readonly #actions: PathActions;
  #pingTimer: Timer | null = null;
  #pong: Timer | null = null;
  #probe: Timer | null = null;
  #provenUntilMs = -Infinity;
  /** `doubted`: a first ping stayed without a reply; what comes back for the REGISTER shows whether pings are ignored. */
  #pings: 'untried' | 'doubted' | 'answered' | 'ignored' = 'untried';

  constructor(timers: Timers, actions: PathActions) {
    this.#timers = timers;
    this.#actions = actions;
  }

  /** A hint that the path may be gone. */
  check(): void {
    if (this.#probe) return;
    const askedAtMs = this.#timers.now();
    switch (this.#actions.link()) {
      case 'waiting':
        this.#actions.replace();
        return;
      case 'connecting':
        this.#probe = this.#timers.set(PROBE_WITHIN_MS, () => this.#replace());
        return;
      case 'open': {
        const patienceMs = Math.max(PROBE_WITHIN_MS, this.#provenUntilMs - askedAtMs);
        this.#probe = this.#timers.set(patienceMs, () => this.#unanswered(askedAtMs));
        this.#actions.ping();
        this.#actions.register();
      }
    }
  }

  opened(): void {
    this.#clear();
    this.#planPing();
  }

  closed(): void {
    this.#clear();
    this.#provenUntilMs = -Infinity;
    if (this.#pings === 'doubted') this.#pings = 'untried';
  }

  /** A REGISTER was answered with a 2xx on this socket. */
  registered(): void {
    this.#provenUntilMs = this.#timers.now() + PROVEN_FOR_MS;
  }

  /** Any frame came in. */
  heard(isPong: boolean): void {
    if (isPong) this.#pings = 'answered';
    else if (this.#pings === 'doubted') this.#pings = 'ignored';
    this.#pong?.clear();
    this.#pong = null;
    if (!this.#probe) return;
    this.#probe.clear();
    this.#probe = null;
    this.#actions.held();
  }

  #unanswered(askedAtMs: number): void {
    const givenUpInMs = askedAtMs + PONG_WITHIN_MS - this.#timers.now();
    if (givenUpInMs > 0 && this.#actions.isCallBeingSetUp()) {
      const lookAgainInMs = Math.min(PROBE_WITHIN_MS, givenUpInMs);
      this.#probe = this.#timers.set(lookAgainInMs, () => this.#unanswered(askedAtMs));
    } else this.#replace();
  }

  #replace(): void {
    this.#clear();
    this.#actions.replace();
  }

  #planPing(): void {
    this.#pingTimer = this.#timers.set(PING_EVERY_MS, () => {
      this.#actions.ping();
      // A server that was found to ignore pings is not judged by them.
      if (this.#pings !== 'ignored') this.#pong ??= this.#timers.set(PONG_WITHIN_MS, () => this.#pongMissing());
      this.#planPing();
    });
  }

  #pongMissing(): void {
    this.#pong = null;
    if (this.#pings === 'answered') {
      this.#replace();
      return;
    }
    this.#pings = 'doubted';
    this.check();
  }

  #clear(): void {
    for (const timer of [this.#pingTimer, this.#pong, this.#probe]) timer?.clear();
    this.#pingTimer = this.#pong = this.#probe = null;
  }
}
