import type { Micros } from '../../../../preload/contract/money.ts';
import type { RatingRule } from '../rating.ts';

/**
 * F-07: how many seconds `spendable` (balance + credit limit - running costs, and less the reserve) still pays for, in
 * whole increments as the call would be billed; null = no end, because the minutes cost nothing. 1.00 at 0.013 in steps
 * of 60 s is 76 minutes. Never more than can be paid: the setup fee and the minimum come first.
 */
export function talkTimeSec(rule: RatingRule, spendable: Micros): number | null {
  if (rule.perMinute <= 0) return spendable >= rule.setupFee ? null : 0;
  const incSec = rule.incSec === 0 ? 60 : rule.incSec;
  const payable = Math.floor(((spendable - rule.setupFee) * 60) / rule.perMinute);
  if (payable <= 0 || payable < rule.minSec) return 0;
  return rule.minSec + Math.floor((payable - rule.minSec) / incSec) * incSec;
}
