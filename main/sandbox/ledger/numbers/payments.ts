import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../../preload/contract/money.ts';
import { assertNever } from '../../../../preload/contract/result.ts';
import { negated } from '../amounts.ts';
import type { Commerce } from '../commerce/commerce.ts';
import type { DraftLine } from '../commerce/offer.ts';
import type { PricedLine } from '../commerce/pricing.ts';
import { priceLines } from '../commerce/pricing.ts';
import type { Ledger } from '../ledger.ts';
import type { RenewalDue, RenewalOutcome, RenewalPayments } from './ports.ts';
import { LINE_TIMING } from './timing.ts';

/**
 * Renewals through the shop: a card is charged by it, a statement gets a line from it. What the balance pays is posted
 * here, because a renewal may take the balance below 0 where a purchase may not (VTC-25, VTC-21).
 */
export function createRenewalPayments(ledger: Ledger, commerce: Commerce): RenewalPayments {
  const { journal, outbox, profile } = ledger;
  const rules = {
    taxes: profile.commerce.taxes,
    cardSurchargeBasisPoints: profile.policy.cardSurchargeBasisPoints,
  };

  const lineOf = (due: Pick<RenewalDue, 'number' | 'amount' | 'from'>, description: string): DraftLine => ({
    id: `${due.number}:monthly`,
    item: 'number_monthly',
    description,
    quantity: 1,
    unitPrice: due.amount,
    amount: due.amount,
    timing: LINE_TIMING[due.from],
    recurring: 'monthly',
    subject: due.number,
    entitled: false,
    taxable: true,
  });

  const priced = (line: DraftLine): readonly PricedLine[] =>
    priceLines({ lines: [line], warnings: [], summary: line.description }, rules);

  function postToBalance(due: RenewalDue): RenewalOutcome {
    for (const line of priced(lineOf(due, due.description))) {
      const usageId = journal.post(
        {
          kind: line.kind === 'item' ? 'number' : 'fee',
          priceState: 'priced',
          amount: negated(line.amount),
          description: line.description,
          to: due.number,
          category: 'recurring',
        },
        due.at,
      );
      outbox.append('usage.upserted', due.at, { usageId });
    }
    outbox.append('balance.updated', due.at);
    return { kind: 'paid' };
  }

  function chargeFor(due: RenewalDue): RenewalOutcome {
    const { chargeId } = commerce.automaticCharge({
      origin: 'renewal',
      kind: 'numbers',
      key: due.key,
      description: due.description,
      lines: [lineOf(due, due.description)],
      paymentMethodId: null,
    });
    const made = commerce.charge(chargeId);
    const state = made?.state;
    switch (state) {
      case 'done':
      case 'partial':
        return { kind: 'paid' };
      case 'declined':
      case 'failed':
      case 'needs_consent':
        return { kind: 'refused', detail: made?.decline?.text ?? 'It could not be paid' };
      case 'pending':
      case 'action_required':
      case undefined:
        return { kind: 'pending' };
      default:
        return assertNever(state);
    }
  }

  return {
    onSettled: (listener) =>
      commerce.onChange((charge) => {
        const number = charge.lines[0]?.subject;
        const isFinal = charge.state === 'done' || charge.state === 'declined' || charge.state === 'failed';
        // Only what waited: a charge that is final at once is answered where it was made.
        const waited = charge.card > 0 || charge.decline !== null;
        if (charge.origin === 'renewal' && charge.kind === 'numbers' && isFinal && waited && number) {
          listener(number, ledger.clock.now());
        }
      }),
    total: (due): Micros => addMicros(toMicros(0), ...priced(lineOf(due, due.number)).map((line) => line.amount)),
    take: (due) => (due.from === 'balance' ? postToBalance(due) : chargeFor(due)),
  };
}
