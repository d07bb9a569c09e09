import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toMicros } from '../../preload/contract/money.ts';
import type { PricingRules } from '../../main/sandbox/ledger/commerce/pricing.ts';
import { priceHash, priceLines, totalsOf } from '../../main/sandbox/ledger/commerce/pricing.ts';
import { shareOf } from '../../main/sandbox/ledger/commerce/rounding.ts';
import type { DraftLine } from '../../main/sandbox/ledger/commerce/offer.ts';
import { TAX_ON_CREDIT, US_TELECOM_TAXES } from '../../main/sandbox/policies/commerce.ts';
import { line, openShop, units } from './commerce-rig.ts';

const draft = (...lines: DraftLine[]) => ({ lines, warnings: [], summary: 'Test' });
const NO_RULES: PricingRules = { taxes: [], cardSurchargeBasisPoints: 0 };
const FULL_RULES: PricingRules = { taxes: [...US_TELECOM_TAXES, TAX_ON_CREDIT], cardSurchargeBasisPoints: 260 };
const credit = (amount: number) => line({ id: 'credit', item: 'credit', timing: 'now_card', amount: units(amount) });

describe('taxes, fees and surcharge', () => {
  test('[F-16] 10.00 of credit at 12 % is 11.20 to pay', () => {
    const lines = priceLines(draft(credit(10)), { taxes: [TAX_ON_CREDIT], cardSurchargeBasisPoints: 0 });
    expect(lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['item', units(10)],
      ['tax', units(1.2)],
    ]);
    expect(totalsOf(lines).todayCard).toBe(units(11.2));
  });

  test('[EXT-22] each tax and each fee is a line of its own, named after its line, and says which of both it is', () => {
    const trunks = line({ id: 'trunks', item: 'channels', quantity: 3, unitPrice: units(24.99), amount: units(74.97) });
    const lines = priceLines(draft(trunks), { ...FULL_RULES, cardSurchargeBasisPoints: 0 });
    expect(lines.slice(1).map(({ kind, description, of }) => [kind, description, of])).toEqual([
      ['tax', 'Federal Universal Service Fund', 'trunks'],
      ['tax', 'State communications tax', 'trunks'],
      ['fee', 'Regulatory recovery fee', 'trunks'],
    ]);
  });

  test('a fee of so much a unit is times the quantity; nothing is added to what an entitlement covers', () => {
    const fees = { ...FULL_RULES, cardSurchargeBasisPoints: 0 };
    const emergency = line({ item: 'emergency', quantity: 4, amount: units(6), unitPrice: units(1.5) });
    expect(priceLines(draft(emergency), fees)[1]?.amount).toBe(units(1.2));
    const entitled = { ...emergency, entitled: true, amount: units(0) };
    expect(priceLines(draft(entitled), fees)).toHaveLength(1);
    expect(priceLines(draft({ ...emergency, taxable: false }), fees)).toHaveLength(1);
  });

  test('[POL-24] the surcharge is on all the card bears, taxes too, and on nothing else', () => {
    const lines = priceLines(draft(credit(10), line({ amount: units(50) })), FULL_RULES);
    expect(lines.at(-1)).toMatchObject({ kind: 'surcharge', timing: 'now_card', amount: units(0.29) });
    expect(priceLines(draft(line()), FULL_RULES).some(({ kind }) => kind === 'surcharge')).toBe(false);
    expect(priceLines(draft(credit(10)), NO_RULES)).toHaveLength(1);
  });

  test('[F-12] what a card or a statement pays is half up to the cent, what the balance pays to the micro', () => {
    const prorated = toMicros(37_485_000);
    const amountAt = (timing: DraftLine['timing']) =>
      priceLines(draft(line({ amount: prorated, timing })), NO_RULES)[0]?.amount;
    expect(amountAt('now_card')).toBe(37_490_000);
    expect(amountAt('next_statement')).toBe(37_490_000);
    expect(amountAt('now_balance')).toBe(37_485_000);
  });

  test('shares are half up, away from zero for what is given back', () => {
    expect(shareOf(toMicros(1), 5_000)).toBe(1);
    expect(shareOf(toMicros(-1), 5_000)).toBe(-1);
    expect(shareOf(toMicros(1), 4_999)).toBe(0);
    expect(shareOf(units(0.85), 100, 10_000)).toBe(units(0.01));
    expect(shareOf(units(0.49), 100, 10_000)).toBe(0);
  });
});

