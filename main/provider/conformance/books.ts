import type { Micros } from '../../../preload/contract/money.ts';
import { parseDecimal, toDecimal, toMicros } from '../../../preload/contract/money.ts';
import type { Kit } from './kit.ts';
import { may } from './kit.ts';
import { Failure, Skip } from './verdict.ts';

/** A row of the history as far as the books need it. */
export interface BookedRow {
  readonly id: string;
  readonly amount: Micros;
}

/** What the account stands at, and its newest rows. */
export interface Books {
  readonly balance: Micros;
  /** Newest first, at most a page. */
  readonly rows: readonly BookedRow[];
  /** Charges known, at most a page; null where the server keeps none. */
  readonly charges: readonly string[] | null;
}

/** Decimal text of the wire as micros. */
export function amountOf(value: unknown): Micros {
  const text = typeof value === 'object' && value !== null ? (value as { amount?: unknown }).amount : value;
  const amount = typeof text === 'string' ? parseDecimal(text) : undefined;
  if (amount === undefined) throw new Failure('An amount is no decimal text');
  return amount;
}

export const sumOf = (amounts: readonly Micros[]): Micros => toMicros(amounts.reduce((sum, each) => sum + each, 0));

function listed(json: unknown): readonly Record<string, unknown>[] {
  const { data } = (json ?? {}) as { data?: unknown };
  return Array.isArray(data) ? (data as Record<string, unknown>[]) : [];
}

/** Reads balance, newest rows and charges. Skips where the person may not see them. */
export async function readBooks(kit: Kit): Promise<Books> {
  if (!may(kit.owner, 'balance.exact') || !may(kit.owner, 'usage.all')) {
    throw new Skip(`${kit.owner.name} may not see the books: give an owner's token`);
  }
  const balance = await kit.ask('GET', '/balance');
  const usage = await kit.ask('GET', '/usage?limit=200');
  const charges = await kit.ask('GET', '/charges?limit=200');
  const { exact } = (balance.json ?? {}) as { exact?: { balance?: unknown } | null };
  return {
    balance: amountOf(exact?.balance),
    rows: listed(usage.json).map((row) => ({ id: String(row['id']), amount: amountOf(row['amount']) })),
    charges: charges.status === 200 ? listed(charges.json).map((row) => String(row['id'])) : null,
  };
}

/** Rows that came between two readings of the books. */
export function newRows(before: Books, after: Books): readonly BookedRow[] {
  const known = new Set(before.rows.map((row) => row.id));
  return after.rows.filter((row) => !known.has(row.id));
}

/** Throws a Failure where the balance moved by anything else than the rows between. */
export function expectExplained(before: Books, after: Books): void {
  const moved = toMicros(after.balance - before.balance);
  const explained = sumOf(newRows(before, after).map((row) => row.amount));
  if (moved === explained) return;
  throw new Failure(`The balance moved by ${toDecimal(moved)}, its rows say ${toDecimal(explained)}`);
}
