import type { AccountPolicy } from '../../policies/profile.ts';
import type { Ledger } from '../ledger.ts';

/** Whether calling is frozen, why, and what comes. Times are UTC ms. */
export interface FreezeState {
  readonly frozen: boolean;
  /** `balance`: it was below 0 for too long; `provider`: a person there, or a chargeback, did it. */
  readonly by: 'balance' | 'provider' | null;
  readonly since: number | null;
  /** When a balance below 0 will freeze calling if nothing is paid (SIPUS-26). */
  readonly freezesAt: number | null;
  /** When a freeze will be lifted, now that the balance suffices (POL-23). */
  readonly thawsAt: number | null;
}

export interface Freeze {
  state(): FreezeState;
  /** What the provider does by hand: it stays until the provider lifts it, whatever the balance. MUST run in a write. */
  byProvider(frozen: boolean): void;
}

interface Row {
  readonly frozen: 0 | 1;
  readonly negative_since: number | null;
  readonly frozen_at: number | null;
  readonly frozen_by: 'balance' | 'provider' | null;
  readonly thaws_at: number | null;
}

/** POL-23: exactly 0 does not lift a freeze that waits for a positive balance. */
function liftsAt(balance: number, unfreeze: AccountPolicy['unfreeze']): boolean {
  return unfreeze.at === 'gt_zero' ? balance > 0 : balance >= 0;
}

/**
 * Freezes calling when the balance was below 0 for the grace of the policy, and lifts that when it suffices again
 * (SIPUS-26, POL-02, POL-23). Only new calls are stopped; what happens to running ones is POL-01.
 */
export function createFreeze(ledger: Ledger): Freeze {
  const { db, profile, journal, outbox, agenda } = ledger;
  const { freeze, unfreeze } = profile.policy;
  const read = db.prepare<[], Row>('SELECT a.frozen, c.* FROM account a, calling c');
  const setNegative = db.prepare('UPDATE calling SET negative_since = ?');
  const setThaw = db.prepare('UPDATE calling SET thaws_at = ?');
  const setCause = db.prepare('UPDATE calling SET frozen_at = ?, frozen_by = ?, thaws_at = NULL');
  const setFrozen = db.prepare('UPDATE account SET frozen = ?');

  function row(): Row {
    const found = read.get();
    if (!found) throw new Error('The account has no row');
    return found;
  }

  function tell(at: number): void {
    for (const kind of ['balance.updated', 'policy.updated', 'account.updated'] as const) outbox.append(kind, at);
  }

  function change(frozen: boolean, by: Row['frozen_by'], at: number): void {
    setFrozen.run(frozen ? 1 : 0);
    setCause.run(frozen ? at : null, frozen ? by : null);
    tell(at);
  }

  const freezesAt = ({ frozen, negative_since: since }: Row): number | null =>
    freeze && since !== null && frozen === 0 ? since + freeze.graceMs : null;

  if (freeze && journal.balance() < 0 && row().negative_since === null) {
    // An account that began in debt: its grace begins with it.
    ledger.write(() => setNegative.run(ledger.clock.now()));
  }

  journal.onPosting(({ after, at }) => {
    const state = row();
    if (after < 0 && state.negative_since === null) setNegative.run(at);
    if (after >= 0 && state.negative_since !== null) setNegative.run(null);
    if (state.frozen_by === 'balance') {
      const lifts = liftsAt(after, unfreeze);
      if (lifts && unfreeze.delayMs === 0) change(false, null, at);
      else if (lifts && state.thaws_at === null) setThaw.run(at + unfreeze.delayMs);
      else if (!lifts && state.thaws_at !== null) setThaw.run(null);
    }
    const turned = after < 0 ? state.negative_since === null : state.negative_since !== null;
    if (freeze && turned) outbox.append('policy.updated', at);
  });

  agenda.add({
    name: 'freeze',
    nextAt: () => freezesAt(row()) ?? undefined,
    run: (at) => change(true, 'balance', at),
  });
  agenda.add({
    name: 'thaw',
    nextAt: () => row().thaws_at ?? undefined,
    run: (at) => change(false, null, at),
  });

  return {
    state() {
      const state = row();
      return {
        frozen: state.frozen === 1,
        // A row set by hand in the books names nobody: it was the provider.
        by: state.frozen === 1 ? (state.frozen_by ?? 'provider') : null,
        since: state.frozen_at,
        freezesAt: freezesAt(state),
        thawsAt: state.thaws_at,
      };
    },
    byProvider(frozen) {
      const at = ledger.clock.now();
      change(frozen, 'provider', at);
      // Whoever is let call again in spite of a debt has the whole grace once more.
      if (!frozen && journal.balance() < 0) setNegative.run(at);
    },
  };
}
