import type { NumberCapability, NumberMarket, NumberType } from '../../policies/number-market.ts';
import { Refusal } from '../../api/refusal.ts';
import type { Ledger } from '../ledger.ts';
import type { Inventory, MarketNumber } from './inventory.ts';
import { digitsOf, inventoryOf } from './inventory.ts';

/** EXT-23. Every part narrows the search. */
export interface NumberSearch {
  readonly country: string;
  readonly type?: NumberType | undefined;
  readonly areaCode?: string | undefined;
  /** Digits, or letters of a word on the keys. */
  readonly contains?: string | undefined;
  readonly region?: string | undefined;
  readonly city?: string | undefined;
  readonly capability?: NumberCapability | undefined;
  readonly address?: MarketNumber['address'] | undefined;
}

/** Why a number cannot be had by somebody. */
export type Obstacle =
  | { readonly kind: 'owned' }
  | { readonly kind: 'taken' }
  | { readonly kind: 'held'; readonly holdId: string; readonly userId: string; readonly until: number };

/** What others can have of the market at this moment, as one look into the books. */
export interface Availability {
  of(found: MarketNumber): Obstacle | undefined;
}

/** Closest first; what had to be given up to find them. */
export interface Nearest {
  readonly numbers: readonly MarketNumber[];
  readonly gaveUp: readonly ('contains' | 'city' | 'area_code' | 'region')[];
}

export interface Market {
  readonly inventory: Inventory;
  readonly rules: NumberMarket;
  availability(): Availability;
  /** The obstacle of one number. */
  obstacle(found: MarketNumber): Obstacle | undefined;
  /**
   * Numbers that fit, in their order, from after `after` on. Throws contact_provider where a person has to ask
   * (VTC-23, SIPUS-23) and out_of_range for a filter or type that country does not have (VTC-19).
   */
  search(wanted: NumberSearch, userId: string, after: string, limit: number): readonly MarketNumber[];
  /** The free numbers nearest to a search that found none. */
  nearest(wanted: NumberSearch, userId: string, limit: number): Nearest;
  /** The free number nearest to one that is gone: same kind, then area, place, digits; none of `except`. */
  nearestTo(gone: MarketNumber, userId: string, except: readonly string[]): MarketNumber | undefined;
  /** Somebody else takes a number of the market, or gives it back. False = it is not theirs to take. */
  setTaken(number: string, taken: boolean): boolean;
}

const same = (left: string | null, right: string | undefined): boolean =>
  left !== null && right !== undefined && left.toLowerCase() === right.toLowerCase();

function fits(found: MarketNumber, wanted: NumberSearch): boolean {
  return (
    found.country === wanted.country &&
    (wanted.type === undefined || found.type === wanted.type) &&
    (wanted.areaCode === undefined || found.areaCode === wanted.areaCode) &&
    (wanted.region === undefined || same(found.region, wanted.region)) &&
    (wanted.city === undefined || same(found.city, wanted.city)) &&
    (wanted.capability === undefined || found.capabilities.includes(wanted.capability)) &&
    (wanted.address === undefined || found.address === wanted.address) &&
    (wanted.contains === undefined || found.number.includes(digitsOf(wanted.contains)))
  );
}

