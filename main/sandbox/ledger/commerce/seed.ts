import type Database from 'better-sqlite3';
import type { Behaviour } from './network.ts';

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

/** The card the account has been paid with so far. */
export function seedCommerce(db: Database.Database, now: number): void {
  const [card] = TEST_INSTRUMENTS;
  if (!card) throw new Error('There is no test card');
  const row = { ...card, ...expiryOf(card, now), token: 'tok_seeded', now };
  db.prepare(
    `INSERT INTO network_vault (token, kind, brand, last4, exp_month, exp_year, behaviour)
     VALUES (@token, @kind, @brand, @last4, @expMonth, @expYear, @behaviour)`,
  ).run(row);
  db.prepare(
    `INSERT INTO payment_methods (id, token, kind, brand, last4, exp_month, exp_year, state, position, created_at)
     VALUES ('pm_main', @token, @kind, @brand, @last4, @expMonth, @expYear, 'active', 0, @now)`,
  ).run(row);
}
