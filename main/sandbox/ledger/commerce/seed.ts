import type Database from 'better-sqlite3';
import type { Profile } from '../../policies/profile.ts';
import type { NewUsage } from '../journal.ts';
import type { TestInstrument } from './instruments.ts';
import { TEST_INSTRUMENTS, expiryOf } from './instruments.ts';

/** The card every account begins with. */
export const SEEDED_METHOD = 'pm_main';

const DAY_MS = 86_400_000;

function seedMethod(db: Database.Database, id: string, instrument: TestInstrument, state: string, now: number): void {
  const position = id === SEEDED_METHOD ? 0 : 1;
  const row = { ...instrument, ...expiryOf(instrument, now), id, token: `tok_${id}`, state, position, now };
  db.prepare(
    `INSERT INTO network_vault (token, kind, brand, last4, exp_month, exp_year, behaviour)
     VALUES (@token, @kind, @brand, @last4, @expMonth, @expYear, @behaviour)`,
  ).run(row);
  db.prepare(
    `INSERT INTO payment_methods (id, token, kind, brand, last4, exp_month, exp_year, state, position, created_at)
     VALUES (@id, @token, @kind, @brand, @last4, @expMonth, @expYear, @state, @position, @now)`,
  ).run(row);
}

/** What the documentation's examples name: a page that was used, and a quote that has run out. */
function seedExamples(db: Database.Database, userId: string, now: number): void {
  db.prepare(
    `INSERT INTO payment_sessions (id, secret_hash, user_id, purpose, state, method_id, created_at, expires_at)
     VALUES ('pse_example', 'used', ?, 'store', 'completed', ?, ?, ?)`,
  ).run(userId, SEEDED_METHOD, now - DAY_MS, now - DAY_MS);
  const request = { kind: 'add_credit', amount: '25.00' };
  const draft = { lines: [], warnings: [], summary: 'Credit added' };
  db.prepare(
    `INSERT INTO quotes (id, user_id, kind, request, draft, lines, price_hash, created_at, expires_at)
     VALUES ('quo_example', ?, 'add_credit', ?, ?, '[]', 'hash-of-the-example', ?, ?)`,
  ).run(userId, JSON.stringify(request), JSON.stringify(draft), now - DAY_MS, now - DAY_MS);
}

/** The card the account has been paid with so far, and a bank account on its way where the provider takes them. */
export function seedCommerce(db: Database.Database, profile: Profile, now: number): void {
  const card = TEST_INSTRUMENTS.find((each) => each.name === 'visa');
  const bank = TEST_INSTRUMENTS.find((each) => each.name === 'bank');
  const owner = profile.people.find((person) => person.role === 'owner');
  if (!card || !bank || !owner) throw new Error('The seed of the shop is not complete');
  seedMethod(db, SEEDED_METHOD, card, 'active', now);
  if (profile.commerce.bankDebit) seedMethod(db, 'pm_bank', bank, 'verifying', now);
  seedExamples(db, owner.id, now);
}

/** Gives a seeded addition of credit the charge it came of; answers the row with it (R71). */
export function seedCharge(db: Database.Database, usage: NewUsage, userId: string, at: number): NewUsage {
  if (usage.kind !== 'topup') return usage;
  const place = 1 + Number(db.prepare('SELECT count(*) FROM charges').pluck().get());
  const id = `chg_seed_${place}`;
  const line = {
    id: 'credit',
    kind: 'item',
    item: 'credit',
    description: 'Prepaid credit',
    quantity: 1,
    unitPrice: usage.amount,
    amount: usage.amount,
    timing: 'now_card',
    recurring: 'none',
    subject: null,
    entitled: false,
    of: null,
    state: 'delivered',
    detail: null,
  };
  db.prepare(
    `INSERT INTO charges (id, owner, key, fingerprint, kind, origin, state, step, method_id, backups, attempt, on_session,
       card, balance, statement, lines, summary, description, created_at, updated_at)
     VALUES (@id, @userId, @id, '', 'add_credit', 'manual', 'done', 'none', @method, '[]', 1, 1, @amount, 0, 0, @lines,
       'Credit added', @description, @at, @at)`,
  ).run({
    id,
    userId,
    method: SEEDED_METHOD,
    amount: usage.amount,
    lines: JSON.stringify([line]),
    description: usage.description,
    at,
  });
  return { ...usage, chargeId: id, userId };
}
