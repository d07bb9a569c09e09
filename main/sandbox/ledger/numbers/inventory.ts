import type { Micros } from '../../../../preload/contract/money.ts';
import type {
  AddressRequirement,
  CountryMarket,
  NumberCapability,
  NumberMarket,
  NumberProduct,
  NumberRequirement,
  NumberType,
} from '../../policies/number-market.ts';
import type { RangeKind } from '../../policies/number-ranges.ts';
import { NANP_AREAS, NANP_TOLL_FREE, OTHER_RANGES } from '../../policies/number-ranges.ts';

/** A number that exists at the provider, whether it is free or not. */
export interface MarketNumber {
  readonly number: string;
  readonly country: string;
  readonly type: NumberType;
  readonly areaCode: string;
  /** State or province; null outside North America and for toll-free numbers. */
  readonly region: string | null;
  readonly city: string | null;
  readonly capabilities: readonly NumberCapability[];
  readonly setup: Micros;
  readonly monthly: Micros;
  readonly requirement: NumberRequirement | null;
  readonly address: AddressRequirement;
  /** EXT-24: not every number can be held. */
  readonly reservable: boolean;
  /** Somebody else had it before this account was opened. */
  readonly takenAtFirst: boolean;
}

/** Everything a provider has, in the order of the numbers. */
export interface Inventory {
  readonly numbers: readonly MarketNumber[];
  find(number: string): MarketNumber | undefined;
  country(code: string): CountryMarket | undefined;
}

interface RawNumber {
  readonly number: string;
  readonly kind: RangeKind;
  readonly areaCode: string;
  readonly region: string | null;
  readonly city: string | null;
}

/** One in so many numbers was taken by somebody else. */
const TAKEN_ONE_IN = 4;

/** FNV-1a: the same for a number in every account and at every start. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}

const lines = (text: string): readonly string[] => text.trim().split('\n');
const counted = (count: number, digits: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => String(index).padStart(digits, '0'));

function northAmerican(country: 'US' | 'CA'): readonly RawNumber[] {
  const local = lines(NANP_AREAS[country]).flatMap((line): readonly RawNumber[] => {
    const [areaCode = '', region = '', city = ''] = line.split('|');
    return counted(100, 2).map((last) => ({
      number: `+1${areaCode}55501${last}`,
      kind: 'local',
      areaCode,
      region,
      city,
    }));
  });
  if (country === 'CA') return local;
  const free = NANP_TOLL_FREE.flatMap((areaCode): readonly RawNumber[] =>
    counted(100, 2).map((last) => ({
      number: `+1${areaCode}55501${last}`,
      kind: 'toll_free',
      areaCode,
      region: null,
      city: null,
    })),
  );
  return [...local, ...free];
}

function elsewhere(country: string): readonly RawNumber[] {
  return lines(OTHER_RANGES)
    .filter((line) => line.startsWith(`${country}|`))
    .flatMap((line): readonly RawNumber[] => {
      const [, kind = '', areaCode = '', city = '', prefix = '', digits = '', count = ''] = line.split('|');
      return counted(Number(count), Number(digits)).map((last) => ({
        number: `+${prefix}${last}`,
        kind: kind as RangeKind,
        areaCode,
        region: null,
        city: city === '' ? null : city,
      }));
    });
}

function productOf(products: readonly NumberProduct[], raw: RawNumber, hash: number): NumberProduct | undefined {
  return products.find(
    (product) => product.from === raw.kind && (product.every === undefined || hash % product.every === 0),
  );
}

function stock(country: CountryMarket): readonly MarketNumber[] {
  const { country: code, products, requirement } = country;
  const raws = code === 'US' || code === 'CA' ? northAmerican(code) : elsewhere(code);
  return raws.flatMap((raw): readonly MarketNumber[] => {
    const hash = hashOf(raw.number);
    const product = productOf(products, raw, hash >>> 8);
    if (!product) return [];
    return [
      {
        number: raw.number,
        country: code,
        type: product.type,
        areaCode: raw.areaCode,
        region: raw.region,
        city: raw.city,
        capabilities: product.capabilities,
        setup: product.setup,
        monthly: product.monthly,
        requirement,
        address: requirement?.address ?? 'none',
        reservable: product.from !== 'mobile',
        takenAtFirst: hash % TAKEN_ONE_IN === 0,
      },
    ];
  });
}

const made = new WeakMap<NumberMarket, Inventory>();

/** The numbers of a market: made once, the same at every start. */
export function inventoryOf(market: NumberMarket): Inventory {
  const known = made.get(market);
  if (known) return known;
  const numbers = market.countries
    .flatMap(stock)
    .sort((left, right) => (left.number < right.number ? -1 : left.number > right.number ? 1 : 0));
  const byNumber = new Map(numbers.map((each) => [each.number, each]));
  const countries = new Map(market.countries.map((each) => [each.country, each]));
  const inventory: Inventory = {
    numbers,
    find: (number) => byNumber.get(number),
    country: (code) => countries.get(code),
  };
  made.set(market, inventory);
  return inventory;
}

/** Words on a telephone's keys (ITU-T E.161). */
const KEYS: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ', (letter, index) => [letter, '22233344455566677778889999'[index] ?? '']),
);

/** The digits a wanted text stands for: `CALL` is 2255. */
export function digitsOf(wanted: string): string {
  return wanted.toUpperCase().replace(/[A-Z]/g, (letter) => KEYS[letter] ?? '');
}

/** What a person calls a number before they gave it a name. */
export function labelOf(found: MarketNumber): string {
  const place =
    found.city ?? (found.type === 'toll_free' ? 'Toll-free' : found.type === 'mobile' ? 'Mobile' : 'Number');
  return `${place} ${found.number.slice(-4)}`;
}
