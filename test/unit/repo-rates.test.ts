import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { deckFetchedAt, finishDeck, longestMatch, upsertRates } from '../../main/rates/repo.ts';
import type { Rate } from '../../preload/contract/models.ts';
import { toMicros } from '../../preload/contract/money.ts';
import { must, openTestStore } from '../integration/store-rig.ts';

const NOW = Date.UTC(2026, 10, 21);

function rateOf(prefix: string, change: Partial<Rate> = {}): Rate {
  return {
    prefix,
    countryCode: 'US',
    destination: `To ${prefix}`,
    direction: 'outbound',
    kind: 'standard',
    perMinute: toMicros(13_000),
    setupFee: toMicros(0),
    currency: 'USD',
    minSec: 6,
    incSec: 6,
    freeSec: 0,
    included: false,
    effectiveFrom: 0,
    ...change,
  };
}

const ask = (digits: string, at = NOW, direction: Rate['direction'] = 'outbound') => ({ digits, at, direction });

test('the longest prefix wins, of its rates the one in force', async () => {
  const { store } = await openTestStore();
  const now1202 = rateOf('1202', { effectiveFrom: NOW - 10, perMinute: toMicros(9_000) });
  const rates = [
    rateOf('1'),
    rateOf('1202', { effectiveFrom: 5 }),
    now1202,
    rateOf('1202', { effectiveFrom: NOW + 1, perMinute: toMicros(8_000) }),
    rateOf('12025550100', { effectiveFrom: NOW + 1 }),
    rateOf('44', { countryCode: null, kind: 'premium', included: true }),
    rateOf('1202', { direction: 'inbound', perMinute: toMicros(1) }),
  ];
  must(await upsertRates(store, rates, NOW));
  must(await finishDeck(store, NOW));
  expect(must(await longestMatch(store, ask('12025550100')))).toEqual({ rate: now1202, fetchedAt: NOW });
  expect(must(await longestMatch(store, ask('12025550100', NOW + 1)))?.rate.prefix).toBe('12025550100');
  expect(must(await longestMatch(store, ask('12125550100')))?.rate.prefix).toBe('1');
  expect(must(await longestMatch(store, ask('442071838750')))?.rate).toEqual(rates[5]);
  expect(must(await longestMatch(store, ask('12025550100', NOW, 'inbound')))?.rate).toEqual(rates[6]);
  expect(must(await longestMatch(store, ask('3312345678')))).toBeNull();
  expect(must(await longestMatch(store, ask('')))).toBeNull();
});

test('the match equals a search by hand over any deck', async () => {
  const { store } = await openTestStore();
  const digits = fc.string({ unit: fc.constantFrom('1', '2'), minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(digits, fc.nat(3)), { maxLength: 20, selector: ([prefix, from]) => `${prefix} ${from}` }),
      digits,
      fc.nat(3),
      async (deck, number, at) => {
        must(await store.write('cache', [{ sql: 'DELETE FROM rate', rows: [[]] }]));
        must(
          await upsertRates(
            store,
            deck.map(([prefix, effectiveFrom]) => rateOf(prefix, { effectiveFrom })),
            1,
          ),
        );
        const byHand = deck
          .filter(([prefix, from]) => number.startsWith(prefix) && from <= at)
          .toSorted((a, b) => b[0].length - a[0].length || b[1] - a[1])[0];
        const found = must(await longestMatch(store, ask(number, at)));
        expect(found ? [found.rate.prefix, found.rate.effectiveFrom] : undefined).toEqual(byHand);
      },
    ),
    { numRuns: 40 },
  );
});

test('a fetch replaces the deck at its end only, and an older fetch changes nothing', async () => {
  const { store } = await openTestStore();
  expect(must(await deckFetchedAt(store))).toBeNull();
  must(await upsertRates(store, [rateOf('1'), rateOf('2')], 100));
  must(await finishDeck(store, 100));

  must(await upsertRates(store, [rateOf('1', { perMinute: toMicros(7_000) })], 200));
  expect(must(await longestMatch(store, ask('2')))).toMatchObject({ fetchedAt: 100 });
  must(await finishDeck(store, 200));
  expect(must(await longestMatch(store, ask('2')))).toBeNull();
  expect(must(await deckFetchedAt(store))).toBe(200);

  must(await upsertRates(store, [rateOf('1', { perMinute: toMicros(1) })], 150));
  must(await finishDeck(store, 150));
  expect(must(await longestMatch(store, ask('1')))).toMatchObject({ rate: { perMinute: 7_000 }, fetchedAt: 200 });
});
