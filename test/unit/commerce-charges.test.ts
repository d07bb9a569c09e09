import { describe, expect, test } from 'vitest';
import { Refusal } from '../../main/sandbox/api/refusal.ts';
import { creditLine } from '../../main/sandbox/ledger/commerce/credit-line.ts';
import { QUOTE_LASTS_MS } from '../../main/sandbox/ledger/commerce/quotes.ts';
import { line, openShop, refusalOf, units } from './commerce-rig.ts';

describe('a quote is consent', () => {
  test('[EXT-01] an expired one takes nothing and answers a new one, which can be accepted', () => {
    const shop = openShop();
    const quote = shop.quoteCredit();
    const before = shop.balance();
    shop.travel(QUOTE_LASTS_MS);
    const charge = shop.execute(quote);
    expect(charge).toMatchObject({ state: 'needs_consent', card: 0, balance: 0 });
    expect([shop.balance(), shop.commerce.network.captured()]).toEqual([before, 0]);
    const renewed = shop.commerce.quoteById(charge.newQuoteId ?? '');
    expect(shop.execute(renewed ?? quote).state).toBe('done');
    expect(shop.balance()).toBe(before + 10_000_000);
  });

  test('[EXT-01] a price that changed since is not taken, even under the hash of the quote', () => {
    const shop = openShop();
    shop.setBalance(units(100));
    shop.goods.lines = [line({ amount: units(1) })];
    const quote = shop.quoteGoods();
    shop.goods.lines = [line({ amount: units(2) })];
    const charge = shop.execute(quote);
    expect(charge.state).toBe('needs_consent');
    expect(shop.commerce.quoteById(charge.newQuoteId ?? '')?.lines[0]?.amount).toBe(units(2));
    expect([shop.balance(), shop.goods.delivered]).toEqual([units(100), 0]);
  });

  test('a hash nobody was told needs consent', () => {
    const shop = openShop();
    const quote = shop.quoteCredit();
    const order = { buyer: shop.dana, key: 'k', quoteId: quote.id, priceHash: 'x'.repeat(43), paymentMethodId: null };
    expect(shop.commerce.execute(order).state).toBe('needs_consent');
  });

  test('a quote is executed once: another key is refused while the charge stands, not after a decline', () => {
    const shop = openShop();
    const paid = shop.quoteCredit();
    shop.execute(paid);
    expect(refusalOf(() => shop.execute(paid))).toMatch(/^quote_used/);
    const declined = shop.quoteCredit();
    shop.faults('insufficient_funds');
    expect(shop.execute(declined).state).toBe('declined');
    expect(shop.execute(declined).state).toBe('done');
  });

  test('the same key is the same charge; another order under it is refused', () => {
    const shop = openShop();
    const quote = shop.quoteCredit();
    const first = shop.execute(quote, 'key');
    expect(shop.execute(quote, 'key')).toEqual(first);
    expect(refusalOf(() => shop.execute(shop.quoteCredit(), 'key'))).toBe('idempotency_key_reused');
    expect(shop.commerce.network.captured()).toBe(10_000_000);
  });

  test('nobody executes the quote of another, nor what the role does not allow any more', () => {
    const shop = openShop();
    const quote = shop.quoteCredit();
    const order = { key: 'k', quoteId: quote.id, priceHash: quote.priceHash, paymentMethodId: null };
    expect(refusalOf(() => shop.commerce.execute({ ...order, buyer: shop.marcus }))).toMatch(/^not_found/);
    const demoted = { ...shop.dana, role: 'user' as const };
    expect(refusalOf(() => shop.commerce.execute({ ...order, buyer: demoted }))).toMatch(/^role_not_allowed/);
    expect(refusalOf(() => shop.commerce.quote({ kind: 'add_credit', amount: '10' }, shop.priya))).toMatch(/^role_not/);
    expect(shop.commerce.quote({ kind: 'add_credit', amount: '10' }, shop.marcus).lines).toHaveLength(1);
  });

  test('what nobody registered is not offered', () => {
    const shop = openShop();
    const request = { kind: 'initial_order', channels: 1 } as never;
    expect(refusalOf(() => shop.commerce.quote({ ...(request as object), kind: 'nothing' } as never, shop.dana))).toBe(
      'not_offered',
    );
  });
});

