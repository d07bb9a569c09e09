import { Refusal } from './refusal.ts';

/** The last row of a page: what the next page comes after. Opaque to clients. */
export type Keyset = readonly (string | number)[];

/** Writes a cursor for one list of one ledger. */
export function encodeCursor(list: string, epoch: string, keyset: Keyset): string {
  return Buffer.from(JSON.stringify([list, epoch, ...keyset])).toString('base64url');
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Reads a cursor back. Text that never was a cursor of this list is an invalid request; a cursor of a ledger that was
 * since replaced is `cursor_expired`.
 */
export function decodeCursor(list: string, epoch: string, length: number, cursor: string): Keyset {
  const parts = parse(cursor);
  const valid =
    Array.isArray(parts) &&
    parts.length === length + 2 &&
    parts[0] === list &&
    parts.every((part) => typeof part === 'string' || Number.isSafeInteger(part));
  if (!valid) {
    throw new Refusal('invalid_request', { errors: [{ pointer: '/cursor', detail: 'Not a cursor of this list' }] });
  }
  if (parts[1] !== epoch) throw new Refusal('cursor_expired');
  return (parts as (string | number)[]).slice(2);
}
