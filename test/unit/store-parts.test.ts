import SqliteDatabase from 'better-sqlite3';
import * as fc from 'fast-check';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createConnection } from '../../main/store/connection.ts';
import { cutPage, decodeCursor, encodeCursor } from '../../main/store/cursor.ts';
import { DamagedFileError, errorOf, faultOf, NewerVersionError } from '../../main/store/faults.ts';
import { removeSetAside, setAside } from '../../main/store/files.ts';
import { createNoticeBoard } from '../../main/store/notices.ts';
import { tempDirectory } from '../integration/store-rig.ts';

describe('cursors', () => {
  test('come back as the place they were made from', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.string({ unit: 'binary' }), (time, id) => {
        // UTF-8 has no lone surrogates; ids are well-formed text.
        fc.pre(id.isWellFormed());
        expect(decodeCursor(encodeCursor({ time, id }))).toEqual({ ok: true, value: { time, id } });
      }),
    );
  });

  test.each([
    '',
    'x',
    'bnVsbA',
    Buffer.from('[1]').toString('base64url'),
    Buffer.from('["1",2]').toString('base64url'),
  ])('text that is none is refused: %j', (text) => {
    expect(decodeCursor(text)).toMatchObject({ ok: false, error: { kind: 'invalid_request', field: 'cursor' } });
  });

  test('a page ends where the rows end', () => {
    const place = (time: number) => ({ time, id: 'a' });
    expect(cutPage([3, 2], 2, place)).toEqual({ rows: [3, 2], next: null });
    const cut = cutPage([3, 2, 1], 2, place);
    expect(cut.rows).toEqual([3, 2]);
    expect(decodeCursor(cut.next)).toEqual({ ok: true, value: { time: 2, id: 'a' } });
  });
});

describe('faults', () => {
  const thrown = (code: string): Error => Object.assign(new Error('no'), { code });

  test.each([
    ['SQLITE_CORRUPT', 'corrupt'],
    ['SQLITE_CORRUPT_VTAB', 'corrupt'],
    ['SQLITE_NOTADB', 'corrupt'],
    ['SQLITE_FULL', 'disk_full'],
    ['SQLITE_IOERR_WRITE', 'disk_full'],
    ['ENOSPC', 'disk_full'],
    ['SQLITE_READONLY', 'read_only'],
    ['SQLITE_CANTOPEN', 'read_only'],
    ['EROFS', 'read_only'],
    ['SQLITE_BUSY', 'closed'],
    ['SQLITE_BUSY_SNAPSHOT', 'closed'],
    ['SQLITE_CONSTRAINT_UNIQUE', undefined],
    ['SQLITE_ERROR', undefined],
  ])('%s is %s', (code, fault) => {
    expect(faultOf(thrown(code))).toBe(fault);
  });

  test('each names the way out', () => {
    expect(errorOf('cache', thrown('SQLITE_FULL'))).toMatchObject({ kind: 'store', nextStep: 'free_disk_space' });
    expect(errorOf('keep', thrown('SQLITE_READONLY'))).toMatchObject({ nextStep: 'make_folder_writable' });
    expect(errorOf('cache', new NewerVersionError(30, 10))).toMatchObject({ nextStep: 'update_app' });
    expect(errorOf('cache', new DamagedFileError('x'))).toMatchObject({ fault: 'corrupt' });
    expect(errorOf('cache', thrown('SQLITE_BUSY'))).toMatchObject({ kind: 'store', nextStep: 'retry' });
    expect(errorOf('cache', thrown('SQLITE_ERROR'))).toMatchObject({ kind: 'internal', nextStep: 'report_bug' });
  });
});

describe('a connection', () => {
  test('refuses to go on where a pragma did not take', () => {
    const db = new SqliteDatabase(':memory:');
    const stubborn = Object.assign(Object.create(db) as typeof db, {
      pragma: (source: string, options?: { simple?: boolean }) =>
        source === 'foreign_keys' ? 0 : db.pragma(source, options),
    });
    expect(() => createConnection(stubborn, 'cache', 'write')).toThrow('PRAGMA foreign_keys is 0, not 1');
  });
});

describe('setting aside', () => {
  test('moves the companions along and keeps the newest two', () => {
    const directory = tempDirectory();
    const database = path.join(directory, 'cache.db');
    for (const day of [1, 2, 3]) {
      for (const suffix of ['', '-wal', '-shm']) writeFileSync(database + suffix, String(day));
      setAside(database, Date.UTC(2026, 0, day));
    }
    expect(existsSync(database)).toBe(false);
    expect(readdirSync(directory).sort()).toEqual(
      ['02', '03'].flatMap((day) =>
        ['', '-shm', '-wal'].map((suffix) => `cache.db.set-aside-2026-01-${day}T00-00-00-000Z${suffix}`),
      ),
    );
    removeSetAside(database);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('twice in one millisecond loses neither', () => {
    const directory = path.join(tempDirectory(), 'deep');
    mkdirSync(directory);
    const database = path.join(directory, 'cache.db');
    for (const text of ['a', 'b']) {
      writeFileSync(database, text);
      setAside(database, 0);
    }
    expect(readdirSync(directory)).toHaveLength(2);
  });
});

describe('the notice board', () => {
  test('tells changes once, and a refused write until one works', () => {
    const board = createNoticeBoard();
    const heard: unknown[] = [];
    board.subscribe((notices) => heard.push(notices));
    const rebuilt = { file: 'cache', fault: 'corrupt', outcome: 'rebuilt' } as const;
    board.put(rebuilt);
    board.put({ ...rebuilt });
    board.writeRefused('intents', 'disk_full');
    board.writeRefused('intents', 'disk_full');
    board.writeRefused('cache', 'disk_full');
    expect(heard).toHaveLength(3);
    expect(board.current()).toEqual([
      { file: 'cache', fault: 'disk_full', outcome: 'memory_only' },
      { file: 'intents', fault: 'disk_full', outcome: 'unavailable' },
    ]);
    board.writeWorked('cache');
    board.writeWorked('intents');
    board.writeWorked('intents');
    expect(heard).toHaveLength(5);
    expect(board.current()).toEqual([rebuilt]);
  });
});
