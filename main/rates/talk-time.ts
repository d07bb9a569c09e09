import type { Balance, CallPrice, Policy, Rate } from '../../preload/contract/models.ts';
import type { Money } from '../../preload/contract/money.ts';

type EnoughFor = Extract<CallPrice, { kind: 'rated' }>['enoughFor'];

const FIVE_MINUTES_SEC = 300;

/**
 * F-07: whole increments of seconds that `available - reserve - setup fee` pays for; 0 where a metered call may not
 * start (F-06: the rest must be above zero). Integers throughout. null where the call costs nothing, or where amounts
 * are in different currencies and so say nothing.
 */
export function talkTimeSec(rate: Rate, available: Money, reserve: Money | null): number | null {
  if (rate.perMinute <= 0 || available.currency !== rate.currency) return null;
  if (reserve && reserve.currency !== rate.currency) return null;
  const free = available.micros - (reserve?.micros ?? 0);
  if (free <= 0) return 0;
  const spendable = free - rate.setupFee;
  if (spendable <= 0) return 0;
  const incrementSec = rate.incSec === 0 ? 60 : rate.incSec;
  const increments = (BigInt(spendable) * 60n) / (BigInt(rate.perMinute) * BigInt(incrementSec));
  const seconds = increments * BigInt(incrementSec);
  const capped = seconds > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(seconds);
  return capped < rate.minSec ? 0 : capped;
}

/** The coarse answer (design 9): it must not let anybody work out the balance. */
function enoughBySeconds(seconds: number): EnoughFor {
  if (seconds <= 0) return 'nothing';
  return seconds < FIVE_MINUTES_SEC ? 'under_5_min' : 'plenty';
}

/** Without amounts only the level is known, and "low" says nothing about minutes. */
const BY_LEVEL: Readonly<Record<Balance['level'], EnoughFor>> = {
  ok: 'plenty',
  low: 'unknown',
  zero: 'nothing',
  negative: 'nothing',
};

/**
 * How long the balance lasts for a rate. `talkTimeSec` is exact and only for those who may see the balance; `enoughFor`
 * is for everybody. Where no balance stops a call (POL-02 `none`: paid afterwards) it says nothing about minutes.
 */
export function affordability(
  rate: Rate,
  balance: Balance | null,
  policy: Pick<Policy, 'admissionReserve' | 'newCallsAtZero'> | null,
  maySeeExact: boolean,
): { readonly talkTimeSec: number | null; readonly enoughFor: EnoughFor } {
  if (rate.perMinute <= 0 && rate.setupFee <= 0) return { talkTimeSec: null, enoughFor: 'plenty' };
  if (!balance || policy?.newCallsAtZero === 'none') return { talkTimeSec: null, enoughFor: 'unknown' };
  if (!balance.exact) return { talkTimeSec: null, enoughFor: BY_LEVEL[balance.level] };
  const seconds = talkTimeSec(rate, balance.exact.available, policy?.admissionReserve ?? null);
  if (seconds === null) return { talkTimeSec: null, enoughFor: 'unknown' };
  return { talkTimeSec: maySeeExact ? seconds : null, enoughFor: enoughBySeconds(seconds) };
}
