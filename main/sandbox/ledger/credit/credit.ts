import type { Micros } from '../../../../preload/contract/money.ts';
import type { CreditPackage } from '../../policies/credit.ts';
import { dayOf, isoDay } from '../calendar.ts';
import type { Ledger } from '../ledger.ts';
import type { Grants } from './grants.ts';
import { GRANTS, grantsSchema, monthlyGrant, nextGrantAt, packageGrant } from './grants.ts';
import type { Lot, Lots } from './lots.ts';
import { createLots, paidOf } from './lots.ts';

/** The next monthly grant and how it comes about (VTC-05). */
export interface NextGrant {
  readonly at: number;
  readonly amount: Micros;
  readonly package: CreditPackage;
  readonly subscription: Micros;
  readonly basisPoints: number;
}

/** Free credit of the account and paid money beside it. */
export interface Credit {
  readonly lots: Lots;
  paid(): Micros;
  nextGrant(): NextGrant | undefined;
}

export function createCredit(ledger: Ledger): Credit {
  const { profile, journal, settings, outbox, agenda } = ledger;
  const lots = createLots(ledger.db, journal, profile.policy.credits.order);
  const facts = profile.credit.kind === 'package' ? profile.credit.package : undefined;
  const grants = (): Grants | undefined => settings.get(GRANTS, grantsSchema.optional(), () => undefined);

  function tell(usageId: string | undefined, at: number): void {
    if (usageId === undefined) return;
    outbox.append('usage.upserted', at, { usageId });
    outbox.append('balance.updated', at);
  }

  function end(lot: Lot, at: number): void {
    tell(lots.expire(lot, at, `Free credit of ${isoDay(dayOf(lot.grantedAt, profile.account.timeZone))} expired`), at);
  }

  agenda.add({
    name: 'free credit expires',
    nextAt: () => lots.nextExpiry(),
    run(at) {
      for (const lot of lots.overdue(at)) end(lot, at);
    },
  });
  if (facts) {
    agenda.add({
      name: 'monthly free credit',
      nextAt: () => grants()?.nextAt,
      run(at) {
        const { anchorDay } = grants() ?? { anchorDay: dayOf(at, profile.account.timeZone).day };
        if (!profile.policy.credits.rollover) {
          for (const lot of lots.open()) if (lot.kind === 'monthly') end(lot, at);
        }
        tell(lots.grant(packageGrant(profile, facts, at), at), at);
        settings.put(GRANTS, { anchorDay, nextAt: nextGrantAt(profile, at, anchorDay) });
      },
    });
  }
  return {
    lots,
    paid: () => paidOf(journal.balance(), lots.free()),
    nextGrant() {
      const next = grants();
      return facts && next ? { at: next.nextAt, package: facts, ...monthlyGrant(facts) } : undefined;
    },
  };
}
