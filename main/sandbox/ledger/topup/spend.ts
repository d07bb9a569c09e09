import type { Micros } from '../../../../preload/contract/money.ts';
import { toMicros } from '../../../../preload/contract/money.ts';
import { addDays, dayOf, startOfDay } from '../calendar.ts';
import type { Ledger } from '../ledger.ts';

const DAY_MS = 86_400_000;
/** TOP-16: how many days back the advice looks. */
export const ADVICE_DAYS = 30;

/** What metered calls took off the balance. */
export interface MeteredSpend {
  /** Of `[from, to)`, UTC ms. */
  between(from: number, to: number): Micros;
  /** The dearest day of the last 30 with today, in the account's zone (TOP-16). */
  dearestDay(now: number): Micros;
  /** Of the last 24 hours, per hour (TOP-17). */
  perHour(now: number): Micros;
}

export function createMeteredSpend(ledger: Ledger): MeteredSpend {
  const { db, profile } = ledger;
  const sum = db
    .prepare<[number, number], number | null>(
      `SELECT -sum(amount) FROM usage WHERE time >= ? AND time < ? AND kind = 'call' AND amount < 0`,
    )
    .pluck();
  /** Days that are over hardly change, and an account may have very many calls: each is summed once. */
  const days = new Map<number, Micros>();

  const between = (from: number, to: number): Micros => toMicros(sum.get(from, to) ?? 0);

  function ofDay(from: number, to: number, now: number): Micros {
    const known = days.get(from);
    if (known !== undefined) return known;
    const spent = between(from, to);
    if (to <= now) days.set(from, spent);
    return spent;
  }

  return {
    between,
    dearestDay(now) {
      const { timeZone } = profile.account;
      const today = dayOf(now, timeZone);
      const starts = Array.from({ length: ADVICE_DAYS + 1 }, (_, index) =>
        startOfDay(addDays(today, index - ADVICE_DAYS + 1), timeZone),
      );
      for (const known of days.keys()) if (known < (starts[0] ?? 0)) days.delete(known);
      const spent = starts.slice(0, -1).map((from, index) => ofDay(from, starts[index + 1] ?? from, now));
      return toMicros(Math.max(0, ...spent));
    },
    perHour: (now) => toMicros(Math.round(between(now - DAY_MS, now + 1) / 24)),
  };
}

const STEP = 5_000_000;

/** TOP-16: the amount that lasts for such a day, up to a whole 5, and at least what the provider takes. */
export function advisedAmount(dearestDay: Micros, least: Micros): Micros {
  return toMicros(Math.max(least, Math.ceil(dearestDay / STEP) * STEP));
}
