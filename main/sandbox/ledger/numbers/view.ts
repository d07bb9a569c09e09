import { addMicros } from '../../../../preload/contract/money.ts';
import type { Ledger } from '../ledger.ts';
import type { Life } from './life.ts';
import type { OwnedRow, OwnedRows } from './rows.ts';
import { isHeld } from './states.ts';
import type { OwnState } from './states.ts';
import { renewalPaidFrom } from './timing.ts';

/** A state as people read it: the number's own, or what is about to become of it. */
export type ShownState = OwnState | 'renewal_due' | 'release_requested' | 'port_in' | 'port_out';

export type RiskReason = 'missed_renewal' | 'balance_used_up' | 'inactivity' | 'requirements';

/** Something that stops working when the number is given up. */
export interface Dependant {
  readonly kind: 'default_caller_id' | 'emergency' | 'forwarding' | 'forwarded_from';
  /** The other number, where there is one. */
  readonly number: string | null;
}

/** What is worked out when a number is read. */
export interface NumberView {
  readonly row: OwnedRow;
  readonly state: ShownState;
  /** VTC-27: when it is lost unless somebody acts, and why; null = it is not at risk. */
  readonly atRisk: { readonly until: number; readonly reason: RiskReason } | null;
  /** VTC-30: how long an account without money keeps it; null = nothing threatens it. */
  readonly safeUntil: number | null;
  readonly dependants: readonly Dependant[];
  /** What whoever asks shows at first. */
  readonly isDefault: boolean;
}

/** A renewal is called due so long before its day (VTC-25). */
const RENEWAL_DUE_MS = 7 * 86_400_000;
/** A number nobody calls is called at risk so long before it is taken back. */
const INACTIVITY_WARNING_MS = 30 * 86_400_000;

export interface NumberViews {
  /** `who` = a person with numbers of their own; null = somebody who looks after the account's. */
  of(row: OwnedRow, who: string | null): NumberView;
}

export function createNumberViews(ledger: Ledger, rows: OwnedRows, life: Life): NumberViews {
  const { clock, journal, profile, db } = ledger;
  const { policy } = profile;
  const isFrozen = db.prepare<[], number>('SELECT frozen FROM account').pluck();

  /** VTC-28: no calls until money comes, so that renewals would not be paid either. */
  function isAccountSuspended(): boolean {
    if (renewalPaidFrom(policy) !== 'balance') return false;
    return isFrozen.get() === 1 || addMicros(journal.balance(), policy.creditLimit) <= policy.blockAt;
  }

  function risksOf(row: OwnedRow, now: number, safeUntil: number | null): readonly NonNullable<NumberView['atRisk']>[] {
    const risks: NonNullable<NumberView['atRisk']>[] = [];
    const loss = life.lossAt(row);
    if (loss !== undefined) risks.push({ until: loss, reason: 'missed_renewal' });
    else if (safeUntil !== null && row.monthly > 0) risks.push({ until: safeUntil, reason: 'balance_used_up' });
    const inactive = isHeld(row.state) ? life.inactiveAt(row) : undefined;
    if (inactive !== undefined && inactive - now <= INACTIVITY_WARNING_MS) {
      risks.push({ until: inactive, reason: 'inactivity' });
    }
    if (row.state === 'pending_requirements' && row.requirementDueAt !== null) {
      risks.push({ until: row.requirementDueAt, reason: 'requirements' });
    }
    return risks.sort((left, right) => left.until - right.until);
  }

  function safeUntilOf(row: OwnedRow): number | null {
    const loss = life.lossAt(row);
    if (loss !== undefined) return loss;
    if (!isHeld(row.state) || row.renewsAt === null || !isAccountSuspended()) return null;
    return Math.max(row.renewsAt, row.extendedUntil ?? 0);
  }

  function shown(row: OwnedRow, now: number): ShownState {
    if (row.state !== 'active') return row.state;
    if (row.requestState === 'open') return 'release_requested';
    const isDue = row.monthly > 0 && row.renewsAt !== null && row.renewsAt - now <= RENEWAL_DUE_MS;
    return isDue ? 'renewal_due' : 'active';
  }

  function dependantsOf(row: OwnedRow): readonly Dependant[] {
    if (!isHeld(row.state)) return [];
    const found: Dependant[] = [];
    if (row.isDefault === 1) found.push({ kind: 'default_caller_id', number: null });
    if (row.emergency !== 'none') found.push({ kind: 'emergency', number: null });
    if (row.forwardTo !== null) found.push({ kind: 'forwarding', number: row.forwardTo });
    for (const number of rows.forwardingTo(row.number)) found.push({ kind: 'forwarded_from', number });
    return found;
  }

  return {
    of(row, who) {
      const now = clock.now();
      const safeUntil = safeUntilOf(row);
      return {
        row,
        state: shown(row, now),
        atRisk: risksOf(row, now, safeUntil)[0] ?? null,
        safeUntil,
        dependants: dependantsOf(row),
        isDefault: rows.defaultOf(who) === row.number,
      };
    },
  };
}
