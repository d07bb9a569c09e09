import type { Micros } from '../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../preload/contract/money.ts';
import { negated } from '../ledger/amounts.ts';
import { startOfMonth } from '../ledger/calendar.ts';
import type { DatedUsage, NewUsage } from '../ledger/journal.ts';
import type { Price, Prices } from '../ledger/prices.ts';
import { createRandom } from '../ledger/random.ts';
import { rateCall } from '../ledger/rating.ts';
import type { Profile } from '../policies/profile.ts';
import type { Contact } from './fill-book.ts';
import { createAddressBook, createDraw } from './fill-book.ts';
import type { BusyHour } from './fill-hours.ts';
import { busyHours } from './fill-hours.ts';

/** Shares and sizes of the calls (see createTraffic). */
export const TRAFFIC = {
  inbound: 0.3,
  toTollFreeNumber: 0.2,
  missedOutbound: 0.18,
  missedInbound: 0.12,
  /** Of answered calls: the median, the sigma of its logarithm, and the longest. */
  durationMedianSec: 75,
  durationSigma: 1.1,
  longestSec: 7_200,
  longestPremiumSec: 600,
} as const;

const WEEK_MS = 7 * 86_400_000;
const SAMPLE_CALLS = 2_000;
/** Sizes in which credit is added, in whole units of the currency. */
const TOP_UPS = [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000];
/** Credit is added when less than this part of the last addition is left. */
const LOW_PART = 0.2;
/** How far the calls of one hour stray from its share. */
const STRAY = 0.3;

/** Rows for a span of time. */
export interface Span {
  /** UTC ms; the first row is not before it, the last one before `until`. */
  readonly from: number;
  readonly until: number;
  /** How many rows there will be, exactly; more than `fixed` has. */
  readonly rows: number;
  /** What the account stands at when the span begins. */
  readonly balance: Micros;
  /** Rows of their own time (renewals), in the order of time. */
  readonly fixed: readonly DatedUsage[];
}

export interface Traffic {
  /** What is added when the balance is low; about a week's calls. */
  readonly topUp: Micros;
  /** One row after the other in the order of time; nothing is kept, so the number of rows costs no memory. */
  rows(span: Span): Generator<DatedUsage, void>;
}

export interface TrafficOptions {
  readonly profile: Profile;
  readonly prices: Prices;
  readonly seed: number;
  /** How many calls in how much time are to come: so large is the address book, and what is added at once. */
  readonly calls: number;
  readonly spanMs: number;
  /** UTC ms: prices are those of this moment, and months before its own are settled (POL-07 per_period). */
  readonly now: number;
}

interface Line {
  readonly number: string;
  readonly person: string;
}

/** A normal variate (Box and Muller), made to a log-normal duration. */
function durationSec(random: () => number, longest: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const { durationMedianSec, durationSigma } = TRAFFIC;
  return Math.max(1, Math.min(longest, Math.round(durationMedianSec * Math.exp(durationSigma * normal))));
}

/** Prices by number: the deck is asked once for each. */
function cachedPrices(prices: Prices, at: number) {
  const known = new Map<string, Price | undefined>();
  return (number: string, direction: 'outbound' | 'inbound'): Price | undefined => {
    const key = direction + number;
    if (!known.has(key)) known.set(key, prices.find(number, direction, at));
    return known.get(key);
  };
}

/** Makes calls of a firm, one at a time. */
function createCaller({ profile, prices, seed, calls, now }: TrafficOptions, random: () => number) {
  const book = createAddressBook(calls, new Set(profile.numbers.map((each) => each.number)), random);
  const priceOf = cachedPrices(prices, now);
  const local: Line[] = profile.numbers.filter((each) => each.type !== 'toll_free');
  const tollFree: Line[] = profile.numbers.filter((each) => each.type === 'toll_free');
  const drawLine = createDraw(local.map((_, index) => 1 / (index + 1)));
  const thisMonth = startOfMonth(now, profile.account.timeZone);
  const perPeriod = profile.policy.rating.scope === 'per_period';
  let made = 0;

  function lineOf(inbound: boolean): Line {
    const tollFreeLine = inbound && random() < TRAFFIC.toTollFreeNumber ? tollFree[0] : undefined;
    const line = tollFreeLine ?? local[drawLine(random())];
    if (!line) throw new Error('A profile needs a number');
    return line;
  }

  function charge(price: Price | undefined, seconds: number, at: number) {
    if (price === undefined || price.included) {
      return { priceState: 'included', amount: toMicros(0), billedSec: 0, ratePerMinute: toMicros(0) } as const;
    }
    const ratePerMinute = price.perMinute;
    // As the books leave them: a month's seconds are summed when it ends, and its calls are part of that.
    if (perPeriod) {
      return { priceState: at < thisMonth ? 'included' : 'price_pending', amount: toMicros(0), ratePerMinute } as const;
    }
    const rated = rateCall(price, seconds);
    return { priceState: 'priced', amount: negated(rated.price), billedSec: rated.billedSec, ratePerMinute } as const;
  }

  return (at: number): NewUsage => {
    made += 1;
    const inbound = random() < TRAFFIC.inbound;
    const contact: Contact = inbound ? book.caller() : book.callee();
    const line = lineOf(inbound);
    const missed = random() < (inbound ? TRAFFIC.missedInbound : TRAFFIC.missedOutbound);
    const longest = contact.kind === 'premium' ? TRAFFIC.longestPremiumSec : TRAFFIC.longestSec;
    const seconds = missed ? 0 : durationSec(random, longest);
    const price = inbound ? priceOf(line.number, 'inbound') : priceOf(contact.number, 'outbound');
    const what = inbound ? 'Call received' : `Call to ${price?.destination ?? 'an unknown destination'}`;
    return {
      kind: 'call',
      direction: inbound ? 'inbound' : 'outbound',
      description: missed ? `${what}, not answered` : what,
      from: inbound ? contact.number : line.number,
      to: inbound ? line.number : contact.number,
      durationSec: seconds,
      ...charge(price, seconds, at),
      userId: line.person,
      sipCallId: `fill-${seed}-${made.toString(36)}-${Math.floor(random() * 2 ** 32).toString(36)}@fernhill.example`,
      leg: inbound ? 'b' : 'a',
      onNet: false,
      ...(missed ? {} : { media: 'audio' }),
    };
  };
}

