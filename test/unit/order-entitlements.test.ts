import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toMicros } from '../../preload/contract/money.ts';
import type { Charge } from '../../main/sandbox/ledger/commerce/charges.ts';
import { createEntitlements } from '../../main/sandbox/ledger/order/entitlements.ts';
import type { OrderedType } from '../../main/sandbox/policies/onboarding.ts';
import { ORDERED_TYPES } from '../../main/sandbox/policies/onboarding.ts';
import { openOnboarding } from './order-rig.ts';
import { openBooks } from './ledger-rig.ts';

const STANDARD = toMicros(1_490_000);
const ENHANCED = toMicros(2_490_000);

/** An account whose order of 3 Standard and 1 Enhanced was placed (F-17). */
function ordered() {
  const books = openOnboarding();
  books.verify();
  books.addCard();
  books.place();
  const { commerce, numbers, entitlements } = books.services;
  let keys = 0;
  return {
    ...books,
    free(type: OrderedType, count: number): readonly string[] {
      const found = numbers.market.search({ country: 'US', type }, 'usr_dana', '', count);
      return found.map((each) => each.number);
    },
    cart: (items: readonly string[]) =>
      commerce.quote({ kind: 'numbers', items: items.map((number) => ({ number })) }, books.owner),
    buy(quote: ReturnType<typeof commerce.quote>): Charge {
      return books.execute(quote, null, `numbers-${(keys += 1)}`);
    },
    left: () => Object.fromEntries(entitlements.all().map((each) => [each.type, each.left])),
  };
}

const goodsOf = (quote: { readonly lines: Charge['lines'] | readonly { kind: string }[] }) =>
  (quote.lines as readonly { kind: string; amount: number; entitled: boolean }[]).filter(
    (line) => line.kind === 'item',
  );
const dueOf = (quote: Parameters<typeof goodsOf>[0]): number =>
  goodsOf(quote).reduce((sum, line) => sum + line.amount, 0);

describe('what the order covers', () => {
  test('[SIPUS-41 P] numbers that match the order cost nothing again; a 4th Standard costs its price', () => {
    const books = ordered();
    const standard = books.free('standard', 4);
    const [enhanced = ''] = books.free('enhanced', 1);
    const matching = books.cart([...standard.slice(0, 3), enhanced]);
    expect(goodsOf(matching).every((line) => line.entitled)).toBe(true);
    expect(matching.lines.reduce((sum, line) => sum + line.amount, 0)).toBe(0);
    expect(books.buy(matching)).toMatchObject({ state: 'done', statement: 0 });
    expect(books.left()).toEqual({ standard: 0, enhanced: 0 });
    expect(books.services.orders.state()).toBe('done');
    expect(dueOf(books.cart(standard.slice(3)))).toBe(STANDARD);
  });

  test('[F-17] ordered {standard 3, enhanced 1}, cart {standard 4}: due is 1 x standard, left {enhanced 1}', () => {
    const books = ordered();
    const quote = books.cart(books.free('standard', 4));
    expect(dueOf(quote)).toBe(STANDARD);
    expect(goodsOf(quote).map((line) => line.entitled)).toEqual([true, true, true, false]);
    books.buy(quote);
    expect(books.left()).toEqual({ standard: 0, enhanced: 1 });
    expect(books.services.orders.state()).toBe('numbers_to_choose');
  });

  test('[F-17] a cart that fails on one of four: its entitlement returns', () => {
    const books = ordered();
    const numbers = books.free('standard', 3);
    const quote = books.cart(numbers);
    books.ledger.write(() => books.services.numbers.market.setTaken(numbers[1] ?? '', true));
    const charge = books.buy(quote);
    expect(charge.state).toBe('partial');
    expect(charge.lines.filter((line) => line.state === 'failed').map((line) => line.subject)).toEqual([numbers[1]]);
    expect(books.left()).toEqual({ standard: 1, enhanced: 1 });
  });

  test('an Enhanced number in a Standard slot is quoted in full', () => {
    const books = ordered();
    const quote = books.cart(books.free('enhanced', 2));
    expect(goodsOf(quote).map((line) => [line.entitled, line.amount])).toEqual([
      [true, 0],
      [false, ENHANCED],
    ]);
    books.buy(quote);
    expect(books.left()).toEqual({ standard: 3, enhanced: 0 });
  });

  test('two carts that count on the same entitlement: the second has to accept another price', () => {
    const books = ordered();
    const [one = '', two = ''] = books.free('enhanced', 2);
    const [first, second] = [books.cart([one]), books.cart([two])];
    expect([dueOf(first), dueOf(second)]).toEqual([0, 0]);
    expect(books.buy(first).state).toBe('done');
    const charge = books.buy(second);
    expect(charge.state).toBe('needs_consent');
    const renewed = books.services.commerce.quoteById(charge.newQuoteId ?? '');
    expect(renewed && dueOf(renewed)).toBe(ENHANCED);
    expect(books.left()).toEqual({ standard: 3, enhanced: 0 });
  });

  test('which number used it is told', () => {
    const books = ordered();
    const [number = ''] = books.free('enhanced', 1);
    books.buy(books.cart([number]));
    expect(books.services.entitlements.all().find((each) => each.type === 'enhanced')).toEqual({
      type: 'enhanced',
      ordered: 1,
      left: 0,
      numbers: [number],
    });
  });
});

describe('never below nothing', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('grant' as const), type: fc.constantFrom(...ORDERED_TYPES), count: fc.nat(4) }),
    fc.record({ do: fc.constant('use' as const), type: fc.constantFrom(...ORDERED_TYPES), count: fc.nat(5) }),
    fc.record({ do: fc.constant('fail' as const), type: fc.constantFrom(...ORDERED_TYPES), count: fc.nat(5) }),
  );

  test('any order of grants, deliveries and deliveries that fail: used + left = ordered, each row used once', () => {
    const { ledger } = openBooks('sipus');
    const book = createEntitlements(ledger);
    let numbers = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        ledger.write(() => book.clear());
        const expected = { standard: 0, enhanced: 0, toll_free: 0 };
        const granted = { ...expected };
        for (const { do: what, type, count } of steps) {
          if (what === 'grant') {
            ledger.write(() => book.grant(type, count));
            expected[type] += count;
            granted[type] += count;
            continue;
          }
          const work = (): void => {
            for (let index = 0; index < count; index += 1) {
              const taken = book.reserve(type, `+1${String((numbers += 1))}`);
              expect(taken).toBe(index < expected[type]);
            }
            if (what === 'fail') throw new Error('The line failed');
          };
          try {
            ledger.write(work);
            expected[type] -= Math.min(count, expected[type]);
          } catch (fault) {
            if ((fault as Error).message !== 'The line failed') throw fault;
          }
        }
        for (const type of ORDERED_TYPES) {
          expect(book.left(type)).toBe(expected[type]);
          const found = book.all().find((each) => each.type === type);
          expect((found?.left ?? 0) + (found?.numbers.length ?? 0)).toBe(granted[type]);
          expect(new Set(found?.numbers).size).toBe(found?.numbers.length ?? 0);
        }
      }),
      { numRuns: 120 },
    );
  });
});
