import SqliteDatabase from 'better-sqlite3';
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { callsPage, recordCall } from '../../main/calls/repo.ts';
import { prepareIntent, readIntent } from '../../main/money/repo.ts';
import { readSettings, saveSettings } from '../../main/settings/repo.ts';
import { CARE_DELAY_MS } from '../../main/store/open.ts';
import type { StoreFile } from '../../main/store/store.ts';
import { countUsage, upsertUsage, usagePage } from '../../main/usage/repo.ts';
import { buildFile, manualClock, must, noticeOf, openTestStore, tempDirectory } from './store-rig.ts';
import { callOf, usageRowOf } from './store-rows.ts';

const PAGE_BYTES = 4096;
const FIRST = { cursor: null, limit: 10 } as const;
const FIRST_USAGE = { cursor: null, limit: 500, scope: { kind: 'all' } } as const;
const USAGE = Array.from({ length: 300 }, (_, n) => usageRowOf(n));

/** A folder as a run of the app left it: usage in the cache, an intent, a call and a setting. */
async function usedDirectory(): Promise<string> {
  const { store, directory } = await openTestStore();
  must(await upsertUsage(store, USAGE));
  must(await prepareIntent(store, { key: 'k-1', kind: 'topup', body: {}, at: 1 }));
  must(await recordCall(store, callOf(1)));
  must(await saveSettings(store, { theme: 'dark' }));
  await store.close();
  return directory;
}

const fileIn = (directory: string, file: StoreFile): string => path.join(directory, `${file}.db`);

function overwrite(file: string, offset: number, bytes: Buffer): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, offset);
  closeSync(handle);
}

/** A valid page of a table without rows: whatever hung below a root in its place is not reached any more. */
const EMPTY_LEAF = Buffer.concat([Buffer.from([13, 0, 0, 0, 0, 0x10, 0, 0]), Buffer.alloc(PAGE_BYTES - 8)]);

/** Fills the root page of a table with noise: the header stays, SQLite opens the file, and meets it only when reading. */
function spoilTable(file: string, table: string, page = Buffer.alloc(PAGE_BYTES, 0xa5)): void {
  const db = new SqliteDatabase(file);
  const root = db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(table) as number;
  db.close();
  overwrite(file, (root - 1) * PAGE_BYTES, page);
}

const DAMAGE: Readonly<Record<string, (file: string) => void>> = {
  'a header of something else': (file) => overwrite(file, 0, Buffer.from('Not a database, sorry')),
  'a first page of noise': (file) => overwrite(file, 100, Buffer.alloc(PAGE_BYTES - 100, 0xa5)),
  'half of it cut off': (file) => truncateSync(file, Math.floor(statSync(file).size / 2 / PAGE_BYTES) * PAGE_BYTES),
  'cut off in the middle of a page': (file) =>
    truncateSync(file, Math.floor(statSync(file).size / 2 / PAGE_BYTES) * PAGE_BYTES + 100),
};

