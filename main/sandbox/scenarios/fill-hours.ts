import { addDays, dayOf, startOfDay } from '../ledger/calendar.ts';

const HOUR_MS = 3_600_000;

/** How busy each hour of a working day is on the firm's clock: two peaks, a lunch, and next to nothing at night. */
export const HOUR_WEIGHTS: readonly number[] = [
  0.05, 0.03, 0.03, 0.03, 0.05, 0.1, 0.5, 2, 6, 10, 11.5, 10.5, 7, 9.5, 11, 10.5, 9, 6, 3, 1.6, 1, 0.6, 0.3, 0.1,
];
/** How busy each day of the week is, Sunday first. */
export const WEEKDAY_WEIGHTS: readonly number[] = [0.1, 1.05, 1.08, 1.04, 1, 0.88, 0.18];

/** An hour, or the part of it within a span, and the weight of its calls. */
export interface BusyHour {
  readonly from: number;
  readonly until: number;
  readonly weight: number;
}

/** The hours of a span of UTC ms, as the clock of that zone shows them. */
export function busyHours(from: number, until: number, timeZone: string): readonly BusyHour[] {
  const hours: BusyHour[] = [];
  for (let day = dayOf(from, timeZone); startOfDay(day, timeZone) < until; day = addDays(day, 1)) {
    const ofDay = WEEKDAY_WEIGHTS[new Date(Date.UTC(day.year, day.month - 1, day.day)).getUTCDay()] ?? 0;
    const [start, end] = [startOfDay(day, timeZone), startOfDay(addDays(day, 1), timeZone)];
    for (let hour = 0; start + hour * HOUR_MS < end; hour += 1) {
      const first = Math.max(from, start + hour * HOUR_MS);
      const last = Math.min(until, start + (hour + 1) * HOUR_MS, end);
      // A day that is an hour longer has its last hour twice.
      const weight = ofDay * (HOUR_WEIGHTS[Math.min(hour, 23)] ?? 0) * ((last - first) / HOUR_MS);
      if (first < last) hours.push({ from: first, until: last, weight });
    }
  }
  return hours;
}
