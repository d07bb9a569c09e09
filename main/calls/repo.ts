import type { CallLogEntry } from '../../preload/contract/models.ts';
import { callLogEntry } from '../../preload/contract/models.ts';
import type { Money } from '../../preload/contract/money.ts';
import type { Result } from '../../preload/contract/result.ts';
import { ok } from '../../preload/contract/result.ts';
import { cutPage, decodeCursor } from '../store/cursor.ts';
import { parseRows } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

/** What a call cost, by its SIP Call-ID. */
export interface CallCost {
  readonly sipCallId: string;
  readonly cost: Money;
}

const COLUMNS = `id, account_id, sip_call_id, direction, remote, remote_e164, remote_name, own_number, started_at,
  answered_at, ended_at, outcome, reason, sip_code, is_emergency, cost_micros, cost_currency, seen`;

// A late "still ringing" must not bring an ended call back; what is known once (answer, cost, seen) is never unlearnt.
const UPSERT_CALL = `
INSERT INTO call_log (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  sip_call_id = coalesce(excluded.sip_call_id, call_log.sip_call_id), remote = excluded.remote,
  remote_e164 = excluded.remote_e164, remote_name = coalesce(excluded.remote_name, call_log.remote_name),
  own_number = coalesce(excluded.own_number, call_log.own_number),
  answered_at = coalesce(excluded.answered_at, call_log.answered_at), ended_at = excluded.ended_at,
  outcome = excluded.outcome, reason = excluded.reason, sip_code = excluded.sip_code,
  is_emergency = max(excluded.is_emergency, call_log.is_emergency),
  cost_micros = coalesce(excluded.cost_micros, call_log.cost_micros),
  cost_currency = coalesce(excluded.cost_currency, call_log.cost_currency),
  seen = max(excluded.seen, call_log.seen)
WHERE call_log.ended_at IS NULL OR excluded.ended_at IS NOT NULL`;

const PAGE = `
SELECT ${COLUMNS} FROM call_log WHERE (started_at, id) < (?, ?) ORDER BY started_at DESC, id DESC LIMIT ?`;
const BY_ID = `SELECT ${COLUMNS} FROM call_log WHERE id = ?`;
const BY_CALL_ID = `SELECT ${COLUMNS} FROM call_log WHERE sip_call_id = ?`;
const UNCOSTED = `
SELECT ${COLUMNS} FROM call_log
WHERE cost_micros IS NULL AND sip_call_id IS NOT NULL AND ended_at IS NOT NULL AND started_at >= ?
ORDER BY started_at DESC, id DESC LIMIT 500`;

const CLOSE_OPEN = `
UPDATE call_log SET ended_at = coalesce(answered_at, started_at), outcome = 'lost'
WHERE ended_at IS NULL`;
const MARK_SEEN = 'UPDATE call_log SET seen = 1 WHERE seen = 0';
const SET_COST = `
UPDATE call_log SET cost_micros = @micros, cost_currency = @currency
WHERE sip_call_id = @sipCallId AND (cost_micros IS NOT @micros OR cost_currency IS NOT @currency)`;

interface StoredCall {
  readonly id: string;
  readonly account_id: string;
  readonly sip_call_id: string | null;
  readonly direction: string;
  readonly remote: string;
  readonly remote_e164: string | null;
  readonly remote_name: string | null;
  readonly own_number: string | null;
  readonly started_at: number;
  readonly answered_at: number | null;
  readonly ended_at: number | null;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly sip_code: number | null;
  readonly is_emergency: number;
  readonly cost_micros: number | null;
  readonly cost_currency: string | null;
  readonly seen: number;
}

function fromStored(row: StoredCall): unknown {
  return {
    id: row.id,
    accountId: row.account_id,
    sipCallId: row.sip_call_id,
    direction: row.direction,
    remote: row.remote,
    remoteE164: row.remote_e164,
    remoteName: row.remote_name,
    ownNumber: row.own_number,
    startedAt: row.started_at,
    answeredAt: row.answered_at,
    endedAt: row.ended_at,
    outcome: row.outcome,
    reason: row.reason,
    sipCode: row.sip_code,
    isEmergency: row.is_emergency !== 0,
    cost: row.cost_micros === null ? null : { micros: row.cost_micros, currency: row.cost_currency },
    seen: row.seen !== 0,
  };
}

function parse(rows: readonly StoredCall[]): Result<readonly CallLogEntry[]> {
  return parseRows('keep', 'call_log', callLogEntry, rows.map(fromStored));
}

