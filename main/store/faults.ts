import type { AppError, NextStep, StoreFault } from '../../preload/contract/result.ts';
import type { StoreFile } from './store.ts';

/** A file written by a later version of the app. */
export class NewerVersionError extends Error {
  constructor(found: number, known: number) {
    super(`The file has version ${found}, this app knows ${known}`);
    this.name = 'NewerVersionError';
  }
}

/** A file that is damaged in a way SQLite itself did not report. */
export class DamagedFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DamagedFileError';
  }
}

const NEXT_STEP: Readonly<Record<StoreFault, NextStep>> = {
  corrupt: 'restart_app',
  newer_version: 'update_app',
  read_only: 'make_folder_writable',
  disk_full: 'free_disk_space',
  closed: 'restart_app',
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** True when another connection held the lock for longer than the busy timeout: nothing is wrong with the file. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));
}

const BY_CODE: readonly (readonly [RegExp, StoreFault])[] = [
  [/^SQLITE_(CORRUPT|NOTADB|IOERR_SHORT_READ)/, 'corrupt'],
  [/^(SQLITE_FULL|SQLITE_IOERR|ENOSPC$|EDQUOT$|EFBIG$)/, 'disk_full'],
  // The last ones: the place where the folder should be is something else, or cannot be reached.
  [/^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|EACCES$|EPERM$|EROFS$|ENOTDIR$|EEXIST$|ENOENT$)/, 'read_only'],
  [/^SQLITE_(BUSY|LOCKED)/, 'closed'],
];

/** Sorts what SQLite or the file system threw; undefined = no fault of the file but a bug of ours (wrong SQL, say). */
export function faultOf(error: unknown): StoreFault | undefined {
  if (error instanceof NewerVersionError) return 'newer_version';
  if (error instanceof DamagedFileError) return 'corrupt';
  const code = codeOf(error);
  return BY_CODE.find(([pattern]) => pattern.test(code))?.[1];
}

/** The error a request gets for a fault of its file. `detail` holds no value of any row. */
export function storeError(file: StoreFile, fault: StoreFault, detail: string): AppError {
  return { kind: 'store', nextStep: NEXT_STEP[fault], fault, detail: `${file}: ${detail}` };
}

/** The error a request gets for what was thrown while it ran. */
export function errorOf(file: StoreFile, error: unknown): AppError {
  const fault = faultOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  const detail = code ? `${code} ${message}` : message;
  if (!fault) return { kind: 'internal', nextStep: 'report_bug', detail: `${file}: ${detail}` };
  if (isBusy(error)) return { ...storeError(file, fault, detail), nextStep: 'retry' };
  return storeError(file, fault, detail);
}