describe('what the balance pays', () => {
  test('[VTC-21 P] a purchase is taken from the balance; without enough nothing is bought, and the shortfall is told', () => {
    const shop = openShop();
    shop.goods.lines = [line({ amount: units(1.15), subject: '+14155550150', description: 'A number' })];
    shop.setBalance(units(1.1499));
    const refused = refusalOf(() => shop.execute(shop.quoteGoods()));
    expect(refused).toBe('not_enough_credit (Short by 0.0001 USD)');
    expect([shop.balance(), shop.goods.delivered]).toEqual([units(1.1499), 0]);
    shop.setBalance(units(1.15));
    const charge = shop.execute(shop.quoteGoods());
    expect(charge).toMatchObject({ state: 'done', balance: units(1.15), card: 0, step: 'none' });
    expect([shop.balance(), shop.goods.delivered]).toEqual([0, 1]);
  });

  test('the credit limit counts as money to spend', () => {
    const shop = openShop({ change: { policy: { creditLimit: units(5) } } });
    shop.setBalance(units(0));
    expect(shop.execute(shop.quoteGoods()).state).toBe('done');
    expect(shop.balance()).toBe(units(-1));
  });

  test('[R71] every row of a charge names it, one a line, taxes too; what costs nothing has no row', () => {
    const shop = openShop({ profile: '2600hz' });
    shop.setBalance(units(100));
    shop.goods.lines = [line({ id: 'a', amount: units(10) }), line({ id: 'b', amount: units(0), entitled: true })];
    const charge = shop.execute(shop.quoteGoods());
    expect(shop.usageOf(charge).map(({ kind, amount }) => [kind, amount])).toEqual([
      ['number', units(-10)],
      ['fee', units(-0.725)],
    ]);
    expect(shop.balance()).toBe(units(100 - 10.725));
    expect(shop.ledger.journal.check().holds).toBe(true);
  });

  test('[SIPUS-32 P] what belongs on the first statement is not taken now; a deposit is', () => {
    const shop = openShop();
    const before = shop.balance();
    shop.goods.lines = [
      line({ id: 'plan', item: 'channels', timing: 'next_statement', recurring: 'monthly', amount: units(99.96) }),
      creditLine(shop.ledger, units(20)),
    ];
    const charge = shop.execute(shop.quoteGoods());
    expect(charge).toMatchObject({ state: 'done', card: units(20), balance: 0, statement: units(99.96) });
    expect(shop.balance()).toBe(before + 20_000_000);
    const asked = shop.ledger.db.prepare('SELECT line_id, amount, statement_id FROM statement_lines').all();
    expect(asked).toEqual([{ line_id: 'plan', amount: 99_960_000, statement_id: null }]);
  });
});

