import type { CallPrice } from '../../preload/contract/models.ts';
import type { Money } from '../../preload/contract/money.ts';
import { addMicros, billedSeconds, priceOfSeconds, toMicros } from '../../preload/contract/money.ts';

/** What is known of the cost of a call that is going on. */
export type RunningCost =
  | { readonly kind: 'about'; readonly cost: Money }
  | { readonly kind: 'included' }
  | { readonly kind: 'free' }
  | { readonly kind: 'unknown' };

/**
 * The cost of `seconds` of a call under the rule it was dialled with (F-01): the minimum, then whole increments, plus the
 * setup fee. An estimate beside the balance, never inside it: the charge is the provider's.
 */
export function runningCost(price: CallPrice | null, seconds: number): RunningCost {
  if (price === null || price.kind === 'unknown') return { kind: 'unknown' };
  if (price.kind === 'emergency') return { kind: 'free' };
  if (price.kind === 'included') return { kind: 'included' };
  const { rate } = price;
  if (rate.perMinute === 0 && rate.setupFee === 0) return { kind: 'free' };
  const billed = billedSeconds(seconds, rate);
  const micros = billed === 0 ? toMicros(0) : addMicros(rate.setupFee, priceOfSeconds(rate.perMinute, billed));
  return { kind: 'about', cost: { micros, currency: rate.currency } };
}
