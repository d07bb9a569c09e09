import type { Account, CallPrice, CallView } from '../../preload/contract/models.ts';
import { mayDo } from '../../preload/contract/roles.ts';
import type { AppState } from './model.ts';

/** The numbers every network treats as emergency; used only until the account's own list is known (F-04). */
const EMERGENCY_BEFORE_POLICY: readonly string[] = ['112', '911', '999', '000'];
const FALLBACK_COUNTRY = 'US';

export function accountOf(state: AppState): Account | null {
  return state.session.state === 'signed_in' ? state.session.account : null;
}

export function isSandbox(state: AppState): boolean {
  return accountOf(state)?.isSandbox ?? false;
}

export function emergencyNumbers(state: AppState): readonly string[] {
  return state.policy?.emergency.numbers ?? EMERGENCY_BEFORE_POLICY;
}

/** The country of numbers typed without +. */
export function dialCountry(state: AppState): string {
  return state.settings.dialCountry ?? accountOf(state)?.countryCode ?? FALLBACK_COUNTRY;
}

/** The own number the next call will show; null where the account has none. */
export function callerId(state: AppState): string | null {
  const owned = state.numbers.filter((each) => each.state === 'active');
  const has = (number: string | null) => number !== null && owned.some((each) => each.number === number);
  if (has(state.dial.ownNumber)) return state.dial.ownNumber;
  if (has(state.settings.defaultCallerId)) return state.settings.defaultCallerId;
  return (owned.find((each) => each.isDefaultCallerId) ?? owned[0])?.number ?? null;
}

export function maySeeExactBalance(state: AppState): boolean {
  const account = accountOf(state);
  return account !== null && mayDo(account.user, 'balance.exact');
}

/** Calls that have something to show: going on, or ended a moment ago. */
export function callsInView(state: AppState): readonly CallView[] {
  return state.calls.filter((call) => !state.closedCallIds.includes(call.id));
}

/** An emergency call that ended without help, and not because the person gave it up. */
export function isFailedEmergency(call: CallView): boolean {
  const wasGivenUp = call.reason === 'cancelled' || call.reason === 'hung_up';
  return call.isEmergency && call.state === 'ended' && call.answeredAt === null && !wasGivenUp;
}

export function isRinging(call: CallView): boolean {
  return call.direction === 'incoming' && (call.state === 'incoming' || call.state === 'answering');
}

export function hasLiveCall(state: AppState): boolean {
  return state.calls.some((call) => call.state !== 'ended');
}

export function unseenMissedCount(state: AppState): number {
  return state.history.rows.filter((row) => row.outcome === 'missed' && !row.seen).length;
}

/** The price of what is typed now; null until it is known or when it was asked for another target. */
export function currentPrice(state: AppState, target: string): CallPrice | null {
  return state.dial.priced?.target === target ? state.dial.priced.price : null;
}

/** Why a call cannot be made now. Never asked for an emergency number. */
export type DialBlock =
  'call_up' | 'signed_out' | 'no_device' | 'not_offered' | 'connecting' | 'reconnecting' | 'refused' | 'failed';

export function dialBlock(state: AppState): DialBlock | null {
  if (state.session.state !== 'signed_in') return 'signed_out';
  if (state.lease.state === 'unavailable') return state.lease.reason;
  if (state.lease.state === 'failed') return 'failed';
  if (hasLiveCall(state)) return 'call_up';
  const { registration } = state;
  if (registration.state === 'ready') return null;
  return registration.state === 'signed_out' ? 'connecting' : registration.state;
}
