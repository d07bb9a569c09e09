import { describe, expect, test } from 'vitest';
import { AUTOMATIC } from '../../main/sandbox/ledger/commerce/charges.ts';
import { creditLine } from '../../main/sandbox/ledger/commerce/credit-line.ts';
import { automatic, openShop, units } from './commerce-rig.ts';

const DAY_MS = 86_400_000;

describe('[EXT-15] the next method in order', () => {
  test('pays after a decline of the default one, and is named', () => {
    const shop = openShop();
    shop.addMethod('mastercard');
    shop.faults('insufficient_funds', 'approve');
    const charge = shop.addCredit();
    expect(charge).toMatchObject({ state: 'done', attempt: 2, decline: null });
    expect(shop.usageOf(charge)[0]?.description).toBe('Credit added by card ending 4444');
    expect(shop.commerce.network.captured()).toBe(10_000_000);
  });

  test('is not tried where a person chose one', () => {
    const shop = openShop();
    shop.addMethod('mastercard');
    shop.faults('insufficient_funds', 'approve');
    expect(shop.execute(shop.quoteCredit(), 'k', 'pm_main').state).toBe('declined');
  });

  test('is charged automatically after the chosen one, and a method refused for good is left out from then on', () => {
    const shop = openShop();
    const other = shop.addMethod('mastercard');
    shop.faults('stolen_card', 'approve', 'approve');
    expect(automatic(shop, { paymentMethodId: 'pm_main' })).toMatchObject({ state: 'done', methodId: other });
    expect(automatic(shop)).toMatchObject({ state: 'done', methodId: other, attempt: 1 });
    shop.ledger.write(() => shop.commerce.methods.reactivate('pm_main'));
    expect(automatic(shop)).toMatchObject({ state: 'done', methodId: 'pm_main' });
  });
});

describe('[EXT-19] confirmation with the bank', () => {
  test('waits for the person, then goes on', () => {
    const shop = openShop();
    shop.onlyMethod('confirm');
    const before = shop.balance();
    const charge = shop.addCredit();
    expect(charge.state).toBe('action_required');
    expect([shop.balance(), shop.commerce.inFlight()]).toEqual([before, 10_000_000]);
    expect(shop.commerce.confirmAction(charge.actionToken ?? '', true)).toMatchObject({
      state: 'done',
      actionToken: null,
    });
    expect([shop.balance(), shop.commerce.inFlight()]).toEqual([before + 10_000_000, 0]);
    expect(shop.commerce.confirmAction(charge.actionToken ?? '', true)).toBeUndefined();
  });

  test.each([
    ['refused', 'authentication_failed'],
    ['abandoned', 'authentication_expired'],
  ])('%s takes nothing', (how, code) => {
    const shop = openShop();
    shop.onlyMethod('confirm');
    const charge = shop.addCredit();
    if (how === 'refused') shop.commerce.confirmAction(charge.actionToken ?? '', false);
    else shop.travel(15 * 60_000);
    expect(shop.newest(charge)).toMatchObject({ state: 'declined', decline: { code, kind: 'soft' }, card: 0 });
    expect(shop.commerce.network.captured()).toBe(0);
  });

  test('may be wanted of an automatic charge alone, and has a day', () => {
    const shop = openShop();
    shop.onlyMethod('confirm_automatic');
    expect(shop.addCredit().state).toBe('done');
    const charge = automatic(shop);
    expect(charge.state).toBe('action_required');
    shop.travel(DAY_MS - 1);
    expect(shop.newest(charge).state).toBe('action_required');
    shop.travel(1);
    expect(shop.newest(charge).state).toBe('declined');
  });
});

