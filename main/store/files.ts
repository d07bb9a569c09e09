import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { StoreFile } from './store.ts';

/** How many damaged copies of one file are kept for a look at what happened. */
const MAX_SET_ASIDE = 2;
const SET_ASIDE = '.set-aside-';
/** SQLite's companions of a database in WAL mode; they belong to it by name. */
const COMPANIONS = ['-wal', '-shm'] as const;

/** Where a file of the store is. */
export function pathOf(directory: string, file: StoreFile): string {
  return path.join(directory, `${file}.db`);
}

/** Bytes of a file; undefined where there is none. */
export function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}

/** UTC ms a file was last written; undefined where there is none. */
export function writtenAt(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

/** Deletes a database with its companions. Nobody may have it open. */
export function removeDatabase(database: string): void {
  for (const suffix of ['', ...COMPANIONS]) rmSync(database + suffix, { force: true });
}

function setAsideNames(database: string): readonly string[] {
  const prefix = path.basename(database) + SET_ASIDE;
  return readdirSync(path.dirname(database))
    .filter((name) => name.startsWith(prefix) && !COMPANIONS.some((suffix) => name.endsWith(suffix)))
    .sort();
}

/** Deletes what setAside kept of a database (sign-out: it holds the person's data too). */
export function removeSetAside(database: string): void {
  for (const name of setAsideNames(database)) removeDatabase(path.join(path.dirname(database), name));
}

/**
 * Renames a database with its WAL and shm out of the way, stamped with `nowMs`; of earlier ones only the newest stay.
 * Nobody may have it open. Throws what the file system throws.
 */
export function setAside(database: string, nowMs: number): void {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-');
  let target = `${database}${SET_ASIDE}${stamp}`;
  for (let again = 1; existsSync(target); again += 1) target = `${database}${SET_ASIDE}${stamp}.${again}`;
  for (const suffix of COMPANIONS) {
    if (existsSync(database + suffix)) renameSync(database + suffix, target + suffix);
  }
  renameSync(database, target);
  const names = setAsideNames(database);
  for (const name of names.slice(0, Math.max(0, names.length - MAX_SET_ASIDE))) {
    removeDatabase(path.join(path.dirname(database), name));
  }
}

/** Writes a file through to the disk. */
export function syncToDisk(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Throws what the file system says to a new file of one page in the folder: EROFS, EACCES, ENOSPC. */
export function probeFolder(directory: string): void {
  const probe = path.join(directory, `.probe-${process.pid}`);
  try {
    writeFileSync(probe, Buffer.alloc(4096, 1));
  } finally {
    rmSync(probe, { force: true });
  }
}
