import type Database from 'better-sqlite3';
import type * as z from 'zod';

/** Documents of an account that people change: one row each, as JSON of a schema. */
export interface Settings {
  /** The document of that name as last put, or the default. Throws when the stored one no longer fits its schema. */
  get<S extends z.ZodType>(name: string, schema: S, fallback: () => z.output<S>): z.output<S>;
  /** MUST run in the transaction that acts on it. */
  put(name: string, value: unknown): void;
}

export function createSettings(db: Database.Database): Settings {
  const read = db.prepare<[string], string>('SELECT value FROM settings WHERE name = ?').pluck();
  const write = db.prepare(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return {
    get(name, schema, fallback) {
      const text = read.get(name);
      return text === undefined ? fallback() : schema.parse(JSON.parse(text));
    },
    put: (name, value) => void write.run(name, JSON.stringify(value)),
  };
}