describe('answers that come late or never', () => {
  test('[EXT-20] a bank debit settles after days: pending is not available until then', () => {
    const shop = openShop();
    const id = shop.onlyMethod('bank');
    shop.ledger.write(() => shop.commerce.methods.verify(id, [45, 32]));
    const before = shop.balance();
    const charge = shop.addCredit();
    expect([charge.state, shop.balance(), shop.commerce.inFlight()]).toEqual(['pending', before, 10_000_000]);
    const told = shop.ledger.db.prepare(`SELECT count(*) FROM events WHERE kind = 'balance.updated'`).pluck();
    expect(told.get()).toBe(1);
    shop.travel(3 * DAY_MS - 1);
    expect(shop.newest(charge).state).toBe('pending');
    shop.travel(1);
    expect(shop.newest(charge).state).toBe('done');
    expect(shop.usageOf(charge)[0]?.description).toBe('Credit added by bank account ending 6789');
    expect([shop.balance(), shop.commerce.inFlight()]).toEqual([before + 10_000_000, 0]);
  });

  test('[EXT-20] a debit that comes back adds nothing', () => {
    const shop = openShop();
    const id = shop.onlyMethod('bank_returned');
    shop.ledger.write(() => shop.commerce.methods.verify(id, [32, 45]));
    const before = shop.balance();
    const charge = shop.addCredit();
    shop.travel(4 * DAY_MS);
    expect(shop.newest(charge)).toMatchObject({ state: 'declined', decline: { code: 'debit_returned' } });
    expect(shop.balance()).toBe(before);
  });

  test('[POL-24] a bank debit bears no card surcharge', () => {
    const shop = openShop({ change: { policy: { cardSurchargeBasisPoints: 260 } } });
    const id = shop.onlyMethod('bank');
    shop.ledger.write(() => shop.commerce.methods.verify(id, [32, 45]));
    const charge = shop.addCredit('100.00');
    shop.travel(3 * DAY_MS);
    expect(shop.newest(charge)).toMatchObject({ state: 'done', card: units(100) });
    expect(shop.commerce.network.captured()).toBe(units(100));
  });

  test('a lost answer is pending, never failed, and is learnt by asking', () => {
    const shop = openShop();
    shop.onlyMethod('lost_answer');
    const charge = shop.addCredit();
    expect(charge.state).toBe('pending');
    shop.travel(5_000);
    expect(shop.newest(charge).state).toBe('done');
    expect(shop.commerce.network.captured()).toBe(10_000_000);
  });
});

describe('automatic charges', () => {
  test('begin in the transaction of their cause and go with it when it is undone', () => {
    const shop = openShop();
    expect(() =>
      shop.ledger.write(() => {
        automatic(shop);
        throw new Error('undone');
      }),
    ).toThrow('undone');
    expect(shop.commerce.network.captured()).toBe(0);
    expect(shop.commerce.charges.page({ owner: AUTOMATIC, key: null, before: 1e9, limit: 9 })).toEqual([]);
  });

  test('tell what became of them inside the transaction that books it', () => {
    const shop = openShop();
    const told: string[] = [];
    shop.commerce.onChange((charge) => told.push(`${charge.state} ${shop.ledger.db.inTransaction}`));
    automatic(shop);
    expect(told).toEqual(['pending true', 'done true', 'done true']);
  });

  test('what follows from one is booked with it or not at all', () => {
    const shop = openShop();
    let broken = true;
    shop.commerce.onChange((charge) => {
      if (charge.state === 'done' && broken) throw new Error('broken listener');
    });
    const before = shop.balance();
    expect(() => automatic(shop)).toThrow('broken listener');
    expect(shop.balance()).toBe(before);
    broken = false;
    shop.commerce.resume();
    expect(shop.balance()).toBe(before + 25_000_000);
    expect(shop.commerce.network.captured()).toBe(25_000_000);
  });

  test('[F-09] one at a time: another is busy while the first is not final; the same key is the same charge', () => {
    const shop = openShop();
    shop.onlyMethod('slow');
    const order = {
      origin: 'top_up',
      kind: 'top_up',
      description: 'Automatic top-up',
      lines: [creditLine(shop.ledger, units(25))],
      paymentMethodId: null,
    } as const;
    const begin = (key: string) => shop.ledger.write(() => shop.commerce.automaticCharge({ ...order, key }));
    const first = begin('one');
    expect(begin('two')).toEqual({ kind: 'busy', chargeId: first.chargeId });
    expect(begin('one')).toEqual({ kind: 'known', chargeId: first.chargeId });
    shop.travel(5_000);
    expect(begin('one').kind).toBe('known');
    expect(begin('two').kind).toBe('begun');
  });

  test('without a method they are declined, for their feature to say so', () => {
    const shop = openShop();
    shop.ledger.db.prepare('DELETE FROM payment_methods').run();
    expect(automatic(shop)).toMatchObject({ state: 'declined', decline: { code: 'no_method' }, card: 0 });
  });
});
