import type { Micros } from '../../../../preload/contract/money.ts';
import { parseDecimal, toDecimal, toMicros } from '../../../../preload/contract/money.ts';
import { Refusal } from '../../api/refusal.ts';
import type { Ledger } from '../ledger.ts';
import type { ChargeStore } from './charges.ts';
import { creditLine } from './credit-line.ts';
import type { Offer, Warning } from './offer.ts';

const CENT = 10_000;
const DUPLICATE_MS = 60_000;

/** POL-06 on the credit itself, before taxes (F-16). Throws out_of_range. */
export function checkCreditAmount(ledger: Ledger, amount: Micros): void {
  const { amounts } = ledger.profile.policy;
  const { currency } = ledger.profile.account;
  if (amount < amounts.manualMin) {
    throw new Refusal('out_of_range', { detail: `At least ${toDecimal(amounts.manualMin)} ${currency}` });
  }
  if (amounts.manualMax !== null && amount > amounts.manualMax) {
    throw new Refusal('out_of_range', { detail: `At most ${toDecimal(amounts.manualMax)} ${currency}` });
  }
  if (amount % CENT !== 0) throw new Refusal('out_of_range', { detail: 'Whole cents only' });
}

function warnings(ledger: Ledger, charges: ChargeStore, amount: Micros): readonly Warning[] {
  const { policy, account } = ledger.profile;
  const say = (value: number): string => `${toDecimal(toMicros(value))} ${account.currency}`;
  const balance = ledger.journal.balance();
  const found: Warning[] = [];
  if (policy.refund.kind === 'none') {
    const { refundPolicy } = policy.links;
    const more = refundPolicy === null ? '' : ` ${refundPolicy}`;
    found.push({ code: 'not_refundable', text: `Prepaid money is not refunded.${more}` });
  }
  if (balance < 0) {
    const debt = Math.min(0 - balance, amount);
    const text = `${say(debt)} of it covers what is owed; ${say(Math.max(0, balance + amount))} will be available.`;
    found.push({ code: 'covers_debt', text });
  }
  if (charges.hasRecentCredit(amount, ledger.clock.now() - DUPLICATE_MS)) {
    found.push({ code: 'recent_duplicate', text: `${say(amount)} was added less than a minute ago.` });
  }
  return found;
}

/** Add credit once (VTC-13, KZ-14, SIPUS-25): also in a trial, where the provider lets it (VTC-03, POL-22). */
export function addCreditOffer(ledger: Ledger, charges: ChargeStore): Offer<'add_credit'> {
  return {
    kind: 'add_credit',
    action: 'billing.manage',
    price(request) {
      const { credit, policy } = ledger.profile;
      if (credit.kind === 'trial' && policy.trial?.mayFund === false) {
        throw new Refusal('account_not_ready', { detail: 'A trial cannot add credit here' });
      }
      const amount = parseDecimal(request.amount);
      if (amount === undefined) throw new Refusal('out_of_range', { detail: 'Not an amount' });
      checkCreditAmount(ledger, amount);
      return {
        lines: [creditLine(ledger, amount)],
        warnings: warnings(ledger, charges, amount),
        summary: 'Credit added',
      };
    },
    deliver: () => [],
  };
}
