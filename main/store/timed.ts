import type { Tell } from './messages.ts';
import type { StoreFile } from './store.ts';

/** What takes longer than this is named in the log, without its parameters. */
const SLOW_MS = 50;
/** A transaction of many rows is slow only beyond what that many rows take. */
const SLOW_MS_PER_ROW = 0.1;

/** Runs a query, or a transaction writing `rows` rows, and tells when it was slow. */
export function timed<T>(
  tell: Tell,
  what: { readonly file: StoreFile; readonly sql: string; readonly rows: number },
  run: () => T,
): T {
  const start = performance.now();
  try {
    return run();
  } finally {
    const ms = performance.now() - start;
    if (ms > SLOW_MS + what.rows * SLOW_MS_PER_ROW) tell({ kind: 'slow', ...what, ms: Math.round(ms) });
  }
}
