import SqliteDatabase from 'better-sqlite3';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import type { StoreNotice } from '../../preload/contract/sync-status.ts';
import type { StoreFault } from '../../preload/contract/result.ts';
import { assertNever } from '../../preload/contract/result.ts';
import type { Connection } from './connection.ts';
import { connect, createConnection } from './connection.ts';
import { DamagedFileError, faultOf } from './faults.ts';
import { pathOf, probeFolder, setAside, sizeOf } from './files.ts';
import { assertSound, copiesOf, restoreCopy } from './keep-copy.ts';
import { migrate, versionOf } from './migrate.ts';
import { MIGRATIONS } from './migrations/list.ts';
import type { StoreFile } from './store.ts';

/** Files up to this size are read into memory when their folder cannot be written. */
const MAX_MEMORY_COPY_BYTES = 64 * 1024 * 1024;

/** What the writer made of a file. */
export type OpenedFile =
  | { readonly kind: 'disk'; readonly connection: Connection; readonly notice: StoreNotice | null }
  | { readonly kind: 'memory'; readonly connection: Connection; readonly notice: StoreNotice }
  | { readonly kind: 'unavailable'; readonly fault: StoreFault; readonly notice: StoreNotice };

interface Place {
  readonly directory: string;
  readonly file: StoreFile;
  readonly nowMs: number;
}

/** A file that lost everything though it is known to have held something: SQLite would take it for a new one. */
function assertNotEmptied({ directory, file }: Place): void {
  const database = pathOf(directory, file);
  const size = sizeOf(database);
  switch (file) {
    case 'cache':
      return;
    case 'intents':
      // The intents file is made before the keep file, so beside one it cannot be an unfinished first start.
      if (size === 0 && (sizeOf(pathOf(directory, 'keep')) ?? 0) > 0) throw new DamagedFileError('The file is empty');
      return;
    case 'keep':
      if ((size ?? 0) === 0 && copiesOf(database).some((copy) => existsSync(copy))) {
        throw new DamagedFileError('The file is gone or empty but its copies are there');
      }
      return;
    default:
      assertNever(file);
  }
}

function openOnDisk(place: Place): Connection {
  mkdirSync(place.directory, { recursive: true, mode: 0o700 });
  assertNotEmptied(place);
  const connection = connect(pathOf(place.directory, place.file), place.file, 'write');
  try {
    // Small, and not needed for the first paint; a purchase must not rest on half a file.
    if (place.file === 'intents') assertSound(connection.db);
    migrate(connection.db, MIGRATIONS[place.file]);
    // Fails now, not at the first write, where the file opened but only for reading.
    const { db } = connection;
    db.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${versionOf(db)}; ROLLBACK`);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** SQLite says CANTOPEN both for a folder that may not be written and for one that is full; the folder itself knows. */
function faultOfOpening(place: Place, error: unknown): StoreFault {
  const fault = faultOf(error);
  if (!fault) throw error;
  if (fault !== 'read_only') return fault;
  try {
    probeFolder(place.directory);
  } catch (refusal) {
    return faultOf(refusal) ?? fault;
  }
  return fault;
}

/**
 * The last state on disk as a database in memory; the WAL is not part of it, so it is checked. Bytes 18 and 19 say "WAL",
 * which memory cannot be.
 */
function copyIntoMemory(place: Place): Connection | undefined {
  const database = pathOf(place.directory, place.file);
  const size = sizeOf(database) ?? 0;
  if (size === 0 || size > MAX_MEMORY_COPY_BYTES) return undefined;
  try {
    const bytes = readFileSync(database);
    bytes.fill(1, 18, 20);
    const connection = createConnection(new SqliteDatabase(bytes), place.file, 'write');
    assertSound(connection.db);
    migrate(connection.db, MIGRATIONS[place.file]);
    return connection;
  } catch {
    return undefined;
  }
}

function inMemory(place: Place, fault: StoreFault): OpenedFile {
  const keepsContent = fault === 'read_only' || fault === 'disk_full';
  let connection = keepsContent ? copyIntoMemory(place) : undefined;
  if (!connection) {
    connection = createConnection(new SqliteDatabase(':memory:'), place.file, 'write');
    migrate(connection.db, MIGRATIONS[place.file]);
  }
  return { kind: 'memory', connection, notice: { file: place.file, fault, outcome: 'memory_only' } };
}

function rebuilt(place: Place, fault: StoreFault): OpenedFile {
  const database = pathOf(place.directory, place.file);
  try {
    if (existsSync(database)) setAside(database, place.nowMs);
    if (place.file === 'keep') restoreCopy(database);
    const connection = connect(database, place.file, 'write');
    migrate(connection.db, MIGRATIONS[place.file]);
    return { kind: 'disk', connection, notice: { file: place.file, fault, outcome: 'rebuilt' } };
  } catch (error) {
    return inMemory(place, faultOfOpening(place, error));
  }
}

function mend(place: Place, fault: StoreFault): OpenedFile {
  switch (place.file) {
    case 'intents':
      // Never rebuilt: a forgotten purchase could be paid twice. Money waits, the phone does not (design 6).
      return {
        kind: 'unavailable',
        fault,
        notice: { file: 'intents', fault, outcome: 'unavailable' },
      };
    case 'cache':
      return fault === 'corrupt' || fault === 'newer_version' ? rebuilt(place, fault) : inMemory(place, fault);
    case 'keep':
      // A newer keep file is left as it is: it holds what exists nowhere else, and the newer app can read it.
      return fault === 'corrupt' ? rebuilt(place, fault) : inMemory(place, fault);
    default:
      return assertNever(place.file);
  }
}

/**
 * Opens a file for writing at its latest version; a file that cannot be is mended as design 6 says: the cache is set
 * aside and made anew, keep comes back from its copy, both go on in memory where nothing can be written, intents become
 * unavailable. Throws only for a bug (a migration that does not run).
 */
export function openFile(place: Place): OpenedFile {
  try {
    return { kind: 'disk', connection: openOnDisk(place), notice: null };
  } catch (error) {
    return mend(place, faultOfOpening(place, error));
  }
}

/** Mends a file that turned out damaged while in use. Nobody may have it open any more. */
export function reopenDamaged(place: Place): OpenedFile {
  return mend(place, 'corrupt');
}
