import type * as Min from 'libphonenumber-js/min';
import type { CountryCode } from 'libphonenumber-js/min';
import { LOCALE } from './translate.ts';

type Library = typeof Min;

let library: Library | undefined;
let loading: Promise<void> | undefined;
const listeners = new Set<() => void>();

/** Loads the numbering plans, once; called after the first paint. Until then numbers are shown as plain digits. */
export function loadPhoneNumbers(): Promise<void> {
  loading ??= import('libphonenumber-js/min').then((module) => {
    library = module;
    for (const listener of listeners) listener();
    return undefined;
  });
  return loading;
}

/** For useSyncExternalStore: whether the numbering plans are here. */
export const phoneNumbersLoaded = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  get: (): boolean => library !== undefined,
};

export interface ReadNumber {
  /** What is dialled: E.164 where the text is a possible number of some country, else what was typed, bare. */
  readonly target: string;
  readonly e164: string | null;
  /** As one writes it: national while typing, grouped once complete. */
  readonly display: string;
  readonly country: string | null;
}

const KEYPAD_LETTERS = ['abc', 'def', 'ghi', 'jkl', 'mno', 'pqrs', 'tuv', 'wxyz'];
const SPACERS = /[\s().\-/\u2010-\u2015\u00a0\u202f]/g;

function lettersToDigits(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const group = KEYPAD_LETTERS.findIndex((each) => each.includes(letter.toLowerCase()));
    return String(group + 2);
  });
}

/** Typed text without the marks people put between digits; letters become digits only where a number begins with one. */
export function bareTarget(text: string): string {
  const withoutScheme = text.trim().replace(/^(tel|callto):/i, '');
  if (/^sips?:/i.test(withoutScheme) || withoutScheme.includes('@')) return withoutScheme;
  const bare = withoutScheme.replace(SPACERS, '');
  return /^[+\d]/.test(bare) ? lettersToDigits(bare) : bare;
}

/** Reads what was typed in the dial field. `verbatim` numbers (emergency and short codes) are left alone. */
export function readNumber(text: string, country: string, verbatim: readonly string[] = []): ReadNumber {
  const typed = bareTarget(text);
  // A lone plus or bracket reaches nobody.
  const bare = /[\p{L}\p{N}*#]/u.test(typed) ? typed : '';
  const plain: ReadNumber = { target: bare, e164: null, display: text.trim(), country: null };
  if (!library || !/^\+?\d+$/.test(bare) || verbatim.includes(bare)) return plain;
  const parsed = library.parsePhoneNumberFromString(bare, country as CountryCode);
  if (parsed?.isPossible()) {
    const own = parsed.country === undefined || parsed.country === country;
    const display = own && !bare.startsWith('+') ? parsed.formatNational() : parsed.formatInternational();
    return { target: parsed.number, e164: parsed.number, display, country: parsed.country ?? null };
  }
  const typing = new library.AsYouType(country as CountryCode);
  return {
    ...plain,
    display: typing.input(bare),
    country: bare.startsWith('+') ? (typing.getCountry() ?? null) : null,
  };
}

/** A stored number as people write it: "+14155550100" -> "+1 415 555 0100". Anything else is returned as it is. */
export function formatPhoneNumber(value: string): string {
  if (!value.startsWith('+')) return value;
  return library?.parsePhoneNumberFromString(value)?.formatInternational() ?? value;
}

const regionNames = new Intl.DisplayNames([LOCALE], { type: 'region' });

/** "United States" for "US"; the code itself where it has no name. */
export function countryName(code: string): string {
  return regionNames.of(code) ?? code;
}

/** Every country with a numbering plan, by name; empty until loaded. */
export function dialCountries(): readonly { readonly code: string; readonly name: string; readonly prefix: string }[] {
  if (!library) return [];
  const { getCountryCallingCode } = library;
  return library
    .getCountries()
    .map((code) => ({ code, name: countryName(code), prefix: `+${getCountryCallingCode(code)}` }))
    .sort((a, b) => a.name.localeCompare(b.name, LOCALE));
}

/** Groups a number while it is typed; leaves everything that is no plain number as it was typed. */
export function formatAsTyped(text: string, country: string, verbatim: readonly string[] = []): string {
  const bare = bareTarget(text);
  if (!library || !/^\+?\d+$/.test(bare) || !/^[+\d\s().-]*$/.test(text) || verbatim.includes(bare)) return text;
  const grouped = new library.AsYouType(country as CountryCode).input(bare);
  // A grouping that drops or adds a digit (a national prefix) would change what is dialled.
  return grouped.replace(/[^+\d]/g, '') === bare ? grouped : text;
}
