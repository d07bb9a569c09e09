import { readFileSync } from 'node:fs';

const LOOPBACK_HEX = '0100007F';
const REMOTE_COLUMN = 2;
const LOCAL_COLUMN = 1;
const UID_COLUMN = 7;

function endpoint(port: number): string {
  return `${LOOPBACK_HEX}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * The user at the other end of a connection over 127.0.0.1, from the kernel's table; undefined where there is no such
 * table (not Linux) or the connection is not in it.
 */
export function peerUid(peerPort: number, ownPort: number, table = '/proc/net/tcp'): number | undefined {
  try {
    for (const line of readFileSync(table, 'utf8').split('\n')) {
      const columns = line.trim().split(/\s+/);
      if (columns[LOCAL_COLUMN] === endpoint(peerPort) && columns[REMOTE_COLUMN] === endpoint(ownPort)) {
        return Number(columns[UID_COLUMN]);
      }
    }
  } catch {
    // No /proc here.
  }
  return undefined;
}
