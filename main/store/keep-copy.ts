import type { Database } from 'better-sqlite3';
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { connect } from './connection.ts';
import { DamagedFileError } from './faults.ts';
import { removeDatabase, syncToDisk, writtenAt } from './files.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/list.ts';

/** The newest copy is renewed once it is older than this, and at close; then it becomes the older of the two. */
export const COPY_AGE_MS = 24 * 60 * 60 * 1000;

/** The two generations of the copy, newest first. */
export function copiesOf(database: string): readonly [string, string] {
  return [database.replace(/\.db$/, '.copy-1.db'), database.replace(/\.db$/, '.copy-2.db')];
}

/** Deletes both generations (a person erased what they hold). */
export function removeCopies(database: string): void {
  for (const copy of copiesOf(database)) rmSync(copy, { force: true });
}

/** True when there is no copy, or the newest is older than COPY_AGE_MS. */
export function isCopyDue(database: string, nowMs: number): boolean {
  const at = writtenAt(copiesOf(database)[0]);
  return at === undefined || nowMs - at >= COPY_AGE_MS;
}

/** Throws DamagedFileError when SQLite finds the database's structure broken. */
export function assertSound(db: Database): void {
  const [first] = db.pragma('quick_check(1)') as readonly { readonly quick_check: string }[];
  if (first?.quick_check !== 'ok') throw new DamagedFileError(first?.quick_check ?? 'quick_check gave no answer');
}

/**
 * Writes a checked copy by VACUUM INTO a new name, synced before it takes its place, so no crash leaves half a copy. The
 * older generation is replaced only when the newest is a day old: two copies of one afternoon would protect less.
 * Throws what SQLite or the file system throws.
 */
export function renewCopy(db: Database, database: string, nowMs: number): void {
  const [newest, older] = copiesOf(database);
  const fresh = database.replace(/\.db$/, '.copy-new.db');
  rmSync(fresh, { force: true });
  try {
    assertSound(db);
    db.prepare('VACUUM INTO ?').run(fresh);
    syncToDisk(fresh);
    if (isCopyDue(database, nowMs) && existsSync(newest)) renameSync(newest, older);
    renameSync(fresh, newest);
  } finally {
    rmSync(fresh, { force: true });
  }
}

/**
 * Puts the newest sound copy in the place of `database`, which must not exist. False when there is no copy that can be
 * used; then nothing is left behind.
 */
export function restoreCopy(database: string): boolean {
  for (const copy of copiesOf(database)) {
    if (!existsSync(copy)) continue;
    try {
      copyFileSync(copy, database);
      const connection = connect(database, 'keep', 'write');
      try {
        assertSound(connection.db);
        migrate(connection.db, MIGRATIONS.keep);
      } finally {
        connection.close();
      }
      syncToDisk(database);
      return true;
    } catch {
      // This generation is no good either; the next one may be.
      removeDatabase(database);
    }
  }
  return false;
}
