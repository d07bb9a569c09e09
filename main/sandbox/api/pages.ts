import type { ApiContext } from './context.ts';
import type { Keyset } from './cursor.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { timestamp } from './wire.ts';

interface PageRequest {
  /** Names the list in its cursors. */
  readonly list: string;
  readonly query: { readonly cursor?: string | undefined; readonly limit: number };
  /** What the first page comes after. */
  readonly start: Keyset;
}

interface Page<W> {
  data: W[];
  next_cursor: string | null;
  total: number | null;
  as_of: string;
}

/**
 * One page of a list that is read by keyset: `read` gets what it comes after and how many rows at most, one more than
 * are shown, which is how the end is known.
 */
export function pageOf<R, W>(
  context: Pick<ApiContext, 'epoch' | 'ledger'>,
  { list, query, start }: PageRequest,
  read: (after: Keyset, limit: number) => readonly R[],
  keyset: (row: R) => Keyset,
  wire: (row: R) => W,
  total: number | null,
): Page<W> {
  const { epoch, ledger } = context;
  const after = query.cursor === undefined ? start : decodeCursor(list, epoch, start.length, query.cursor);
  const rows = read(after, query.limit + 1);
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    data: shown.map(wire),
    next_cursor: rows.length > query.limit && last !== undefined ? encodeCursor(list, epoch, keyset(last)) : null,
    total,
    as_of: timestamp(ledger.clock.now()),
  };
}
