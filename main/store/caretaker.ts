import { connect } from './connection.ts';
import { errorOf, faultOf } from './faults.ts';
import { pathOf, sizeOf } from './files.ts';
import { assertSound, isCopyDue, renewCopy } from './keep-copy.ts';
import type { Tell, ThreadPart, ThreadStart } from './messages.ts';
import type { StoreFile } from './store.ts';

/** A larger file is not read through at every start; damage in it shows when its pages are used. */
const MAX_CHECKED_BYTES = 256 * 1024 * 1024;

function careFor(directory: string, file: StoreFile, nowMs: number): void {
  const database = pathOf(directory, file);
  if ((sizeOf(database) ?? 0) > MAX_CHECKED_BYTES) return;
  const connection = connect(database, file, 'care');
  try {
    assertSound(connection.db);
    if (file === 'keep' && isCopyDue(database, nowMs)) renewCopy(connection.db, database, nowMs);
  } finally {
    connection.close();
  }
}

/** Reads the files through once, well after the first paint, and renews the copy of keep when it is due. */
export function startCaretaker({ directory }: ThreadStart, tell: Tell): ThreadPart {
  return {
    handle(request) {
      if (request.op !== 'care') return { kind: 'done' };
      const files: StoreFile[] = [];
      for (const file of request.files) {
        try {
          careFor(directory, file, request.nowMs);
        } catch (error) {
          if (faultOf(error) === 'corrupt') files.push(file);
          tell({ kind: 'trouble', message: `Found when checking: ${errorOf(file, error).detail}` });
        }
      }
      return { kind: 'damaged', files };
    },
  };
}
