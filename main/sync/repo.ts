import type { Result } from '../../preload/contract/result.ts';
import { ok } from '../../preload/contract/result.ts';
import { parseJson } from '../platform/json.ts';
import type { Store, WriteStatement } from '../store/store.ts';

/** Where the sync stands, so that it resumes there after a restart. Times are UTC ms; cursors are the provider's. */
export interface SyncState {
  /** The newest usage row known to be complete: everything between it and the backfill's place is cached. */
  readonly newestSyncedTime: number | null;
  /** Next page of the history fill; null while `backfillDone` is false = from the newest. */
  readonly backfillCursor: string | null;
  readonly backfillDone: boolean;
  /** History older than this is not cached yet; null = all of it is, or none. */
  readonly partialBefore: number | null;
  readonly rowsDone: number;
  readonly rowsTotal: number | null;
  readonly lastEventId: string | null;
  readonly lastSuccessAt: number | null;
  /** Provider time minus local time. */
  readonly serverOffsetMs: number;
}

export const FRESH_SYNC_STATE: SyncState = {
  newestSyncedTime: null,
  backfillCursor: null,
  backfillDone: false,
  partialBefore: null,
  rowsDone: 0,
  rowsTotal: null,
  lastEventId: null,
  lastSuccessAt: null,
  serverOffsetMs: 0,
};

const SAVE = `
INSERT INTO sync_state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`;

const isInteger = (value: unknown): boolean => Number.isSafeInteger(value);
const orNull = (check: (value: unknown) => boolean) => (value: unknown) => value === null || check(value);
const isText = (value: unknown): boolean => typeof value === 'string';

const CHECKS: Readonly<Record<keyof SyncState, (value: unknown) => boolean>> = {
  newestSyncedTime: orNull(isInteger),
  backfillCursor: orNull(isText),
  backfillDone: (value) => typeof value === 'boolean',
  partialBefore: orNull(isInteger),
  rowsDone: isInteger,
  rowsTotal: orNull(isInteger),
  lastEventId: orNull(isText),
  lastSuccessAt: orNull(isInteger),
  serverOffsetMs: isInteger,
};

/** Where the sync stood when it last wrote; a value that is missing or unreadable starts afresh. */
export async function readSyncState(store: Store): Promise<Result<SyncState>> {
  const read = await store.read<{ name: string; value: string }>('cache', 'SELECT name, value FROM sync_state');
  if (!read.ok) return read;
  const state: Record<string, unknown> = { ...FRESH_SYNC_STATE };
  for (const { name, value } of read.value) {
    if (!Object.hasOwn(CHECKS, name)) continue;
    const parsed = parseJson(value);
    if (CHECKS[name as keyof SyncState](parsed)) state[name] = parsed;
  }
  return ok(state as unknown as SyncState);
}

/** The statements that save a patch; give them to a repo's `together` so that rows and place commit as one. */
export function syncStateStatements(patch: Partial<SyncState>): readonly WriteStatement[] {
  const rows = Object.entries(patch).map(([name, value]) => [name, JSON.stringify(value)]);
  return rows.length === 0 ? [] : [{ sql: SAVE, rows }];
}

/** Saves the values named in `patch`. */
export async function saveSyncState(store: Store, patch: Partial<SyncState>): Promise<Result<null>> {
  const written = await store.write('cache', syncStateStatements(patch));
  return written.ok ? ok(null) : written;
}
