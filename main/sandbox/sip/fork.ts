import type { Clock } from '../../platform/clock.ts';
import type { SipDevice } from '../ports.ts';
import type { Flow } from './flow.ts';
import { reasonHeader, responseTo, type SipRequest, type SipResponse } from './message/message.ts';
import { TIMER_C_MS } from './timers.ts';
import type { ClientTransaction } from './transactions/client.ts';
import type { TransactionLayer } from './transactions/layer.ts';

/** One contact an initial request is sent to. `device` null: our own agent. */
export interface ForkTarget {
  readonly flow: Flow;
  readonly uri: string;
  readonly q: number;
  readonly device: SipDevice | null;
  readonly instanceId: string | null;
  readonly regId: number | null;
}

export interface ForkEvents {
  /** A provisional to be passed on; never a 100. */
  onProvisional(response: SipResponse, target: ForkTarget): void;
  /** Every 2xx, also a second one. */
  onAnswered(response: SipResponse, target: ForkTarget): void;
  /** The best refusal, once, when every branch has ended without a 2xx. */
  onRefused(response: SipResponse): void;
}

/** How long contacts of one q ring before those of the next lower q are tried. */
export const GROUP_RING_MS = 20_000;

interface Branch {
  readonly target: ForkTarget;
  readonly transaction: ClientTransaction;
  stopTimerC: () => void;
  final: SipResponse | null;
}

/** Rank of a final response (RFC 3261 section 16.7 step 6): lower is better. */
function rank(status: number): number {
  if (status >= 600) return 0;
  // What tells the caller how to change its request beats the rest of its class.
  if (status >= 400 && status < 500)
    return [401, 407, 415, 420, 484].includes(status) ? 400 : status === 408 || status === 430 ? 499 : 450;
  return status;
}

/** Targets in the order they are tried: groups of the same q, the highest first. */
export function groupByQ(targets: readonly ForkTarget[]): ForkTarget[][] {
  const groups = new Map<number, ForkTarget[]>();
  for (const target of targets) groups.set(target.q, [...(groups.get(target.q) ?? []), target]);
  return [...groups.entries()].sort(([a], [b]) => b - a).map(([, group]) => group);
}

/**
 * The response context of a forked request (RFC 3261 sections 16.5 to 16.8): contacts of one q at once, lower ones after
 * them; losers are cancelled with the reason; the best refusal goes back when nobody took the call.
 */
export class Fork {
  readonly #layer: TransactionLayer;
  readonly #clock: Clock;
  readonly #events: ForkEvents;
  readonly #request: SipRequest;
  readonly #forward: (target: ForkTarget) => SipRequest;
  readonly #groups: ForkTarget[][];
  readonly #branches: Branch[] = [];
  #stopGroupTimer: () => void = () => undefined;
  #state: 'searching' | 'stopped' | 'done' = 'searching';

  /** `forward` builds what is sent to a target, with a new branch in its Via. */
  constructor(options: {
    layer: TransactionLayer;
    request: SipRequest;
    targets: readonly ForkTarget[];
    forward: (target: ForkTarget) => SipRequest;
    events: ForkEvents;
  }) {
    this.#layer = options.layer;
    this.#clock = options.layer.clock;
    this.#request = options.request;
    this.#groups = groupByQ(options.targets);
    this.#forward = options.forward;
    this.#events = options.events;
  }

  /** Starts the search; with no target at all the refusal comes at once. */
  start(): void {
    this.#next();
  }

  /** Stops the search: pending branches are cancelled, nobody new is tried. */
  cancel(reason?: string): void {
    if (this.#state !== 'searching') return;
    this.#state = 'stopped';
    this.#stopGroupTimer();
    this.#cancelPending(reason);
  }

  dispose(): void {
    this.#state = 'done';
    this.#stopGroupTimer();
    for (const branch of this.#branches) branch.stopTimerC();
  }

  #next(): void {
    const group = this.#groups.shift();
    if (!group || this.#state !== 'searching') {
      this.#settle();
      return;
    }
    for (const target of group) this.#launch(target);
    // Somebody who simply lets it ring must not keep the other devices from ringing.
    if (this.#groups.length > 0) this.#stopGroupTimer = this.#clock.after(GROUP_RING_MS, () => this.#cancelPending());
  }

  #launch(target: ForkTarget): void {
    const branch: Branch = {
      target,
      final: null,
      stopTimerC: () => undefined,
      transaction: this.#layer.send(target.flow, this.#forward(target), {
        onResponse: (response) => this.#response(branch, response),
        onFailure: (failure) => this.#final(branch, responseTo(this.#request, failure === 'timeout' ? 408 : 430)),
      }),
    };
    this.#branches.push(branch);
    if (this.#request.method === 'INVITE') this.#armTimerC(branch);
  }

  #armTimerC(branch: Branch): void {
    branch.stopTimerC();
    branch.stopTimerC = this.#clock.after(TIMER_C_MS, () => branch.transaction.cancel());
  }

  #response(branch: Branch, response: SipResponse): void {
    if (response.status < 200) {
      if (this.#request.method === 'INVITE' && response.status > 100 && branch.final === null) this.#armTimerC(branch);
      if (response.status > 100 && this.#state !== 'done') this.#events.onProvisional(response, branch.target);
    } else if (response.status < 300) this.#answered(branch, response);
    else this.#final(branch, response);
  }

  #answered(branch: Branch, response: SipResponse): void {
    branch.final = response;
    branch.stopTimerC();
    this.#stopGroupTimer();
    this.#state = 'done';
    this.#cancelPending(reasonHeader(200, 'Call completed elsewhere'));
    this.#events.onAnswered(response, branch.target);
  }

  #final(branch: Branch, response: SipResponse): void {
    if (branch.final !== null) return;
    branch.final = response;
    branch.stopTimerC();
    if (response.status >= 600 && this.#state === 'searching') {
      this.#state = 'stopped';
      this.#cancelPending(reasonHeader(response.status, response.reason));
    }
    if (this.#branches.every(({ final }) => final !== null)) {
      this.#stopGroupTimer();
      this.#next();
    }
  }

  #settle(): void {
    if (this.#state === 'done' || this.#branches.some(({ final }) => final === null)) return;
    this.dispose();
    const finals = this.#branches.flatMap(({ final }) => (final ? [final] : []));
    const best = finals.sort((a, b) => rank(a.status) - rank(b.status))[0];
    this.#events.onRefused(best ?? responseTo(this.#request, 480));
  }

  #cancelPending(reason?: string): void {
    for (const branch of this.#branches) if (branch.final === null) branch.transaction.cancel(reason);
  }
}
