import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  addMonths,
  addMonthsAt,
  compareDays,
  dayOf,
  daysInclusive,
  endOfMonth,
  isoDay,
  isoMonth,
  parseDay,
  parseMonth,
  startOfDay,
  startOfMonth,
} from '../../main/sandbox/ledger/calendar.ts';
import type { Day, RenewalClamp } from '../../main/sandbox/ledger/calendar.ts';

const NEW_YORK = 'America/New_York';
const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString();
const day = (text: string): Day => {
  const parsed = parseDay(text);
  if (!parsed) throw new Error(`${text} is no day`);
  return parsed;
};

describe('days of a zone', () => {
  test.each([
    ['2026-04-16T03:59:59.999Z', NEW_YORK, '2026-04-15'],
    ['2026-04-16T04:00:00.000Z', NEW_YORK, '2026-04-16'],
    ['2026-04-15T10:00:00.000Z', 'Pacific/Kiritimati', '2026-04-16'],
    ['2026-01-01T00:00:00.000Z', 'America/Los_Angeles', '2025-12-31'],
    ['1969-12-31T23:59:59.999Z', 'UTC', '1969-12-31'],
  ])('%s in %s is %s', (moment, zone, expected) => {
    expect(isoDay(dayOf(at(moment), zone))).toBe(expected);
  });

  test.each([
    ['2026-03-08', NEW_YORK, '2026-03-08T05:00:00.000Z'], // clocks forward at 2
    ['2026-03-09', NEW_YORK, '2026-03-09T04:00:00.000Z'],
    ['2026-11-01', NEW_YORK, '2026-11-01T04:00:00.000Z'], // clocks back at 2
    ['2026-11-02', NEW_YORK, '2026-11-02T05:00:00.000Z'],
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'], // 00:00 does not exist
    ['2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z'], // 00:00 exists twice
    ['2026-04-16', 'Asia/Kathmandu', '2026-04-15T18:15:00.000Z'],
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'], // 30 Dec was left out
  ])('%s in %s starts at %s', (text, zone, expected) => {
    expect(iso(startOfDay(day(text), zone))).toBe(expected);
  });

  test('every moment lies in its own day, whatever the zone', () => {
    const zones = fc.constantFrom(
      'UTC',
      NEW_YORK,
      'America/Havana',
      'Africa/Cairo',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'Asia/Beirut',
      'Pacific/Kiritimati',
      'Pacific/Pago_Pago',
      'America/Santiago',
      'America/Asuncion',
      'Europe/Berlin',
    );
    fc.assert(
      fc.property(fc.integer({ min: at('2000-01-01'), max: at('2040-01-01') }), zones, (moment, zone) => {
        const own = dayOf(moment, zone);
        expect(startOfDay(own, zone)).toBeLessThanOrEqual(moment);
        expect(startOfDay(addDays(own, 1), zone)).toBeGreaterThan(moment);
        expect(startOfMonth(moment, zone)).toBeLessThanOrEqual(moment);
        expect(endOfMonth(moment, zone)).toBeGreaterThan(moment);
        expect(startOfMonth(endOfMonth(moment, zone), zone)).toBe(endOfMonth(moment, zone));
      }),
    );
  });
});

describe('months', () => {
  test('a month is from its first moment to the first of the next, over the change of the clocks', () => {
    const moment = at('2026-03-20T12:00:00Z');
    expect(iso(startOfMonth(moment, NEW_YORK))).toBe('2026-03-01T05:00:00.000Z');
    expect(iso(endOfMonth(moment, NEW_YORK))).toBe('2026-04-01T04:00:00.000Z');
    expect(iso(endOfMonth(at('2026-12-31T20:00:00Z'), 'UTC'))).toBe('2027-01-01T00:00:00.000Z');
  });

  const oneByOne = (start: string, clamp: RenewalClamp, count: number): readonly string[] => {
    const days: string[] = [];
    let current = day(start);
    for (let index = 0; index < count; index += 1) {
      current = addMonths(current, 1, { clamp, anchorDay: day(start).day });
      days.push(isoDay(current));
    }
    return days;
  };

  test('[POL-13] from 31 January anchored comes back to the last day, sticky stays on the 28th', () => {
    expect(oneByOne('2026-01-31', 'anchored', 3)).toEqual(['2026-02-28', '2026-03-31', '2026-04-30']);
    expect(oneByOne('2026-01-31', 'sticky', 3)).toEqual(['2026-02-28', '2026-03-28', '2026-04-28']);
    expect(oneByOne('2028-01-30', 'anchored', 2)).toEqual(['2028-02-29', '2028-03-30']);
    expect(oneByOne('2026-11-30', 'anchored', 3)).toEqual(['2026-12-30', '2027-01-30', '2027-02-28']);
  });

  test('anchored, one by one or in one step is the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 31 }), fc.integer({ min: -30, max: 60 }), (anchorDay, months) => {
        const start: Day = { year: 2026, month: 1, day: anchorDay };
        const rule = { clamp: 'anchored', anchorDay } as const;
        let current = start;
        for (let index = 0; index < Math.abs(months); index += 1) {
          current = addMonths(current, Math.sign(months), rule);
        }
        expect(isoDay(current)).toBe(isoDay(addMonths(start, months, rule)));
      }),
    );
  });

  test('a moment keeps its time on the wall over the change of the clocks', () => {
    const rule = { clamp: 'anchored', anchorDay: 15 } as const;
    expect(iso(addMonthsAt(at('2026-02-15T14:30:00.250Z'), 1, rule, NEW_YORK))).toBe('2026-03-15T13:30:00.250Z');
    const gap = { clamp: 'anchored', anchorDay: 8 } as const;
    // 02:30 does not exist on 8 March: 03:30 summer time.
    expect(iso(addMonthsAt(at('2026-02-08T07:30:00Z'), 1, gap, NEW_YORK))).toBe('2026-03-08T07:30:00.000Z');
  });
});

test('[F-12] 16 April to 30 April are 15 days', () => {
  expect(daysInclusive(day('2026-04-16'), day('2026-04-30'))).toBe(15);
  expect(daysInclusive(day('2026-04-30'), day('2026-04-30'))).toBe(1);
  expect(daysInclusive(day('2026-05-01'), day('2026-04-30'))).toBe(0);
  expect(daysInclusive(day('2026-02-01'), day('2026-03-31'))).toBe(59);
});

test('text of days and months is read strictly', () => {
  expect(isoMonth(day('2026-04-16'))).toBe('2026-04');
  expect(parseMonth('2026-04')).toEqual({ year: 2026, month: 4, day: 1 });
  for (const text of ['2026-02-29', '2026-13-01', '26-01-01', '2026-1-1', '2026-01-01T00:00:00Z', '']) {
    expect(parseDay(text)).toBeUndefined();
  }
  expect(compareDays(day('2026-04-16'), day('2026-04-17'))).toBe(-1);
  expect(isoDay(addDays(day('2026-02-28'), 1))).toBe('2026-03-01');
});
