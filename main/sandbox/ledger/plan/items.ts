import type { Micros } from '../../../../preload/contract/money.ts';
import type { PlanGroup, PlanPrice, TrunkKind } from '../../policies/plan.ts';
import { each } from '../../policies/plan.ts';
import type { ChargeItem, ChargeTiming } from '../../policies/profile.ts';
import { endOfMonth } from '../calendar.ts';
import type { Ledger } from '../ledger.ts';
import type { MeterName, Meters } from '../meters/meters.ts';
import type { BilledNumbers } from './billed-numbers.ts';
import { calculate } from './calculation.ts';
import type { Capacity } from './capacity.ts';
import { kindsOf } from './capacity.ts';

/** One row of the plan (KZ-06): what is paid every month for one kind of thing. */
export interface PlanItem {
  readonly id: string;
  readonly group: PlanGroup;
  readonly item: ChargeItem;
  readonly description: string;
  /** A kind of trunk, where there are several. */
  readonly subject: string | null;
  readonly quantity: number;
  readonly unitPrice: Micros;
  readonly discount: Micros;
  /** quantity x unit price less discount. */
  readonly total: Micros;
  readonly timing: ChargeTiming;
  /** UTC ms of the ledger's clock. */
  readonly nextDue: number;
}

export interface PlanItemPorts {
  readonly capacity: Capacity;
  readonly meters: Meters;
  readonly numbers: BilledNumbers;
}

const TRUNK_NAMES: Readonly<Record<TrunkKind, string>> = {
  pooled: 'Channels',
  inbound: 'Inbound trunks',
  outbound: 'Outbound trunks',
  two_way: 'Two-way trunks',
};

const METER_ROWS: Readonly<Record<MeterName, { group: PlanGroup; item: ChargeItem; description: string }>> = {
  devices: { group: 'sip_devices', item: 'device', description: 'SIP devices, most at once this month' },
  trunks: { group: 'trunking', item: 'channels', description: 'Connected trunks' },
  voip_minutes: { group: 'voip_minutes', item: 'call', description: 'VoIP minutes' },
  video_minutes: { group: 'video_minutes', item: 'call', description: 'Video minutes' },
  transcoding_minutes: { group: 'transcoding_minutes', item: 'call', description: 'Transcoding minutes' },
};

/** The rows of the plan as things stand; what there is none of has no row. */
export function createPlanItems(ledger: Ledger, ports: PlanItemPorts): (now: number) => readonly PlanItem[] {
  const { profile } = ledger;
  const { plan, policy } = profile;
  const timingOf = (item: ChargeItem): ChargeTiming => policy.charging[item] ?? 'next_statement';

  function fixed(
    row: Pick<PlanItem, 'id' | 'group' | 'item' | 'description' | 'subject' | 'nextDue'>,
    price: PlanPrice,
    units: number,
  ): PlanItem {
    const { quantity, unitPrice, discount, total } = calculate(price, units);
    return { ...row, quantity, unitPrice, discount, total, timing: timingOf(row.item) };
  }

  function trunkRows(nextDue: number): readonly PlanItem[] {
    if (timingOf('channels') === 'arrears_peak') return [];
    return kindsOf(ports.capacity.current()).map(({ kind, count }) =>
      fixed(
        {
          id: `trunking.${kind}`,
          group: 'trunking',
          item: 'channels',
          description: TRUNK_NAMES[kind],
          subject: kind,
          nextDue,
        },
        plan.trunks.prices[kind],
        // Unlimited trunks have no number to charge by; what they cost is settled with the provider.
        Math.max(0, count),
      ),
    );
  }

  function meterRows(now: number, nextDue: number): readonly PlanItem[] {
    return ports.meters
      .read(ports.meters.month(now))
      .readings.filter((reading) => reading.billed)
      .map(({ meter, quantity, unitPrice, discount, total }) => ({
        ...METER_ROWS[meter],
        id: meter,
        subject: null,
        quantity,
        unitPrice,
        discount,
        total,
        timing: 'arrears_peak',
        nextDue,
      }));
  }

  function numberRows(nextDue: number): readonly PlanItem[] {
    return ports.numbers.monthly().map(({ tollFree, price, count, renewsAt }) =>
      fixed(
        {
          id: `${tollFree ? 'toll_free' : 'numbers'}.${price}`,
          group: tollFree ? 'toll_free' : 'numbers',
          item: 'number_monthly',
          description: tollFree ? 'Toll-free numbers' : 'Phone numbers',
          subject: null,
          nextDue: renewsAt ?? nextDue,
        },
        each(price),
        count,
      ),
    );
  }

  return (now) => {
    const nextDue = endOfMonth(now, profile.account.timeZone);
    const rows: PlanItem[] = [];
    const { subscription, device, emergency } = plan;
    if (subscription) {
      const description = `${subscription.package}, seats`;
      const row = {
        id: 'subscription',
        group: 'subscription',
        item: 'plan',
        description,
        subject: null,
        nextDue,
      } as const;
      rows.push(fixed(row, subscription.seat, subscription.seats));
    }
    if (device && timingOf('device') !== 'arrears_peak') {
      const row = {
        id: 'devices',
        group: 'sip_devices',
        item: 'device',
        description: 'SIP devices',
        subject: null,
        nextDue,
      } as const;
      const [devices] = ports.meters.read({ from: now, to: now + 1 }).readings;
      rows.push(fixed(row, device, devices?.quantity ?? 0));
    }
    rows.push(...trunkRows(nextDue), ...meterRows(now, nextDue));
    if (emergency) {
      const row = {
        id: 'emergency',
        group: 'emergency',
        item: 'emergency',
        description: 'Emergency service (E911)',
        subject: null,
      } as const;
      const { count, renewsAt } = ports.numbers.emergency();
      rows.push(fixed({ ...row, nextDue: renewsAt ?? nextDue }, emergency, count));
    }
    rows.push(...numberRows(nextDue));
    return rows.filter((row) => row.quantity > 0);
  };
}
