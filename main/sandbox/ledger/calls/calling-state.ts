import { addMicros } from '../../../../preload/contract/money.ts';
import { assertNever } from '../../../../preload/contract/result.ts';
import type { Ledger } from '../ledger.ts';
import type { Freeze } from './freeze.ts';

/** What can be called now, but for emergency numbers, which always can (VTC-28, TOP-15, SIPUS-26). */
export interface CallingState {
  readonly state: 'ok' | 'outbound_metered_stopped' | 'metered_stopped' | 'suspended' | 'frozen';
  readonly reason: 'balance_used_up' | 'negative_too_long' | 'stopped_by_provider' | null;
  /** UTC ms; null where it is not known, or nothing is wrong. */
  readonly since: number | null;
}

const OK: CallingState = { state: 'ok', reason: null, since: null };

/** Since when the balance does not suffice: the posting that brought it there. */
export function createCallingState(ledger: Ledger, freeze: Freeze): () => CallingState {
  const { db, journal, profile } = ledger;
  const { policy } = profile;
  // Newest first: the last one above is found at once, unless the account has been below for long.
  const lastAbove = db
    .prepare<[number], number>('SELECT seq FROM postings WHERE balance_after > ? ORDER BY seq DESC LIMIT 1')
    .pluck();
  const firstAfter = db.prepare<[number], number>('SELECT at FROM postings WHERE seq > ? ORDER BY seq LIMIT 1').pluck();
  let known: { readonly newest: number; readonly since: number | null } | undefined;
  const newest = db.prepare<[], number | null>('SELECT max(seq) FROM postings').pluck();

  function usedUpSince(): number | null {
    const at = newest.get() ?? 0;
    if (known?.newest !== at) {
      const above = lastAbove.get(policy.blockAt - policy.creditLimit) ?? 0;
      known = { newest: at, since: firstAfter.get(above) ?? null };
    }
    return known.since;
  }

  function stoppedState(): CallingState['state'] {
    switch (policy.newCallsAtZero) {
      case 'none':
        return 'ok';
      case 'outbound_metered':
        return 'outbound_metered_stopped';
      case 'all_metered':
        return 'metered_stopped';
      case 'all_incl_inbound':
        return 'suspended';
      default:
        return assertNever(policy.newCallsAtZero);
    }
  }

  return () => {
    const { frozen, by, since } = freeze.state();
    if (frozen) {
      return { state: 'frozen', reason: by === 'balance' ? 'negative_too_long' : 'stopped_by_provider', since };
    }
    if (addMicros(journal.balance(), policy.creditLimit) > policy.blockAt) return OK;
    const state = stoppedState();
    return state === 'ok' ? OK : { state, reason: 'balance_used_up', since: usedUpSince() };
  };
}
