import { randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';
import { addMicros, toMicros } from '../../../preload/contract/money.ts';
import { buildDeck } from '../policies/deck.ts';
import type { Profile } from '../policies/profile.ts';
import { seedCharge, seedCommerce } from './commerce/seed.ts';
import { grantsAfterSeeding } from './credit/credit.ts';
import { createLots } from './credit/lots.ts';
import { createJournal } from './journal.ts';
import { seedNumbers } from './numbers/seed.ts';
import { createPrices, insertDeck } from './prices.ts';
import { HISTORY_DAYS, seedHistory } from './seed-history.ts';
import { createSettings } from './settings.ts';

const DAY_MS = 86_400_000;

/** Writes the account of a profile with three months of history; afterwards the balance is the profile's. */
export function seedAccount(db: Database.Database, profile: Profile, now: number): void {
  const { account, policy } = profile;
  const owner = profile.people.find((person) => person.role === 'owner');
  const insertUser = db.prepare('INSERT INTO users (id, name, email, role, grants) VALUES (?, ?, ?, ?, ?)');
  for (const person of profile.people) {
    insertUser.run(person.id, person.name, person.email, person.role, JSON.stringify(person.grants));
  }
  insertDeck(db, buildDeck(profile, now), policy.rating);

  const history = seedHistory(profile, createPrices(db), now);
  const moved = history.reduce((sum, { usage }) => addMicros(sum, usage.amount), toMicros(0));
  const opening = toMicros(profile.seededBalance - moved);
  db.prepare(
    `INSERT INTO account (id, profile, name, provider_name, time_zone, country, currency, owner_contact, opening,
       balance, epoch, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    account.id,
    profile.id,
    account.name,
    profile.providerName,
    account.timeZone,
    account.country,
    account.currency,
    owner ? `${owner.name}, ${owner.email}` : null,
    opening,
    opening,
    randomBytes(6).toString('hex'),
    now - HISTORY_DAYS * DAY_MS,
  );
  seedCommerce(db, profile, now);
  const journal = createJournal(db);
  const lots = createLots(db, journal, policy.credits.order);
  for (const { at, usage, grant } of history) {
    if (grant) lots.grant(grant, at);
    else journal.post(seedCharge(db, usage, owner?.id ?? '', at), at);
  }
  const grants = grantsAfterSeeding(profile, now);
  createSettings(db).put(grants.name, grants.value);
  seedNumbers(db, profile, now);
}
