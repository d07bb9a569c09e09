import Database from 'better-sqlite3';
import { LEDGER_SCHEMA, LEDGER_SCHEMA_VERSION } from './schema.ts';

/** Set at every open and read back: a pragma that did not take is a fault, not a default. */
const PRAGMAS: readonly (readonly [name: string, value: string | number, readBack: string | number])[] = [
  ['journal_mode', 'WAL', 'wal'],
  // The sandbox's money is play money: a killed process loses nothing at NORMAL, a power cut may lose the last second.
  ['synchronous', 'NORMAL', 1],
  ['busy_timeout', 5000, 5000],
  ['foreign_keys', 'ON', 1],
  ['temp_store', 'MEMORY', 2],
];

/** The file is damaged, or of a version this program does not read: it can only be set aside. */
export class LedgerUnusable extends Error {}

const DAMAGED = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);

/**
 * Opens or creates the ledger's file. Throws LedgerUnusable for a damaged file or another version of it, and a plain
 * error when a pragma does not hold.
 */
export function openDatabase(file: string): Database.Database {
  const db = new Database(file);
  try {
    for (const [name, value, expected] of PRAGMAS) {
      db.pragma(`${name} = ${value}`);
      const actual = db.pragma(name, { simple: true });
      // An in-memory database has no WAL.
      if (actual !== expected && !(name === 'journal_mode' && db.memory)) {
        throw new Error(`Pragma ${name} is ${String(actual)}, not ${expected}`);
      }
    }
    const version = db.pragma('user_version', { simple: true });
    if (version === 0) {
      db.transaction(() => {
        db.exec(LEDGER_SCHEMA);
        db.pragma(`user_version = ${LEDGER_SCHEMA_VERSION}`);
      }).immediate();
    } else if (version !== LEDGER_SCHEMA_VERSION) {
      throw new LedgerUnusable(
        `The ledger has version ${String(version)}; this program knows ${LEDGER_SCHEMA_VERSION}`,
      );
    }
    return db;
  } catch (fault) {
    db.close();
    if (fault instanceof Database.SqliteError && DAMAGED.has(fault.code)) {
      throw new LedgerUnusable('The ledger is damaged', { cause: fault });
    }
    throw fault;
  }
}
