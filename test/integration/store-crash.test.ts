import SqliteDatabase from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { STORE_FILES } from '../../main/store/messages.ts';
import { readSyncState } from '../../main/sync/repo.ts';
import { countUsage } from '../../main/usage/repo.ts';
import { must, openTestStore, tempDirectory } from './store-rig.ts';

const CHILD = fileURLToPath(new URL('store-crash-child.ts', import.meta.url));

/** Runs the writing child and kills it -9 in full flight, once it acknowledged `lines` writes. */
async function acknowledgedUntilKilled(directory: string, lines: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [CHILD, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === lines) child.kill('SIGKILL');
  }
  expect((await exited)[1]).toBe('SIGKILL');
  return acknowledged;
}

test('kill -9 in a burst of writes: all that was acknowledged is there, whole pages only, nothing is damaged', async () => {
  const directory = tempDirectory();
  for (const lines of [40, 150, 333]) {
    const acknowledged = await acknowledgedUntilKilled(path.join(directory, String(lines)), lines);
    expect(acknowledged.filter((line) => line.startsWith('failed'))).toEqual([]);
    const { store } = await openTestStore({ directory: path.join(directory, String(lines)) });
    const keys = must(await store.read<{ key: string }>('intents', 'SELECT key FROM intent')).map(({ key }) => key);
    const ids = must(await store.read<{ id: string }>('keep', 'SELECT id FROM call_log')).map(({ id }) => id);
    const promised = (what: string): readonly string[] =>
      acknowledged.filter((line) => line.startsWith(what)).map((line) => line.slice(what.length));
    expect(promised('intent ').length).toBeGreaterThan(0);
    expect(keys).toEqual(expect.arrayContaining(promised('intent ').map((n) => `k-${n}`)));
    expect(ids).toEqual(expect.arrayContaining(promised('call ').map((n) => `call-${n}`)));
    const pages = promised('page ').length;
    const rows = must(await countUsage(store));
    expect(rows).toBeGreaterThanOrEqual(pages * 500);
    expect(must(await readSyncState(store)).rowsDone).toBe(rows);
    expect(store.notices()).toEqual([]);
    await store.close();
    for (const file of STORE_FILES) {
      const db = new SqliteDatabase(path.join(directory, String(lines), `${file}.db`), { readonly: true });
      expect(db.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      db.close();
    }
  }
}, 60_000);
