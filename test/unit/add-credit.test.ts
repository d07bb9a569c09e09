import { describe, expect, test } from 'vitest';
import { openLedger } from '../../main/sandbox/ledger/ledger.ts';
import { createServices } from '../../main/sandbox/ledger/services.ts';
import type { Profile, ProfileId } from '../../main/sandbox/policies/profile.ts';
import { PROFILE_IDS } from '../../main/sandbox/policies/profile.ts';
import { toMicros } from '../../preload/contract/money.ts';
import { openShop, profileWith, refusalOf, units } from './commerce-rig.ts';

const ECHO_ABROAD = '+442079460018';

/** The whole account, with its calls. */
function openAccount(profile: Profile) {
  let now = Date.UTC(2026, 10, 22, 9, 0, 0);
  const ledger = openLedger({ file: ':memory:', profile, clock: { now: () => now, after: () => () => undefined } });
  const services = createServices(ledger);
  const { commerce, books, people } = services;
  const dana = people.user('usr_dana');
  if (!dana) throw new Error('No Dana');
  const device = people.provision(dana.id, '3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'Test phone');
  let calls = 0;
  const ask = (to: string, direction: 'outbound' | 'inbound' = 'outbound') => {
    calls += 1;
    return books.admit({
      sipCallId: `call-${calls}@test`,
      leg: direction === 'outbound' ? 'a' : 'b',
      direction,
      deviceId: direction === 'outbound' ? device.id : null,
      from: direction === 'outbound' ? '+14155550100' : '+12125550142',
      to,
      emergency: false,
    });
  };
  return {
    ledger,
    services,
    ask,
    call(to: string, minutes: number, direction: 'outbound' | 'inbound' = 'outbound') {
      const admission = ask(to, direction);
      if (admission.kind !== 'admitted') throw new Error(`Refused: ${admission.reason}`);
      books.answered(admission.legId);
      now += minutes * 60_000;
      return books.ended(admission.legId, { sipCode: 200, cause: 'test' }).charged;
    },
    setBalance(amount: number) {
      const difference = toMicros(amount - ledger.journal.balance());
      const usage = { kind: 'adjustment', priceState: 'priced', amount: difference, description: 'Test' } as const;
      ledger.write(() => ledger.journal.post(usage, now));
    },
    add(amount: string) {
      const quote = commerce.quote({ kind: 'add_credit', amount }, dana);
      const order = { buyer: dana, key: amount, quoteId: quote.id, priceHash: quote.priceHash, paymentMethodId: null };
      return commerce.execute(order);
    },
  };
}

describe('how much may be added', () => {
  test('[KZ-14 P] 4.99 is refused, 5.00 is accepted', () => {
    const shop = openShop({ profile: '2600hz' });
    expect(refusalOf(() => shop.quoteCredit('4.99'))).toBe('out_of_range (At least 5.00 USD)');
    expect(shop.execute(shop.quoteCredit('5.00')).state).toBe('done');
  });

  test('[POL-06] the highest addition, the lowest of the provider, and whole cents', () => {
    const shop = openShop({
      change: {
        policy: {
          amounts: { manualMin: units(10), manualMax: units(50), topUpMin: units(25), thresholdMin: units(1) },
        },
      },
    });
    expect(refusalOf(() => shop.quoteCredit('50.01'))).toBe('out_of_range (At most 50.00 USD)');
    expect(refusalOf(() => shop.quoteCredit('9.99'))).toMatch(/^out_of_range/);
    expect(refusalOf(() => shop.quoteCredit('10.001'))).toBe('out_of_range (Whole cents only)');
    expect(shop.quoteCredit('50').lines[0]?.amount).toBe(units(50));
  });

  test('[F-16] minimum and balance look at the credit, the card pays the tax too', () => {
    const shop = openShop({ profile: '2600hz', change: { policy: { cardSurchargeBasisPoints: 0 } } });
    const before = shop.balance();
    const charge = shop.addCredit('10.00');
    expect(charge.card).toBe(units(11.2));
    expect(shop.balance()).toBe(before + 10_000_000);
    expect(shop.commerce.network.captured()).toBe(units(11.2));
  });

  test.each(PROFILE_IDS)('[VTC-13 P] an amount typed is credit bought, at %s', (profile: ProfileId) => {
    const shop = openShop({ profile });
    const before = shop.balance();
    const charge = shop.addCredit('25.00');
    expect(charge).toMatchObject({ state: 'done', origin: 'manual', kind: 'add_credit' });
    expect(shop.balance()).toBe(before + 25_000_000);
    expect(shop.usageOf(charge)).toMatchObject([
      { kind: 'topup', amount: 25_000_000, description: 'Credit added by card ending 4242' },
    ]);
  });
});

describe('what a person is told before paying', () => {
  const codes = (shop: ReturnType<typeof openShop>, amount = '25.00') =>
    shop.quoteCredit(amount).draft.warnings.map(({ code }) => code);

  test('that it is not refunded, where it is not', () => {
    expect(codes(openShop())).toContain('not_refundable');
    expect(codes(openShop({ profile: '2600hz' }))).not.toContain('not_refundable');
  });

  test('that part of it covers what is owed', () => {
    const shop = openShop({ profile: 'sipcore' });
    shop.setBalance(units(-10));
    expect(shop.quoteCredit('25.00').draft.warnings.find(({ code }) => code === 'covers_debt')?.text).toBe(
      '10.00 USD of it covers what is owed; 15.00 USD will be available.',
    );
    expect(shop.quoteCredit('6.00').draft.warnings.find(({ code }) => code === 'covers_debt')?.text).toContain(
      '6.00 USD of it covers what is owed; 0.00 USD',
    );
  });

  test('that the same was added less than a minute ago', () => {
    const shop = openShop();
    expect(codes(shop)).not.toContain('recent_duplicate');
    shop.addCredit('25.00');
    expect(codes(shop)).toContain('recent_duplicate');
    expect(codes(shop, '26.00')).not.toContain('recent_duplicate');
    shop.travel(60_001);
    expect(codes(shop)).not.toContain('recent_duplicate');
  });
});

describe('credit and calls', () => {
  test('[VTC-02 P] the credit of a trial makes real calls: 1.00 at 0.013 a minute is 76 whole minutes', () => {
    const account = openAccount(profileWith('voiptime', { credit: { kind: 'trial' }, seededBalance: units(1) }));
    expect(account.call('+12125550142', 76)).toBe(units(0.988));
    expect(account.services.credit.lots.free()).toBe(units(0.012));
    expect(account.ask('+12125550142').kind).toBe('admitted');
    account.setBalance(0);
    expect(account.ask('+12125550142').kind).toBe('refused');
  });

  test('[SIPUS-25 P] calls abroad and toll-free calls received are taken from the prepaid balance', () => {
    const account = openAccount(profileWith('sipus'));
    const before = account.ledger.journal.balance();
    const abroad = account.call(ECHO_ABROAD, 2);
    const tollFree = account.call('+18005550199', 2, 'inbound');
    expect([abroad > 0, tollFree > 0]).toEqual([true, true]);
    expect(account.ledger.journal.balance()).toBe(before - abroad - tollFree);
    expect(account.call('+12125550142', 2)).toBe(0);
  });

  test('[KZ-13 P] the first call by the minute needs a deposit', () => {
    const account = openAccount(profileWith('2600hz'));
    account.setBalance(0);
    expect([account.ask('+12125550142').kind, account.ask('+12125550142').kind]).toEqual(['admitted', 'admitted']);
    expect(account.ask('+12125550142').kind).toBe('refused');
    expect(account.add('5.00').state).toBe('done');
    expect(account.ask('+12125550142').kind).toBe('admitted');
  });
});
