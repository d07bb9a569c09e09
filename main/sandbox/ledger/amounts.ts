import type { Micros } from '../../../preload/contract/money.ts';
import { toMicros } from '../../../preload/contract/money.ts';

/** The same amount the other way: a price is posted as its negation. */
export function negated(amount: Micros): Micros {
  return toMicros(0 - amount);
}
