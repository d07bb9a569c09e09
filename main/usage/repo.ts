import type { UsageRow } from '../../preload/contract/models.ts';
import { usageRow } from '../../preload/contract/models.ts';
import type { Result } from '../../preload/contract/result.ts';
import { ok } from '../../preload/contract/result.ts';
import { cutPage, decodeCursor } from '../store/cursor.ts';
import { parseRows } from '../store/rows.ts';
import type { SqlValue, Store, WriteStatement } from '../store/store.ts';

/** Whose rows: every row of the account that is cached, or one person's only (requirements.md 3.0). */
export type UsageScope = { readonly kind: 'all' } | { readonly kind: 'user'; readonly userId: string };

/** A page of cached usage, newest first. `next` is opaque; null = no older row is cached. */
interface CachedUsagePage {
  readonly rows: readonly UsageRow[];
  readonly next: string | null;
}

// Stored numbers of the contract's words. They are in files on disk: append only, never renumber.
const KIND = { call: 0, number: 1, topup: 2, fee: 3, credit: 4, adjustment: 5, other: 6 } as const satisfies Record<
  UsageRow['kind'],
  number
>;
const DIRECTION = { outbound: 0, inbound: 1 } as const satisfies Record<NonNullable<UsageRow['direction']>, number>;
const PRICE_STATE = { priced: 0, price_pending: 1, included: 2, corrected: 3 } as const satisfies Record<
  UsageRow['priceState'],
  number
>;
const LEG = { a: 0, b: 1 } as const satisfies Record<NonNullable<UsageRow['leg']>, number>;

function wordOf<Word extends string>(codes: Readonly<Record<Word, number>>): (code: number | null) => Word | null {
  const words = new Map<number, Word>();
  for (const word of Object.keys(codes) as Word[]) words.set(codes[word], word);
  return (code) => (code === null ? null : (words.get(code) ?? null));
}

const kindOf = wordOf(KIND);
const directionOf = wordOf(DIRECTION);
const priceStateOf = wordOf(PRICE_STATE);
const legOf = wordOf(LEG);

const INSERT_PARTY = 'INSERT INTO party (value) VALUES (?) ON CONFLICT (value) DO NOTHING';
const INSERT_WORD = 'INSERT INTO word (value) VALUES (?) ON CONFLICT (value) DO NOTHING';

const party = '(SELECT row FROM party WHERE value = ?)';
const word = '(SELECT row FROM word WHERE value = ?)';

const UPSERT_USAGE = `
INSERT INTO usage (time, id, version, kind, direction, price_state, amount, currency, description, from_party, to_party,
  duration_sec, billed_sec, rate_per_minute, user_id, user_name, device_id, sip_call_id, leg)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ${word}, ${party}, ${party}, ?, ?, ?, ${word}, ${word}, ${word}, ?, ?)
ON CONFLICT (time, id) DO UPDATE SET
  version = excluded.version, kind = excluded.kind, direction = excluded.direction, price_state = excluded.price_state,
  amount = excluded.amount, currency = excluded.currency, description = excluded.description,
  from_party = excluded.from_party, to_party = excluded.to_party, duration_sec = excluded.duration_sec,
  billed_sec = excluded.billed_sec, rate_per_minute = excluded.rate_per_minute, user_id = excluded.user_id,
  user_name = excluded.user_name, device_id = excluded.device_id, sip_call_id = excluded.sip_call_id,
  leg = excluded.leg
WHERE excluded.version > usage.version`;

const SELECT_USAGE = `
SELECT u.id, u.time, u.version, u.kind, u.direction, u.price_state, u.amount, u.currency, d.value AS description,
  f.value AS from_value, t.value AS to_value, u.duration_sec, u.billed_sec, u.rate_per_minute,
  ui.value AS user_id, un.value AS user_name, dv.value AS device_id, u.sip_call_id, u.leg
FROM usage u
  JOIN word d ON d.row = u.description
  LEFT JOIN party f ON f.row = u.from_party
  LEFT JOIN party t ON t.row = u.to_party
  LEFT JOIN word ui ON ui.row = u.user_id
  LEFT JOIN word un ON un.row = u.user_name
  LEFT JOIN word dv ON dv.row = u.device_id`;

// Row values, so that SQLite seeks in the index of UNIQUE (time, id) instead of scanning it (pitfall 90).
const PAGE_ALL = `${SELECT_USAGE} WHERE (u.time, u.id) < (?, ?) ORDER BY u.time DESC, u.id DESC LIMIT ?`;
const PAGE_OF_USER = `${SELECT_USAGE}
WHERE u.user_id = (SELECT row FROM word WHERE value = ?) AND (u.time, u.id) < (?, ?)
ORDER BY u.time DESC, u.id DESC LIMIT ?`;
const BY_CALL_ID = `${SELECT_USAGE} WHERE u.time BETWEEN ? AND ? AND u.sip_call_id = ? ORDER BY u.time, u.id`;

interface StoredUsage {
  readonly id: string;
  readonly time: number;
  readonly version: number;
  readonly kind: number;
  readonly direction: number | null;
  readonly price_state: number;
  readonly amount: number;
  readonly currency: string;
  readonly description: string;
  readonly from_value: string | null;
  readonly to_value: string | null;
  readonly duration_sec: number | null;
  readonly billed_sec: number | null;
  readonly rate_per_minute: number | null;
  readonly user_id: string | null;
  readonly user_name: string | null;
  readonly device_id: string | null;
  readonly sip_call_id: string | null;
  readonly leg: number | null;
}

