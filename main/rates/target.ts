import type { CountryCode, PhoneNumber } from 'libphonenumber-js';

/** What was typed, as the rate deck can be asked for it. */
export type Target =
  /** E.164 without +. */
  | { readonly kind: 'number'; readonly digits: string }
  /** A number of the provider's own, dialled as it is. The deck is about E.164 prefixes and says nothing of it. */
  | { readonly kind: 'short_code' }
  | { readonly kind: 'not_a_number' };

const SHORT_CODE = /^(?:\d{1,6}|[*#][\d*#]+)$/;

/** The phone number metadata is large and needed only once somebody dials. */
async function parser(): Promise<(text: string, country: CountryCode) => PhoneNumber | undefined> {
  const { parsePhoneNumberFromString } = await import('libphonenumber-js');
  return (text, country) => parsePhoneNumberFromString(text, country);
}

/** Reads a typed target with the country that numbers without + belong to (ISO 3166-1 alpha-2). */
export async function readTarget(typed: string, countryCode: string): Promise<Target> {
  const text = typed
    .trim()
    .replace(/^(?:tel|sips?):/i, '')
    .replace(/[@;].*$/, '');
  const compact = text.replace(/[\s().\-/]/g, '');
  if (SHORT_CODE.test(compact)) return { kind: 'short_code' };
  if (!/^\+?[\d*#]+$/.test(compact)) return { kind: 'not_a_number' };
  const parse = await parser();
  const number = parse(text, countryCode as CountryCode);
  if (!number?.isPossible()) return { kind: 'not_a_number' };
  return { kind: 'number', digits: number.number.slice(1) };
}
