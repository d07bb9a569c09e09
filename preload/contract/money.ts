import * as z from 'zod/mini';

/** One unit of currency in micros. */
export const MICROS_PER_UNIT = 1_000_000;

/**
 * The largest amount handled, in micros: 1,000,000,000 units. A sum of nine such amounts still is a safe integer
 * (9 x 10^15 < 2^53), so a running total is checked before it can lose a micro.
 */
export const MAX_MICROS = 1_000_000_000 * MICROS_PER_UNIT;

/** An amount in 1/1,000,000 of a currency unit; always an integer. Negative = owed or taken. */
export const micros = z.int().check(z.minimum(-MAX_MICROS), z.maximum(MAX_MICROS)).brand<'Micros'>();
export type Micros = z.infer<typeof micros>;

/** ISO 4217 code. */
export const currencyCode = z.string().check(z.regex(/^[A-Z]{3}$/));

/** An amount with its currency. Two amounts are only ever added when the currencies are equal. */
export const money = z.object({ micros, currency: currencyCode });
export type Money = z.infer<typeof money>;

/**
 * Takes an integer count of micros. Throws RangeError for a fraction or an amount beyond MAX_MICROS: both are bugs of
 * the caller, never input.
 */
export function toMicros(value: number): Micros {
  if (!Number.isSafeInteger(value) || Math.abs(value) > MAX_MICROS) throw new RangeError(`Not an amount: ${value}`);
  return (value === 0 ? 0 : value) as Micros;
}

/**
 * Parses plain decimal text ("12.41", "-0.0042", "5") straight to micros. Returns undefined for anything else,
 * including more than six decimals: rounding money on entry would hide an error of the sender.
 */
export function parseDecimal(text: string): Micros | undefined {
  const match = /^(-?)(\d{1,10})(?:\.(\d{1,6}))?$/.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '0', fraction = ''] = match;
  const value = Number(whole) * MICROS_PER_UNIT + Number(fraction.padEnd(6, '0'));
  if (value > MAX_MICROS) return undefined;
  return toMicros(sign ? -value : value);
}

/** Writes micros as exact decimal text with at least two and at most six decimals: 13000 -> "0.013". Never "-0.00". */
export function toDecimal(amount: Micros): string {
  const abs = Math.abs(amount);
  const whole = Math.floor(abs / MICROS_PER_UNIT);
  const fraction = String(abs % MICROS_PER_UNIT).padStart(6, '0');
  const trimmed = fraction.replace(/0+$/, '').padEnd(2, '0');
  return `${amount < 0 ? '-' : ''}${whole}.${trimmed}`;
}

/** Adds amounts of one currency; throws RangeError on overflow (a bug or a hostile total). */
export function addMicros(...amounts: readonly Micros[]): Micros {
  let total = 0;
  for (const amount of amounts) total = toMicros(total + amount);
  return toMicros(total);
}

/**
 * rate x seconds / 60 in micros, rounded half up once (POL-07 default). `seconds` is already brought to the
 * increment by the caller (F-01). Integer arithmetic throughout.
 */
export function priceOfSeconds(ratePerMinute: Micros, seconds: number): Micros {
  if (!Number.isSafeInteger(seconds) || seconds < 0) throw new RangeError('Seconds must be whole');
  const product = BigInt(ratePerMinute) * BigInt(seconds);
  return toMicros(Number((product * 2n + 60n) / 120n));
}

/**
 * Billed seconds of a call (F-01, F-03): 0 stays 0, at most `freeSec` is 0, the minimum first, then whole increments.
 * An increment of 0 means 60.
 */
export function billedSeconds(
  durationSec: number,
  rule: { readonly minSec: number; readonly incSec: number; readonly freeSec: number },
): number {
  if (durationSec <= 0 || durationSec <= rule.freeSec) return 0;
  if (durationSec <= rule.minSec) return rule.minSec;
  const increment = rule.incSec === 0 ? 60 : rule.incSec;
  return rule.minSec + Math.ceil((durationSec - rule.minSec) / increment) * increment;
}
