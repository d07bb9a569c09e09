import type Database from 'better-sqlite3';
import type { Profile } from '../../policies/profile.ts';
import type { NewUsage } from '../journal.ts';
import type { ChargedLine } from './charges.ts';
import type { Behaviour } from './network.ts';

/** The card every account begins with. */
export const SEEDED_METHOD = 'pm_main';

const DAY_MS = 86_400_000;

/** A card or account of the network's test range: what a person picks on the hosted page. */
export interface TestInstrument {
  readonly name: string;
  readonly label: string;
  readonly kind: 'card' | 'bank_debit';
  readonly brand: string;
  readonly last4: string;
  readonly behaviour: Behaviour;
}

/** Names stand for them everywhere: no number of a card exists in this program. */
export const TEST_INSTRUMENTS: readonly TestInstrument[] = [
  { name: 'visa', label: 'Always pays', kind: 'card', brand: 'visa', last4: '4242', behaviour: 'approve' },
  {
    name: 'mastercard',
    label: 'Always pays',
    kind: 'card',
    brand: 'mastercard',
    last4: '4444',
    behaviour: 'approve',
  },
  {
    name: 'no_funds',
    label: 'Refused: not enough money',
    kind: 'card',
    brand: 'visa',
    last4: '9995',
    behaviour: 'insufficient_funds',
  },
  { name: 'stolen', label: 'Refused for good', kind: 'card', brand: 'visa', last4: '9979', behaviour: 'stolen_card' },
  { name: 'expired', label: 'Has expired', kind: 'card', brand: 'visa', last4: '0069', behaviour: 'expired_card' },
  {
    name: 'confirm',
    label: 'Wants every payment confirmed (3-D Secure)',
    kind: 'card',
    brand: 'visa',
    last4: '3155',
    behaviour: 'authenticate',
  },
  {
    name: 'confirm_automatic',
    label: 'Wants automatic payments confirmed (3-D Secure)',
    kind: 'card',
    brand: 'mastercard',
    last4: '3184',
    behaviour: 'authenticate_off_session',
  },
  { name: 'slow', label: 'Answers after five seconds', kind: 'card', brand: 'visa', last4: '0077', behaviour: 'slow' },
  {
    name: 'lost_answer',
    label: 'Pays, but the answer is lost',
    kind: 'card',
    brand: 'visa',
    last4: '0119',
    behaviour: 'lost_answer',
  },
  {
    name: 'bank',
    label: 'Bank account that pays after three days',
    kind: 'bank_debit',
    brand: 'bank',
    last4: '6789',
    behaviour: 'bank_settles',
  },
  {
    name: 'bank_returned',
    label: 'Bank account whose debit comes back',
    kind: 'bank_debit',
    brand: 'bank',
    last4: '1116',
    behaviour: 'bank_returns',
  },
];

const YEARS_LEFT = 4;

/** When a test instrument made now expires; a bank account does not. */
export function expiryOf(instrument: TestInstrument, now: number) {
  if (instrument.kind === 'bank_debit') return { expMonth: null, expYear: null };
  return { expMonth: 12, expYear: new Date(now).getUTCFullYear() + YEARS_LEFT };
}

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
  const line: ChargedLine = {
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
