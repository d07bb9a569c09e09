import type { Micros } from '../../preload/contract/money.ts';
import { MICROS_PER_UNIT } from '../../preload/contract/money.ts';
import { LOCALE } from './translate.ts';

const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });

function join(negative: boolean, units: number, fraction: string): string {
  const sign = negative && (units > 0 || /[1-9]/.test(fraction)) ? '\u2212' : '';
  return `${sign}${whole.format(units)}.${fraction}`;
}

/**
 * A balance: two decimals, rounded down, so that it never shows more than there is. 12.419 -> "12.41",
 * -0.001 -> "−0.01". Never "-0.00".
 */
export function balanceText(amount: Micros): string {
  const cents = Math.floor(amount / (MICROS_PER_UNIT / 100));
  const abs = Math.abs(cents);
  return join(cents < 0, Math.floor(abs / 100), String(abs % 100).padStart(2, '0'));
}

/**
 * A call's cost or a rate: four decimals, and as many more (up to six) as the exact amount has, so that the rows add up
 * to their total. 0.026 -> "0.0260", 0.000123 -> "0.000123".
 */
export function costText(amount: Micros): string {
  const abs = Math.abs(amount);
  const fraction = String(abs % MICROS_PER_UNIT)
    .padStart(6, '0')
    .replace(/0{1,2}$/, '');
  return join(amount < 0, Math.floor(abs / MICROS_PER_UNIT), fraction);
}
