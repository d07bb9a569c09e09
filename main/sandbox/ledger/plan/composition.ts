import type { Micros } from '../../../../preload/contract/money.ts';
import type { PlanGroup } from '../../policies/plan.ts';
import type { ChargeItem } from '../../policies/profile.ts';
import { addDays, dayOf, isoDay } from '../calendar.ts';
import type { DraftLine } from '../commerce/offer.ts';
import { priceLines } from '../commerce/pricing.ts';
import type { Ledger } from '../ledger.ts';
import type { MeterPeriod } from '../meters/spans.ts';
import type { Meters } from '../meters/meters.ts';
import { monthOf, prorate } from './calculation.ts';
import type { PlanItem } from './items.ts';
import type { PendingLine } from './statement-lines.ts';

/** One row of a statement, in whole cents. */
export interface StatementRow {
  readonly kind: string;
  readonly item: ChargeItem;
  readonly description: string;
  readonly quantity: number;
  readonly unitPrice: Micros;
  readonly amount: Micros;
  readonly subject: string | null;
  /** The charge that left it here; null = the plan itself. */
  readonly chargeId: string | null;
}

export interface CompositionPorts {
  readonly items: (now: number) => readonly PlanItem[];
  readonly meters: Meters;
}

/** The rows of the statement of a period that is issued at a moment, those of charges first. */
export type Composition = (period: MeterPeriod, at: number, lines: readonly PendingLine[]) => readonly StatementRow[];

/** Groups that a statement charges for the month to come. Numbers renew by themselves and leave their own lines. */
const IN_ADVANCE: readonly PlanGroup[] = ['subscription', 'sip_devices', 'trunking', 'emergency'];
const IN_ADVANCE_TIMINGS = ['next_statement', 'calendar_1st_prorated'] as const;

const METER_NAMES = {
  devices: ['device', 'SIP devices, most at once'],
  trunks: ['channels', 'Connected trunks'],
  voip_minutes: ['call', 'VoIP minutes'],
  video_minutes: ['call', 'Video minutes'],
  transcoding_minutes: ['call', 'Transcoding minutes'],
} as const;

const draft = (
  line: Pick<DraftLine, 'id' | 'item' | 'description' | 'quantity' | 'unitPrice' | 'amount' | 'subject'>,
): DraftLine => ({
  ...line,
  timing: 'next_statement',
  recurring: 'monthly',
  entitled: false,
  taxable: true,
});

/** How many of an item the lines of charges already charge for the month to come: that much of the plan is paid with them. */
function coveredBy(lines: readonly PendingLine[]): Map<string, number> {
  const covered = new Map<string, number>();
  for (const line of lines) {
    if (line.kind !== 'item' || line.recurring !== 'monthly') continue;
    covered.set(line.item, (covered.get(line.item) ?? 0) + line.quantity);
  }
  return covered;
}

/**
 * The rows of a statement that the plan itself charges: what was used in the month that ended, and what there is for the
 * month to come; taxes and fees after each. What a charge already charges for that month is left out.
 */
export function createComposition(ledger: Ledger, ports: CompositionPorts): Composition {
  const { profile } = ledger;
  const rules = {
    taxes: profile.commerce.taxes,
    cardSurchargeBasisPoints: profile.policy.cardSurchargeBasisPoints,
  };

  function inAdvance(at: number, lines: readonly PendingLine[]): readonly DraftLine[] {
    const covered = coveredBy(lines);
    const { first, last } = monthOf(dayOf(at, profile.account.timeZone));
    return ports
      .items(at)
      .filter((row) => IN_ADVANCE.includes(row.group) && IN_ADVANCE_TIMINGS.some((timing) => timing === row.timing))
      .flatMap((row): readonly DraftLine[] => {
        const already = Math.min(row.quantity, covered.get(row.item) ?? 0);
        covered.set(row.item, (covered.get(row.item) ?? 0) - already);
        const quantity = row.quantity - already;
        if (quantity === 0) return [];
        const amount = already === 0 ? row.total : prorate(row.total, { days: quantity, ofDays: row.quantity });
        const description = `${row.description}, ${isoDay(first)} to ${isoDay(last)}`;
        return [draft({ ...row, quantity, amount, description })];
      });
  }

  function used(period: MeterPeriod): readonly DraftLine[] {
    const zone = profile.account.timeZone;
    const days = `${isoDay(dayOf(period.from, zone))} to ${isoDay(addDays(dayOf(period.to, zone), -1))}`;
    return ports.meters
      .read(period)
      .readings.filter((reading) => reading.billed && reading.quantity > 0)
      .map(({ meter, quantity, unitPrice, total }) => {
        const [item, name] = METER_NAMES[meter];
        return draft({
          id: meter,
          item,
          description: `${name}, ${days}`,
          quantity,
          unitPrice,
          amount: total,
          subject: null,
        });
      });
  }

  return (period, at, lines) => {
    const own = priceLines({ lines: [...used(period), ...inAdvance(at, lines)], warnings: [], summary: '' }, rules);
    const toRow = (line: (typeof own)[number] | PendingLine): StatementRow => ({
      kind: line.kind,
      item: line.item,
      description: line.description,
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      amount: line.amount,
      subject: line.subject,
      chargeId: 'chargeId' in line ? line.chargeId : null,
    });
    return [...lines, ...own].map(toRow);
  };
}
