import { dayOf, isoDay } from '../calendar.ts';
import { createLegs } from '../calls/legs.ts';
import type { Ledger } from '../ledger.ts';
import type { MeterPeriod } from '../meters/spans.ts';

/** What calls make of the channels. */
export interface TrunkUse {
  /** Legs that hold a channel now. */
  now(): { readonly inbound: number; readonly outbound: number };
  /** Most of them at once on any day of a period, which is whole days of the account's zone. */
  peak(period: MeterPeriod): number;
}

export function createTrunkUse(ledger: Ledger): TrunkUse {
  const legs = createLegs(ledger.db);
  const peak = ledger.db
    .prepare<[string, string], number | null>('SELECT max(peak) FROM call_days WHERE day >= ? AND day <= ?')
    .pluck();
  return {
    now: () => legs.channelsInUse(),
    peak({ from, to }) {
      const zone = ledger.profile.account.timeZone;
      return peak.get(isoDay(dayOf(from, zone)), isoDay(dayOf(to - 1, zone))) ?? 0;
    },
  };
}
