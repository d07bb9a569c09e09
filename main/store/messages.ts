import type { StoreNotice } from '../../preload/contract/sync-status.ts';
import type { AppError, StoreFault } from '../../preload/contract/result.ts';
import type { SqlParams, StoreFile, WriteOutcome, WriteStatement } from './store.ts';

/** The threads of a store. `caretaker` lives for one check of the files. */
export type ThreadRole = 'writer' | 'reader' | 'scan' | 'caretaker';

export const STORE_FILES: readonly StoreFile[] = ['cache', 'intents', 'keep'];

/** What a thread is started with (`workerData`). */
export interface ThreadStart {
  readonly role: ThreadRole;
  readonly directory: string;
  readonly nowMs: number;
}

/** What a thread can be asked. Answers carry the number of their request. */
export type Request =
  | { readonly op: 'read'; readonly file: StoreFile; readonly sql: string; readonly params: SqlParams }
  | { readonly op: 'write'; readonly file: StoreFile; readonly statements: readonly WriteStatement[] }
  /** Writer: answered once all files are opened, after it told what became of each. */
  | { readonly op: 'await_opened' }
  /** Writer: the file turned out damaged; mend it. Readers have released it. */
  | { readonly op: 'mend'; readonly file: StoreFile; readonly nowMs: number }
  /** Reader, scan: close the file and open it anew at the next read. */
  | { readonly op: 'release'; readonly file: StoreFile }
  | { readonly op: 'erase'; readonly file: StoreFile }
  | { readonly op: 'scrub'; readonly file: StoreFile; readonly nowMs: number }
  /** Caretaker: check these files, renew the copy of keep when due. */
  | { readonly op: 'care'; readonly files: readonly StoreFile[]; readonly nowMs: number }
  | { readonly op: 'close'; readonly nowMs: number };

export interface NumberedRequest {
  readonly id: number;
  readonly request: Request;
}

export type Answer =
  | { readonly kind: 'rows'; readonly rows: readonly unknown[] }
  | { readonly kind: 'written'; readonly outcome: WriteOutcome }
  | { readonly kind: 'done' }
  /** Caretaker: the files found damaged. */
  | { readonly kind: 'damaged'; readonly files: readonly StoreFile[] }
  /** Reader: the file is not (yet) one it can read; the writer decides what becomes of it. */
  | { readonly kind: 'not_readable'; readonly error: AppError }
  | { readonly kind: 'failed'; readonly error: AppError };

/** How the writer holds a file. */
export type FileState =
  | { readonly kind: 'disk' }
  | { readonly kind: 'memory' }
  | { readonly kind: 'unavailable'; readonly fault: StoreFault };

export type ThreadMessage =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer }
  /** Writer: a file was opened or mended. */
  | {
      readonly kind: 'opened';
      readonly file: StoreFile;
      readonly state: FileState;
      readonly notice: StoreNotice | null;
    }
  /** Reader: what can be read at once is open. */
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'slow';
      readonly file: StoreFile;
      readonly sql: string;
      readonly rows: number;
      readonly ms: number;
    }
  /** Something that is no answer to anybody but should be in the log. */
  | { readonly kind: 'trouble'; readonly message: string };

/** What a thread does with requests. */
export interface ThreadPart {
  handle(request: Request): Answer;
}

/** How a part speaks up by itself. */
export type Tell = (message: ThreadMessage) => void;
