import type { Result } from '../../preload/contract/result.ts';
import { fail, ok } from '../../preload/contract/result.ts';
import { parseJson } from '../platform/json.ts';
import { damagedRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

/** Where a money action stands (design 4). `prepared` is on disk before the request leaves. */
const STATES = [
  'prepared',
  'sent',
  'done',
  'pending',
  'declined',
  'needs_consent',
  'failed',
  'unknown',
  'closed_by_person',
] as const;
type IntentState = (typeof STATES)[number];

/** A purchase as it was meant, under the idempotency key it is sent with. Times are UTC ms. */
interface Intent {
  readonly key: string;
  readonly kind: string;
  readonly body: unknown;
  readonly state: IntentState;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const INSERT = `
INSERT INTO intent (key, kind, body, state, created_at, updated_at) VALUES (?, ?, ?, 'prepared', ?, ?)
ON CONFLICT (key) DO NOTHING`;
const MOVE = 'UPDATE intent SET state = ?, updated_at = ? WHERE key = ? AND state = ?';
const COLUMNS = 'key, kind, body, state, created_at, updated_at';
const BY_KEY = `SELECT ${COLUMNS} FROM intent WHERE key = ?`;
const UNSETTLED = `
SELECT ${COLUMNS} FROM intent WHERE state IN ('prepared', 'sent', 'pending', 'unknown') ORDER BY created_at, key`;

interface StoredIntent {
  readonly key: string;
  readonly kind: string;
  readonly body: string;
  readonly state: string;
  readonly created_at: number;
  readonly updated_at: number;
}

function isState(text: string): text is IntentState {
  return (STATES as readonly string[]).includes(text);
}

function fromStored(row: StoredIntent): Intent | undefined {
  const body = parseJson(row.body);
  if (!isState(row.state) || body === undefined) return undefined;
  return {
    key: row.key,
    kind: row.kind,
    body,
    state: row.state,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function parse(rows: readonly StoredIntent[]): Result<readonly Intent[]> {
  const intents: Intent[] = [];
  for (const row of rows) {
    const intent = fromStored(row);
    if (!intent) return fail(damagedRow('intents', 'intent'));
    intents.push(intent);
  }
  return ok(intents);
}

/**
 * Puts a new intent on disk in state `prepared`; when it answers ok, the row survives a power cut. A key already used is
 * a `conflict`: an intent is never written twice.
 */
export async function prepareIntent(
  store: Store,
  intent: { readonly key: string; readonly kind: string; readonly body: unknown; readonly at: number },
): Promise<Result<null>> {
  const row = [intent.key, intent.kind, JSON.stringify(intent.body), intent.at, intent.at];
  const written = await store.write('intents', [{ sql: INSERT, rows: [row] }]);
  if (!written.ok) return written;
  if (written.value.changes === 1) return ok(null);
  return fail({ kind: 'conflict', nextStep: 'report_bug', detail: 'This idempotency key was used before' });
}

/** Moves an intent from one state to the next; a `conflict` when it is not (or no longer) in `from`. */
export async function moveIntent(
  store: Store,
  move: { readonly key: string; readonly from: IntentState; readonly to: IntentState; readonly at: number },
): Promise<Result<null>> {
  const written = await store.write('intents', [{ sql: MOVE, rows: [[move.to, move.at, move.key, move.from]] }]);
  if (!written.ok) return written;
  if (written.value.changes === 1) return ok(null);
  return fail({ kind: 'conflict', nextStep: 'retry', detail: `The intent is not in state ${move.from}` });
}

/** The intent under a key; null = none. */
export async function readIntent(store: Store, key: string): Promise<Result<Intent | null>> {
  const read = await store.read<StoredIntent>('intents', BY_KEY, [key]);
  if (!read.ok) return read;
  const parsed = parse(read.value);
  return parsed.ok ? ok(parsed.value[0] ?? null) : parsed;
}

/** Intents without a final outcome, oldest first: to be reconciled at the next sign-in (design 6). */
export async function unsettledIntents(store: Store): Promise<Result<readonly Intent[]>> {
  const read = await store.read<StoredIntent>('intents', UNSETTLED);
  return read.ok ? parse(read.value) : read;
}
