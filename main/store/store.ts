import type { StoreNotice } from '../../preload/contract/sync-status.ts';
import type { Result } from '../../preload/contract/result.ts';

/** What SQLite binds: booleans and dates are the caller's to convert (pitfall 92). */
export type SqlValue = string | number | bigint | null | Uint8Array;
export type SqlParams = readonly SqlValue[] | Readonly<Record<string, SqlValue>>;

/** Which file: rebuildable cache (NORMAL), intents (FULL), or what is ours alone (FULL, with a rotating copy). */
export type StoreFile = 'cache' | 'intents' | 'keep';

/** One prepared statement run once per row of parameters. */
export interface WriteStatement {
  readonly sql: string;
  readonly rows: readonly SqlParams[];
}

/** Rows changed by a transaction: in all, and by each statement in the order given. */
export interface WriteOutcome {
  readonly changes: number;
  readonly statementChanges: readonly number[];
}

/**
 * The typed client of the three databases of one account. SQL text comes from the features' repos; the worker threads
 * prepare each text once. No method blocks the event loop, none rejects: faults are AppErrors of kind `store`.
 */
export interface Store {
  /** A short query on the reader for pages. Rows come as plain objects. */
  read<Row>(file: StoreFile, sql: string, params?: SqlParams): Promise<Result<readonly Row[]>>;
  /** A long query on its own reader, so that no page waits behind it. */
  scan<Row>(file: StoreFile, sql: string, params?: SqlParams): Promise<Result<readonly Row[]>>;
  /** All statements in one immediate transaction; all or nothing. Writes are carried out in the order given. */
  write(file: StoreFile, statements: readonly WriteStatement[]): Promise<Result<WriteOutcome>>;
  /** What went wrong with the files since the start; the person is told. */
  notices(): readonly StoreNotice[];
  onNotice(listener: (notices: readonly StoreNotice[]) => void): () => void;
  /** Deletes the cache file; intents and keep stay (sign-out, design 6). The store must be closed afterwards. */
  eraseCache(): Promise<Result<null>>;
  /** What was deleted from a file is gone from its free pages, its WAL, its copies and what was set aside of it too. */
  scrub(file: StoreFile): Promise<Result<null>>;
  /** Finishes the writes given so far, checkpoints, ends the threads. */
  close(): Promise<void>;
}
