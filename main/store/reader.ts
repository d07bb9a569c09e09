import { assertNever } from '../../preload/contract/result.ts';
import type { Connection, ConnectionUse } from './connection.ts';
import { connect } from './connection.ts';
import { DamagedFileError, errorOf, NewerVersionError, storeError } from './faults.ts';
import { pathOf } from './files.ts';
import type { Answer, Request, Tell, ThreadPart, ThreadStart } from './messages.ts';
import { STORE_FILES } from './messages.ts';
import { latestVersion, versionOf } from './migrate.ts';
import { MIGRATIONS } from './migrations/list.ts';
import type { StoreFile } from './store.ts';
import { timed } from './timed.ts';

/** What the first paint is made of. */
const FIRST_READ: readonly StoreFile[] = ['cache', 'keep'];

/** Opens a file that is at the version this app reads; anything else is the writer's to judge and mend. */
function open(directory: string, file: StoreFile, use: ConnectionUse): Connection {
  const connection = connect(pathOf(directory, file), file, use);
  try {
    const found = versionOf(connection.db);
    const wanted = latestVersion(MIGRATIONS[file]);
    if (found > wanted) throw new NewerVersionError(found, wanted);
    if (found < wanted) throw new DamagedFileError(`The file is at version ${found}, not yet at ${wanted}`);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Answers reads from connections that cannot write. It does not wait for the writer: a file left in order by the last
 * run is read from the first moment, which is what paints the window.
 */
export function startReader({ directory, role }: ThreadStart, tell: Tell): ThreadPart {
  const use: ConnectionUse = role === 'scan' ? 'scan' : 'read';
  const connections = new Map<StoreFile, Connection>();

  const connectionTo = (file: StoreFile): Connection => {
    const known = connections.get(file);
    if (known) return known;
    const opened = open(directory, file, use);
    connections.set(file, opened);
    return opened;
  };
  const letGo = (file: StoreFile): void => {
    connections.get(file)?.close();
    connections.delete(file);
  };

  const read = ({ file, sql, params }: Extract<Request, { readonly op: 'read' }>): Answer => {
    let connection: Connection;
    try {
      connection = connectionTo(file);
    } catch (error) {
      return { kind: 'not_readable', error: errorOf(file, error) };
    }
    try {
      return { kind: 'rows', rows: timed(tell, { file, sql, rows: 0 }, () => connection.all(sql, params)) };
    } catch (error) {
      return { kind: 'failed', error: errorOf(file, error) };
    }
  };

  if (role === 'reader') {
    for (const file of FIRST_READ) {
      try {
        connectionTo(file);
      } catch {
        // Not there or not in order: the first read of it says so, and the writer mends it.
      }
    }
    tell({ kind: 'ready' });
  }

  return {
    handle(request) {
      switch (request.op) {
        case 'read':
          return read(request);
        case 'release':
          letGo(request.file);
          return { kind: 'done' };
        case 'close':
          for (const file of STORE_FILES) letGo(file);
          return { kind: 'done' };
        case 'write':
        case 'await_opened':
        case 'mend':
        case 'erase':
        case 'scrub':
        case 'care':
          return { kind: 'failed', error: storeError('cache', 'closed', `Not for a reader: ${request.op}`) };
        default:
          return assertNever(request);
      }
    },
  };
}
