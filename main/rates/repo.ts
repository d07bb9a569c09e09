import type { Rate } from '../../preload/contract/models.ts';
import { rate } from '../../preload/contract/models.ts';
import type { Result } from '../../preload/contract/result.ts';
import { ok } from '../../preload/contract/result.ts';
import { parseRows } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

/** E.164 has 15 digits at most, so a number has 15 prefixes at most. */
const LONGEST_PREFIX = 15;

const UPSERT_RATE = `
INSERT INTO rate (prefix, direction, effective_from, country_code, destination, kind, per_minute, setup_fee, currency,
  min_sec, inc_sec, free_sec, included, fetched_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (prefix, direction, effective_from) DO UPDATE SET
  country_code = excluded.country_code, destination = excluded.destination, kind = excluded.kind,
  per_minute = excluded.per_minute, setup_fee = excluded.setup_fee, currency = excluded.currency,
  min_sec = excluded.min_sec, inc_sec = excluded.inc_sec, free_sec = excluded.free_sec, included = excluded.included,
  fetched_at = excluded.fetched_at
WHERE excluded.fetched_at >= rate.fetched_at`;

const COLUMNS = `prefix, direction, effective_from, country_code, destination, kind, per_minute, setup_fee, currency,
  min_sec, inc_sec, free_sec, included`;

const LONGEST_MATCH = `
SELECT ${COLUMNS}, (SELECT fetched_at FROM rate_deck) AS deck_fetched_at, fetched_at
FROM rate
WHERE direction = ? AND effective_from <= ? AND prefix IN (${Array.from({ length: LONGEST_PREFIX }, () => '?').join(', ')})
ORDER BY length(prefix) DESC, effective_from DESC
LIMIT 1`;

const DROP_OLDER = 'DELETE FROM rate WHERE fetched_at < ?';
const SET_DECK = `
INSERT INTO rate_deck (only_row, fetched_at) VALUES (1, ?)
ON CONFLICT (only_row) DO UPDATE SET fetched_at = excluded.fetched_at WHERE excluded.fetched_at >= rate_deck.fetched_at`;

interface StoredRate {
  readonly prefix: string;
  readonly direction: string;
  readonly effective_from: number;
  readonly country_code: string | null;
  readonly destination: string;
  readonly kind: string;
  readonly per_minute: number;
  readonly setup_fee: number;
  readonly currency: string;
  readonly min_sec: number;
  readonly inc_sec: number;
  readonly free_sec: number;
  readonly included: number;
}

function fromStored(row: StoredRate): unknown {
  return {
    prefix: row.prefix,
    countryCode: row.country_code,
    destination: row.destination,
    direction: row.direction,
    kind: row.kind,
    perMinute: row.per_minute,
    setupFee: row.setup_fee,
    currency: row.currency,
    minSec: row.min_sec,
    incSec: row.inc_sec,
    freeSec: row.free_sec,
    included: row.included !== 0,
    effectiveFrom: row.effective_from,
  };
}

/**
 * Puts a page of the deck into the cache beside what is there, keyed by (prefix, direction, effectiveFrom). `fetchedAt`
 * (UTC ms) is the same for all pages of one fetch; a page of an older fetch changes nothing.
 */
export async function upsertRates(store: Store, rates: readonly Rate[], fetchedAt: number): Promise<Result<null>> {
  const rows = rates.map((each) => [
    each.prefix,
    each.direction,
    each.effectiveFrom,
    each.countryCode,
    each.destination,
    each.kind,
    each.perMinute,
    each.setupFee,
    each.currency,
    each.minSec,
    each.incSec,
    each.freeSec,
    each.included ? 1 : 0,
    fetchedAt,
  ]);
  const written = await store.write('cache', [{ sql: UPSERT_RATE, rows }]);
  return written.ok ? ok(null) : written;
}

/**
 * Ends a fetch whose every page was put in by upsertRates with the same `fetchedAt`: rates it did not name are dropped
 * and the deck is this old from now on. Until then the old deck answers, so a fetch cut short leaves no gap.
 */
export async function finishDeck(store: Store, fetchedAt: number): Promise<Result<null>> {
  const written = await store.write('cache', [
    { sql: DROP_OLDER, rows: [[fetchedAt]] },
    { sql: SET_DECK, rows: [[fetchedAt]] },
  ]);
  return written.ok ? ok(null) : written;
}

/** UTC ms when the whole deck was last fetched; null = never, so nothing is known of any price. */
export async function deckFetchedAt(store: Store): Promise<Result<number | null>> {
  const read = await store.read<{ fetched_at: number }>('cache', 'SELECT fetched_at FROM rate_deck');
  return read.ok ? ok(read.value[0]?.fetched_at ?? null) : read;
}

/**
 * The rate of a number at a time: the longest prefix, and of its rates the one in force at `at` (UTC ms). `digits` is the
 * E.164 number without +, or a short code. null = no prefix matches. `fetchedAt` is the age of the deck.
 */
export async function longestMatch(
  store: Store,
  query: { readonly digits: string; readonly direction: Rate['direction']; readonly at: number },
): Promise<Result<{ readonly rate: Rate; readonly fetchedAt: number } | null>> {
  // A fixed number of places keeps one statement prepared; null matches nothing in IN.
  const prefixes = Array.from({ length: LONGEST_PREFIX }, (_, index) =>
    index < query.digits.length ? query.digits.slice(0, index + 1) : null,
  );
  const read = await store.read<StoredRate & { deck_fetched_at: number | null; fetched_at: number }>(
    'cache',
    LONGEST_MATCH,
    [query.direction, query.at, ...prefixes],
  );
  if (!read.ok) return read;
  const [found] = read.value;
  if (!found) return ok(null);
  const parsed = parseRows('cache', 'rate', rate, [fromStored(found)]);
  if (!parsed.ok) return parsed;
  const [match] = parsed.value;
  return ok(match ? { rate: match, fetchedAt: found.deck_fetched_at ?? found.fetched_at } : null);
}
