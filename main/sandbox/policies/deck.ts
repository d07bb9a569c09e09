import type { Micros } from '../../../preload/contract/money.ts';
import { toMicros } from '../../../preload/contract/money.ts';
import type { CallClass, Profile } from './profile.ts';
import { CANADA_AREA_CODES, PREMIUM_RATES, SATELLITE_RATES, TOLL_FREE_PREFIXES, WORLD_RATES } from './world-rates.ts';

/** One price of the deck as the ledger stores it. Times are UTC ms; `effectiveTo` is exclusive. */
export interface DeckRow {
  readonly prefix: string;
  readonly direction: 'outbound' | 'inbound';
  readonly country: string | null;
  readonly destination: string;
  readonly kind: 'standard' | 'toll_free' | 'premium' | 'satellite';
  readonly perMinute: Micros;
  readonly included: boolean;
  readonly effectiveFrom: number;
  readonly effectiveTo: number | null;
}

/** A line of the country table costs this many micros for each 1/10,000 of a unit. */
const MICROS_PER_TABLE_STEP = 100;
const DAY_MS = 86_400_000;

type Price = Omit<DeckRow, 'direction' | 'included' | 'effectiveFrom' | 'effectiveTo'>;

/** Calls inside this plan area are domestic (SIPUS-10: the 48 states and Canada, not Alaska and Hawaii). */
const DOMESTIC_COUNTRIES = new Set(['US', 'CA']);
const OUTSIDE_PLAN_AREA = new Set(['1907', '1808']);

/** What channels and plans make of a price. */
export function callClass(price: Pick<Price, 'prefix' | 'country' | 'kind'>): CallClass {
  if (price.kind === 'toll_free') return 'toll_free';
  if (price.kind === 'premium') return 'premium';
  const domestic = price.country !== null && DOMESTIC_COUNTRIES.has(price.country);
  return domestic && !OUTSIDE_PLAN_AREA.has(price.prefix) ? 'domestic' : 'international';
}

const step = (text: string): Micros => toMicros(Number(text) * MICROS_PER_TABLE_STEP);
const lines = (text: string): readonly string[] => text.trim().split('\n');
const names = new Intl.DisplayNames(['en'], { type: 'region' });

function countryPrices(line: string): readonly Price[] {
  const [country = '', fixed = '', mobile = '', special = ''] = line.split('|');
  const name = names.of(country) ?? country;
  const [prefix = '', rate = ''] = fixed.split(' ');
  const prices: Price[] = [{ prefix, country, destination: name, kind: 'standard', perMinute: step(rate) }];
  const [mobileRate, ...mobilePrefixes] = mobile.split(' ');
  const mobileName = country === 'US' ? `${name}, Alaska and Hawaii` : `${name}, mobile`;
  for (const each of mobilePrefixes) {
    prices.push({
      prefix: each,
      country,
      destination: mobileName,
      kind: 'standard',
      perMinute: step(mobileRate ?? ''),
    });
  }
  const words = /^(.*) (\d+) ([\d ]+)$/.exec(special);
  const [, destination = '', specialRate = '', specialPrefixes = ''] = words ?? [];
  for (const each of specialPrefixes.split(' ').filter(Boolean)) {
    prices.push({ prefix: each, country, destination, kind: 'standard', perMinute: step(specialRate) });
  }
  return prices;
}

const tollFreeCountry = (prefix: string): string | null =>
  prefix.length === 4 && prefix.startsWith('1') ? 'US' : null;

function namedPrices(table: string, kind: 'premium' | 'satellite'): readonly Price[] {
  return lines(table).map((line) => {
    const [prefix = '', rate = '', ...words] = line.split(' ');
    const country = kind === 'premium' && prefix === '1900' ? 'US' : null;
    return { prefix, country, destination: words.join(' '), kind, perMinute: step(rate) };
  });
}

function worldPrices(): readonly Price[] {
  const canada = CANADA_AREA_CODES.split(' ').map((code): Price => ({
    prefix: `1${code}`,
    country: 'CA',
    destination: 'Canada',
    kind: 'standard',
    perMinute: step('130'),
  }));
  const tollFree = TOLL_FREE_PREFIXES.split(' ').map((prefix): Price => ({
    prefix,
    country: tollFreeCountry(prefix),
    destination: 'Toll-free',
    kind: 'toll_free',
    perMinute: toMicros(0),
  }));
  return [
    ...lines(WORLD_RATES).flatMap(countryPrices),
    ...canada,
    ...tollFree,
    ...namedPrices(PREMIUM_RATES, 'premium'),
    ...namedPrices(SATELLITE_RATES, 'satellite'),
  ];
}

/** Prices that rise 30 days after seeding: a deck is dated, and the screens must show it. */
const RISING: Readonly<Record<string, number>> = { '4477': 320, '91': 210, '63': 1490 };

/**
 * What receiving costs, found by the number called: each country's numbers and toll-free ones, so that a number bought
 * later has its price too. What is not rated keeps its price: a call beyond the trunks pays it (KZ-12).
 */
function inboundRows(profile: Profile, effectiveFrom: number): readonly DeckRow[] {
  const { inboundRated } = profile.policy;
  const common = { direction: 'inbound', effectiveFrom, effectiveTo: null } as const;
  const local = lines(WORLD_RATES).map((line): DeckRow => {
    const [country = '', fixed = ''] = line.split('|');
    const [prefix = ''] = fixed.split(' ');
    return {
      ...common,
      prefix,
      country,
      destination: 'Received on a local number',
      kind: 'standard',
      perMinute: profile.inbound.local,
      included: inboundRated !== 'always',
    };
  });
  const tollFree = TOLL_FREE_PREFIXES.split(' ').map((prefix): DeckRow => ({
    ...common,
    prefix,
    country: tollFreeCountry(prefix),
    destination: 'Received on a toll-free number',
    kind: 'toll_free',
    perMinute: profile.inbound.tollFree,
    included: inboundRated === 'never',
  }));
  return [...local, ...tollFree];
}

/**
 * The deck of a profile, seeded at `seededAt`: in force since 180 days, some destinations with a dated change to come.
 */
export function buildDeck(profile: Profile, seededAt: number): readonly DeckRow[] {
  const from = seededAt - 180 * DAY_MS;
  const change = seededAt + 30 * DAY_MS;
  const { included } = profile.policy;
  const outbound = worldPrices().flatMap((price): readonly DeckRow[] => {
    const perMinute = profile.deck.kind === 'flat' ? profile.deck.perMinute : price.perMinute;
    const row: DeckRow = {
      ...price,
      perMinute,
      direction: 'outbound',
      included: included.includes(callClass(price)),
      effectiveFrom: from,
      effectiveTo: null,
    };
    const later = profile.deck.kind === 'world' ? RISING[price.prefix] : undefined;
    if (later === undefined) return [row];
    return [
      { ...row, effectiveTo: change },
      { ...row, perMinute: step(String(later)), effectiveFrom: change },
    ];
  });
  return [...outbound, ...inboundRows(profile, from)];
}
