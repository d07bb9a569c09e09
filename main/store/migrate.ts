import type { Database } from 'better-sqlite3';
import { NewerVersionError } from './faults.ts';
import type { Migration } from './migrations/migration.ts';

/** The `user_version` a file has when all of `migrations` ran. */
export function latestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}

/** The `user_version` of an open database; 0 for a new one. */
export function versionOf(db: Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

/** Throws when the steps are not in rising order: a bug, found before any file is touched. */
export function assertOrder(migrations: readonly Migration[]): void {
  let previous = 0;
  for (const { version } of migrations) {
    if (!Number.isInteger(version) || version <= previous) {
      throw new Error(`Migration ${version} does not come after ${previous}`);
    }
    previous = version;
  }
}

/**
 * Brings a database to the last of `migrations`, each step in its own transaction together with its `user_version`, so
 * that a crash leaves the step before or the step after. Throws NewerVersionError for a file of a later app, and the
 * SQLite error of a step that failed (rolled back).
 */
export function migrate(db: Database, migrations: readonly Migration[]): void {
  assertOrder(migrations);
  const found = versionOf(db);
  const latest = latestVersion(migrations);
  if (found > latest) throw new NewerVersionError(found, latest);
  const pending = migrations.filter((each) => each.version > found);
  if (pending.length === 0) return;
  // No-op inside a transaction (pitfall 92), so before it; a step may rebuild a table that others refer to.
  db.pragma('foreign_keys = OFF');
  try {
    for (const { version, sql } of pending) {
      db.transaction(() => {
        db.exec(sql);
        const broken = db.pragma('foreign_key_check') as unknown[];
        if (broken.length > 0) throw new Error(`Migration ${version} breaks ${broken.length} references`);
        db.pragma(`user_version = ${version}`);
      }).immediate();
    }
  } finally {
    db.pragma('foreign_keys = ON');
  }
}
