import SqliteDatabase, { type Database } from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../main/platform/clock.ts';
import { migrate } from '../../main/store/migrate.ts';
import { MIGRATIONS } from '../../main/store/migrations/list.ts';
import { openStore } from '../../main/store/open.ts';
import type { Store, StoreFile } from '../../main/store/store.ts';
import type { StoreNotice } from '../../preload/contract/sync-status.ts';
import type { Result } from '../../preload/contract/result.ts';

/** The real worker, from its source: Node strips the types. */
export const WORKER_URL = new URL('../../main/store/worker.ts', import.meta.url);

/** A clock moved by hand. Timers run inside `advance`. */
export function manualClock(startMs = Date.UTC(2026, 10, 21, 12)): Clock & { advance(ms: number): void } {
  let now = startMs;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    now: () => now,
    after(delayMs, run) {
      const timer = { at: now + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      now += ms;
      for (const timer of timers) {
        if (timer.at > now) continue;
        timers.delete(timer);
        timer.run();
      }
    },
  };
}

/** A folder that is gone after the test. */
export function tempDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'offhook-store-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface TestStore {
  readonly store: Store;
  readonly directory: string;
  readonly log: readonly LogLine[];
}

/** A real store with its real threads on a folder of its own; closed after the test. */
export async function openTestStore(
  options: { readonly directory?: string; readonly clock?: Clock; readonly workerUrl?: URL } = {},
): Promise<TestStore> {
  const directory = options.directory ?? tempDirectory();
  const log: LogLine[] = [];
  const put =
    (level: LogLine['level']) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      void log.push({ level, message, fields });
  const store = await openStore({
    directory,
    workerUrl: options.workerUrl ?? WORKER_URL,
    clock: options.clock ?? manualClock(),
    log: { info: put('info'), warn: put('warn'), error: put('error') },
  });
  onTestFinished(() => store.close());
  return { store, directory, log };
}

/** The value of a Result that has to be a success here. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.kind}: ${result.error.detail}`);
  return result.value;
}

/** Resolves with the notices once one for `file` is among them. */
export function noticeOf(store: Store, file: StoreFile): Promise<StoreNotice> {
  return new Promise((resolve) => {
    const look = (): void => {
      const found = store.notices().find((each) => each.file === file);
      if (!found) return;
      stop();
      resolve(found);
    };
    const stop = store.onNotice(look);
    look();
  });
}

/** A closed database file as the app left it at `version`, with what `fill` puts in. */
export function buildFile(
  directory: string,
  file: StoreFile,
  options: { readonly version?: number; readonly fill?: (db: Database) => void } = {},
): string {
  const name = path.join(directory, `${file}.db`);
  const db = new SqliteDatabase(name);
  db.pragma('journal_mode = WAL');
  const steps = MIGRATIONS[file].filter((each) => options.version === undefined || each.version <= options.version);
  migrate(db, steps);
  options.fill?.(db);
  db.close();
  return name;
}
