import { NANP_AREAS, NANP_TOLL_FREE, OTHER_RANGES } from '../policies/number-ranges.ts';

/** Where calls go: the share of each destination in a hundred calls. */
export const DESTINATION_SHARES = [
  ['US', 78],
  ['toll_free', 6],
  ['CA', 5],
  ['GB', 4],
  ['DE', 2.5],
  ['FR', 2],
  ['AU', 1.2],
  ['SE', 0.7],
  ['IE', 0.4],
  ['premium', 0.2],
] as const;
export type DestinationKind = (typeof DESTINATION_SHARES)[number][0];

const PREMIUM_NUMBER = '+19005550199';
/** So few contacts has even a small firm, and one in so many calls is to somebody new in a large one. */
const FEWEST_CONTACTS = 60;
const CALLS_A_CONTACT = 20;

const rowsOf = (table: string): readonly string[] => table.trim().split('\n');
const padded = (index: number, digits: number): string => String(index).padStart(digits, '0');
const hundred = (prefix: string): readonly string[] =>
  Array.from({ length: 100 }, (_, index) => `+1${prefix}55501${padded(index, 2)}`);

/** Every number of a destination that is kept free for fiction. */
function rangesOf(kind: DestinationKind): readonly string[] {
  if (kind === 'premium') return [PREMIUM_NUMBER];
  if (kind === 'toll_free') return NANP_TOLL_FREE.flatMap(hundred);
  if (kind === 'US' || kind === 'CA') return rowsOf(NANP_AREAS[kind]).flatMap((row) => hundred(row.slice(0, 3)));
  return rowsOf(OTHER_RANGES)
    .map((row) => row.split('|'))
    .filter(([country, type]) => country === kind && type !== 'toll_free')
    .flatMap(([, , , , prefix = '', digits = '']) =>
      Array.from({ length: 10 ** Number(digits) }, (_, index) => `+${prefix}${padded(index, Number(digits))}`),
    );
}

/** The first `count` of a shuffle (Fisher and Yates). */
function drawn(numbers: readonly string[], count: number, random: () => number): readonly string[] {
  const left = [...numbers];
  return Array.from({ length: Math.min(count, left.length) }, (_, index) => {
    const other = index + Math.floor(random() * (left.length - index));
    const chosen = left[other] ?? '';
    left[other] = left[index] ?? '';
    return chosen;
  });
}

/** Where in rising sums `value` falls. */
function placeIn(sums: Float64Array, value: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function risingSums(weights: Iterable<number>): Float64Array {
  let sum = 0;
  return Float64Array.from(weights, (weight) => (sum += weight));
}

/** Draws a place by weight. */
export function createDraw(weights: readonly number[]): (random: number) => number {
  const sums = risingSums(weights);
  const total = sums.at(-1) ?? 0;
  return (random) => placeIn(sums, random * total);
}

export interface Contact {
  readonly kind: DestinationKind;
  readonly number: string;
}

/** Whom a firm talks to. */
export interface AddressBook {
  /** Somebody who is called. */
  callee(): Contact;
  /** Somebody who calls: not a service nobody calls from. */
  caller(): Contact;
}

/**
 * Who is called follows Zipf's law within each destination: the one on place k is called 1/k as often as the first, so a
 * few are called every day and most once. `taken` are the firm's own numbers.
 */
export function createAddressBook(calls: number, taken: ReadonlySet<string>, random: () => number): AddressBook {
  const size = Math.max(FEWEST_CONTACTS, Math.ceil(calls / CALLS_A_CONTACT));
  const books = DESTINATION_SHARES.map(([kind, share]) => {
    const numbers = rangesOf(kind).filter((number) => !taken.has(number));
    const contacts = drawn(numbers, Math.max(1, Math.ceil((size * share) / 100)), random);
    return { kind, contacts, place: createDraw(contacts.map((_, index) => 1 / (index + 1))) };
  });
  const callees = createDraw(DESTINATION_SHARES.map(([, share]) => share));
  const isService = (kind: DestinationKind): boolean => kind === 'toll_free' || kind === 'premium';
  const callers = createDraw(DESTINATION_SHARES.map(([kind, share]) => (isService(kind) ? 0 : share)));
  const pick = (kind: number): Contact => {
    const book = books[kind];
    if (!book) throw new RangeError(`No destination ${kind}`);
    return { kind: book.kind, number: book.contacts[book.place(random())] ?? '' };
  };
  return { callee: () => pick(callees(random())), caller: () => pick(callers(random())) };
}
