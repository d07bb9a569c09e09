import type { Micros } from '../../../../preload/contract/money.ts';
import type { Ledger } from '../ledger.ts';
import type { DraftLine } from './offer.ts';

/** The line that adds so much to the balance, paid as the policy says (POL-12). Taxes come on top of it (F-16). */
export function creditLine(ledger: Ledger, amount: Micros): DraftLine {
  return {
    id: 'credit',
    item: 'credit',
    description: 'Prepaid credit',
    quantity: 1,
    unitPrice: amount,
    amount,
    timing: ledger.profile.policy.charging.credit ?? 'now_card',
    recurring: 'none',
    subject: null,
    entitled: false,
    taxable: true,
  };
}
