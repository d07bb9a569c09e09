import { assertNever } from '../../preload/contract/result.ts';
import { errorOf, storeError } from './faults.ts';
import { pathOf, removeDatabase, removeSetAside } from './files.ts';
import { removeCopies, renewCopy } from './keep-copy.ts';
import type { Answer, FileState, Request, Tell, ThreadPart, ThreadStart } from './messages.ts';
import { STORE_FILES } from './messages.ts';
import type { OpenedFile } from './open-file.ts';
import { openFile, reopenDamaged } from './open-file.ts';
import type { StoreFile, WriteStatement } from './store.ts';
import { timed } from './timed.ts';

type Held = OpenedFile | { readonly kind: 'unavailable'; readonly fault: 'closed'; readonly notice: null };

const CLOSED: Held = { kind: 'unavailable', fault: 'closed', notice: null };

function stateOf(held: Held): FileState {
  return held.kind === 'unavailable' ? { kind: 'unavailable', fault: held.fault } : { kind: held.kind };
}

/** A transaction goes by the name of its largest statement. */
function largestOf(file: StoreFile, statements: readonly WriteStatement[]) {
  const [largest] = statements.toSorted((a, b) => b.rows.length - a.rows.length);
  return { file, sql: largest?.sql ?? '', rows: statements.reduce((sum, { rows }) => sum + rows.length, 0) };
}

/** Opens the three files and tells what became of each; then it is the only one that writes them. */
export function startWriter({ directory, nowMs }: ThreadStart, tell: Tell): ThreadPart {
  const files: Record<StoreFile, Held> = { cache: CLOSED, intents: CLOSED, keep: CLOSED };
  let keepChanged = false;

  const hold = (file: StoreFile, held: Held): void => {
    files[file] = held;
    tell({ kind: 'opened', file, state: stateOf(held), notice: held.notice });
  };
  const letGo = (file: StoreFile): void => {
    const held = files[file];
    files[file] = CLOSED;
    if (held.kind !== 'unavailable') held.connection.close();
  };

  for (const file of STORE_FILES) hold(file, openFile({ directory, file, nowMs }));

  const answer = (request: Extract<Request, { readonly op: 'read' | 'write' }>): Answer => {
    const { file } = request;
    const held = files[file];
    if (held.kind === 'unavailable') {
      return { kind: 'failed', error: storeError(file, held.fault, 'The file is not available') };
    }
    const { connection } = held;
    if (request.op === 'read') {
      const { sql, params } = request;
      return { kind: 'rows', rows: timed(tell, { file, sql, rows: 0 }, () => connection.all(sql, params)) };
    }
    const { statements } = request;
    const outcome = timed(tell, largestOf(file, statements), () => connection.write(statements));
    if (file === 'keep' && outcome.changes > 0) keepChanged = true;
    return { kind: 'written', outcome };
  };

  const scrub = (file: StoreFile, scrubMs: number): void => {
    const held = files[file];
    if (held.kind !== 'disk') return;
    const { db } = held.connection;
    const database = pathOf(directory, file);
    // First what needs no room on the disk: a full one must not keep the old copies alive.
    removeSetAside(database);
    if (file === 'keep') removeCopies(database);
    db.exec('VACUUM');
    db.pragma('wal_checkpoint(TRUNCATE)');
    if (file === 'keep') renewCopy(db, database, scrubMs);
  };

  const closeAll = (closeMs: number): void => {
    const { keep } = files;
    if (keep.kind === 'disk' && keepChanged) {
      try {
        renewCopy(keep.connection.db, pathOf(directory, 'keep'), closeMs);
      } catch (error) {
        tell({ kind: 'trouble', message: `The copy of keep was not renewed: ${errorOf('keep', error).detail}` });
      }
    }
    for (const file of STORE_FILES) {
      const held = files[file];
      if (held.kind === 'disk') {
        try {
          held.connection.db.pragma('wal_checkpoint(TRUNCATE)');
        } catch (error) {
          tell({ kind: 'trouble', message: `No checkpoint at close: ${errorOf(file, error).detail}` });
        }
      }
      letGo(file);
    }
  };

  return {
    handle(request) {
      switch (request.op) {
        case 'read':
        case 'write':
          try {
            return answer(request);
          } catch (error) {
            return { kind: 'failed', error: errorOf(request.file, error) };
          }
        case 'await_opened':
          return { kind: 'done' };
        case 'mend':
          letGo(request.file);
          hold(request.file, reopenDamaged({ directory, file: request.file, nowMs: request.nowMs }));
          return { kind: 'done' };
        case 'erase':
          letGo(request.file);
          try {
            removeDatabase(pathOf(directory, request.file));
            removeSetAside(pathOf(directory, request.file));
          } catch (error) {
            return { kind: 'failed', error: errorOf(request.file, error) };
          }
          return { kind: 'done' };
        case 'scrub':
          try {
            scrub(request.file, request.nowMs);
          } catch (error) {
            return { kind: 'failed', error: errorOf(request.file, error) };
          }
          return { kind: 'done' };
        case 'close':
          closeAll(request.nowMs);
          return { kind: 'done' };
        case 'release':
        case 'care':
          throw new Error(`Not for the writer: ${request.op}`);
        default:
          return assertNever(request);
      }
    },
  };
}
