import type { Micros } from '../../../../preload/contract/money.ts';
import { toMicros } from '../../../../preload/contract/money.ts';
import { negated } from '../amounts.ts';

/** Rounds half up, away from zero for what is given back, to whole steps of so many micros. */
export function roundTo(step: number, numerator: bigint, denominator: bigint): Micros {
  const unit = denominator * BigInt(step);
  const size = numerator < 0n ? -numerator : numerator;
  const rounded = toMicros(Number(((size * 2n + unit) / (unit * 2n)) * BigInt(step)));
  return numerator < 0n ? negated(rounded) : rounded;
}

/** A share in hundredths of a per cent, half up to the micro or to whole steps of more. */
export function shareOf(amount: Micros, basisPoints: number, step = 1): Micros {
  return roundTo(step, BigInt(amount) * BigInt(basisPoints), 10_000n);
}
