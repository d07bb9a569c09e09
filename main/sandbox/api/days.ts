import { addDays, compareDays, parseDay, parseMonth, startOfDay } from '../ledger/calendar.ts';
import type { Day } from '../ledger/calendar.ts';
import { Refusal } from './refusal.ts';

/** UTC ms, `[from, to)`. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

function dayAt(pointer: string, text: string): Day {
  const day = parseDay(text);
  if (!day) throw new Refusal('invalid_request', { errors: [{ pointer, detail: 'There is no such day' }] });
  return day;
}

/** Two days of a zone, both counted (KZ-09); a missing one leaves that side open. */
export function rangeOfDays(
  query: { readonly from?: string | undefined; readonly to?: string | undefined },
  zone: string,
): TimeRange {
  const first = query.from === undefined ? undefined : dayAt('/from', query.from);
  const last = query.to === undefined ? undefined : dayAt('/to', query.to);
  if (first && last && compareDays(first, last) > 0) {
    throw new Refusal('invalid_request', { errors: [{ pointer: '/to', detail: 'It ends before it begins' }] });
  }
  return {
    from: first ? startOfDay(first, zone) : Number.MIN_SAFE_INTEGER,
    to: last ? startOfDay(addDays(last, 1), zone) : Number.MAX_SAFE_INTEGER,
  };
}

/** The first day of a month named in a path; one that is no month is not there. */
export function monthInPath(text: string): Day {
  const month = parseMonth(text);
  if (!month) throw new Refusal('not_found');
  return month;
}
