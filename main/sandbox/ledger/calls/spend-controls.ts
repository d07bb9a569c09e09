import * as z from 'zod';
import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, micros, toDecimal } from '../../../../preload/contract/money.ts';
import type { Audit } from '../audit/audit.ts';
import type { Ledger } from '../ledger.ts';
import type { Price } from '../prices.ts';
import type { CallDays } from './call-days.ts';
import type { Legs } from './legs.ts';

const amount = z
  .int()
  .min(0)
  .transform((value): Micros => micros.parse(value));
const minuteOfDay = z.int().min(0).max(1440);

/** What an account forbids itself (EXT-12). Null = not limited. Emergency calls pass all of it. */
const settingsSchema = z.object({
  /** The kill switch: false stops every outgoing call. */
  outgoingEnabled: z.boolean(),
  /** What outgoing calls may cost in a day of the account's zone. */
  dailyLimit: amount.nullable(),
  maxPerMinute: amount.nullable(),
  /** ISO 3166 countries and +prefixes; null = everywhere. */
  allowed: z.array(z.string()).nullable(),
  blocked: z.array(z.string()),
  concurrentLimit: z.int().min(1).nullable(),
  /** ISO weekdays (1 = Monday) and minutes of the day in the account's zone; `to` before `from` runs over midnight. */
  window: z.object({ days: z.array(z.int().min(1).max(7)), from: minuteOfDay, to: minuteOfDay }).nullable(),
});
export type SpendSettings = z.output<typeof settingsSchema>;

const SETTING = 'calls.spend_controls';

const OPEN: SpendSettings = {
  outgoingEnabled: true,
  dailyLimit: null,
  maxPerMinute: null,
  allowed: null,
  blocked: [],
  concurrentLimit: null,
  window: null,
};

export interface SpendControls {
  get(): SpendSettings;
  /** MUST run in the transaction of the change; kept in the audit trail. */
  put(settings: SpendSettings, userId: string): void;
  /** Why an outgoing call may not start now, in words for the person; null = it may. */
  forbids(number: string, price: Price | undefined, rated: boolean, now: number): string | null;
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** What a clock on the wall of that zone shows: ISO weekday and minute of the day. */
function createWallClock(timeZone: string): (at: number) => { readonly weekday: number; readonly minute: number } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const weekday = WEEKDAYS.indexOf(parts.get('weekday') ?? '') + 1;
    return { weekday, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
  };
}

function insideWindow(window: NonNullable<SpendSettings['window']>, weekday: number, minute: number): boolean {
  const { days, from, to } = window;
  if (from <= to) return days.includes(weekday) && minute >= from && minute < to;
  // The part after midnight belongs to the day before.
  const dayBefore = weekday === 1 ? 7 : weekday - 1;
  return (days.includes(weekday) && minute >= from) || (days.includes(dayBefore) && minute < to);
}

function covers(destinations: readonly string[], number: string, country: string | null): boolean {
  return destinations.some((each) => (each.startsWith('+') ? number.startsWith(each) : each === country));
}

/** Limits the account sets itself. `runningCost` is what outgoing calls in progress have run up. */
export function createSpendControls(
  ledger: Ledger,
  legs: Legs,
  days: CallDays,
  audit: Audit,
  runningCost: (now: number) => Micros,
): SpendControls {
  const { settings, profile } = ledger;
  const wallClock = createWallClock(profile.account.timeZone);
  const get = (): SpendSettings => settings.get(SETTING, settingsSchema, () => OPEN);

  function forbidsPlace(rules: SpendSettings, number: string, country: string | null): string | null {
    if (covers(rules.blocked, number, country)) return 'This destination is blocked by your spend controls';
    if (rules.allowed !== null && !covers(rules.allowed, number, country)) {
      return 'This destination is not among those your spend controls allow';
    }
    return null;
  }

  function forbidsTime(rules: SpendSettings, now: number): string | null {
    if (!rules.window) return null;
    const { weekday, minute } = wallClock(now);
    return insideWindow(rules.window, weekday, minute) ? null : 'Outside the hours your spend controls allow';
  }

  function forbidsCost(rules: SpendSettings, price: Price | undefined, rated: boolean, now: number): string | null {
    if (!rated) return null;
    if (rules.maxPerMinute !== null && price && price.perMinute > rules.maxPerMinute) {
      return `${toDecimal(price.perMinute)} a minute is above the rate your spend controls allow`;
    }
    if (rules.dailyLimit === null) return null;
    const spent = addMicros(days.today(now).spent, runningCost(now));
    return spent >= rules.dailyLimit ? 'The daily limit of your spend controls is used up' : null;
  }

  return {
    get,
    put(next, userId) {
      const before = get();
      settings.put(SETTING, settingsSchema.parse(next));
      audit.write({ id: userId }, 'spend_controls.changed', before, next);
    },
    forbids(number, price, rated, now) {
      const rules = get();
      if (!rules.outgoingEnabled) return 'Outgoing calls are switched off by your spend controls';
      if (rules.concurrentLimit !== null && legs.outgoing() >= rules.concurrentLimit) {
        return `Your spend controls allow ${rules.concurrentLimit} outgoing calls at once`;
      }
      return (
        forbidsPlace(rules, number, price?.country ?? null) ??
        forbidsTime(rules, now) ??
        forbidsCost(rules, price, rated, now)
      );
    },
  };
}
