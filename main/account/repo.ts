import type { Account, Balance, Policy } from '../../preload/contract/models.ts';
import { account, balance, policy } from '../../preload/contract/models.ts';
import type { Result } from '../../preload/contract/result.ts';
import { ok } from '../../preload/contract/result.ts';
import type { RowSchema } from '../store/rows.ts';
import { parseJson } from '../platform/json.ts';
import type { Store } from '../store/store.ts';

type StateName = 'account' | 'policy' | 'balance';

// Equal stamps replace: the provider may correct itself within one millisecond, and the later answer is the newer.
const SAVE = `
INSERT INTO account_state (name, as_of, body) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET as_of = excluded.as_of, body = excluded.body
WHERE excluded.as_of >= account_state.as_of`;
const READ_INSTANCE_ID = `SELECT value FROM install WHERE name = 'instance_id'`;
const INSERT_INSTANCE_ID = `
INSERT INTO install (name, value) VALUES ('instance_id', ?) ON CONFLICT (name) DO NOTHING`;
const READ = 'SELECT body FROM account_state WHERE name = ?';

/** An unreadable body counts as not cached: the next answer of the provider writes it anew. */
async function readState<T>(store: Store, name: StateName, schema: RowSchema<T>): Promise<Result<T | null>> {
  const read = await store.read<{ body: string }>('cache', READ, [name]);
  if (!read.ok) return read;
  const [row] = read.value;
  if (!row) return ok(null);
  const parsed = schema.safeParse(parseJson(row.body));
  return ok(parsed.success ? parsed.data : null);
}

async function saveState(
  store: Store,
  name: StateName,
  asOf: number,
  value: unknown,
): Promise<Result<{ readonly saved: boolean }>> {
  const written = await store.write('cache', [{ sql: SAVE, rows: [[name, asOf, JSON.stringify(value)]] }]);
  return written.ok ? ok({ saved: written.value.changes > 0 }) : written;
}

/** The account as last seen; null = never. */
export function readAccount(store: Store): Promise<Result<Account | null>> {
  return readState(store, 'account', account);
}

/** Keeps the account as of UTC ms `asOf`; `saved` is false when a newer one is there. */
export function saveAccount(store: Store, value: Account, asOf: number): Promise<Result<{ readonly saved: boolean }>> {
  return saveState(store, 'account', asOf, value);
}

/** The policy as last fetched; null = never. */
export function readPolicy(store: Store): Promise<Result<Policy | null>> {
  return readState(store, 'policy', policy);
}

/** Keeps the policy by its `fetchedAt`; `saved` is false when a newer one is there. */
export function savePolicy(store: Store, value: Policy): Promise<Result<{ readonly saved: boolean }>> {
  return saveState(store, 'policy', value.fetchedAt, value);
}

/** The balance as last seen, with its `asOf`; null = never. */
export function readBalance(store: Store): Promise<Result<Balance | null>> {
  return readState(store, 'balance', balance);
}

/** Keeps the balance; one with a lower `asOf` than the cached never overwrites it (`saved` is false; 3.3). */
export function saveBalance(store: Store, value: Balance): Promise<Result<{ readonly saved: boolean }>> {
  return saveState(store, 'balance', value.asOf, value);
}

/**
 * The instance id of this install for this account (RFC 5626 +sip.instance), stable until the keep file is lost. `fresh`
 * is used the first time only.
 */
export async function ensureInstanceId(store: Store, fresh: string): Promise<Result<string>> {
  // Read first: at every start but the very first this is answered before the writer is up.
  const known = await store.read<{ value: string }>('keep', READ_INSTANCE_ID);
  if (!known.ok) return known;
  const [row] = known.value;
  if (row) return ok(row.value);
  const written = await store.write('keep', [{ sql: INSERT_INSTANCE_ID, rows: [[fresh]] }]);
  if (!written.ok) return written;
  const read = await store.read<{ value: string }>('keep', READ_INSTANCE_ID);
  return read.ok ? ok(read.value[0]?.value ?? fresh) : read;
}
