import * as z from 'zod';
import type { Micros } from '../../../../preload/contract/money.ts';
import { toMicros } from '../../../../preload/contract/money.ts';
import type { CreditPackage } from '../../policies/credit.ts';
import type { Profile } from '../../policies/profile.ts';
import { addMonthsAt, dayOf } from '../calendar.ts';
import { shareOf } from '../commerce/pricing.ts';
import type { Ledger } from '../ledger.ts';
import type { Grant, Lot, Lots } from './lots.ts';
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

const DAY_MS = 86_400_000;
const GRANTS = 'credit.grants';
const grantsSchema = z.object({ nextAt: z.int(), anchorDay: z.int().min(1).max(31) });
type Grants = z.output<typeof grantsSchema>;

/** VTC-05: a share of the subscription that grows with the seats; 5 seats x 30 = 150, 20 % = 30. */
export function monthlyGrant(facts: CreditPackage) {
  const subscription = toMicros(facts.seats * facts.perSeat);
  const share = facts.shares.filter((each) => each.fromSeats <= facts.seats).at(-1);
  const basisPoints = share?.basisPoints ?? 0;
  return { subscription, basisPoints, amount: shareOf(subscription, basisPoints) };
}

/** When a lot granted then expires (POL-19). */
export function expiryOfLot(profile: Profile, at: number): number | null {
  const { expiryDays } = profile.policy.credits;
  return expiryDays === null ? null : at + expiryDays * DAY_MS;
}

/** The grants an account of that profile was made with. */
export function firstGrants(profile: Profile, now: number): readonly { readonly at: number; readonly grant: Grant }[] {
  const { credit, policy } = profile;
  if (credit.kind === 'trial' && policy.trial) {
    const amount = policy.trial.credit;
    const grant: Grant = { kind: 'trial', amount, description: 'Trial credit', expiresAt: expiryOfLot(profile, now) };
    return [{ at: now - 1, grant }];
  }
  if (credit.kind !== 'package') return [];
  const facts = credit.package;
  const { timeZone } = profile.account;
  const last = lastGrantBefore(now);
  const rule = { clamp: policy.renewalClamp, anchorDay: dayOf(last, timeZone).day };
  return [-2, -1, 0].map((months) => {
    const at = addMonthsAt(last, months, rule, timeZone);
    return { at, grant: packageGrant(profile, facts, at) };
  });
}

/** A seeded account had its last grant so long ago. */
const lastGrantBefore = (now: number): number => now - 12 * DAY_MS;

/** What the grants go on from after seeding. */
export function grantsAfterSeeding(profile: Profile, now: number): { readonly name: string; readonly value: Grants } {
  const { timeZone } = profile.account;
  const at = lastGrantBefore(now);
  const anchorDay = dayOf(at, timeZone).day;
  return { name: GRANTS, value: { anchorDay, nextAt: nextGrantAt(profile, at, anchorDay) } };
}

function nextGrantAt(profile: Profile, at: number, anchorDay: number): number {
  return addMonthsAt(at, 1, { clamp: profile.policy.renewalClamp, anchorDay }, profile.account.timeZone);
}

function packageGrant(profile: Profile, facts: CreditPackage, at: number): Grant {
  const { amount, basisPoints } = monthlyGrant(facts);
  const description = `Free calling credit, ${basisPoints / 100} % of ${facts.name}, ${facts.seats} seats`;
  return { kind: 'monthly', amount, description, expiresAt: expiryOfLot(profile, at) };
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
    tell(lots.expire(lot, at, `Free credit of ${isoDayOf(lot.grantedAt)} expired`), at);
  }

  const isoDayOf = (at: number): string => {
    const { year, month, day } = dayOf(at, profile.account.timeZone);
    return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  };

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
