import type Database from 'better-sqlite3';
import type { Profile } from '../../policies/profile.ts';
import type { AddressLines } from './postal.ts';

/** Where the invented firm is. */
const FIRM_ADDRESS: AddressLines = {
  street: '48 Orchard St',
  unit: null,
  city: 'San Francisco',
  region: 'CA',
  postalCode: '94110',
  country: 'US',
};

export const SEEDED_ADDRESS_ID = 'adr_workshop';

/** The firm's verified address, registered for every number the profile says it is. After the numbers. */
export function seedAddresses(db: Database.Database, profile: Profile, now: number): void {
  const owner = profile.people.find((person) => person.role === 'owner');
  const lines = JSON.stringify(FIRM_ADDRESS);
  db.prepare(
    `INSERT INTO addresses (id, purpose, entered, located, outcome, state, chosen, problems, is_business, user_id, created_at,
       updated_at)
     SELECT @id, 'business', @lines, @lines, 'exact', 'valid', 'located', '[]', 1, @owner, created_at, created_at FROM account`,
  ).run({ id: SEEDED_ADDRESS_ID, lines, owner: owner?.id ?? '' });
  const register = db.prepare(
    `INSERT INTO emergency_registrations (number, address_id, floor, state, since) VALUES (?, ?, '2', 'registered', ?)`,
  );
  for (const { number, emergency } of profile.numbers) {
    if (emergency === 'registered') register.run(number, SEEDED_ADDRESS_ID, now);
  }
}
