import { randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';
import { addMicros, toMicros } from '../../../preload/contract/money.ts';
import { buildDeck } from '../policies/deck.ts';
import type { Profile } from '../policies/profile.ts';
import { seedAlerts } from './alerts/seed.ts';
import type { FillPlan } from '../scenarios/fill-plan.ts';
import { seedAddresses } from './addresses/seed.ts';
import { seedCharge, seedCommerce } from './commerce/seed.ts';
import { grantsAfterSeeding } from './credit/grants.ts';
import type { Lots } from './credit/lots.ts';
import { createLots } from './credit/lots.ts';
import type { Journal } from './journal.ts';
import { createJournal } from './journal.ts';
import { seedNumbers } from './numbers/seed.ts';
import { seedOnboarding } from './order/seed.ts';
import type { Prices } from './prices.ts';
import { createPrices, insertDeck } from './prices.ts';
import type { History } from './seed-fill.ts';
import { filledHistory } from './seed-fill.ts';
import type { Dated } from './seed-history.ts';
import { HISTORY_DAYS, seedHistory } from './seed-history.ts';
import { createSettings } from './settings.ts';

const DAY_MS = 86_400_000;

/** After it the balance is the profile's. */
function smallHistory(profile: Profile, prices: Prices, now: number): History {
  const rows = seedHistory(profile, prices, now);
  const moved = rows.reduce((sum, { usage }) => addMicros(sum, usage.amount), toMicros(0));
  return { opening: toMicros(profile.seededBalance - moved), from: now - HISTORY_DAYS * DAY_MS, rows };
}

/** So many rows are proven at once; they are all a history of any length holds in memory. */
const BATCH = 10_000;

function postHistory(db: Database.Database, journal: Journal, lots: Lots, rows: Iterable<Dated>, owner: string): void {
  let batch: Dated[] = [];
  const flush = (): void => {
    journal.postAll(batch);
    batch = [];
  };
  for (const { at, usage, grant } of rows) {
    if (grant) {
      flush();
      lots.grant(grant, at);
      continue;
    }
    batch.push({ at, usage: seedCharge(db, usage, owner, at) });
    if (batch.length === BATCH) flush();
  }
  flush();
}

/** Writes the account of a profile with three months of a small firm, or with the history of a plan. */
export function seedAccount(db: Database.Database, profile: Profile, now: number, fill?: FillPlan): void {
  const { account, policy } = profile;
  const owner = profile.people.find((person) => person.role === 'owner');
  const insertUser = db.prepare('INSERT INTO users (id, name, email, role, grants) VALUES (?, ?, ?, ?, ?)');
  for (const person of profile.people) {
    insertUser.run(person.id, person.name, person.email, person.role, JSON.stringify(person.grants));
  }
  insertDeck(db, buildDeck(profile, now), policy.rating);

  const prices = createPrices(db);
  const { opening, from, rows } = fill ? filledHistory(profile, prices, fill, now) : smallHistory(profile, prices, now);
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
    from,
  );
  seedCommerce(db, profile, now);
  seedAlerts(db, profile);
  const journal = createJournal(db);
  const lots = createLots(db, journal, policy.credits.order);
  postHistory(db, journal, lots, rows, owner?.id ?? '');
  if (fill) createSettings(db).put('fill', fill);
  const grants = grantsAfterSeeding(profile, now);
  createSettings(db).put(grants.name, grants.value);
  seedNumbers(db, profile, now, fill?.months);
  seedAddresses(db, profile, now);
  seedOnboarding(db, profile);
}