describe('a damaged cache', () => {
  test.each(Object.entries(DAMAGE))('%s: is set aside and made anew, the rest is untouched', async (_name, damage) => {
    const directory = await usedDirectory();
    damage(fileIn(directory, 'cache'));
    const { store } = await openTestStore({ directory });
    expect(must(await usagePage(store, FIRST_USAGE)).rows).toEqual([]);
    expect(store.notices()).toEqual([{ file: 'cache', fault: 'corrupt', outcome: 'rebuilt' }]);
    must(await upsertUsage(store, USAGE));
    expect(must(await countUsage(store))).toBe(USAGE.length);
    expect(must(await readIntent(store, 'k-1'))?.state).toBe('prepared');
    expect(must(await callsPage(store, FIRST)).rows).toHaveLength(1);
    expect(readdirSync(directory).filter((name) => name.includes('set-aside'))).toHaveLength(1);
  });

  test('a page met by several reads at once: mended once, each answers from the new file', async () => {
    const directory = await usedDirectory();
    spoilTable(fileIn(directory, 'cache'), 'usage');
    const { store } = await openTestStore({ directory });
    const pages = await Promise.all([1, 2, 3].map(() => usagePage(store, FIRST_USAGE)));
    for (const page of pages) expect(must(page).rows).toEqual([]);
    expect(store.notices()).toEqual([{ file: 'cache', fault: 'corrupt', outcome: 'rebuilt' }]);
    expect(readdirSync(directory).filter((name) => name.includes('set-aside'))).toHaveLength(1);
    must(await upsertUsage(store, USAGE));
    expect(must(await usagePage(store, FIRST_USAGE)).rows).toHaveLength(USAGE.length);
  });

  test('a page met while writing: mended in the run, and the write is in the new file', async () => {
    const directory = await usedDirectory();
    spoilTable(fileIn(directory, 'cache'), 'usage');
    const { store } = await openTestStore({ directory });
    must(await upsertUsage(store, USAGE));
    expect(must(await countUsage(store))).toBe(USAGE.length);
    expect(store.notices()).toMatchObject([{ file: 'cache', outcome: 'rebuilt' }]);
  });

  test('a page nobody met is found by the check in the background', async () => {
    const clock = manualClock();
    const directory = await usedDirectory();
    spoilTable(fileIn(directory, 'cache'), 'usage');
    const { store } = await openTestStore({ directory, clock });
    must(await saveSettings(store, { theme: 'light' }));
    expect(store.notices()).toEqual([]);
    clock.advance(CARE_DELAY_MS);
    expect(await noticeOf(store, 'cache')).toEqual({ file: 'cache', fault: 'corrupt', outcome: 'rebuilt' });
    expect(must(await readSettings(store)).theme).toBe('light');
  });

  test('from the future: set aside and made anew', async () => {
    const directory = tempDirectory();
    buildFile(directory, 'cache', { fill: (db) => db.pragma('user_version = 9990') });
    const { store } = await openTestStore({ directory });
    expect(must(await countUsage(store))).toBe(0);
    expect(store.notices()).toEqual([{ file: 'cache', fault: 'newer_version', outcome: 'rebuilt' }]);
    const [aside] = readdirSync(directory).filter((name) => name.includes('set-aside'));
    const db = new SqliteDatabase(path.join(directory, aside ?? ''), { readonly: true });
    expect(db.pragma('user_version', { simple: true })).toBe(9990);
    db.close();
  });

  test('its WAL removed: opens at the last checkpoint, in order', async () => {
    const directory = await usedDirectory();
    const db = new SqliteDatabase(fileIn(directory, 'cache'));
    db.pragma('wal_autocheckpoint = 0');
    db.exec('DELETE FROM usage');
    const crashed = tempDirectory();
    copyFileSync(fileIn(directory, 'cache'), fileIn(crashed, 'cache'));
    expect(statSync(`${fileIn(directory, 'cache')}-wal`).size).toBeGreaterThan(0);
    db.close();
    const { store } = await openTestStore({ directory: crashed });
    expect(must(await countUsage(store))).toBe(USAGE.length);
    expect(must(await store.read('cache', 'PRAGMA quick_check'))).toEqual([{ quick_check: 'ok' }]);
    expect(store.notices()).toEqual([]);
  });

  test('its WAL full of noise: the noise is not applied', async () => {
    const directory = await usedDirectory();
    writeFileSync(`${fileIn(directory, 'cache')}-wal`, Buffer.alloc(3 * PAGE_BYTES, 0xa5));
    const { store } = await openTestStore({ directory });
    expect(must(await countUsage(store))).toBe(USAGE.length);
    expect(store.notices()).toEqual([]);
  });
});

describe('damaged intents', () => {
  const cases: readonly (readonly [string, (file: string) => void, string])[] = [
    ...Object.entries(DAMAGE).map(([name, damage]) => [name, damage, 'corrupt'] as const),
    ['emptied', (file) => truncateSync(file, 0), 'corrupt'],
    [
      'from the future',
      (file) => {
        const db = new SqliteDatabase(file);
        db.pragma('user_version = 9990');
        db.close();
      },
      'newer_version',
    ],
  ];

  test.each(cases)('%s: money waits, the file stays as it is, the phone works', async (_name, damage, fault) => {
    const directory = await usedDirectory();
    damage(fileIn(directory, 'intents'));
    const before = readFileSync(fileIn(directory, 'intents'));
    const { store } = await openTestStore({ directory });
    const intent = { key: 'k-2', kind: 'topup', body: {}, at: 2 };
    expect(await prepareIntent(store, intent)).toMatchObject({ ok: false, error: { kind: 'store', fault } });
    expect(await readIntent(store, 'k-1')).toMatchObject({ ok: false, error: { kind: 'store', fault } });
    expect(store.notices()).toEqual([{ file: 'intents', fault, outcome: 'unavailable' }]);
    must(await recordCall(store, callOf(2)));
    expect(must(await countUsage(store))).toBe(USAGE.length);
    await store.close();
    expect(readFileSync(fileIn(directory, 'intents')).equals(before)).toBe(true);
  });

  test('found at open, before any purchase rests on it', async () => {
    const directory = await usedDirectory();
    spoilTable(fileIn(directory, 'intents'), 'intent_by_state');
    const { store } = await openTestStore({ directory });
    must(await saveSettings(store, { theme: 'light' }));
    expect(store.notices()).toEqual([{ file: 'intents', fault: 'corrupt', outcome: 'unavailable' }]);
  });

  test('met while in use: unavailable from then on, never made anew', async () => {
    const directory = await usedDirectory();
    const { store } = await openTestStore({ directory });
    // The writer is up and found the file in order; the reader has not read this page yet.
    must(await saveSettings(store, { theme: 'light' }));
    spoilTable(fileIn(directory, 'intents'), 'intent');
    for (const again of [1, 2]) {
      expect(await readIntent(store, `k-${again}`)).toMatchObject({ ok: false, error: { fault: 'corrupt' } });
    }
    expect(store.notices()).toEqual([{ file: 'intents', fault: 'corrupt', outcome: 'unavailable' }]);
    expect(readdirSync(directory).filter((name) => name.startsWith('intents.db.set-aside'))).toEqual([]);
  });
});

