import SqliteDatabase from 'better-sqlite3';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { callsPage, eraseCalls, recordCall } from '../../main/calls/repo.ts';
import { CARE_DELAY_MS } from '../../main/store/open.ts';
import { COPY_AGE_MS } from '../../main/store/keep-copy.ts';
import { upsertUsage, usagePage } from '../../main/usage/repo.ts';
import { buildFile, manualClock, must, openTestStore, tempDirectory } from './store-rig.ts';
import { callOf, usageRowOf } from './store-rows.ts';

const FIRST = { cursor: null, limit: 10 } as const;
const FIRST_USAGE = { ...FIRST, scope: { kind: 'all' } } as const;

describe('an open store', () => {
  test('works at its first start, and shows the same at its second', async () => {
    const directory = path.join(tempDirectory(), 'accounts', 'one');
    const first = await openTestStore({ directory });
    expect(must(await usagePage(first.store, FIRST_USAGE)).rows).toEqual([]);
    must(await upsertUsage(first.store, [usageRowOf(1)]));
    must(await recordCall(first.store, callOf(1)));
    await first.store.close();

    const second = await openTestStore({ directory });
    expect(must(await usagePage(second.store, FIRST_USAGE)).rows).toEqual([usageRowOf(1)]);
    expect(must(await callsPage(second.store, FIRST)).rows).toEqual([callOf(1)]);
    expect(second.store.notices()).toEqual([]);
    expect(second.log).toEqual([]);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  test('has every pragma set on every file and thread', async () => {
    const { store } = await openTestStore();
    for (const [file, synchronous] of [
      ['cache', 1],
      ['intents', 2],
      ['keep', 2],
    ] as const) {
      const writer = new Map<string, unknown>();
      for (const name of ['journal_mode', 'foreign_keys', 'busy_timeout', 'temp_store', 'query_only']) {
        const [row] = must(await store.read<Record<string, unknown>>(file, `PRAGMA ${name}`));
        writer.set(name, Object.values(row ?? {})[0]);
      }
      expect(Object.fromEntries(writer)).toEqual({
        journal_mode: 'wal',
        foreign_keys: 1,
        busy_timeout: 5000,
        temp_store: 2,
        query_only: 1,
      });
      // Through the writer: a temporary table keeps what the pragma functions say there.
      must(
        await store.write(file, [
          { sql: 'CREATE TABLE probe AS SELECT synchronous FROM pragma_synchronous', rows: [[]] },
        ]),
      );
      expect(must(await store.read(file, 'SELECT synchronous FROM probe'))).toEqual([{ synchronous }]);
    }
  });

  test('carries writes out in the order given, and a read after an answer sees them', async () => {
    const { store } = await openTestStore();
    const writes = Array.from({ length: 50 }, (_, n) =>
      store.write('keep', [
        {
          sql: `INSERT INTO setting VALUES ('n', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
          rows: [[String(n)]],
        },
      ]),
    );
    for (const written of await Promise.all(writes)) must(written);
    expect(must(await store.read('keep', 'SELECT value FROM setting'))).toEqual([{ value: '49' }]);
  });

  test('a transaction is all or nothing, and wrong SQL is a bug, not a fault of the file', async () => {
    const { store } = await openTestStore();
    const insert = {
      sql: 'INSERT INTO setting VALUES (?, ?)',
      rows: [
        ['a', '1'],
        ['a', '2'],
      ],
    };
    expect(await store.write('keep', [insert])).toMatchObject({ ok: false, error: { kind: 'internal' } });
    expect(must(await store.read('keep', 'SELECT * FROM setting'))).toEqual([]);
    expect(await store.read('keep', 'SELEC 1')).toMatchObject({ ok: false, error: { nextStep: 'report_bug' } });
    expect(await store.read('keep', 'DELETE FROM setting')).toMatchObject({ ok: false });
    expect(store.notices()).toEqual([]);
  });

  test('a long scan does not hold up a page, and is in the log without its parameters', async () => {
    const { store, log } = await openTestStore();
    must(await upsertUsage(store, [usageRowOf(1)]));
    const long = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT count(*) AS c FROM n`;
    const order: string[] = [];
    const scan = store.scan('cache', long, [1_500_000]).then((result) => [order.push('scan'), result] as const);
    await usagePage(store, FIRST_USAGE).then(() => order.push('page'));
    expect(must((await scan)[1])).toEqual([{ c: 1_500_000 }]);
    expect(order).toEqual(['page', 'scan']);
    const slow = log.filter(({ message }) => message === 'A slow statement');
    expect(slow).toHaveLength(1);
    expect(slow[0]?.fields).toMatchObject({ thread: 'scan', file: 'cache', sql: long });
    expect(JSON.stringify(slow)).not.toContain('1500000');
  });

  test('answers reads from the last run while another process still keeps the writer out', async () => {
    const directory = tempDirectory();
    buildFile(directory, 'cache', { fill: (db) => db.exec(`INSERT INTO sync_state VALUES ('rowsDone', '7')`) });
    const other = new SqliteDatabase(path.join(directory, 'cache.db'));
    other.exec('BEGIN IMMEDIATE');
    const { store } = await openTestStore({ directory });
    const written = store.write('cache', [{ sql: `UPDATE sync_state SET value = '8'`, rows: [[]] }]);
    let isWritten = false;
    void written.then(() => (isWritten = true));
    expect(must(await store.read('cache', 'SELECT value FROM sync_state'))).toEqual([{ value: '7' }]);
    expect(isWritten).toBe(false);
    other.exec('ROLLBACK');
    other.close();
    must(await written);
    expect(store.notices()).toEqual([]);
  });

  test('closed: leaves three files without a WAL, answers closed, closes once', async () => {
    const { store, directory } = await openTestStore();
    const last = recordCall(store, callOf(1));
    const closing = store.close();
    expect(store.close()).toBe(closing);
    expect(await store.read('cache', 'SELECT 1')).toMatchObject({
      ok: false,
      error: { kind: 'store', fault: 'closed' },
    });
    await closing;
    await last;
    expect(readdirSync(directory).sort()).toEqual(['cache.db', 'intents.db', 'keep.copy-1.db', 'keep.db']);
    const db = new SqliteDatabase(path.join(directory, 'keep.db'), { readonly: true });
    expect(db.prepare('SELECT id FROM call_log').all()).toEqual([{ id: 'call-1' }]);
    db.close();
  });

  test('erasing the cache leaves intents and keep', async () => {
    const { store, directory } = await openTestStore();
    must(await upsertUsage(store, [usageRowOf(1)]));
    must(await recordCall(store, callOf(1)));
    must(await store.eraseCache());
    expect(readdirSync(directory).filter((name) => name.startsWith('cache'))).toEqual([]);
    expect(await usagePage(store, FIRST_USAGE)).toMatchObject({ ok: false, error: { fault: 'closed' } });
    expect(must(await callsPage(store, FIRST)).rows).toHaveLength(1);
    await store.close();
    expect(existsSync(path.join(directory, 'cache.db'))).toBe(false);
  });
});

test('an erased history is in no file any more: not in free pages, not in the WAL, not in a copy', async () => {
  const clock = manualClock();
  const directory = tempDirectory();
  const canary = 'Erasmus of Rotterdam';
  const filesWithCanary = (): readonly string[] =>
    readdirSync(directory).filter((name) => readFileSync(path.join(directory, name)).includes(canary));
  for (const n of [1, 2]) {
    const { store } = await openTestStore({ directory, clock });
    must(await recordCall(store, callOf(n, { remoteName: canary })));
    await store.close();
    clock.advance(2 * COPY_AGE_MS);
    const before = (clock.now() - 2 * COPY_AGE_MS) / 1000;
    utimesSync(path.join(directory, 'keep.copy-1.db'), before, before);
  }
  expect(filesWithCanary()).toEqual(['keep.copy-1.db', 'keep.copy-2.db', 'keep.db']);
  const { store } = await openTestStore({ directory, clock });
  must(await recordCall(store, callOf(3, { remoteName: canary })));
  must(await eraseCalls(store));
  expect(filesWithCanary()).toEqual([]);
  expect(must(await callsPage(store, FIRST)).rows).toEqual([]);
});

describe('a thread that dies', () => {
  const dying = new URL('store-dying-worker.ts', import.meta.url);

  test.each(['read', 'scan'] as const)('in a %s: its requests are answered, the next works', async (way) => {
    const { store, log } = await openTestStore({ workerUrl: dying });
    must(await recordCall(store, callOf(1)));
    const [lost, alsoLost] = await Promise.all([store[way]('keep', 'SELECT die()'), store[way]('keep', 'SELECT 1')]);
    for (const result of [lost, alsoLost]) {
      expect(result).toMatchObject({ ok: false, error: { kind: 'store', fault: 'closed' } });
    }
    expect(must(await store[way]('keep', 'SELECT id FROM call_log'))).toEqual([{ id: 'call-1' }]);
    expect(log).toMatchObject([{ level: 'error', fields: { lost: false } }]);
    expect(store.notices()).toEqual([]);
  });

  test('in a write: restarted once, and what was acknowledged is there', async () => {
    const { store } = await openTestStore({ workerUrl: dying });
    must(await recordCall(store, callOf(1)));
    const die = (): Promise<unknown> => store.write('keep', [{ sql: 'SELECT die()', rows: [[]] }]);
    expect(await die()).toMatchObject({ ok: false, error: { fault: 'closed' } });
    must(await recordCall(store, callOf(2)));
    expect(store.notices()).toEqual([]);

    expect(await die()).toMatchObject({ ok: false, error: { fault: 'closed' } });
    expect(await recordCall(store, callOf(3))).toMatchObject({ ok: false, error: { fault: 'closed' } });
    expect(store.notices()).toContainEqual({ file: 'keep', fault: 'closed', outcome: 'unavailable' });
    expect(must(await callsPage(store, FIRST)).rows.map((row) => row.id)).toEqual(['call-2', 'call-1']);
    await store.close();
  });

  test('a worker that is not there: every request is answered', async () => {
    const { store } = await openTestStore({ workerUrl: new URL('no-such-worker.ts', import.meta.url) });
    expect(await store.read('cache', 'SELECT 1')).toMatchObject({ ok: false, error: { fault: 'closed' } });
    expect(await recordCall(store, callOf(1))).toMatchObject({ ok: false, error: { fault: 'closed' } });
    expect(await store.eraseCache()).toMatchObject({ ok: false });
    await store.close();
  });
});

describe('the copy of keep', () => {
  const rows = (file: string): unknown[] => {
    const db = new SqliteDatabase(file, { readonly: true });
    try {
      return db.prepare('SELECT id FROM call_log ORDER BY id').pluck().all();
    } finally {
      db.close();
    }
  };

  test('is made at close, and the older generation stays a day behind', async () => {
    const clock = manualClock();
    const directory = tempDirectory();
    const [newest, older] = ['keep.copy-1.db', 'keep.copy-2.db'].map((name) => path.join(directory, name)) as [
      string,
      string,
    ];
    const runWith = async (n: number): Promise<void> => {
      const { store } = await openTestStore({ directory, clock });
      must(await recordCall(store, callOf(n)));
      await store.close();
      utimesSync(newest, clock.now() / 1000, clock.now() / 1000);
    };
    await runWith(1);
    expect(existsSync(older)).toBe(false);
    clock.advance(COPY_AGE_MS / 2);
    await runWith(2);
    expect(rows(newest)).toEqual(['call-1', 'call-2']);
    expect(existsSync(older)).toBe(false);
    clock.advance(COPY_AGE_MS);
    await runWith(3);
    expect(rows(newest)).toEqual(['call-1', 'call-2', 'call-3']);
    expect(rows(older)).toEqual(['call-1', 'call-2']);
  });

  test('is renewed in the background of a run once it is a day old', async () => {
    const clock = manualClock();
    const directory = tempDirectory();
    const { store } = await openTestStore({ directory, clock });
    must(await recordCall(store, callOf(1)));
    const copy = path.join(directory, 'keep.copy-1.db');
    expect(existsSync(copy)).toBe(false);
    clock.advance(CARE_DELAY_MS);
    await expect.poll(() => existsSync(copy)).toBe(true);
    expect(rows(copy)).toEqual(['call-1']);
  });
});
