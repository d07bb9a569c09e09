import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { creditLine } from '../../main/sandbox/ledger/commerce/credit-line.ts';
import { BEHAVIOURS } from '../../main/sandbox/ledger/commerce/instruments.ts';
import type { Quote } from '../../main/sandbox/ledger/commerce/quotes.ts';
import { Refusal } from '../../main/sandbox/api/refusal.ts';
import { line, openShop, units } from './commerce-rig.ts';
import type { Shop } from './commerce-rig.ts';

const event = fc.record({
  kind: fc.constantFrom('quote', 'buy', 'buy', 'again', 'top_up', 'confirm', 'refuse', 'wait', 'spend', 'reactivate'),
  behaviour: fc.constantFrom(...BEHAVIOURS),
  pick: fc.nat(1000),
});

interface Kept {
  readonly quotes: Quote[];
  readonly orders: { readonly quote: Quote; readonly key: string }[];
}

/** A refusal is a right answer to much of what comes here. */
function tolerate(work: () => void): void {
  try {
    work();
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
  }
}

function confirmOne(shop: Shop, accepted: boolean): void {
  const waiting = shop.commerce.charges.open().find((charge) => charge.actionToken !== null);
  if (waiting?.actionToken) shop.commerce.confirmAction(waiting.actionToken, accepted);
}

function topUp(shop: Shop, pick: number): void {
  shop.ledger.write(() =>
    shop.commerce.automaticCharge({
      origin: 'top_up',
      kind: 'top_up',
      key: `cause-${pick % 7}-${shop.ledger.clock.now()}`,
      description: 'Automatic top-up',
      lines: [creditLine(shop.ledger, units(25))],
      paymentMethodId: null,
    }),
  );
}

function apply(shop: Shop, kind: string, pick: number, kept: Kept): void {
  const quote = kept.quotes[pick % Math.max(1, kept.quotes.length)];
  const order = kept.orders[pick % Math.max(1, kept.orders.length)];
  switch (kind) {
    case 'quote':
      kept.quotes.push(pick % 2 === 0 ? shop.quoteCredit() : shop.quoteGoods());
      break;
    case 'buy': {
      if (!quote) break;
      const key = shop.nextKey();
      kept.orders.push({ quote, key });
      tolerate(() => shop.execute(quote, key));
      break;
    }
    case 'again':
      if (order) tolerate(() => shop.execute(order.quote, order.key));
      break;
    case 'top_up':
      topUp(shop, pick);
      break;
    case 'confirm':
    case 'refuse':
      confirmOne(shop, kind === 'confirm');
      break;
    case 'spend':
      shop.setBalance(units((pick % 40) - 10));
      break;
    case 'reactivate':
      for (const { id, state } of shop.commerce.methods.list()) {
        if (state === 'suspended') shop.ledger.write(() => shop.commerce.methods.reactivate(id));
      }
      break;
    default:
      shop.travel([1_000, 6_000, 16 * 60_000, 4 * 86_400_000][pick % 4] ?? 0);
  }
}

function proveBooks(shop: Shop): void {
  const one = (sql: string): number => Number(shop.ledger.db.prepare(sql).pluck().get());
  expect(shop.ledger.journal.check().holds).toBe(true);
  const settled = `state IN ('done', 'partial')`;
  expect(
    one(`SELECT coalesce(sum(card), 0) FROM charges WHERE ${settled} AND step = 'none' AND id NOT LIKE 'chg_seed%'`),
  ).toBe(shop.commerce.network.captured());
  expect(
    one(`SELECT count(*) FROM charges WHERE NOT ${settled} AND card + balance + statement > 0 AND step = 'none'`),
  ).toBe(0);
  expect(
    one(
      `SELECT count(*) FROM (SELECT 1 FROM charges WHERE ${settled} GROUP BY quote_id HAVING quote_id IS NOT NULL AND count(*) > 1)`,
    ),
  ).toBe(0);
  expect(
    one(`SELECT count(*) FROM charges c WHERE ${settled} AND id NOT LIKE 'chg_seed%' AND
      (SELECT coalesce(sum(amount), 0) FROM usage WHERE charge_id = c.id) <>
      (SELECT coalesce(sum(json_extract(l.value, '$.amount')), 0) FROM json_each(c.lines) l
        WHERE json_extract(l.value, '$.item') = 'credit' AND json_extract(l.value, '$.state') = 'delivered') - c.balance`),
  ).toBe(0);
}

describe('any order of quotes, orders, declines, confirmations, waits and top-ups', () => {
  test('each charge is in the books and at the card network once, at the same amount', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 10, maxLength: 40 }), (events) => {
        const shop = openShop();
        shop.addMethod('mastercard');
        shop.goods.lines = [
          line({ id: 'a', timing: 'now_card', amount: units(3) }),
          line({ id: 'b', amount: units(2) }),
        ];
        const kept: Kept = { quotes: [shop.quoteCredit(), shop.quoteGoods()], orders: [] };
        for (const { kind, behaviour, pick } of events) {
          shop.faults(behaviour);
          apply(shop, kind, pick, kept);
        }
        shop.faults();
        shop.travel(5 * 86_400_000);
        expect(shop.commerce.charges.open()).toEqual([]);
        proveBooks(shop);
        shop.close();
      }),
      { numRuns: 30 },
    );
  });
});
