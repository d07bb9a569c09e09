import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../../preload/contract/money.ts';
import { assertNever } from '../../../../preload/contract/result.ts';
import type { TopUpRules } from '../../policies/profile.ts';
import { negated } from '../amounts.ts';
import { addDays, dayOf, endOfMonth, startOfDay, startOfMonth } from '../calendar.ts';

/** What a person set, as far as the arithmetic needs it. */
export interface TopUpTerms {
  readonly threshold: Micros;
  readonly amount: Micros;
  /** null where the mode has none. */
  readonly target: Micros | null;
  readonly monthlyMax: Micros | null;
}

/** An addition that was tried, as the cap sees it. */
export interface Try {
  readonly at: number;
  readonly amount: Micros;
  readonly state: 'open' | 'done' | 'failed' | 'void';
  readonly isManual: boolean;
}

const CENT = 10_000;
/** F-10: where the cap is one of calendar days, the next try is a minute after midnight. */
const AFTER_MIDNIGHT_MS = 60_000;

/** POL-03, on the balance with the money on its way (F-09). */
export function isTriggered(rules: Pick<TopUpRules, 'comparator'>, threshold: Micros, balance: Micros): boolean {
  return rules.comparator === 'lte' ? balance <= threshold : balance < threshold;
}

const wholeCents = (amount: number): Micros => toMicros(Math.ceil(amount / CENT) * CENT);

/** POL-04: what is charged at that balance, up to the whole cent a card takes (F-08). */
export function amountAt(mode: TopUpRules['amountMode'], terms: TopUpTerms, balance: Micros): Micros {
  switch (mode) {
    case 'add_fixed':
      return terms.amount;
    case 'to_target':
      return wholeCents(addMicros(terms.target ?? terms.threshold, negated(balance)));
    case 'to_threshold_plus':
      return wholeCents(addMicros(terms.threshold, terms.amount, negated(balance)));
    default:
      return assertNever(mode);
  }
}

/** What the next one takes: at the threshold, or at what the balance has fallen to below it. */
export function nextAmount(mode: TopUpRules['amountMode'], terms: TopUpTerms, balance: Micros): Micros {
  return amountAt(mode, terms, toMicros(Math.min(balance, terms.threshold)));
}

/** The smaller of the provider's limit for a month and the person's own (EXT-13); null = neither. */
export function monthlyMaxOf(rules: Pick<TopUpRules, 'cap'>, terms: Pick<TopUpTerms, 'monthlyMax'>): Micros | null {
  const limits = [rules.cap.monthlyMax, terms.monthlyMax].filter((each) => each !== null);
  return limits.length === 0 ? null : toMicros(Math.min(...limits));
}

function counts(cap: TopUpRules['cap'], each: Try): boolean {
  if (each.state === 'void' || (each.isManual && !cap.countsManual)) return false;
  return each.state !== 'failed' || cap.countsFailed;
}

/** The window `now` is in begins here; it counts tries at or after it, or after it where it rolls. */
function dayWindow(now: number, zone: string): { readonly from: number; readonly to: number } {
  const today = dayOf(now - AFTER_MIDNIGHT_MS, zone);
  return {
    from: startOfDay(today, zone) + AFTER_MIDNIGHT_MS,
    to: startOfDay(addDays(today, 1), zone) + AFTER_MIDNIGHT_MS,
  };
}

function countedUntil(cap: TopUpRules['cap'], tries: readonly Try[], now: number, zone: string): number | null {
  const { count, windowMs, windowKind } = cap;
  if (count === null) return null;
  const counted = tries.filter((each) => counts(cap, each));
  if (windowKind === 'calendar_day') {
    const { from, to } = dayWindow(now, zone);
    return counted.filter((each) => each.at >= from).length >= count ? to : null;
  }
  const recent = counted.map((each) => each.at).filter((at) => at > now - windowMs);
  // The try that has to leave the window for one more to fit.
  const leaving = recent.toSorted((left, right) => left - right)[recent.length - count];
  return leaving === undefined ? null : leaving + windowMs;
}

/** What automatic additions took, and are about to take, in the month `now` is in. */
function takenThisMonth(cap: TopUpRules['cap'], tries: readonly Try[], now: number, zone: string): number {
  const from = startOfMonth(now, zone);
  return tries
    .filter((each) => each.at >= from && (each.state === 'open' || each.state === 'done'))
    .filter((each) => !each.isManual || cap.countsManual)
    .reduce((sum, each) => sum + each.amount, 0);
}

/** Why no further one may be charged now, and until when. */
export interface Capped {
  readonly by: 'count' | 'month';
  readonly until: number;
}

/** POL-05 (F-10). `tries` holds at least those of the window and of the month. */
export function cappedUntil(
  rules: TopUpRules,
  terms: TopUpTerms,
  amount: Micros,
  tries: readonly Try[],
  now: number,
  zone: string,
): Capped | null {
  const max = monthlyMaxOf(rules, terms);
  if (max !== null && takenThisMonth(rules.cap, tries, now, zone) + amount > max) {
    return { by: 'month', until: endOfMonth(now, zone) };
  }
  const until = countedUntil(rules.cap, tries, now, zone);
  return until === null ? null : { by: 'count', until };
}

/** The oldest try that can still matter at `now`. */
export function oldestThatCounts(rules: TopUpRules, now: number, zone: string): number {
  const day = rules.cap.windowKind === 'calendar_day' ? dayWindow(now, zone).from : now - rules.cap.windowMs;
  return Math.min(day, startOfMonth(now, zone));
}

const MONTH_IN_DAYS = 30;
const DAY_MS = 86_400_000;

/** F-18: the most the card can bear per window and in a month; null = no limit. `amount` is that of one charge. */
export function spendCeilings(rules: TopUpRules, terms: TopUpTerms, amount: Micros) {
  const { count, windowMs } = rules.cap;
  const perWindow = count === null ? null : toMicros(amount * count);
  const windows = (MONTH_IN_DAYS * DAY_MS) / windowMs;
  const byWindows = perWindow === null ? null : Math.floor(perWindow * windows);
  const limits = [byWindows, monthlyMaxOf(rules, terms)].filter((each) => each !== null);
  return { perWindow, perMonth: limits.length === 0 ? null : toMicros(Math.min(...limits)) };
}
