import type { Tell } from './messages.ts';
import type { StoreFile } from './store.ts';

/** A statement that takes longer than this is named in the log, without its parameters. */
const SLOW_MS = 50;

/** Runs a query and tells when it was slow. */
export function timed<T>(tell: Tell, file: StoreFile, sql: string, run: () => T): T {
  const start = performance.now();
  try {
    return run();
  } finally {
    const ms = performance.now() - start;
    if (ms > SLOW_MS) tell({ kind: 'slow', file, sql, ms: Math.round(ms) });
  }
}