describe('a damaged keep', () => {
  const cases = [...Object.entries(DAMAGE), ['emptied', (file: string) => truncateSync(file, 0)] as const];

  test.each([...cases, ['gone', (file: string) => rmSync(file)] as const])(
    '%s: comes back from its copy',
    async (_name, damage) => {
      const directory = await usedDirectory();
      damage(fileIn(directory, 'keep'));
      const { store } = await openTestStore({ directory });
      expect(must(await callsPage(store, FIRST)).rows).toEqual([callOf(1)]);
      expect(must(await readSettings(store)).theme).toBe('dark');
      expect(store.notices()).toEqual([{ file: 'keep', fault: 'corrupt', outcome: 'rebuilt' }]);
      must(await recordCall(store, callOf(2)));
    },
  );

  test.each(['before the writer is up', 'later'])(
    'met in a read %s: comes back from its copy within the request',
    async (when) => {
      const directory = await usedDirectory();
      spoilTable(fileIn(directory, 'keep'), 'call_log');
      const { store } = await openTestStore({ directory });
      if (when === 'later') must(await upsertUsage(store, []));
      expect(must(await callsPage(store, FIRST)).rows).toEqual([callOf(1)]);
      expect(store.notices()).toEqual([{ file: 'keep', fault: 'corrupt', outcome: 'rebuilt' }]);
    },
  );

  test('its newest copy damaged too: the older one serves; both damaged: it starts empty, and works', async () => {
    const directory = await usedDirectory();
    const [newest, older] = ['keep.copy-1.db', 'keep.copy-2.db'].map((name) => path.join(directory, name));
    copyFileSync(newest ?? '', older ?? '');
    spoilTable(newest ?? '', 'call_log');
    truncateSync(fileIn(directory, 'keep'), 0);
    const first = await openTestStore({ directory });
    expect(must(await callsPage(first.store, FIRST)).rows).toEqual([callOf(1)]);
    await first.store.close();

    for (const each of [newest, older]) writeFileSync(each ?? '', 'noise');
    truncateSync(fileIn(directory, 'keep'), 0);
    const second = await openTestStore({ directory });
    expect(must(await callsPage(second.store, FIRST)).rows).toEqual([]);
    must(await recordCall(second.store, callOf(5)));
    expect(second.store.notices()).toEqual([{ file: 'keep', fault: 'corrupt', outcome: 'rebuilt' }]);
  });

  test.each([
    ['with noise in it', Buffer.alloc(PAGE_BYTES, 0xa5)],
    ['that lost its rows and would copy without an error', EMPTY_LEAF],
  ])('a damaged keep %s is never copied over a sound copy', async (_name, page) => {
    const directory = await usedDirectory();
    const copy = path.join(directory, 'keep.copy-1.db');
    const before = readFileSync(copy);
    spoilTable(fileIn(directory, 'keep'), 'call_log', page);
    const { store } = await openTestStore({ directory });
    must(await saveSettings(store, { theme: 'light' }));
    await store.close();
    expect(readFileSync(copy).equals(before)).toBe(true);
    expect(existsSync(path.join(directory, 'keep.copy-new.db'))).toBe(false);
  });

  test('from the future: left as it is for the newer app, this run works in memory', async () => {
    const directory = tempDirectory();
    buildFile(directory, 'keep', { fill: (db) => db.pragma('user_version = 9990') });
    const { store } = await openTestStore({ directory });
    must(await recordCall(store, callOf(1)));
    expect(must(await callsPage(store, FIRST)).rows).toEqual([callOf(1)]);
    expect(store.notices()).toEqual([{ file: 'keep', fault: 'newer_version', outcome: 'memory_only' }]);
    await store.close();
    const db = new SqliteDatabase(fileIn(directory, 'keep'), { readonly: true });
    expect(db.pragma('user_version', { simple: true })).toBe(9990);
    expect(db.prepare('SELECT count(*) FROM call_log').pluck().get()).toBe(0);
    db.close();
  });
});
