import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadStart } from '../../main/store/messages.ts';

// The store's own worker on a disk that is full while a flag file stands: no database may grow by a page.
const flag = path.join((workerData as ThreadStart).directory, 'disk-is-full');
const NO_LIMIT = 1_000_000;
const open = new Set<Database.Database>();

function applyLimit(db: Database.Database): void {
  const pages = existsSync(flag) ? (db.pragma('page_count', { simple: true }) as number) : NO_LIMIT;
  db.prepare(`PRAGMA max_page_count = ${pages}`).get();
}

const original = { ...Object.getOwnPropertyDescriptor(Database.prototype, 'pragma') };
const pragma = original.value as (this: Database.Database, source: string, options?: Database.PragmaOptions) => unknown;
Database.prototype.pragma = function limited(this: Database.Database, source, options) {
  const value: unknown = pragma.call(this, source, options);
  if (source === 'journal_mode = wal') {
    open.add(this);
    applyLimit(this);
  }
  return value;
};
parentPort?.on('message', () => {
  for (const db of open) if (db.open) applyLimit(db);
});
await import('../../main/store/worker.ts');
