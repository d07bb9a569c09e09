import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../../preload/contract/money.ts';
import type { PlanRules } from '../../policies/plan.ts';
import { endOfMonth } from '../calendar.ts';
import type { Ledger } from '../ledger.ts';
import { calculate, percentOf } from './calculation.ts';
import type { Capacity } from './capacity.ts';
import { totalOf } from './capacity.ts';
import type { PlanItem } from './items.ts';

/** What has to be set up before there is a plan to manage (KZ-05). */
export type PlanPart = 'trunking' | 'per_minute';

export interface FreeCredit {
  readonly percent: number;
  /** price of the subscription x percent (VTC-05). */
  readonly amount: Micros;
  /** UTC ms of the ledger's clock. */
  readonly nextGrantAt: number;
}

export interface PlanView {
  readonly name: string;
  readonly missing: readonly PlanPart[];
  /** Rows of nothing are left out; their totals sum to `total` exactly (KZ-06). */
  readonly items: readonly PlanItem[];
  readonly total: Micros;
  /** When the next of it is due, UTC ms; null where nothing is. */
  readonly dueAt: number | null;
  readonly subscription:
    (NonNullable<PlanRules['subscription']> & { readonly price: Micros; readonly freeCredit: FreeCredit }) | null;
  readonly carrierBilledElsewhere: boolean;
}

export interface PlanPorts {
  readonly capacity: Capacity;
  readonly items: (now: number) => readonly PlanItem[];
  /** When free credit comes next; undefined = the account is granted none. */
  readonly nextGrantAt: () => number | undefined;
}

/** The plan of the account as it stands, read anew each time. */
export function createPlan(ledger: Ledger, ports: PlanPorts): { view(): PlanView } {
  const { profile, clock, db } = ledger;
  const { plan, policy } = profile;
  const everPaid = db
    .prepare<[], number>(`SELECT EXISTS (SELECT 1 FROM usage WHERE kind IN ('topup', 'call'))`)
    .pluck();

  /** KZ-05. Who pays afterwards, or has seats, needs neither a deposit nor trunks first. */
  function missing(): readonly PlanPart[] {
    if (plan.subscription !== null || plan.minutes !== null) return [];
    const parts: PlanPart[] = [];
    if (totalOf(ports.capacity.current()) === 0) parts.push('trunking');
    const usesBalance = policy.charging.call === undefined || policy.charging.call === 'now_balance';
    if (usesBalance && everPaid.get() === 0 && ledger.journal.balance() <= 0) parts.push('per_minute');
    return parts;
  }

  function subscription(now: number): PlanView['subscription'] {
    if (plan.subscription === null) return null;
    const { seat, seats, freeCreditPercent } = plan.subscription;
    const price = calculate(seat, seats).total;
    const amount = percentOf(price, freeCreditPercent);
    const nextGrantAt = ports.nextGrantAt() ?? endOfMonth(now, profile.account.timeZone);
    return { ...plan.subscription, price, freeCredit: { percent: freeCreditPercent, amount, nextGrantAt } };
  }

  return {
    view() {
      const now = clock.now();
      const parts = missing();
      const items = parts.length > 0 ? [] : ports.items(now);
      const dueAts = items.map((item) => item.nextDue);
      return {
        name: plan.name,
        missing: parts,
        items,
        total: addMicros(toMicros(0), ...items.map((item) => item.total)),
        dueAt: dueAts.length === 0 ? null : Math.min(...dueAts),
        subscription: subscription(now),
        carrierBilledElsewhere: plan.trunks.carrierBilledElsewhere,
      };
    },
  };
}