describe('what the card pays', () => {
  test('[EXT-25] only what was delivered is charged, with its taxes and its part of the surcharge', () => {
    const shop = openShop({ profile: '2600hz', change: { policy: { cardSurchargeBasisPoints: 260 } } });
    const number = { timing: 'now_card', amount: units(10) } as const;
    shop.goods.lines = [line({ ...number, id: 'a' }), line({ ...number, id: 'b' })];
    shop.goods.failing = [{ lineId: 'b', detail: 'Somebody was faster' }];
    const charge = shop.execute(shop.quoteGoods());
    expect(charge.state).toBe('partial');
    expect(charge.lines.map(({ id, state, detail }) => [id, state, detail])).toEqual([
      ['a', 'delivered', null],
      ['a.state_tax', 'delivered', null],
      ['b', 'failed', 'Somebody was faster'],
      ['b.state_tax', 'failed', 'Somebody was faster'],
      ['surcharge', 'delivered', null],
    ]);
    expect(charge.card).toBe(units(10 + 0.73 + 0.28));
    expect(shop.commerce.network.captured()).toBe(charge.card);
    const delivered = charge.lines.filter(({ state }) => state === 'delivered');
    expect(delivered.reduce((sum, each) => sum + each.amount, 0)).toBe(charge.card);
  });

  test('[EXT-25] goods that went between quote and order are left to the delivery, which sells the rest', () => {
    const shop = openShop();
    shop.setBalance(units(10));
    shop.goods.lines = [line({ id: 'a' }), line({ id: 'b' })];
    const quote = shop.quoteGoods();
    shop.goods.onPrice = () => {
      throw new Refusal('number_taken');
    };
    shop.goods.failing = [{ lineId: 'a', detail: 'Taken' }];
    expect(shop.execute(quote)).toMatchObject({ state: 'partial', balance: units(1) });
    expect(shop.balance()).toBe(units(9));
  });

  test('a delivery that is refused leaves nothing behind and takes nothing', () => {
    const shop = openShop();
    shop.goods.lines = [line({ timing: 'now_card' })];
    shop.goods.onDeliver = () => {
      shop.ledger.settings.put('half.done', true);
      throw new Refusal('account_not_ready', { detail: 'Not any more' });
    };
    const charge = shop.execute(shop.quoteGoods());
    expect(charge).toMatchObject({ state: 'failed', card: 0 });
    expect(charge.lines[0]?.detail).toBe('Not any more');
    expect(shop.ledger.db.prepare(`SELECT count(*) FROM settings WHERE name = 'half.done'`).pluck().get()).toBe(0);
  });

  test('nothing delivered is nothing charged', () => {
    const shop = openShop();
    shop.goods.lines = [line({ timing: 'now_card' })];
    shop.goods.failing = [{ lineId: 'goods', detail: 'Gone' }];
    expect(shop.execute(shop.quoteGoods())).toMatchObject({ state: 'failed', card: 0, step: 'none' });
    expect(shop.commerce.network.captured()).toBe(0);
  });

  test('money that went while the card was asked fails the charge and releases the card', () => {
    const shop = openShop();
    shop.onlyMethod('slow');
    shop.setBalance(units(5));
    shop.goods.lines = [line({ id: 'a', timing: 'now_card' }), line({ id: 'b', amount: units(5) })];
    const charge = shop.execute(shop.quoteGoods());
    expect(charge.state).toBe('pending');
    shop.setBalance(units(4));
    shop.travel(5_000);
    expect(shop.newest(charge)).toMatchObject({ state: 'failed', card: 0, balance: 0, step: 'none' });
    expect([shop.balance(), shop.commerce.network.captured(), shop.goods.delivered]).toEqual([units(4), 0, 0]);
  });

  test.each([
    ['no_funds', 'soft', 'insufficient_funds', 'active'],
    ['stolen', 'hard', 'stolen_card', 'suspended'],
    ['expired', 'hard', 'expired_card', 'suspended'],
  ] as const)('a card %s is a %s decline: nothing is taken', (name, kind, code, state) => {
    const shop = openShop();
    const method = shop.onlyMethod(name);
    const before = shop.balance();
    const charge = shop.addCredit();
    expect(charge).toMatchObject({ state: 'declined', card: 0, decline: { code, kind } });
    expect([shop.balance(), shop.commerce.network.captured()]).toEqual([before, 0]);
    expect(shop.commerce.methods.byId(method)?.state).toBe(state);
  });

  test('without a method that can be charged it is said before anything is begun', () => {
    const shop = openShop();
    shop.onlyMethod('bank');
    expect(refusalOf(() => shop.addCredit())).toBe('payment_method_required');
    expect(refusalOf(() => shop.execute(shop.quoteCredit(), 'k', 'pm_gone'))).toMatch(/^not_found/);
  });

  test('a card past its date is declined as expired', () => {
    const shop = openShop();
    shop.ledger.db.prepare('UPDATE network_vault SET exp_year = 2026, exp_month = 10').run();
    expect(shop.addCredit().decline?.code).toBe('expired_card');
  });
});
