import { describe, expect, test } from 'vitest';
import { openShop, refusalOf } from './commerce-rig.ts';
import type { Shop } from './commerce-rig.ts';

const write = <T>(shop: Shop, work: () => T): T => shop.ledger.write(work);
const order = (shop: Shop) => shop.commerce.methods.list().map(({ id }) => id);

describe('stored ways to pay', () => {
  test('[SIPUS-34 P] the first card is the default one; others are added behind it and can be moved', () => {
    const shop = openShop();
    expect(shop.commerce.methods.preferred()?.id).toBe('pm_main');
    const second = shop.addMethod('mastercard');
    expect(shop.commerce.methods.preferred()?.id).toBe('pm_main');
    write(shop, () => shop.commerce.methods.moveTo(second, 0));
    expect(shop.commerce.methods.preferred()?.id).toBe(second);
    expect(order(shop)).toEqual([second, 'pm_main', 'pm_bank']);
    expect(shop.addCredit().methodId).toBe(second);
  });

  test('[SIPUS-34 P] the last one that works cannot be removed while something needs it', () => {
    const shop = openShop();
    const { methods } = shop.commerce;
    const second = shop.addMethod('mastercard');
    write(shop, () => methods.remove(second));
    expect(refusalOf(() => write(shop, () => methods.remove('pm_main')))).toBe(
      'in_use (The monthly charges are paid with it)',
    );
    write(shop, () => methods.remove('pm_bank'));
    expect(order(shop)).toEqual(['pm_main']);
  });

  test('where nothing is charged by itself the last one may go', () => {
    const shop = openShop({ change: { policy: { charging: { credit: 'now_card', number_monthly: 'anniversary' } } } });
    write(shop, () => shop.commerce.methods.remove('pm_main'));
    expect(shop.commerce.methods.preferred()).toBeUndefined();
  });

  test('another feature may need it too, and says so', () => {
    const shop = openShop({ change: { policy: { charging: {} } } });
    let need: string | undefined = 'Auto-recharge is on';
    shop.commerce.methods.onRemoveLast(() => need);
    expect(refusalOf(() => write(shop, () => shop.commerce.methods.remove('pm_main')))).toBe(
      'in_use (Auto-recharge is on)',
    );
    need = undefined;
    write(shop, () => shop.commerce.methods.remove('pm_main'));
  });

  test('one that a payment waits for cannot be removed', () => {
    const shop = openShop();
    shop.faults('slow');
    shop.addCredit();
    shop.addMethod('mastercard');
    expect(refusalOf(() => write(shop, () => shop.commerce.methods.remove('pm_main')))).toMatch(/^in_use/);
    shop.travel(5_000);
    write(shop, () => shop.commerce.methods.remove('pm_main'));
  });

  test('[EXT-20] a bank account waits for its two amounts; four wrong answers end it', () => {
    const shop = openShop();
    const { methods } = shop.commerce;
    const verify = (cents: number[]) => write(shop, () => methods.verify('pm_bank', cents));
    expect(refusalOf(() => shop.execute(shop.quoteCredit(), 'k', 'pm_bank'))).toMatch(/^payment_method_required/);
    verify([1, 2]);
    expect(methods.byId('pm_bank')).toMatchObject({ state: 'verifying', verifyAttempts: 1 });
    verify([45, 32]);
    expect(methods.byId('pm_bank')?.state).toBe('active');
    const other = shop.addMethod('bank');
    for (let attempt = 1; attempt <= 4; attempt += 1) write(shop, () => methods.verify(other, [1, 2]));
    expect(methods.byId(other)?.state).toBe('failed');
    expect(refusalOf(() => write(shop, () => methods.verify(other, [32, 45])))).toMatch(/^out_of_range/);
    expect(refusalOf(() => write(shop, () => methods.reactivate(other)))).toMatch(/^out_of_range/);
  });

  test('each change is an event', () => {
    const shop = openShop();
    const count = () =>
      shop.ledger.db.prepare(`SELECT count(*) FROM events WHERE kind = 'payment_methods.updated'`).pluck().get();
    shop.addMethod('mastercard');
    write(shop, () => shop.commerce.methods.moveTo('pm_bank', 0));
    write(shop, () => shop.commerce.methods.remove('pm_bank'));
    expect(count()).toBe(3);
  });
});