describe('totals', () => {
  test('[POL-12] every timing has its column; what comes later is in none of today', () => {
    const lines = priceLines(
      draft(
        line({ id: 'a', timing: 'now_balance', amount: units(1) }),
        line({ id: 'b', timing: 'now_card', amount: units(2) }),
        line({ id: 'c', timing: 'next_statement', amount: units(4) }),
        line({ id: 'd', timing: 'anniversary', recurring: 'monthly', amount: units(8) }),
        line({ id: 'e', timing: 'calendar_1st_prorated', recurring: 'monthly', amount: units(16) }),
        line({ id: 'f', timing: 'arrears_peak', recurring: 'monthly', amount: units(32) }),
      ),
      NO_RULES,
    );
    expect(totalsOf(lines)).toEqual({
      todayBalance: units(1),
      todayCard: units(2),
      firstStatement: units(4),
      monthly: units(56),
      taxesAndFees: units(0),
    });
  });

  test('the sum of the lines is the total, exactly, whatever the amounts', () => {
    const anyLine = fc.record({
      amount: fc.integer({ min: 0, max: 500_000_000 }).map(toMicros),
      item: fc.constantFrom('credit', 'channels', 'number_setup', 'emergency', 'plan'),
      timing: fc.constantFrom('now_balance', 'now_card', 'next_statement', 'anniversary'),
      recurring: fc.constantFrom('none', 'monthly'),
      quantity: fc.integer({ min: 1, max: 9 }),
    } as const);
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 6 }), fc.integer({ min: 0, max: 999 }), (made, surcharge) => {
        const goods = made.map((each, index) => line({ ...each, id: `line-${index}` }));
        const lines = priceLines(draft(...goods), { ...FULL_RULES, cardSurchargeBasisPoints: surcharge });
        const totals = totalsOf(lines);
        const sum = (timing: string) =>
          lines.filter((each) => each.timing === timing).reduce((total, each) => total + each.amount, 0);
        expect(totals.todayBalance).toBe(sum('now_balance'));
        expect(totals.todayCard).toBe(sum('now_card'));
        expect(totals.firstStatement).toBe(sum('next_statement'));
        expect(totals.todayCard % 10_000).toBe(0);
        expect(totals.firstStatement % 10_000).toBe(0);
        const added = lines.filter(({ kind }) => kind !== 'item').reduce((total, each) => total + each.amount, 0);
        expect(totals.taxesAndFees).toBe(added);
      }),
    );
  });

  test('a draft that names a line twice, or would pay a card, is a bug of its feature', () => {
    expect(() => priceLines(draft(line(), line()), NO_RULES)).toThrow('one id');
    expect(() => priceLines(draft(line({ timing: 'now_card', amount: units(-1) })), NO_RULES)).toThrow('card');
  });
});

describe('the price hash', () => {
  const lines = priceLines(draft(credit(10)), FULL_RULES);

  test('[EXT-01] is of lines and totals alone: the same price has the same hash, another one another', () => {
    expect(priceHash(priceLines(draft({ ...credit(10), description: 'In other words' }), FULL_RULES), 'USD')).toBe(
      priceHash(lines, 'USD'),
    );
    expect(priceHash(priceLines(draft(credit(10.01)), FULL_RULES), 'USD')).not.toBe(priceHash(lines, 'USD'));
    expect(priceHash(lines, 'EUR')).not.toBe(priceHash(lines, 'USD'));
    const later = lines.map((each) => ({ ...each, timing: 'next_statement' as const }));
    expect(priceHash(later, 'USD')).not.toBe(priceHash(lines, 'USD'));
  });

  test('two quotes of one thing have one hash and two names', () => {
    const shop = openShop();
    const [first, second] = [shop.quoteCredit(), shop.quoteCredit()];
    expect(first.priceHash).toBe(second.priceHash);
    expect(first.id).not.toBe(second.id);
  });
});
