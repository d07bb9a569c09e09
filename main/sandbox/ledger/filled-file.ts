import type Database from 'better-sqlite3';
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { FillPlan } from '../scenarios/fill-plan.ts';
import { openDatabase } from './database.ts';

const CACHE_KIB = 65_536;

/** This account is there already, with another history than the one asked for. */
export class AlreadyThere extends Error {}

function sync(place: string): void {
  const handle = openSync(place, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const parts = (file: string): readonly string[] => ['', '-wal', '-shm', '-journal'].map((part) => file + part);

/** Takes away what processes that are gone had begun. */
function removeUnfinished(file: string): void {
  const [folder, begun] = [path.dirname(file), `${path.basename(file)}.filling-`];
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(begun) ? Number.parseInt(name.slice(begun.length), 10) : Number.NaN;
    if (!Number.isNaN(pid) && (pid === process.pid || !isAlive(pid))) rmSync(path.join(folder, name), { force: true });
  }
}

/**
 * Writes a new account beside its place and puts it there when it is whole: who is killed on the way leaves no account,
 * and the next start begins anew. Nobody reads the file before it is whole, so it is written once (no log of writes
 * beside it) and brought to the disk at the end. Of two processes the first to finish gives the account.
 */
export function buildBeside(file: string, seed: (db: Database.Database) => void): void {
  removeUnfinished(file);
  const building = `${file}.filling-${process.pid}`;
  const db = openDatabase(building);
  try {
    // The journal in memory keeps only pages that were there before: a new file has next to none.
    db.pragma('journal_mode = MEMORY');
    db.pragma('synchronous = OFF');
    db.pragma(`cache_size = -${CACHE_KIB}`);
    db.transaction(() => seed(db)).immediate();
    db.close();
    sync(building);
    if (existsSync(file)) return;
    renameSync(building, file);
  } finally {
    db.close();
    for (const part of parts(building)) rmSync(part, { force: true });
  }
  // Windows has no handle of a folder to sync; a rename there is durable with the journal of its file system.
  if (process.platform !== 'win32') sync(path.dirname(file));
}

/** Whether a filled account has to be made first. */
export const isMissing = (file: string): boolean => file !== ':memory:' && !existsSync(file);

/** Throws AlreadyThere when the account was not made by this plan: what is booked is not filled a second time. */
export function requireFilledBy(db: Database.Database, plan: FillPlan): void {
  const made = db.prepare<[], string>(`SELECT value FROM settings WHERE name = 'fill'`).pluck().get();
  if (made !== JSON.stringify(plan)) {
    throw new AlreadyThere('This account has its history already: a fill needs a new one, in another folder');
  }
}
