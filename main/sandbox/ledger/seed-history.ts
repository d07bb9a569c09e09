import type { Micros } from '../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../preload/contract/money.ts';
import type { Profile } from '../policies/profile.ts';
import { negated } from './amounts.ts';
import { startOfMonth } from './calendar.ts';
import { firstGrants } from './credit/grants.ts';
import type { Grant } from './credit/lots.ts';
import type { NewUsage } from './journal.ts';
import { renewalHistory } from './numbers/seed.ts';
import type { Price, Prices } from './prices.ts';
import { createRandom } from './random.ts';
import { rateCall } from './rating.ts';

const DAY_MS = 86_400_000;
export const HISTORY_DAYS = 90;
const CALLS = 100;
const TOP_UP: Micros = toMicros(10_000_000);
const EMERGENCY_FEE: Micros = toMicros(750_000);

/** People the firm talks to; ranges set aside for fiction by the numbering authorities. Weight = how often. */
const CONTACTS: readonly (readonly [number: string, weight: number])[] = [
  ['+12125550142', 9],
  ['+15105550117', 12],
  ['+16505550183', 8],
  ['+13035550126', 5],
  ['+14165550134', 4],
  ['+18085550121', 1],
  ['+442079460018', 4],
  ['+447700900123', 2],
  ['+493023125042', 3],
  ['+33199001234', 2],
  ['+61255501234', 1],
  ['+46846500412', 1],
  ['+525555501234', 1],
  ['+18005550147', 3],
];

/** A row of a history before it is posted. */
export interface Dated {
  readonly at: number;
  readonly usage: NewUsage;
  /** It is a lot of free credit. */
  readonly grant?: Grant;
}

/** As the books leave a call: priced, covered by the plan, or summed with its month (POL-07). */
function chargeOf(profile: Profile, price: Price | undefined, durationSec: number, at: number, now: number) {
  if (price === undefined) return { priceState: 'included', amount: toMicros(0), billedSec: 0 } as const;
  if (price.included) {
    return { priceState: 'included', amount: toMicros(0), billedSec: 0, ratePerMinute: toMicros(0) } as const;
  }
  const ratePerMinute = price.perMinute;
  if (profile.policy.rating.scope === 'per_period') {
    const summed = at < startOfMonth(now, profile.account.timeZone);
    return { priceState: summed ? 'included' : 'price_pending', amount: toMicros(0), ratePerMinute } as const;
  }
  const rated = rateCall(price, durationSec);
  return { priceState: 'priced', amount: negated(rated.price), billedSec: rated.billedSec, ratePerMinute } as const;
}

/** What an answered call over a trunk carried; some came from phones that speak Opus (SCS-12). */
function mediaOf(durationSec: number): Pick<NewUsage, 'media' | 'transcoded' | 'codec'> {
  if (durationSec === 0) return {};
  const transcoded = durationSec % 4 === 0;
  return { media: 'audio', transcoded, ...(transcoded ? { codec: 'OPUS' } : {}) };
}

function seedCall(profile: Profile, prices: Prices, at: number, now: number, random: () => number): Dated {
  const owned = profile.numbers[Math.floor(random() * 3)] ?? profile.numbers[0];
  if (!owned) throw new Error('A profile needs a number');
  const total = CONTACTS.reduce((sum, [, weight]) => sum + weight, 0);
  let place = random() * total;
  const other = CONTACTS.find(([, weight]) => (place -= weight) < 0)?.[0] ?? '+12125550142';
  const direction = random() < 0.3 ? 'inbound' : 'outbound';
  const inbound = direction === 'inbound';
  const answered = random() > 0.14;
  const durationSec = answered ? 8 + Math.floor(random() ** 2.4 * 1500) : 0;
  const price = prices.find(inbound ? owned.number : other, direction, at);
  const what = inbound ? 'Call received' : `Call to ${price?.destination ?? 'an unknown destination'}`;
  return {
    at,
    usage: {
      kind: 'call',
      direction,
      ...chargeOf(profile, price, durationSec, at, now),
      description: answered ? what : `${what}, not answered`,
      from: inbound ? other : owned.number,
      to: inbound ? owned.number : other,
      durationSec,
      userId: owned.person,
      sipCallId: `seed-${Math.floor(random() * 2 ** 40).toString(36)}@fernhill.example`,
      leg: inbound ? 'b' : 'a',
      onNet: false,
      ...mediaOf(durationSec),
    },
  };
}

