import * as z from 'zod';
import { toMicros } from '../../../../preload/contract/money.ts';
import type { CreditPackage } from '../../policies/credit.ts';
import type { Profile } from '../../policies/profile.ts';
import { addMonthsAt, dayOf } from '../calendar.ts';
import { shareOf } from '../commerce/rounding.ts';
import type { Grant } from './lots.ts';

const DAY_MS = 86_400_000;
/** Name of the settings that remember the next grant. */
export const GRANTS = 'credit.grants';
export const grantsSchema = z.object({ nextAt: z.int(), anchorDay: z.int().min(1).max(31) });
export type Grants = z.output<typeof grantsSchema>;

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

/** A month after the grant at that moment, on the same day of the account's calendar. */
export function nextGrantAt(profile: Profile, at: number, anchorDay: number): number {
  return addMonthsAt(at, 1, { clamp: profile.policy.renewalClamp, anchorDay }, profile.account.timeZone);
}

/** The monthly grant of a package. */
export function packageGrant(profile: Profile, facts: CreditPackage, at: number): Grant {
  const { amount, basisPoints } = monthlyGrant(facts);
  const description = `Free calling credit, ${basisPoints / 100} % of ${facts.name}, ${facts.seats} seats`;
  return { kind: 'monthly', amount, description, expiresAt: expiryOfLot(profile, at) };
}
