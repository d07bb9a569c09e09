import type { AccountState } from '../../policies/onboarding.ts';
import { Refusal } from '../../api/refusal.ts';
import type { Ledger } from '../ledger.ts';

/**
 * How an account comes to be one (SIPUS-02):
 *
 *     applied --> vetting <--> full_no_order --> active
 *
 * Waiting ends by the ledger's time; the initial order makes it active; vetting may be taken up again before that.
 */
const MOVES: Readonly<Record<AccountState, readonly AccountState[]>> = {
  applied: ['vetting'],
  vetting: ['full_no_order'],
  full_no_order: ['vetting', 'active'],
  active: [],
};

/** Where the account stands. `pending` says in plain words what is waited for; null = nothing. */
export interface Standing {
  readonly state: AccountState;
  /** UTC ms. */
  readonly since: number;
  readonly pending: string | null;
}

/** The state of the account. Every change runs in the caller's transaction and tells of itself in the outbox. */
export interface AccountStates {
  /** False where an account works from the first day: it is active and nothing moves it. */
  readonly offered: boolean;
  standing(): Standing;
  /** Moves it on. Throws for a move the table does not know: that is a fault of the caller. */
  move(to: AccountState): void;
  /** Takes vetting up again. Throws conflict where the order was placed already, or vetting is going on. */
  revoke(reason: string): void;
  /** Puts the account into any state, for whoever demonstrates it. */
  restart(state: AccountState): void;
  /** Throws not_offered, or account_not_ready with what is waited for. An active account passes. */
  requireVetted(): void;
}

interface Row {
  readonly state: AccountState;
  readonly since: number;
  readonly goesOnAt: number | null;
  readonly reason: string | null;
}

export function createAccountStates(ledger: Ledger): AccountStates {
  const { db, clock, outbox, profile } = ledger;
  const rules = profile.onboarding;
  const read = db.prepare<[], Row>('SELECT state, since, goes_on_at AS goesOnAt, reason FROM onboarding');
  const write = db.prepare(
    'UPDATE onboarding SET state = @state, since = @at, goes_on_at = @goesOnAt, reason = @reason',
  );

  function enter(state: AccountState, reason: string | null): void {
    const at = clock.now();
    const waits = state === 'applied' ? rules?.appliedMs : state === 'vetting' ? rules?.vettingMs : undefined;
    write.run({ state, at, goesOnAt: waits === undefined ? null : at + waits, reason });
    outbox.append('account.updated', at);
    outbox.append('order.updated', at);
  }

  function current(): Row | undefined {
    return rules ? read.get() : undefined;
  }

  function standing(): Standing {
    const row = current();
    if (!row || !rules) return { state: 'active', since: 0, pending: null };
    const waiting = row.state === 'applied' || row.state === 'vetting';
    return { state: row.state, since: row.since, pending: waiting ? (row.reason ?? rules.pending[row.state]) : null };
  }

  function move(to: AccountState): void {
    const { state } = standing();
    if (!MOVES[state].includes(to)) throw new Error(`An account does not go from ${state} to ${to}`);
    enter(to, null);
  }

  ledger.agenda.add({
    name: 'vetting',
    nextAt: () => current()?.goesOnAt ?? undefined,
    run() {
      move(current()?.state === 'applied' ? 'vetting' : 'full_no_order');
    },
  });

  return {
    offered: rules !== null,
    standing,
    move,
    revoke(reason) {
      if (standing().state !== 'full_no_order') {
        throw new Refusal('conflict', { detail: 'Vetting is taken up again only before the initial order was placed' });
      }
      enter('vetting', reason);
    },
    restart(state) {
      if (!rules) throw new Refusal('not_offered', { detail: 'Accounts of this provider work from the first day' });
      enter(state, null);
    },
    requireVetted() {
      if (!rules) throw new Refusal('not_offered', { detail: 'This provider asks for no initial order' });
      const { pending } = standing();
      if (pending !== null) throw new Refusal('account_not_ready', { detail: pending });
    },
  };
}
