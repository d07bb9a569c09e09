import { LOCALE, t } from './translate.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const clock = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayAndMonth = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' });
const fullDate = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric' });
const weekday = new Intl.DateTimeFormat(LOCALE, { weekday: 'long' });
const exact = new Intl.DateTimeFormat(LOCALE, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
});

/** Date, time to the second and zone: what hover and focus show. */
export function exactTime(atMs: number): string {
  return exact.format(atMs);
}

/** "14:05" in this machine's zone. */
export function clockTime(atMs: number): string {
  return clock.format(atMs);
}

function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** "Mar 3" this year, "Mar 3, 2025" before. */
export function shortDate(atMs: number, nowMs: number): string {
  const format = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear() ? dayAndMonth : fullDate;
  return format.format(atMs);
}

/** "14:05" today, else the date. */
export function dateOrTime(atMs: number, nowMs: number): string {
  return sameDay(atMs, nowMs) ? clockTime(atMs) : shortDate(atMs, nowMs);
}

/** The heading of a day in a list: Today, Yesterday, a weekday within the week, else the date. */
export function dayHeading(atMs: number, nowMs: number): string {
  if (sameDay(atMs, nowMs)) return t('time.today');
  if (sameDay(atMs, nowMs - 24 * HOUR_MS)) return t('time.yesterday');
  if (nowMs - atMs < 6 * 24 * HOUR_MS && atMs < nowMs) return weekday.format(atMs);
  return fullDate.format(atMs);
}

/** "Mar 3, 2026". */
export function dateText(atMs: number): string {
  return fullDate.format(atMs);
}

/** Relative under an hour ("20 s ago"), a clock time today, else a date. A stamp from the future reads "just now". */
export function ageText(atMs: number, nowMs: number): string {
  const ageMs = nowMs - atMs;
  if (ageMs < 5 * SECOND_MS) return t('time.justNow');
  if (ageMs < MINUTE_MS) return t('time.secondsAgo', { seconds: Math.floor(ageMs / SECOND_MS) });
  if (ageMs < HOUR_MS) return t('time.minutesAgo', { minutes: Math.floor(ageMs / MINUTE_MS) });
  return t('time.since', { time: dateOrTime(atMs, nowMs) });
}

/** How long until ageText would say something else; null when it will not change within the hour. */
export function nextAgeChangeMs(atMs: number, nowMs: number): number | null {
  const ageMs = nowMs - atMs;
  if (ageMs < 5 * SECOND_MS) return 5 * SECOND_MS - Math.max(ageMs, 0);
  if (ageMs < MINUTE_MS) return SECOND_MS;
  if (ageMs < HOUR_MS) return MINUTE_MS - (ageMs % MINUTE_MS);
  return null;
}

/** How long a call was talked, in seconds: one that has begun counts, as it does in the provider's record (F-01). */
export function talkedSeconds(answeredAtMs: number, endedAtMs: number): number {
  return Math.max(0, Math.ceil((endedAtMs - answeredAtMs) / SECOND_MS));
}

/** Length of an ended call as text; null where nobody talked, or where its end was not seen (its window was lost). */
export function talkedText(call: {
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  readonly outcome: string | null;
}): string | null {
  if (call.answeredAt === null || call.endedAt === null || call.outcome === 'lost') return null;
  return durationText(talkedSeconds(call.answeredAt, call.endedAt));
}

/** A length as on a clock: 65 -> "1:05", 3725 -> "1:02:05". */
export function durationText(seconds: number): string {
  const total = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
