import type Database from 'better-sqlite3';
import type { Profile } from '../../policies/profile.ts';

/** The state a new account of the profile is in; since it was opened, and for good. */
export function seedOnboarding(db: Database.Database, profile: Profile): void {
  if (!profile.onboarding) return;
  db.prepare(`INSERT INTO onboarding (one, state, since, goes_on_at) SELECT 1, ?, created_at, NULL FROM account`).run(
    profile.onboarding.startsIn,
  );
}