export function createMarket(ledger: Ledger): Market {
  const { db, clock, profile } = ledger;
  const rules = profile.numberMarket;
  const inventory = inventoryOf(rules);
  const owned = db.prepare<[], string>(`SELECT number FROM numbers WHERE state <> 'gone'`).pluck();
  const changes = db.prepare<[], { number: string; taken: 0 | 1 }>('SELECT number, taken FROM number_market');
  const holds = db.prepare<[number], { id: string; number: string; userId: string; expiresAt: number }>(
    `SELECT id, number, user_id AS userId, expires_at AS expiresAt FROM number_holds WHERE expires_at > ?`,
  );
  const writeTaken = db.prepare(
    'INSERT INTO number_market (number, taken) VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET taken = excluded.taken',
  );
  const names = new Intl.DisplayNames(['en'], { type: 'region' });

  function availability(): Availability {
    const mine = new Set(owned.all());
    const changed = new Map(changes.all().map((each) => [each.number, each.taken === 1]));
    const held = new Map(holds.all(clock.now()).map((each) => [each.number, each]));
    return {
      of(found) {
        if (mine.has(found.number)) return { kind: 'owned' };
        if (changed.get(found.number) ?? found.takenAtFirst) return { kind: 'taken' };
        const hold = held.get(found.number);
        return hold && { kind: 'held', holdId: hold.id, userId: hold.userId, until: hold.expiresAt };
      },
    };
  }

  /** Whether this person can have it: free, or held by themselves. */
  const canHave = (available: Availability, found: MarketNumber, userId: string): boolean => {
    const obstacle = available.of(found);
    return obstacle === undefined || (obstacle.kind === 'held' && obstacle.userId === userId);
  };

  /** Refuses what can only be had by asking, and what that country has not. */
  function check(wanted: NumberSearch): void {
    const country = inventory.country(wanted.country);
    if (!country) throw contactFor(`Numbers of ${names.of(wanted.country) ?? wanted.country}`);
    if (wanted.contains !== undefined && /[A-Za-z]/.test(wanted.contains) && rules.vanity === 'by_contact') {
      throw contactFor('Numbers that spell a word');
    }
    for (const place of ['region', 'city'] as const) {
      if (wanted[place] === undefined || country.placeSearch) continue;
      const detail = 'Only numbers of the United States and Canada can be searched by place; use the area code';
      throw new Refusal('out_of_range', { detail, errors: [{ pointer: `/${place}`, detail }] });
    }
    const types = country.products.map((product) => product.type);
    if (wanted.type !== undefined && !types.includes(wanted.type)) {
      const detail = `There are no such numbers in this country, but: ${types.join(', ')}`;
      throw new Refusal('out_of_range', { detail, errors: [{ pointer: '/type', detail }] });
    }
  }

  function contactFor(what: string): Refusal {
    const { sales, billing, support } = profile.policy.contact;
    const contact = sales ?? billing ?? support;
    return new Refusal('contact_provider', {
      detail: `${what} are had by asking${contact === null ? '' : `: ${contact}`}`,
    });
  }

  /** How near two numbers are: the area, then the city, the state, then the digits they end in. */
  function nearness(found: MarketNumber, to: Pick<MarketNumber, 'areaCode' | 'city' | 'region' | 'number'>): number {
    const area = found.areaCode === to.areaCode ? 400_000 : 0;
    const city = same(found.city, to.city ?? undefined) ? 200_000 : 0;
    const region = same(found.region, to.region ?? undefined) ? 100_000 : 0;
    const apart = Math.abs(Number(found.number.slice(-4)) - Number(to.number.slice(-4)));
    return area + city + region - apart;
  }

  return {
    inventory,
    rules,
    availability,
    obstacle: (found) => availability().of(found),
    search(wanted, userId, after, limit) {
      check(wanted);
      const available = availability();
      const found: MarketNumber[] = [];
      for (const each of inventory.numbers) {
        if (each.number <= after || !fits(each, wanted) || !canHave(available, each, userId)) continue;
        found.push(each);
        if (found.length === limit) break;
      }
      return found;
    },
    nearest(wanted, userId, limit) {
      const available = availability();
      const open = inventory.numbers.filter((each) => canHave(available, each, userId));
      const { contains: _contains, ...anyDigits } = wanted;
      const { city: _city, ...anyCity } = anyDigits;
      const { areaCode, ...anyArea } = anyCity;
      const { region: _region, ...anyPlace } = anyArea;
      // A search by area code alone still tells the state it is about.
      const home = inventory.numbers.find((each) => each.country === wanted.country && each.areaCode === areaCode);
      const homeRegion = home?.region ?? undefined;
      const inRegion = homeRegion === undefined ? anyArea : { ...anyArea, region: homeRegion };
      const steps = [
        { search: anyDigits, gaveUp: ['contains'] },
        { search: anyCity, gaveUp: ['contains', 'city'] },
        { search: inRegion, gaveUp: ['contains', 'city', 'area_code'] },
        { search: anyPlace, gaveUp: ['contains', 'city', 'area_code', 'region'] },
      ] as const;
      const given = { contains: wanted.contains, city: wanted.city, area_code: areaCode, region: wanted.region };
      for (const { search, gaveUp } of steps) {
        const numbers = open.filter((each) => fits(each, search)).slice(0, limit);
        if (numbers.length > 0) return { numbers, gaveUp: gaveUp.filter((each) => given[each] !== undefined) };
      }
      return { numbers: [], gaveUp: [] };
    },
    nearestTo(gone, userId, except) {
      const available = availability();
      let best: MarketNumber | undefined;
      for (const each of inventory.numbers) {
        if (each.country !== gone.country || each.type !== gone.type || each.number === gone.number) continue;
        if (except.includes(each.number)) continue;
        if (best && nearness(each, gone) <= nearness(best, gone)) continue;
        if (canHave(available, each, userId)) best = each;
      }
      return best;
    },
    setTaken(number, taken) {
      const found = inventory.find(number);
      if (!found) return false;
      const obstacle = availability().of(found);
      if (taken && obstacle !== undefined && obstacle.kind !== 'taken') return false;
      writeTaken.run(number, taken ? 1 : 0);
      return true;
    },
  };
}
