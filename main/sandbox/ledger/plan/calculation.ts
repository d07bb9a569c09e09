import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../../preload/contract/money.ts';
import { assertNever } from '../../../../preload/contract/result.ts';
import type { Discount, PlanPrice, Pricing } from '../../policies/plan.ts';
import { negated } from '../amounts.ts';
import type { Day } from '../calendar.ts';
import { addDays, daysInclusive } from '../calendar.ts';

/** What so many units cost a month: `total` is `gross` less `discount`, and never below 0. */
export interface Calculated {
  /** What is charged for, which a minimum may have raised. */
  readonly quantity: number;
  readonly unitPrice: Micros;
  readonly gross: Micros;
  readonly discount: Micros;
  readonly total: Micros;
}

/** numerator / denominator, half up; away from zero below it. */
function dividedHalfUp(numerator: bigint, denominator: bigint): Micros {
  const size = numerator < 0n ? -numerator : numerator;
  const rounded = Number((size * 2n + denominator) / (denominator * 2n));
  return toMicros(numerator < 0n ? -rounded : rounded);
}

function unitPriceOf(pricing: Pricing, quantity: number): Micros {
  switch (pricing.kind) {
    case 'each':
      return pricing.unitPrice;
    case 'flat':
      return pricing.price;
    case 'tiers':
      return pricing.tiers.findLast((tier) => tier.from <= quantity)?.unitPrice ?? toMicros(0);
    default:
      return assertNever(pricing);
  }
}

function discountOn(discount: Discount | null, gross: Micros, quantity: number): Micros {
  if (discount === null) return toMicros(0);
  switch (discount.kind) {
    case 'percent':
      return dividedHalfUp(BigInt(gross) * BigInt(discount.basisPoints), 10_000n);
    case 'single':
      return discount.amount;
    case 'cumulative':
      return toMicros(discount.perUnit * quantity);
    default:
      return assertNever(discount);
  }
}

/** A month of so many units (EXT-37): minimum, then price, then discount. Nothing costs nothing, whatever the minimum. */
export function calculate(price: PlanPrice, units: number): Calculated {
  const quantity = units <= 0 ? 0 : Math.max(units, price.minimum);
  const unitPrice = unitPriceOf(price.pricing, quantity);
  const times = price.pricing.kind === 'flat' ? Math.min(quantity, 1) : quantity;
  const gross = toMicros(unitPrice * times);
  const discount =
    quantity === 0 ? toMicros(0) : toMicros(Math.min(gross, discountOn(price.discount, gross, quantity)));
  return { quantity, unitPrice, gross, discount, total: addMicros(gross, negated(discount)) };
}

/** A billing period in days of the account: `last` belongs to it. */
export interface Period {
  readonly first: Day;
  readonly last: Day;
}

/** The calendar month a day lies in. */
export function monthOf(day: Day): Period {
  const first = { ...day, day: 1 };
  const nextMonth = day.month === 12 ? { year: day.year + 1, month: 1, day: 1 } : { ...first, month: day.month + 1 };
  return { first, last: addDays(nextMonth, -1) };
}

/** What is left of a period from a day on, that day included, of all its days. */
export function share(period: Period, from: Day): { readonly days: number; readonly ofDays: number } {
  return { days: daysInclusive(from, period.last), ofDays: daysInclusive(period.first, period.last) };
}

/** So many hundredths of an amount, half up to the micro. */
export const percentOf = (amount: Micros, percent: number): Micros =>
  dividedHalfUp(BigInt(amount) * BigInt(percent), 100n);

/** F-12: 74.97 for 15 of 30 days is 37.485. Half up to the micro; who is paid in cents rounds once more. */
export function prorate(monthly: Micros, part: { readonly days: number; readonly ofDays: number }): Micros {
  return dividedHalfUp(BigInt(monthly) * BigInt(part.days), BigInt(part.ofDays));
}
