import { assertNever } from '../../../preload/contract/result.ts';
import type { PhoneOptions } from '../phone.ts';

/** How far a candidate reaches; prflx is learnt by the other side and never in an offer. */
export type CandidateReach = 'host' | 'srflx' | 'relay';

const RANK: Readonly<Record<CandidateReach, number>> = { host: 0, srflx: 1, relay: 2 };

/** How long an offer waits for a kind of candidate this network was seen to need (design 7). */
export const LEARNT_WAIT_MS = 500;
/** A relay is the only way under relay-only, so it gets longer before the offer leaves without. */
export const RELAY_WAIT_MS = 2_000;

/** What the last calls taught about this network; forgotten when the network changes. */
export class NetworkMemory {
  #needed: CandidateReach = 'host';

  get needed(): CandidateReach {
    return this.#needed;
  }

  learn(reach: CandidateReach): void {
    if (RANK[reach] > RANK[this.#needed]) this.#needed = reach;
  }

  forget(): void {
    this.#needed = 'host';
  }
}

/** Which candidate lets the offer leave, and how long to wait for it at most. */
export interface GateRule {
  readonly wanted: CandidateReach;
  readonly waitMs: number;
}

/**
 * Host where the provider's media is anchored, relay under relay-only, else whatever comes first unless this network
 * taught otherwise. An emergency call never waits longer than the learnt wait.
 */
export function gateRule(media: PhoneOptions['media'], memory: NetworkMemory, isEmergency: boolean): GateRule {
  switch (media) {
    case 'anchored':
      return { wanted: 'host', waitMs: LEARNT_WAIT_MS };
    case 'endToEnd':
      return { wanted: memory.needed, waitMs: LEARNT_WAIT_MS };
    case 'relayOnly':
      return { wanted: 'relay', waitMs: isEmergency ? LEARNT_WAIT_MS : RELAY_WAIT_MS };
    default:
      return assertNever(media);
  }
}

/** True when a candidate reaches as far as wanted. */
export function suffices(type: string | null | undefined, wanted: CandidateReach): boolean {
  return reachOf(type) !== null && RANK[reachOf(type) ?? 'host'] >= RANK[wanted];
}

/** The reach of an RTCIceCandidate.type; null for none. */
export function reachOf(type: string | null | undefined): CandidateReach | null {
  if (type === 'host' || type === 'srflx' || type === 'relay') return type;
  return type === 'prflx' ? 'srflx' : null;
}
