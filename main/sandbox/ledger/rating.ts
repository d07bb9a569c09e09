import type { Micros } from '../../../preload/contract/money.ts';
import { addMicros, billedSeconds, priceOfSeconds, toMicros } from '../../../preload/contract/money.ts';

/** What a price needs of a deck row (POL-07). */
export interface RatingRule {
  readonly perMinute: Micros;
  readonly setupFee: Micros;
  readonly minSec: number;
  readonly incSec: number;
  readonly freeSec: number;
}

export interface RatedCall {
  readonly billedSec: number;
  /** Never negative; the ledger posts its negation. */
  readonly price: Micros;
}

/**
 * F-01 and F-03: billed seconds, then setup + rate x billed / 60, rounded half up once. Seconds shown x rate = price
 * shown, always (F-02). A call of 0 seconds, or of no more than the free ones, costs 0 and no setup.
 */
export function rateCall(rule: RatingRule, durationSec: number): RatedCall {
  const billedSec = billedSeconds(durationSec, rule);
  if (billedSec === 0) return { billedSec: 0, price: toMicros(0) };
  return { billedSec, price: addMicros(rule.setupFee, priceOfSeconds(rule.perMinute, billedSec)) };
}

/** Whole seconds of a call: a second begun counts. Times in ms; a clock set back gives 0. */
export function durationSeconds(answeredAt: number, endedAt: number): number {
  return Math.max(0, Math.ceil((endedAt - answeredAt) / 1000));
}
