/** A day of the calendar, without a zone. `month` is 1 to 12. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** POL-13: what happens to a day that a short month lacks. */
export type RenewalClamp = 'anchored' | 'sticky';

const DAY_MS = 86_400_000;

interface WallClock extends Day {
  readonly timeOfDayMs: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs a hundred times what using it does. Throws RangeError for an unknown zone. */
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}

/** What a clock on the wall of that zone shows. */
function wallClock(at: number, zone: string): WallClock {
  const found: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) found[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = found;
  const ofSecond = ((at % 1000) + 1000) % 1000;
  return { year, month, day, timeOfDayMs: ((hour * 60 + minute) * 60 + second) * 1000 + ofSecond };
}

const utcOf = ({ year, month, day }: Day): number => Date.UTC(year, month - 1, day);

function dayOfUtc(at: number): Day {
  const date = new Date(at);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function offsetMs(at: number, zone: string): number {
  const shown = wallClock(at, zone);
  return utcOf(shown) + shown.timeOfDayMs - at;
}

/**
 * The moment a clock on the wall of that zone shows this. Shown twice (clocks set back): the first time. Never shown
 * (clocks set forward over it): as far after the gap as it is into it, as a clock nobody has set yet would show.
 */
function momentOf(wanted: WallClock, zone: string): number {
  const shown = utcOf(wanted) + wanted.timeOfDayMs;
  // No zone is more than 14 hours from UTC, and none changes its offset twice in two days.
  const before = offsetMs(shown - DAY_MS, zone);
  const after = offsetMs(shown + DAY_MS, zone);
  const candidates = [shown - before, shown - after].filter((at) => offsetMs(at, zone) === shown - at);
  return candidates.length > 0 ? Math.min(...candidates) : shown - before;
}

/** The day a moment (UTC ms) falls on in that IANA zone. */
export function dayOf(at: number, zone: string): Day {
  const { year, month, day } = wallClock(at, zone);
  return { year, month, day };
}

/**
 * The first moment of a day in that zone, UTC ms: midnight, or what follows where clocks skip midnight. The end of a
 * day is `startOfDay(addDays(day, 1), zone)`, which is not always 24 hours later.
 */
export function startOfDay(day: Day, zone: string): number {
  return momentOf({ ...day, timeOfDayMs: 0 }, zone);
}

/** The first moment of the month a moment falls in, UTC ms. */
export function startOfMonth(at: number, zone: string): number {
  return startOfDay({ ...dayOf(at, zone), day: 1 }, zone);
}

/** The first moment that no longer belongs to the month a moment falls in: a month is `[startOfMonth, endOfMonth)`. */
export function endOfMonth(at: number, zone: string): number {
  return startOfDay(addMonths({ ...dayOf(at, zone), day: 1 }, 1, { clamp: 'anchored', anchorDay: 1 }), zone);
}

export function daysInMonth({ year, month }: Pick<Day, 'year' | 'month'>): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

export const addDays = (day: Day, days: number): Day => dayOfUtc(utcOf(day) + days * DAY_MS);

/** Negative, 0 or positive, as `left` is before, on or after `right`. */
export const compareDays = (left: Day, right: Day): number => Math.sign(utcOf(left) - utcOf(right));

/**
 * The day so many months later (POL-13, VTC-24). A month that lacks the day gives its last one; afterwards `anchored`
 * returns to `anchorDay`, the day of the month it all began on, and `sticky` stays where it was clamped.
 * From 31 Jan 2026, one by one: anchored 28 Feb, 31 Mar, 30 Apr; sticky 28 Feb, 28 Mar, 28 Apr.
 */
export function addMonths(
  from: Day,
  months: number,
  rule: { readonly clamp: RenewalClamp; readonly anchorDay: number },
): Day {
  const index = from.year * 12 + (from.month - 1) + months;
  const target = { year: Math.floor(index / 12), month: (((index % 12) + 12) % 12) + 1 };
  const wanted = rule.clamp === 'anchored' ? rule.anchorDay : from.day;
  return { ...target, day: Math.min(wanted, daysInMonth(target)) };
}

/** `addMonths` for a moment: the same time on the wall of that zone, so many months later. */
export function addMonthsAt(
  at: number,
  months: number,
  rule: { readonly clamp: RenewalClamp; readonly anchorDay: number },
  zone: string,
): number {
  const shown = wallClock(at, zone);
  return momentOf({ ...addMonths(shown, months, rule), timeOfDayMs: shown.timeOfDayMs }, zone);
}

/** How many days from one to the other, both counted: 16 Apr to 30 Apr is 15 (F-12). 0 when `last` is before `first`. */
export function daysInclusive(first: Day, last: Day): number {
  return Math.max(0, Math.round((utcOf(last) - utcOf(first)) / DAY_MS) + 1);
}

const padded = (value: number, width: number): string => String(value).padStart(width, '0');

/** "2026-04-16". */
export const isoDay = ({ year, month, day }: Day): string => `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;

/** "2026-04". */
export const isoMonth = ({ year, month }: Pick<Day, 'year' | 'month'>): string =>
  `${padded(year, 4)}-${padded(month, 2)}`;

/** Reads "2026-04-16"; undefined for anything else, a day that does not exist included. */
export function parseDay(text: string): Day | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return undefined;
  const day = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  return isoDay(dayOfUtc(utcOf(day))) === text ? day : undefined;
}

/** Reads "2026-04" as its first day; undefined for anything else. */
export const parseMonth = (text: string): Day | undefined => parseDay(`${text}-01`);