/**
 * Writes a call at its start, answer or end (upsert by id) and answers with the row as it stands now. An ended call is
 * never un-ended, and an answer time, a cost or "seen" once known is kept.
 */
export async function recordCall(store: Store, entry: CallLogEntry): Promise<Result<CallLogEntry>> {
  const row = [
    entry.id,
    entry.accountId,
    entry.sipCallId,
    entry.direction,
    entry.remote,
    entry.remoteE164,
    entry.remoteName,
    entry.ownNumber,
    entry.startedAt,
    entry.answeredAt,
    entry.endedAt,
    entry.outcome,
    entry.reason,
    entry.sipCode,
    entry.isEmergency ? 1 : 0,
    entry.cost?.micros ?? null,
    entry.cost?.currency ?? null,
    entry.seen ? 1 : 0,
  ];
  const written = await store.write('keep', [{ sql: UPSERT_CALL, rows: [row] }]);
  if (!written.ok) return written;
  const read = await store.read<StoredCall>('keep', BY_ID, [entry.id]);
  if (!read.ok) return read;
  const parsed = parse(read.value);
  return parsed.ok ? ok(parsed.value[0] ?? entry) : parsed;
}

/** A page of the history, newest first. `cursor` null = from the newest; `limit` in rows. */
export async function callsPage(
  store: Store,
  request: { readonly cursor: string | null; readonly limit: number },
): Promise<Result<{ readonly rows: readonly CallLogEntry[]; readonly next: string | null }>> {
  const place = decodeCursor(request.cursor);
  if (!place.ok) return place;
  const { time, id } = place.value;
  const read = await store.read<StoredCall>('keep', PAGE, [time, id, request.limit + 1]);
  if (!read.ok) return read;
  const parsed = parse(read.value);
  if (!parsed.ok) return parsed;
  return ok(cutPage(parsed.value, request.limit, (row) => ({ time: row.startedAt, id: row.id })));
}

/** Marks every call of the history as seen. `changed` is false when all were. */
export async function markCallsSeen(store: Store): Promise<Result<{ readonly changed: boolean }>> {
  const written = await store.write('keep', [{ sql: MARK_SEEN, rows: [[]] }]);
  return written.ok ? ok({ changed: written.value.changes > 0 }) : written;
}

/**
 * Ends the calls a crash left open, with outcome `lost`. Their end is set to the last moment known (answer or start),
 * because any later time would claim a duration nobody measured. Run once at start, before any call.
 */
export async function closeLostCalls(store: Store): Promise<Result<{ readonly closed: number }>> {
  const written = await store.write('keep', [{ sql: CLOSE_OPEN, rows: [[]] }]);
  return written.ok ? ok({ closed: written.value.changes }) : written;
}

/** Puts the provider's prices on the calls with these Call-IDs; answers with the entries that changed by it. */
export async function setCallCosts(store: Store, costs: readonly CallCost[]): Promise<Result<readonly CallLogEntry[]>> {
  if (costs.length === 0) return ok([]);
  const written = await store.write(
    'keep',
    costs.map(({ sipCallId, cost }) => ({ sql: SET_COST, rows: [{ ...cost, sipCallId }] })),
  );
  if (!written.ok) return written;
  const changed: CallLogEntry[] = [];
  for (const [index, each] of costs.entries()) {
    if ((written.value.statementChanges[index] ?? 0) === 0) continue;
    const read = await store.read<StoredCall>('keep', BY_CALL_ID, [each.sipCallId]);
    if (!read.ok) return read;
    const parsed = parse(read.value);
    if (!parsed.ok) return parsed;
    changed.push(...parsed.value);
  }
  return ok(changed);
}

/** Ended calls since `sinceMs` (UTC) that still wait for their price, newest first, 500 at most. */
export async function callsWithoutCost(store: Store, sinceMs: number): Promise<Result<readonly CallLogEntry[]>> {
  const read = await store.read<StoredCall>('keep', UNCOSTED, [sinceMs]);
  return read.ok ? parse(read.value) : read;
}

/** Deletes the whole history, from the file's copies too (sign-out with "erase history", design 6). */
export async function eraseCalls(store: Store): Promise<Result<null>> {
  const written = await store.write('keep', [{ sql: 'DELETE FROM call_log', rows: [[]] }]);
  return written.ok ? store.scrub('keep') : written;
}
