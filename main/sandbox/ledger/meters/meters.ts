import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../../preload/contract/money.ts';
import type { PlanPrice } from '../../policies/plan.ts';
import { each } from '../../policies/plan.ts';
import type { MeterRule } from '../../policies/profile.ts';
import { dayOf, daysInMonth, endOfMonth, startOfMonth } from '../calendar.ts';
import type { Ledger } from '../ledger.ts';
import { calculate } from '../plan/calculation.ts';
import { createCallSeconds, countMinutes } from './minutes.ts';
import type { MeterPeriod, Spans } from './spans.ts';
import { countSpans } from './spans.ts';

export const METERS = ['devices', 'trunks', 'voip_minutes', 'video_minutes', 'transcoding_minutes'] as const;
export type MeterName = (typeof METERS)[number];

/** How a quantity comes about: a rule of POL-20, or minutes brought up for each call or on their sum (POL-07). */
export type MeterCount = MeterRule | 'minutes_per_call' | 'minutes_on_sum';

/** One meter of one month. */
export interface Reading {
  readonly meter: MeterName;
  readonly rule: MeterCount;
  readonly quantity: number;
  readonly unitPrice: Micros;
  readonly discount: Micros;
  readonly total: Micros;
  /** Charged when the month is over; else it only tells. */
  readonly billed: boolean;
}

/** A running month carried on at its present pace to its end (SCS-03). What is at its peak stays there. */
export interface Forecast {
  readonly meter: MeterName;
  readonly quantity: number;
  readonly total: Micros;
}

export interface MonthOfMeters {
  readonly period: MeterPeriod;
  readonly readings: readonly Reading[];
  /** The exact sum of what is billed. */
  readonly total: Micros;
}

export interface Meters {
  /** The meters of any period as far as it has run. */
  read(period: MeterPeriod): MonthOfMeters;
  /** The month of the account's zone a moment lies in. */
  month(at: number): MeterPeriod;
  forecast(now: number): readonly Forecast[];
}

export interface MeterPorts {
  readonly spans: Spans;
  /** Most channels held at once in a period, for trunks charged by use. */
  peakChannels(period: MeterPeriod): number;
}

const NOTHING: PlanPrice = each(0);

/** Counts the month of who pays for use (SCS-01 to SCS-14): nothing used costs nothing. */
export function createMeters(ledger: Ledger, ports: MeterPorts): Meters {
  const { profile, db } = ledger;
  const { policy, plan } = profile;
  const { charging } = policy;
  const callSeconds = createCallSeconds(ledger);
  const activeDevices = db
    .prepare<[number, number], string>(
      `SELECT DISTINCT device_id FROM usage
       WHERE time >= ? AND time < ? AND kind = 'call' AND duration_sec > 0 AND device_id IS NOT NULL`,
    )
    .pluck();

  const perMinute = (price: Micros | undefined): PlanPrice | null => (price === undefined ? null : each(price));
  const trunkKind = policy.channels.kind === 'pooled' ? 'pooled' : 'two_way';
  const PRICES: Readonly<Record<MeterName, PlanPrice | null>> = {
    devices: charging.device === 'arrears_peak' ? plan.device : null,
    trunks: charging.channels === 'arrears_peak' ? plan.trunks.prices[trunkKind] : null,
    voip_minutes: perMinute(plan.minutes?.voip),
    video_minutes: perMinute(plan.minutes?.video),
    transcoding_minutes: perMinute(plan.minutes?.transcoding),
  };

  function priced(meter: MeterName, rule: MeterCount, quantity: number): Reading {
    const price = PRICES[meter];
    const { unitPrice, discount, total } = calculate(price ?? NOTHING, quantity);
    return { meter, rule, quantity, unitPrice, discount, total, billed: price !== null };
  }

  function read(period: MeterPeriod): MonthOfMeters {
    const { spans } = ports;
    const deviceSpans = spans.during('devices', period);
    const trunkSpans = spans.during('trunks', period);
    const trunksUsed = new Set(
      trunkSpans
        .map((span) => span.subject)
        .toSorted()
        .slice(0, ports.peakChannels(period)),
    );
    const minutes = countMinutes(callSeconds(period), policy);
    const minutesRule = policy.rating.scope === 'per_call' ? 'minutes_per_call' : 'minutes_on_sum';
    const { devices, trunks } = policy.meters;
    const readings = [
      priced(
        'devices',
        devices,
        countSpans(devices, deviceSpans, period, new Set(activeDevices.all(period.from, period.to))),
      ),
      priced('trunks', trunks, countSpans(trunks, trunkSpans, period, trunksUsed)),
      priced('voip_minutes', minutesRule, minutes.voip),
      priced('video_minutes', minutesRule, minutes.video),
      priced('transcoding_minutes', minutesRule, minutes.transcoding),
    ];
    return { period, readings, total: addMicros(toMicros(0), ...readings.map((reading) => reading.total)) };
  }

  const month = (at: number): MeterPeriod => {
    const zone = profile.account.timeZone;
    return { from: startOfMonth(at, zone), to: endOfMonth(at, zone) };
  };

  return {
    read,
    month,
    forecast(now) {
      const today = dayOf(now, profile.account.timeZone);
      const days = daysInMonth(today);
      return read(month(now)).readings.map(({ meter, rule, quantity }) => {
        const grows = rule === 'minutes_per_call' || rule === 'minutes_on_sum';
        const expected = grows ? Math.ceil((quantity * days) / today.day) : quantity;
        return { meter, quantity: expected, total: priced(meter, rule, expected).total };
      });
    },
  };
}
