import type { Result } from '../../preload/contract/result.ts';
import { fail, ok } from '../../preload/contract/result.ts';

/** The place in a list ordered by time and then id, both descending: the last row already given. */
interface KeysetPlace {
  readonly time: number;
  readonly id: string;
}

/** Before the first row: later than every UTC millisecond a row can carry. */
const NEWEST: KeysetPlace = { time: Number.MAX_SAFE_INTEGER, id: '' };

/** Writes a place as opaque text (base64url). Nobody but decodeCursor may look inside. */
export function encodeCursor(place: KeysetPlace): string {
  return Buffer.from(JSON.stringify([place.time, place.id])).toString('base64url');
}

/** Reads a cursor back; null = from the newest row. Text that is no cursor of ours is an `invalid_request`. */
export function decodeCursor(cursor: string | null): Result<KeysetPlace> {
  if (cursor === null) return ok(NEWEST);
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(value) && value.length === 2) {
      const [time, id] = value as unknown[];
      if (Number.isSafeInteger(time) && typeof id === 'string') return ok({ time: time as number, id });
    }
  } catch {
    // Falls through: whatever it was, it is no cursor.
  }
  return fail({ kind: 'invalid_request', nextStep: 'retry', detail: 'Not a cursor of this list', field: 'cursor' });
}

/** Cuts one row more than the page off a result and makes the cursor of the next page from the last row kept. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  place: (row: Row) => KeysetPlace,
): { readonly rows: readonly Row[]; readonly next: string | null } {
  if (rows.length <= limit) return { rows, next: null };
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return { rows: kept, next: last ? encodeCursor(place(last)) : null };
}