/** About a week's spending in a round sum, never less than one may add. */
function topUpFor(options: TrafficOptions): Micros {
  const { profile, seed, calls, spanMs, now } = options;
  const call = createCaller({ ...options, calls: SAMPLE_CALLS }, createRandom(seed + 1));
  let spent = 0;
  for (let index = 0; index < SAMPLE_CALLS; index += 1) spent -= call(now).amount;
  const weekly = ((spent / SAMPLE_CALLS) * calls * WEEK_MS) / spanMs;
  const least = Math.max(weekly, profile.policy.amounts.manualMin);
  return toMicros((TOP_UPS.find((units) => units * 1_000_000 >= least) ?? TOP_UPS.at(-1) ?? 0) * 1_000_000);
}

/** Rising times within an hour. */
function timesIn({ from, until }: BusyHour, count: number, random: () => number): Float64Array {
  const times = new Float64Array(count);
  for (let index = 0; index < count; index += 1) times[index] = Math.floor(from + random() * (until - from));
  return times.sort();
}

/** A fraction becomes a whole number by chance, so that many small ones keep their sum. */
const rounded = (value: number, random: () => number): number => Math.floor(value + random());

/**
 * Calls of a firm as a deterministic stream. The distribution, which a test holds it to:
 * - hours by HOUR_WEIGHTS and days by WEEKDAY_WEIGHTS on the account's clock, each hour straying up to 30 %;
 * - 30 % inbound, a fifth of those on the toll-free number; 18 % of calls placed and 12 % of calls received unanswered;
 * - destinations by DESTINATION_SHARES, within each by Zipf's law over an address book of one contact to 20 calls (at
 *   least 60; at most what the ranges kept free for fiction hold);
 * - answered calls log-normal: median 75 s, sigma of the logarithm 1.1 (mean about 137 s), 1 s to 2 h;
 * - prices by the deck of `now`, rated as every call (F-01); the firm's numbers by 1, 1/2, 1/3, each its person's;
 * - credit is added before a row that would leave less than a fifth of the usual addition, which is about a week's
 *   calls: the balance of who pays ahead never falls below zero. Who pays afterwards adds none.
 */
export function createTraffic(options: TrafficOptions): Traffic {
  const { profile, seed } = options;
  const random = createRandom(seed);
  const call = createCaller(options, random);
  const topUp = topUpFor(options);
  const paysAhead = profile.seededBalance > 0;
  const low = paysAhead ? Math.round(topUp * LOW_PART) : Number.NEGATIVE_INFINITY;
  const adds: NewUsage = {
    kind: 'topup',
    priceState: 'priced',
    amount: topUp,
    description: 'Credit added by card ending 4242',
  };

  return {
    topUp,
    *rows({ from, until, rows, balance: opening, fixed }) {
      let balance = opening;
      let left = rows;
      let fixedLeft = fixed.length;

      function* settled(row: DatedUsage): Generator<DatedUsage, void> {
        while (balance + row.usage.amount < low && left > fixedLeft + 1) {
          balance = addMicros(balance, topUp);
          left -= 1;
          yield { at: row.at, usage: adds };
        }
        balance = addMicros(balance, row.usage.amount);
        left -= 1;
        yield row;
      }
      function* fixedUntil(at: number): Generator<DatedUsage, void> {
        for (
          let next = fixed[fixed.length - fixedLeft];
          next && next.at <= at;
          next = fixed[fixed.length - fixedLeft]
        ) {
          fixedLeft -= 1;
          yield* settled(next);
        }
      }

      const hours = busyHours(from, until, profile.account.timeZone);
      let weightLeft = hours.reduce((sum, hour) => sum + hour.weight, 0);
      for (const [index, hour] of hours.entries()) {
        const isLast = index === hours.length - 1;
        const calls = left - fixedLeft;
        const share = ((calls * hour.weight) / weightLeft) * (1 - STRAY + 2 * STRAY * random());
        weightLeft -= hour.weight;
        for (const at of timesIn(hour, isLast ? calls : Math.min(calls, rounded(share, random)), random)) {
          yield* fixedUntil(at);
          if (left > fixedLeft) yield* settled({ at, usage: call(at) });
        }
      }
      yield* fixedUntil(Number.POSITIVE_INFINITY);
    },
  };
}