function fromStored(row: StoredUsage): unknown {
  return {
    id: row.id,
    time: row.time,
    version: row.version,
    kind: kindOf(row.kind),
    direction: directionOf(row.direction),
    priceState: priceStateOf(row.price_state),
    amount: row.amount,
    currency: row.currency,
    description: row.description,
    from: row.from_value,
    to: row.to_value,
    durationSec: row.duration_sec,
    billedSec: row.billed_sec,
    ratePerMinute: row.rate_per_minute,
    userId: row.user_id,
    userName: row.user_name,
    deviceId: row.device_id,
    sipCallId: row.sip_call_id,
    leg: legOf(row.leg),
  };
}

function toStored(row: UsageRow): readonly SqlValue[] {
  return [
    row.time,
    row.id,
    row.version,
    KIND[row.kind],
    row.direction === null ? null : DIRECTION[row.direction],
    PRICE_STATE[row.priceState],
    row.amount,
    row.currency,
    row.description,
    row.from,
    row.to,
    row.durationSec,
    row.billedSec,
    row.ratePerMinute,
    row.userId,
    row.userName,
    row.deviceId,
    row.sipCallId,
    row.leg === null ? null : LEG[row.leg],
  ];
}

function distinct(values: Iterable<string | null>): readonly (readonly [string])[] {
  const seen = new Set<string>();
  for (const value of values) if (value !== null) seen.add(value);
  return Array.from(seen, (value) => [value] as const);
}

function* partiesOf(rows: readonly UsageRow[]): Iterable<string | null> {
  for (const row of rows) yield* [row.from, row.to];
}

function* wordsOf(rows: readonly UsageRow[]): Iterable<string | null> {
  for (const row of rows) yield* [row.description, row.userId, row.userName, row.deviceId];
}

/**
 * Writes a page of usage in one transaction; handing over 1,000 rows holds the event loop for some 3 ms. A row already there is replaced
 * only by a higher `version`, so a repeated or late page changes nothing. `together` (the sync's place, say) commits with
 * the rows or not at all. `changed` is false when every row was known. The provider guarantees that a row's time does not
 * move (design 6: UNIQUE (time, id) is the conflict target).
 */
export async function upsertUsage(
  store: Store,
  rows: readonly UsageRow[],
  together: readonly WriteStatement[] = [],
): Promise<Result<{ readonly changed: boolean }>> {
  const written = await store.write('cache', [
    { sql: INSERT_PARTY, rows: distinct(partiesOf(rows)) },
    { sql: INSERT_WORD, rows: distinct(wordsOf(rows)) },
    { sql: UPSERT_USAGE, rows: rows.map(toStored) },
    ...together,
  ]);
  if (!written.ok) return written;
  const ownChanges = written.value.statementChanges[2] ?? 0;
  return ok({ changed: ownChanges > 0 });
}

/** A page of cached rows, newest first, by (time, id) descending. `cursor` null = from the newest. `limit` in rows. */
export async function usagePage(
  store: Store,
  request: { readonly cursor: string | null; readonly limit: number; readonly scope: UsageScope },
): Promise<Result<CachedUsagePage>> {
  const place = decodeCursor(request.cursor);
  if (!place.ok) return place;
  const { time, id } = place.value;
  const more = request.limit + 1;
  const stored = await (request.scope.kind === 'all'
    ? store.read<StoredUsage>('cache', PAGE_ALL, [time, id, more])
    : store.read<StoredUsage>('cache', PAGE_OF_USER, [request.scope.userId, time, id, more]));
  if (!stored.ok) return stored;
  const parsed = parseRows('cache', 'usage', usageRow, stored.value.map(fromStored));
  return parsed.ok ? ok(cutPage(parsed.value, request.limit, (row) => row)) : parsed;
}

/** UTC ms of the newest cached row; null = none. */
export async function newestUsageTime(store: Store): Promise<Result<number | null>> {
  const read = await store.read<{ time: number | null }>('cache', 'SELECT max(time) AS time FROM usage');
  return read.ok ? ok(read.value[0]?.time ?? null) : read;
}

/** Cached rows; a count over the index, so ask once at start and keep count. */
export async function countUsage(store: Store): Promise<Result<number>> {
  const read = await store.read<{ rows: number }>('cache', 'SELECT count(*) AS rows FROM usage');
  return read.ok ? ok(read.value[0]?.rows ?? 0) : read;
}

/**
 * The rows of one call, oldest first, among those between two UTC ms (both included): the time index bounds the search.
 * An index on the random Call-IDs would cost the sync three quarters of its speed (reliability-performance.md 1.5).
 */
export async function usageOfCall(
  store: Store,
  sipCallId: string,
  between: { readonly fromMs: number; readonly toMs: number },
): Promise<Result<readonly UsageRow[]>> {
  const stored = await store.read<StoredUsage>('cache', BY_CALL_ID, [between.fromMs, between.toMs, sipCallId]);
  return stored.ok ? parseRows('cache', 'usage', usageRow, stored.value.map(fromStored)) : stored;
}
