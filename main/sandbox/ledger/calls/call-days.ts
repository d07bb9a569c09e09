import type { Micros } from '../../../../preload/contract/money.ts';
import { toMicros } from '../../../../preload/contract/money.ts';
import type { ChannelsInUse } from '../admission.ts';
import { addDays, dayOf, isoDay, startOfDay } from '../calendar.ts';
import type { Ledger } from '../ledger.ts';

/** What a day of calling came to. */
export interface CallDay {
  readonly peakInbound: number;
  readonly peakOutbound: number;
  readonly peak: number;
  /** Legs refused for lack of a channel. */
  readonly noChannel: number;
  /** What outgoing calls that ended that day cost. */
  readonly spent: Micros;
}

/** Days of the account's zone, kept as calls happen. Writes run in the caller's transaction. */
export interface CallDays {
  today(now: number): CallDay;
  held(channels: ChannelsInUse, now: number): void;
  noChannel(now: number): void;
  spent(amount: Micros, now: number): void;
}

const NOTHING: CallDay = { peakInbound: 0, peakOutbound: 0, peak: 0, noChannel: 0, spent: toMicros(0) };

export function createCallDays({ db, profile }: Pick<Ledger, 'db' | 'profile'>): CallDays {
  const read = db.prepare<[string], CallDay>(`
    SELECT peak_inbound AS peakInbound, peak_outbound AS peakOutbound, peak, no_channel AS noChannel, spent
    FROM call_days WHERE day = ?`);
  const put = db.prepare(`
    INSERT INTO call_days (day, peak_inbound, peak_outbound, peak, no_channel, spent)
    VALUES (@day, @inbound, @outbound, @inbound + @outbound, @noChannel, @spent)
    ON CONFLICT (day) DO UPDATE SET peak_inbound = max(peak_inbound, excluded.peak_inbound),
      peak_outbound = max(peak_outbound, excluded.peak_outbound), peak = max(peak, excluded.peak),
      no_channel = no_channel + excluded.no_channel, spent = spent + excluded.spent`);

  // Naming a day costs a date format; a call asks several times within one.
  let known = { zone: '', from: 0, to: 0, name: '' };
  function nameOf(at: number): string {
    const zone = profile.account.timeZone;
    if (zone !== known.zone || at < known.from || at >= known.to) {
      const day = dayOf(at, zone);
      known = { zone, from: startOfDay(day, zone), to: startOfDay(addDays(day, 1), zone), name: isoDay(day) };
    }
    return known.name;
  }

  const add = (now: number, what: { inbound?: number; outbound?: number; noChannel?: number; spent?: number }): void =>
    void put.run({ day: nameOf(now), inbound: 0, outbound: 0, noChannel: 0, spent: 0, ...what });

  return {
    today: (now) => read.get(nameOf(now)) ?? NOTHING,
    held: (channels, now) => add(now, { ...channels }),
    noChannel: (now) => add(now, { noChannel: 1 }),
    spent: (amount, now) => add(now, { spent: amount }),
  };
}
