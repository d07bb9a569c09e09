import { createHash } from 'node:crypto';
import type * as z from 'zod';
import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, toDecimal, toMicros } from '../../../../preload/contract/money.ts';
import type { quoteLineSchema } from '../../../provider/api/resources/commerce.ts';
import type { TaxRule } from '../../policies/commerce.ts';
import type { Draft, DraftLine } from './offer.ts';
import { roundTo, shareOf } from './rounding.ts';

/** One cent in micros: the smallest amount a card or a statement takes. */
const CENT = 10_000;

/** One line of a quote with everything added to it. Taxes and fees name the line they are of. */
export interface PricedLine extends Omit<DraftLine, 'taxable'> {
  readonly kind: z.output<typeof quoteLineSchema>['kind'];
  /** The line it was added to; null for goods and for the surcharge. */
  readonly of: string | null;
}

/** POL-12: what falls due when. */
export interface Totals {
  readonly todayBalance: Micros;
  readonly todayCard: Micros;
  readonly firstStatement: Micros;
  readonly monthly: Micros;
  readonly taxesAndFees: Micros;
}

/** What pricing needs to know of a provider. */
export interface PricingRules {
  readonly taxes: readonly TaxRule[];
  /** POL-24. */
  readonly cardSurchargeBasisPoints: number;
}

/** Cards and statements know whole cents only, the balance every micro. */
function stepOf(timing: DraftLine['timing']): number {
  return timing === 'now_card' || timing === 'next_statement' ? CENT : 1;
}

/** An amount as it is settled at that timing: F-12, 37.485 by card is 37.49. */
export function settled(amount: Micros, timing: DraftLine['timing']): Micros {
  return roundTo(stepOf(timing), BigInt(amount), 1n);
}

function taxLine(line: DraftLine, amount: Micros, rule: TaxRule): PricedLine | undefined {
  if (!line.taxable || !rule.items.includes(line.item)) return undefined;
  const { charge } = rule;
  const due =
    charge.kind === 'share'
      ? shareOf(amount, charge.basisPoints, stepOf(line.timing))
      : line.entitled
        ? toMicros(0)
        : settled(toMicros(charge.amount * line.quantity), line.timing);
  if (due === 0) return undefined;
  return {
    id: `${line.id}.${rule.code}`.slice(-64),
    kind: rule.kind,
    item: line.item,
    description: rule.name,
    quantity: 1,
    unitPrice: due,
    amount: due,
    timing: line.timing,
    recurring: line.recurring,
    subject: line.subject,
    entitled: false,
    of: line.id,
  };
}

const sum = (lines: readonly PricedLine[]): Micros => addMicros(...lines.map((line) => line.amount));

/** POL-24: what a payment of so much by card costs more. */
export function surchargeOn(cardAmount: Micros, rules: PricingRules): Micros {
  return cardAmount <= 0 ? toMicros(0) : shareOf(cardAmount, rules.cardSurchargeBasisPoints, CENT);
}

function surchargeLine(lines: readonly PricedLine[], rules: PricingRules): PricedLine | undefined {
  const byCard = lines.filter((line) => line.timing === 'now_card');
  const [first] = byCard;
  const amount = surchargeOn(sum(byCard), rules);
  if (!first || amount === 0) return undefined;
  return {
    id: 'surcharge',
    kind: 'surcharge',
    item: first.item,
    description: `Card surcharge, ${(rules.cardSurchargeBasisPoints / 100).toFixed(2)} %`,
    quantity: 1,
    unitPrice: amount,
    amount,
    timing: 'now_card',
    recurring: 'none',
    subject: null,
    entitled: false,
    of: null,
  };
}

/** What the lines come to. Each total is the exact sum of its lines: every line was rounded by itself. */
export function totalsOf(lines: readonly PricedLine[]): Totals {
  const at = (timing: DraftLine['timing']): Micros => sum(lines.filter((line) => line.timing === timing));
  return {
    todayBalance: at('now_balance'),
    todayCard: at('now_card'),
    firstStatement: at('next_statement'),
    monthly: sum(lines.filter((line) => line.recurring === 'monthly')),
    taxesAndFees: sum(lines.filter((line) => ['tax', 'fee', 'surcharge'].includes(line.kind))),
  };
}

/**
 * Adds taxes, fees (EXT-22, per line) and the card surcharge (on all a card bears, taxes too) to a draft. What a card or
 * a statement pays is rounded half up to the cent, line by line; what the balance pays half up to the micro.
 */
export function priceLines(draft: Draft, rules: PricingRules): readonly PricedLine[] {
  const lines = draft.lines.flatMap((line): PricedLine[] => {
    const { taxable: _taxable, ...goods } = line;
    const amount = settled(line.amount, line.timing);
    const taxes = rules.taxes.map((rule) => taxLine(line, amount, rule)).filter((each) => each !== undefined);
    return [{ ...goods, amount, kind: 'item', of: null }, ...taxes];
  });
  const surcharge = surchargeLine(lines, rules);
  const all = surcharge ? [...lines, surcharge] : lines;
  if (new Set(all.map((line) => line.id)).size !== all.length) throw new Error('Two lines of a draft have one id');
  if (totalsOf(all).todayCard < 0) throw new Error('A card cannot be paid by a quote: credit the balance instead');
  return all;
}

/** EXT-01: of lines and totals alone, so that the same price has the same hash whenever it is asked. */
export function priceHash(lines: readonly PricedLine[], currency: string): string {
  const totals = Object.values(totalsOf(lines)).map(toDecimal);
  const text = lines.map(({ id, kind, amount, quantity, unitPrice, timing, recurring, entitled }) =>
    [id, kind, toDecimal(amount), quantity, toDecimal(unitPrice), timing, recurring, entitled].join(' '),
  );
  return createHash('sha256')
    .update([currency, ...totals, ...text].join('\n'))
    .digest('base64url');
}
