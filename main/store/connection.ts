import type { Database, Statement } from 'better-sqlite3';
import SqliteDatabase from 'better-sqlite3';
import { isBusy } from './faults.ts';
import type { SqlParams, StoreFile, WriteOutcome, WriteStatement } from './store.ts';

/** How long a connection waits for a lock before SQLITE_BUSY. Only a second process could hold one that long. */
const BUSY_TIMEOUT_MS = 5_000;

/** Statements kept prepared per connection. The repos' texts are fixed and far fewer; the bound is against a mistake. */
const MAX_PREPARED = 200;

/** What the connection is for; it decides cache size and whether it may write. */
export type ConnectionUse = 'write' | 'read' | 'scan' | 'care';

const CACHE_KIB: Readonly<Record<ConnectionUse, number>> = { write: 32_768, read: 8_192, scan: 8_192, care: 2_048 };
// NORMAL loses acknowledged commits at power loss, FULL does not (reliability-performance.md 1.4); the cache can.
const SYNCHRONOUS: Readonly<Record<StoreFile, number>> = { cache: 1, intents: 2, keep: 2 };

function setPragma(db: Database, name: string, value: number | string): void {
  db.pragma(`${name} = ${value}`);
  const actual: unknown = db.pragma(name, { simple: true });
  if (actual !== value) throw new Error(`PRAGMA ${name} is ${String(actual)}, not ${value}`);
}

/**
 * Sets every pragma we rely on and asserts what SQLite made of it (pitfall 86). mmap stays off: a page that cannot be
 * read would be a SIGBUS instead of an error.
 */
function setPragmas(db: Database, file: StoreFile, use: ConnectionUse): void {
  setPragma(db, 'busy_timeout', BUSY_TIMEOUT_MS);
  setPragma(db, 'foreign_keys', 1);
  setPragma(db, 'temp_store', 2);
  setPragma(db, 'cache_size', -CACHE_KIB[use]);
  if (db.memory) return;
  setPragma(db, 'mmap_size', 0);
  if (use !== 'write') {
    // The file is open for reading only; this says so to SQLite too, which then refuses VACUUM INTO as well.
    if (use !== 'care') setPragma(db, 'query_only', 1);
    return;
  }
  setPragma(db, 'journal_mode', 'wal');
  setPragma(db, 'synchronous', SYNCHRONOUS[file]);
}

/** One open database with its prepared statements. Not shared between threads. */
export interface Connection {
  readonly db: Database;
  all(sql: string, params: SqlParams): unknown[];
  /** All statements in one immediate transaction, tried once more when another process held the lock. */
  write(statements: readonly WriteStatement[]): WriteOutcome;
  close(): void;
}

/** Wraps an open database. Throws what SQLite throws, and Error when a pragma did not take. */
export function createConnection(db: Database, file: StoreFile, use: ConnectionUse): Connection {
  setPragmas(db, file, use);
  const prepared = new Map<string, Statement>();

  const prepare = (sql: string): Statement => {
    const known = prepared.get(sql);
    if (known) return known;
    if (prepared.size >= MAX_PREPARED) prepared.clear();
    const statement = db.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };

  const runAll = db.transaction((statements: readonly WriteStatement[]): WriteOutcome => {
    const statementChanges = statements.map(({ sql, rows }) => {
      const statement = prepare(sql);
      let changes = 0;
      for (const row of rows) changes += statement.run(row).changes;
      return changes;
    });
    return { changes: statementChanges.reduce((sum, each) => sum + each, 0), statementChanges };
  });

  return {
    db,
    all: (sql, params) => prepare(sql).all(params),
    write(statements) {
      try {
        return runAll.immediate(statements);
      } catch (error) {
        if (!isBusy(error)) throw error;
        return runAll.immediate(statements);
      }
    },
    close: () => db.close(),
  };
}

/** Opens a file of the store; a writer creates it. Throws what SQLite throws. */
export function connect(path: string, file: StoreFile, use: ConnectionUse): Connection {
  const db = new SqliteDatabase(path, {
    readonly: use !== 'write',
    fileMustExist: use !== 'write',
    timeout: BUSY_TIMEOUT_MS,
  });
  try {
    return createConnection(db, file, use);
  } catch (error) {
    db.close();
    throw error;
  }
}
