import type { PostalPlace } from './postal-places.ts';
import { CANADIAN_PROVINCES, CODE_FORMATS, KNOWN_PLACES, SHARED_BUILDINGS, ZIP_STATES } from './postal-places.ts';

/** An address as people write it. */
export interface AddressLines {
  /** House number and street. */
  readonly street: string;
  readonly unit: string | null;
  readonly city: string;
  /** State or province; '' where the country has none. */
  readonly region: string;
  readonly postalCode: string;
  readonly country: string;
}

export interface AddressProblem {
  readonly code: 'po_box' | 'unit_missing' | 'house_number_missing' | 'postal_code_unknown';
  readonly field: keyof AddressLines;
  readonly text: string;
}

/** SIPUS-31. Nothing is corrected silently: `corrected` shows what the directory has instead, and a person picks. */
export type Located =
  | { readonly outcome: 'exact' | 'corrected'; readonly located: AddressLines }
  | { readonly outcome: 'not_found'; readonly problems: readonly AddressProblem[] };

/** The short form of the last word of a street, as postal services write it. */
const SUFFIXES: Readonly<Record<string, string>> = {
  street: 'St',
  avenue: 'Ave',
  road: 'Rd',
  boulevard: 'Blvd',
  drive: 'Dr',
  lane: 'Ln',
  court: 'Ct',
  place: 'Pl',
  terrace: 'Ter',
  square: 'Sq',
  parkway: 'Pkwy',
  highway: 'Hwy',
};

const PO_BOX = /\b(p\.?\s*o\.?\s*box|post office box|postfach|boîte postale)\b/i;

const titled = (text: string): string =>
  text.toLowerCase().replace(/(^|[\s-])\p{L}/gu, (letter) => letter.toUpperCase());
const plain = (text: string): string => text.toLowerCase().replace(/[.,#]/g, '').replace(/\s+/g, ' ').trim();

/** How many letters have to change (Levenshtein). */
function distance(left: string, right: string): number {
  const width = right.length;
  let previous = Array.from({ length: width + 1 }, (_, column) => column);
  for (let row = 0; row < left.length; row += 1) {
    const current = [row + 1];
    for (let column = 0; column < width; column += 1) {
      const change = (previous[column] ?? 0) + (left[row] === right[column] ? 0 : 1);
      current.push(Math.min(change, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[width] ?? 0;
}

interface StreetParts {
  readonly house: string;
  readonly name: string;
  /** In its short form; '' where there is none. */
  readonly suffix: string;
}

function partsOf(street: string): StreetParts | undefined {
  const match = /^(\d+[a-z]?(?:-\d+)?) +(.+)$/i.exec(plain(street));
  if (!match || /^0+$/.test(match[1] ?? '')) return undefined;
  const words = (match[2] ?? '').split(' ');
  const last = words.at(-1) ?? '';
  const short = SUFFIXES[last] ?? Object.values(SUFFIXES).find((suffix) => suffix.toLowerCase() === last);
  const name = short === undefined || words.length === 1 ? words : words.slice(0, -1);
  return {
    house: (match[1] ?? '').toUpperCase(),
    name: titled(name.join(' ')),
    suffix: words.length > 1 ? (short ?? '') : '',
  };
}

const problem = (code: AddressProblem['code'], field: AddressProblem['field'], text: string): Located => ({
  outcome: 'not_found',
  problems: [{ code, field, text }],
});

function regionsOf(country: string, code: string): readonly string[] {
  if (country === 'CA') return CANADIAN_PROVINCES[code.charAt(0)] ?? [];
  const prefix = Number(code.slice(0, 3));
  return ZIP_STATES.filter(([from, to]) => prefix >= from && prefix <= to).map(([, , state]) => state);
}

function normalCode(country: string, code: string): string | undefined {
  const text = code.trim().toUpperCase();
  if (country === 'US') return /^\d{5}(-\d{4})?$/.test(text) ? text.slice(0, 5) : undefined;
  const letters = text.replace(/[\s-]/g, '');
  return /^[A-Z]\d[A-Z]\d[A-Z]\d$/.test(letters) ? `${letters.slice(0, 3)} ${letters.slice(3)}` : undefined;
}

/** The delivery area: by its code, else by city and state. */
function placeOf(address: AddressLines, code: string): PostalPlace | undefined {
  const here = KNOWN_PLACES.filter((place) => place.country === address.country);
  const byCode = here.find((place) => place.code === code);
  if (byCode) return byCode;
  if (regionsOf(address.country, code).includes(plain(address.region).toUpperCase())) return undefined;
  return here.find(
    (place) => plain(place.city) === plain(address.city) && place.region === plain(address.region).toUpperCase(),
  );
}

function northAmerican(address: AddressLines): Located {
  const parts = partsOf(address.street);
  if (!parts) return problem('house_number_missing', 'street', 'The street needs a house number');
  const code = normalCode(address.country, address.postalCode);
  if (code === undefined) return problem('postal_code_unknown', 'postalCode', 'That is no postal code of the country');
  const place = placeOf(address, code);
  const region = plain(address.region).toUpperCase();
  if (!place && !regionsOf(address.country, code).includes(region)) {
    return problem('postal_code_unknown', 'postalCode', 'There is no such postal code in that state');
  }
  const near = place?.streets.find((street) => distance(plain(street), plain(parts.name)) <= 1);
  const name = near ?? parts.name;
  const shared = SHARED_BUILDINGS.some(
    (each) => each.code === (place?.code ?? code) && each.house === parts.house && each.street === name,
  );
  if (shared && (address.unit ?? '').trim() === '') {
    return problem('unit_missing', 'unit', 'Many parties share this building: which unit is it?');
  }
  const located: AddressLines = {
    street: [parts.house, name, parts.suffix].filter((word) => word !== '').join(' '),
    unit: address.unit === null || address.unit.trim() === '' ? null : address.unit.trim(),
    city: place?.city ?? titled(address.city.trim()),
    region: place?.region ?? region,
    postalCode: place?.code ?? code,
    country: address.country,
  };
  const same =
    name === parts.name &&
    plain(located.city) === plain(address.city) &&
    located.region === region &&
    located.postalCode === code;
  return { outcome: same ? 'exact' : 'corrected', located };
}

/** True when an address of that country can be looked up at all. */
export function isLookedUp(country: string): boolean {
  return country === 'US' || country === 'CA' || country in CODE_FORMATS;
}

/**
 * What a postal directory makes of an address. Pure. Spelling, abbreviations and capitals make no difference: such an
 * address is exact. The directory is invented but for ranges of postal codes and a few cities.
 */
export function locate(address: AddressLines): Located {
  const boxed = (['street', 'unit'] as const).find((field) => PO_BOX.test(address[field] ?? ''));
  if (boxed) return problem('po_box', boxed, 'A post office box is no place anybody can be sent to');
  if (address.country === 'US' || address.country === 'CA') return northAmerican(address);
  const format = CODE_FORMATS[address.country];
  if (!format?.test(address.postalCode.trim())) {
    return problem('postal_code_unknown', 'postalCode', 'That is no postal code of the country');
  }
  return { outcome: 'exact', located: { ...address, postalCode: address.postalCode.trim().toUpperCase() } };
}

/** The street's name alone, without house number and suffix. */
export const streetName = (street: string): string => partsOf(street)?.name ?? '';