/** What the numbers of the firm cost every month. */
export function seedMonth(profile: Profile, at: number): readonly Dated[] {
  const renewals = profile.numbers
    .filter((owned) => owned.monthly > 0)
    .map((owned): Dated => ({
      at,
      usage: {
        kind: 'number',
        priceState: 'priced',
        amount: negated(owned.monthly),
        description: `Monthly renewal, ${owned.label}`,
        to: owned.number,
      },
    }));
  if (renewals.length === 0) return [];
  const fee: Dated = {
    at: at + 60_000,
    usage: {
      kind: 'fee',
      priceState: 'priced',
      amount: negated(EMERGENCY_FEE),
      description: 'Emergency service, Main line',
      to: profile.numbers[0]?.number ?? '',
    },
  };
  return [...renewals, fee];
}

function topUpsOf(count: number, start: number): readonly Dated[] {
  const usage: NewUsage = {
    kind: 'topup',
    priceState: 'priced',
    amount: TOP_UP,
    description: 'Credit added by card ending 4242',
  };
  return Array.from({ length: count }, (_, index) => ({
    at: start + Math.floor(((index + 0.35) / count) * HISTORY_DAYS * DAY_MS),
    usage,
  }));
}

/** The lowest the balance stood, where it ends at `closing`. */
function lowest(history: readonly Dated[], closing: Micros): number {
  let balance: number = closing;
  let low: number = closing;
  for (const { usage } of history.toReversed()) {
    balance -= usage.amount;
    low = Math.min(low, balance);
  }
  return low;
}

/** As many top-ups as leave a small balance that was never used up; none for who pays afterwards. */
function withTopUps(history: readonly Dated[], start: number, closing: Micros): readonly Dated[] {
  const charged = history.reduce((sum, { usage }) => addMicros(sum, usage.amount), toMicros(0));
  for (let count = Math.max(0, Math.floor((closing - charged - 1_000_000) / TOP_UP)); ; count -= 1) {
    const whole = [...history, ...topUpsOf(count, start)].sort((left, right) => left.at - right.at);
    if (count <= 0 || lowest(whole, closing) > 0) return whole;
  }
}

/** Three months of a small firm, in the order of time. */
export function seedHistory(profile: Profile, prices: Prices, now: number): readonly Dated[] {
  const random = createRandom(20_261_122);
  const start = now - HISTORY_DAYS * DAY_MS;
  const history: Dated[] = [];
  for (let index = 0; index < CALLS; index += 1) {
    // Evenly over the days with some scatter; the newest about two hours ago.
    const day = ((index + random()) / CALLS) * HISTORY_DAYS;
    history.push(seedCall(profile, prices, Math.floor(start + day * DAY_MS) - 7_200_000, now, random));
  }
  for (const at of renewalHistory(profile, now)) history.push(...seedMonth(profile, at));
  history.push({
    at: start + 41 * DAY_MS,
    usage: {
      kind: 'credit',
      priceState: 'priced',
      amount: toMicros(500_000),
      description: 'Credit for a call of poor quality',
    },
  });
  for (const { at, grant } of firstGrants(profile, now)) {
    const { amount, description } = grant;
    history.push({ at, grant, usage: { kind: 'credit', priceState: 'priced', amount, description } });
  }
  return withTopUps(history, start, profile.seededBalance);
}
