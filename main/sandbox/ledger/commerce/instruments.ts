/**
 * How a test card or account behaves whenever it is charged. `authenticate` asks the person to confirm with the bank,
 * `authenticate_off_session` only when they are not there (EXT-19); `lost_answer` does the work and says nothing.
 */
export const BEHAVIOURS = [
  'approve',
  'insufficient_funds',
  'stolen_card',
  'expired_card',
  'authenticate',
  'authenticate_off_session',
  'slow',
  'lost_answer',
  'bank_settles',
  'bank_returns',
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

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
