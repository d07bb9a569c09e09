import type Database from 'better-sqlite3';
import type { Profile } from '../../policies/profile.ts';
import { firstMemory } from './memory.ts';
import { marksUnder } from './machine.ts';

/** An account that begins low is shown as low: nobody is told of a level they never crossed. */
export function seedAlerts(db: Database.Database, { policy, seededBalance }: Profile): void {
  const memory = firstMemory(marksUnder(policy.alerts, seededBalance));
  db.prepare('INSERT INTO settings (name, value) VALUES (?, ?)').run(memory.document, JSON.stringify(memory.value));
}
