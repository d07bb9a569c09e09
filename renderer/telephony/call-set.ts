import type { CallState } from './call-machine.ts';
import type { Refusal } from './phone.ts';

/** What the rules need to know of a call. */
export interface CallSummary {
  readonly id: string;
  readonly state: CallState;
  readonly isEmergency: boolean;
}

/** A call that holds the line: everything that has not begun to end. */
export function isLive(call: CallSummary): boolean {
  return call.state !== 'ending' && call.state !== 'ended';
}

export type DialDecision =
  | { readonly kind: 'go'; readonly putAside: readonly string[] }
  /** Nothing to send it on yet: shown at once, sent the moment there is a path. Emergency only. */
  | { readonly kind: 'queue'; readonly putAside: readonly string[] }
  | { readonly kind: 'refuse'; readonly refusal: Refusal };

/** What stands between a dial and its INVITE. */
export interface LineState {
  readonly isConnected: boolean;
  readonly isRegistered: boolean;
}

/**
 * May this dial go? Emergency is decided first and never revisited (F-04): it needs no registration and no free line;
 * calls that are up are put aside without waiting for them. Everything else needs both.
 */
export function decideDial(calls: readonly CallSummary[], line: LineState, isEmergency: boolean): DialDecision {
  const live = calls.filter(isLive);
  if (isEmergency) {
    const putAside = live.filter((call) => !call.isEmergency).map((call) => call.id);
    return { kind: line.isConnected ? 'go' : 'queue', putAside };
  }
  if (live.length > 0) return { kind: 'refuse', refusal: 'media_busy' };
  if (!line.isConnected || !line.isRegistered) return { kind: 'refuse', refusal: 'not_registered' };
  return { kind: 'go', putAside: [] };
}

/** Does an incoming call ring? One call at a time: a second one is told busy (486) and kept as missed. */
export function decideIncoming(calls: readonly CallSummary[]): 'ring' | 'busy' {
  return calls.some(isLive) ? 'busy' : 'ring';
}
