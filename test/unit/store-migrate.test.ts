import SqliteDatabase, { type Database } from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { NewerVersionError } from '../../main/store/faults.ts';
import { STORE_FILES } from '../../main/store/messages.ts';
import { assertOrder, latestVersion, migrate, versionOf } from '../../main/store/migrate.ts';
import { MIGRATIONS } from '../../main/store/migrations/list.ts';
import type { Migration } from '../../main/store/migrations/migration.ts';

const STEPS: readonly Migration[] = [
  { version: 10, sql: 'CREATE TABLE note (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL) STRICT' },
  { version: 20, sql: 'ALTER TABLE note ADD COLUMN micros INTEGER; UPDATE note SET micros = cents * 10000' },
];

function at(steps: readonly Migration[]): Database {
  const db = new SqliteDatabase(':memory:');
  migrate(db, steps);
  return db;
}

describe('migrate', () => {
  test('carries old rows through each later step', () => {
    const db = at(STEPS.slice(0, 1));
    db.exec('INSERT INTO note (id, cents) VALUES (1, 250)');
    migrate(db, STEPS);
    expect(db.prepare('SELECT * FROM note').all()).toEqual([{ id: 1, cents: 250, micros: 2_500_000 }]);
    expect(versionOf(db)).toBe(20);
  });

  test('a step that fails leaves the step before it, schema and version alike', () => {
    const broken = { version: 20, sql: 'CREATE TABLE half (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1)' };
    const db = at(STEPS.slice(0, 1));
    expect(() => migrate(db, [...STEPS.slice(0, 1), broken])).toThrow('nowhere');
    expect(versionOf(db)).toBe(10);
    expect(db.prepare(`SELECT name FROM sqlite_schema WHERE name = 'half'`).all()).toEqual([]);
  });

  test('a step that breaks a reference is refused', () => {
    const db = at([
      {
        version: 10,
        sql: `CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT;
              CREATE TABLE child (parent INTEGER REFERENCES parent (id)) STRICT;
              INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1)`,
      },
    ]);
    expect(() => migrate(db, [{ version: 20, sql: 'DELETE FROM parent' }])).toThrow('references');
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  });

  test('a file of a later app is a named error and is not touched', () => {
    const db = at(STEPS);
    expect(() => migrate(db, STEPS.slice(0, 1))).toThrow(NewerVersionError);
    expect(versionOf(db)).toBe(20);
  });

  test('steps out of order are a bug found at once', () => {
    expect(() => assertOrder(STEPS.toReversed())).toThrow('does not come after');
    expect(() => assertOrder([STEPS[0], STEPS[0]] as Migration[])).toThrow('does not come after');
  });
});

describe.each(STORE_FILES)('the steps of %s', (file) => {
  const steps = MIGRATIONS[file];

  test('go up by ten, or fit between', () => {
    assertOrder(steps);
    expect(steps[0]?.version).toBe(10);
  });

  test('lead from every earlier version to the same schema as from nothing', () => {
    const schema = (db: Database): unknown =>
      db.prepare('SELECT type, name, tbl_name FROM sqlite_schema ORDER BY name').all();
    const whole = schema(at(steps));
    for (let upTo = 0; upTo < steps.length; upTo += 1) {
      const db = at(steps.slice(0, upTo));
      migrate(db, steps);
      expect(schema(db)).toEqual(whole);
      expect(versionOf(db)).toBe(latestVersion(steps));
    }
  });

  test('make only STRICT tables', () => {
    const tables = at(steps).pragma('table_list') as { name: string; strict: number }[];
    const own = tables.filter(({ name }) => !name.startsWith('sqlite_'));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(({ strict }) => strict !== 1)).toEqual([]);
  });
});
