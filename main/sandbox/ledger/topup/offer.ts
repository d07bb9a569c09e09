import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, parseDecimal, toDecimal } from '../../../../preload/contract/money.ts';
import { Refusal } from '../../api/refusal.ts';
import { creditLine } from '../commerce/credit-line.ts';
import type { DraftLine, Offer, RequestOf, Warning } from '../commerce/offer.ts';
import type { Ledger } from '../ledger.ts';
import type { TopUpSettings } from './settings.ts';
import { markOf } from './settings.ts';

/** Decimal text of a request. Throws out_of_range naming the field. */
export function amountOf(text: string, pointer: string): Micros {
  const amount = parseDecimal(text);
  if (amount !== undefined) return amount;
  throw new Refusal('out_of_range', { detail: 'Not an amount', errors: [{ pointer, detail: 'Not an amount' }] });
}

type TopUpRequest = RequestOf<'top_up'>;

/** The settings a request asks for; the schedule stays as it is. */
export function settingsOf(request: Omit<TopUpRequest, 'kind'>, current: TopUpSettings): TopUpSettings {
  return {
    enabled: request.enabled,
    threshold: amountOf(request.threshold, '/threshold'),
    amount: amountOf(request.amount, '/amount'),
    target: request.target === null ? null : amountOf(request.target, '/target'),
    monthlyMax: request.monthly_max === null ? null : amountOf(request.monthly_max, '/monthly_max'),
    methodId: request.payment_method_id,
    schedule: current.schedule,
  };
}

/** What switching it on costs at once: the first payment, and words about those that follow it. */
export function enablingLines(
  ledger: Ledger,
  ahead: readonly Micros[],
  current: TopUpSettings,
): { readonly lines: readonly DraftLine[]; readonly warnings: readonly Warning[] } {
  const [first, ...further] = ahead;
  const { account, policy } = ledger.profile;
  if (first === undefined) return { lines: [], warnings: [] };
  const say = (amount: Micros): string => `${toDecimal(amount)} ${account.currency}`;
  // Changed by somebody else meanwhile: another line, so another price to accept.
  const line = { ...creditLine(ledger, first), id: `credit.${markOf(current)}`, description: 'Top-up of today' };
  const warnings: Warning[] = [
    { code: 'charges_now', text: `The balance is at or below the threshold: ${say(first)} is charged today.` },
  ];
  if (further.length > 0) {
    const text = `The balance stays low: ${say(addMicros(...further))} more is charged right afterwards.`;
    warnings.push({ code: 'further_charges', text });
  }
  if (policy.refund.kind === 'none') {
    warnings.push({ code: 'not_refundable', text: 'Prepaid money is not refunded.' });
  }
  return { lines: [line], warnings };
}

interface Parts {
  current(): TopUpSettings;
  /** Throws where the settings cannot be. */
  check(settings: TopUpSettings): void;
  ahead(settings: TopUpSettings): readonly Micros[];
  save(settings: TopUpSettings, userId: string | null): void;
}

/** Settings of automatic top-up with what they charge today (TOP-21, EXT-13). */
export function topUpOffer(ledger: Ledger, parts: Parts): Offer<'top_up'> {
  return {
    kind: 'top_up',
    action: 'billing.manage',
    price(request) {
      const current = parts.current();
      const settings = settingsOf(request, current);
      parts.check(settings);
      const { lines, warnings } = enablingLines(ledger, parts.ahead(settings), current);
      return { lines, warnings, summary: ledger.profile.policy.topUp?.describedAs ?? 'Automatic top-up' };
    },
    deliver(request, _draft, { buyer }) {
      const settings = settingsOf(request, parts.current());
      parts.check(settings);
      parts.save(settings, buyer?.id ?? null);
      return [];
    },
  };
}
