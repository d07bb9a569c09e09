import type { AppError, Result } from '../../preload/contract/result.ts';
import { fail, ok } from '../../preload/contract/result.ts';
import type { StoreFile } from './store.ts';

/** The part of a contract schema that reading rows needs. */
export interface RowSchema<T> {
  safeParse(
    value: unknown,
  ): { readonly success: true; readonly data: T } | { readonly success: false; readonly error: unknown };
}

/** A row that is in the file but cannot have been written by us: the file is damaged. */
export function damagedRow(file: StoreFile, table: string): AppError {
  return {
    kind: 'store',
    nextStep: 'retry',
    fault: 'corrupt',
    detail: `A row of ${file}.${table} is not in the shape it was written in`,
  };
}

/** Types rows read from `table` by their contract schema; one that does not fit is a `corrupt` error, never passed on. */
export function parseRows<T>(
  file: StoreFile,
  table: string,
  schema: RowSchema<T>,
  rows: readonly unknown[],
): Result<readonly T[]> {
  const parsed: T[] = [];
  for (const row of rows) {
    const result = schema.safeParse(row);
    if (!result.success) return fail(damagedRow(file, table));
    parsed.push(result.data);
  }
  return ok(parsed);
}
