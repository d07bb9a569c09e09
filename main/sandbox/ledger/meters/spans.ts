import { assertNever } from '../../../../preload/contract/result.ts';
import type { MeterRule } from '../../policies/profile.ts';
import type { Ledger } from '../ledger.ts';

export type SpanMeter = 'devices' | 'trunks';

/** Something provisioned from one moment to another, UTC ms, `[from, to)`; null = it still is. */
export interface Span {
  readonly subject: string;
  readonly from: number;
  readonly to: number | null;
}

/** UTC ms, `[from, to)`. */
export interface MeterPeriod {
  readonly from: number;
  readonly to: number;
}

function overlapping(spans: readonly Span[], { from, to }: MeterPeriod): readonly Span[] {
  return spans.filter((span) => span.from < to && (span.to ?? Infinity) > from && (span.to ?? Infinity) > span.from);
}

function peak(spans: readonly Span[], { from }: MeterPeriod): number {
  const steps = spans.flatMap((span) => [
    { at: Math.max(span.from, from), change: 1 },
    ...(span.to === null ? [] : [{ at: span.to, change: -1 }]),
  ]);
  // What goes at a moment has gone before what comes at it: 30 swapped one by one are 30 (SCS-04).
  steps.sort((left, right) => left.at - right.at || left.change - right.change);
  let count = 0;
  let highest = 0;
  for (const { change } of steps) {
    count += change;
    highest = Math.max(highest, count);
  }
  return highest;
}

/**
 * What a month is billed for (POL-20): the most at once, every one that was there, those there at its end, or those of
 * `active` that were used. A period that runs on is counted as it stands.
 */
export function countSpans(
  rule: MeterRule,
  spans: readonly Span[],
  period: MeterPeriod,
  active: ReadonlySet<string>,
): number {
  const there = overlapping(spans, period);
  switch (rule) {
    case 'peak':
      return peak(there, period);
    case 'distinct':
      return new Set(there.map((span) => span.subject)).size;
    case 'end_of_period':
      return there.filter((span) => span.to === null || span.to >= period.to).length;
    case 'ever_active':
      return new Set(there.map((span) => span.subject).filter((subject) => active.has(subject))).size;
    default:
      return assertNever(rule);
  }
}

/** The record of what was provisioned when. Writes belong in the transaction of the change. */
export interface Spans {
  open(meter: SpanMeter, subject: string, at: number): void;
  close(meter: SpanMeter, subject: string, at: number): void;
  /** Subjects there now. */
  current(meter: SpanMeter): readonly string[];
  during(meter: SpanMeter, period: MeterPeriod): readonly Span[];
  /** True when nothing was ever recorded. */
  empty(meter: SpanMeter): boolean;
}

export function createSpans(ledger: Ledger): Spans {
  const { db } = ledger;
  const insert = db.prepare('INSERT INTO meter_spans (meter, subject, from_at) VALUES (?, ?, ?)');
  const end = db.prepare('UPDATE meter_spans SET to_at = ? WHERE meter = ? AND subject = ? AND to_at IS NULL');
  const current = db
    .prepare<[string], string>('SELECT subject FROM meter_spans WHERE meter = ? AND to_at IS NULL ORDER BY subject')
    .pluck();
  const during = db.prepare<[string, number, number], Span>(
    `SELECT subject, from_at AS "from", to_at AS "to" FROM meter_spans
     WHERE meter = ? AND from_at < ? AND (to_at IS NULL OR to_at > ?) ORDER BY from_at, subject`,
  );
  const any = db.prepare<[string], number>('SELECT EXISTS (SELECT 1 FROM meter_spans WHERE meter = ?)').pluck();
  return {
    open: (meter, subject, at) => void insert.run(meter, subject, at),
    close: (meter, subject, at) => void end.run(at, meter, subject),
    current: (meter) => current.all(meter),
    during: (meter, { from, to }) => during.all(meter, to, from),
    empty: (meter) => any.get(meter) === 0,
  };
}
