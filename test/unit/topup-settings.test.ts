import { describe, expect, test } from 'vitest';
import type { TopUpSettings } from '../../main/sandbox/ledger/topup/settings.ts';
import { refusalOf, units } from './commerce-rig.ts';
import { DAY_MS, openRecharge } from './topup-rig.ts';
import type { Recharge } from './topup-rig.ts';

const change = (rig: Recharge, settings: Partial<TopUpSettings>) =>
  refusalOf(() => rig.ledger.write(() => rig.topUp.change({ ...rig.topUp.settings(), ...settings }, 'usr_dana')));
const accepted = 'nothing was refused';

const request = (values: { readonly threshold?: string; readonly amount?: string; readonly monthly_max?: string }) => ({
  kind: 'top_up' as const,
  enabled: true,
  threshold: '5.00',
  amount: '25.00',
  target: null,
  monthly_max: null,
  payment_method_id: null,
  ...values,
});

describe('[POL-06] limits', () => {
  test('[TOP-09 P] [POL-06] 24.99 is refused and 25 accepted; it may be raised', () => {
    const rig = openRecharge();
    expect(rig.topUp.settings().amount).toBe(units(25));
    expect(change(rig, { amount: units(24.99) })).toBe('out_of_range (At least 25.00 USD)');
    expect(change(rig, { amount: units(25) })).toBe(accepted);
    expect(change(rig, { amount: units(400) })).toBe(accepted);
    expect(refusalOf(() => rig.quote(request({ amount: '24.99' })))).toContain('out_of_range');
  });

  test('[POL-06] each profile has its own least amount and threshold', () => {
    const kazoo = openRecharge({ profile: '2600hz' });
    expect(change(kazoo, { amount: units(4.99) })).toContain('out_of_range');
    expect(change(kazoo, { amount: units(5) })).toBe(accepted);
    expect(change(kazoo, { threshold: units(0.49) })).toBe('out_of_range (At least 0.50 USD)');
    expect(change(kazoo, { threshold: units(0.5) })).toBe(accepted);
  });

  test('[POL-04] a target is refused at or below the threshold, and where the provider knows none', () => {
    const target = openRecharge({ rules: { amountMode: 'to_target' } });
    expect(change(target, { target: units(5) })).toContain('above the threshold');
    expect(change(target, { target: units(4) })).toContain('above the threshold');
    expect(change(target, { target: null })).toContain('out_of_range');
    expect(change(target, { target: units(29.99) })).toContain('At least 30.00');
    expect(change(target, { target: units(30) })).toBe(accepted);
    const fixed = openRecharge();
    expect(change(fixed, { target: units(50) })).toContain('knows no target');
  });

  test('cents are whole, a month holds one top-up at least, and a method is one of the account', () => {
    const rig = openRecharge();
    expect(change(rig, { threshold: units(5.001) })).toContain('Whole cents');
    expect(change(rig, { monthlyMax: units(24.99) })).toContain('At least one top-up, 25.00');
    expect(change(rig, { monthlyMax: units(25) })).toBe(accepted);
    expect(change(rig, { methodId: 'pm_none' })).toContain('No such payment method');
    expect(change(rig, { schedule: { dayOfMonth: 1, amount: units(24.99) } })).toContain('out_of_range');
  });
});

describe('switching it on', () => {
  test('[TOP-21 P] [EXT-13] a threshold at or above the balance is no plain change: a quote says what it charges now', () => {
    const rig = openRecharge();
    rig.fallTo(10);
    expect(change(rig, { enabled: true, threshold: units(10) })).toContain('quote_required');
    expect(rig.topUp.settings().enabled).toBe(false);
    expect(change(rig, { enabled: true, threshold: units(9.99) })).toBe(accepted);
    expect(change(rig, { threshold: units(12) })).toContain('25.00 USD would be charged now');

    const quote = rig.quote(request({ threshold: '12.00' }));
    expect(quote.lines.filter(({ kind }) => kind === 'item').map(({ amount, timing }) => [amount, timing])).toEqual([
      [units(25), 'now_card'],
    ]);
    expect(quote.draft.warnings.map(({ code }) => code)).toEqual(['charges_now', 'not_refundable']);
    const charge = rig.buy(request({ threshold: '12.00' }));
    expect(charge.state).toBe('done');
    expect(rig.topUp.settings().threshold).toBe(units(12));
    expect(rig.balance()).toBe(35);
    expect(rig.automatic()).toEqual([{ origin: 'enabling', state: 'done', amount: 25 }]);
  });

  test('[TOP-21 P] where nothing is due the quote is free and saves the settings', () => {
    const rig = openRecharge();
    const charge = rig.buy(request({ amount: '40.00' }));
    expect([charge.state, charge.card]).toEqual(['done', 0]);
    expect(rig.topUp.settings()).toMatchObject({ enabled: true, amount: units(40) });
    expect(rig.payments()).toBe(0);
  });

  test('[TOP-14 P] the payment of switching on is one of the two, and what follows is said before', () => {
    const rig = openRecharge();
    rig.fallTo(-80);
    const quote = rig.quote(request({}));
    expect(quote.draft.warnings).toContainEqual({
      code: 'further_charges',
      text: 'The balance stays low: 25.00 USD more is charged right afterwards.',
    });
    rig.buy(request({}));
    expect(rig.captured()).toBe(50);
    expect(rig.balance()).toBe(-30);
    expect(rig.topUp.standing().state.kind).toBe('capped');
  });

  test('a refused card changes nothing', () => {
    const rig = openRecharge();
    rig.fallTo(3);
    rig.onlyMethod('no_funds');
    expect(rig.buy(request({})).state).toBe('declined');
    expect(rig.topUp.settings().enabled).toBe(false);
    expect(rig.balance()).toBe(3);
    // Whoever was refused saw it: nobody is told again.
    expect(rig.alertKinds().flat()).not.toContain('top_up_declined');
  });

  test('settings somebody else changed meanwhile are another price to accept', () => {
    const rig = openRecharge();
    rig.fallTo(3);
    const quote = rig.quote(request({}));
    change(rig, { amount: units(60) });
    const order = { buyer: rig.dana, key: 'k', quoteId: quote.id, priceHash: quote.priceHash, paymentMethodId: null };
    expect(rig.commerce.execute(order).state).toBe('needs_consent');
    expect(rig.payments()).toBe(0);
  });

  test('it needs a method that can be charged', () => {
    const rig = openRecharge();
    rig.ledger.write(() => rig.commerce.methods.suspend('pm_main'));
    expect(change(rig, { enabled: true })).toBe('payment_method_required');
    expect(change(rig, { enabled: false, amount: units(30) })).toBe(accepted);
  });

  test('[SIPUS-28 P] the person defines both: auto-replenish, and levels of the notice apart from it', () => {
    const rig = openRecharge({ profile: 'sipus' });
    expect(change(rig, { enabled: true, threshold: units(8), amount: units(30) })).toBe(accepted);
    rig.ledger.write(() => rig.alerts.change({ ...rig.alerts.settings(), levels: [units(15)] }, 'usr_dana'));
    rig.fallTo(14);
    expect([rig.payments(), rig.alertKinds()]).toEqual([0, [['low']]]);
    rig.fallTo(8);
    expect([rig.captured(), rig.balance()]).toEqual([30, 38]);
  });

  test('changes are in the audit trail', () => {
    const rig = openRecharge();
    change(rig, { amount: units(30) });
    const [entry] = rig.services.audit.before(Infinity, 1, { action: 'top_up.changed' });
    expect(entry).toMatchObject({ userId: 'usr_dana', before: { amount: units(25) }, after: { amount: units(30) } });
  });
});

describe('before anything happens', () => {
  test('[F-18] [F-08] the charge at the threshold, that it can be larger, and the ceilings', () => {
    const rig = openRecharge();
    rig.enable();
    expect(rig.topUp.preview()).toMatchObject({
      atThreshold: units(25),
      canBeLarger: true,
      perWindow: units(50),
      perMonth: units(1500),
      now: [],
    });
  });

  test('the advice is of the dearest day of metered calls of the last 30, in the zone of the account', () => {
    const rig = openRecharge();
    const call = (amount: number, at: number) =>
      rig.ledger.write(() =>
        rig.ledger.journal.post(
          { kind: 'call', priceState: 'priced', amount: units(-amount), description: 'Call' },
          at,
        ),
      );
    rig.travel(40 * DAY_MS);
    expect(rig.topUp.preview()).toMatchObject({ dearestDay: 0, advised: units(25) });
    call(20, rig.now());
    call(11.2, rig.now());
    expect(rig.topUp.preview()).toMatchObject({ dearestDay: units(31.2), advised: units(35) });
    rig.travel(DAY_MS);
    call(30, rig.now());
    expect(rig.topUp.preview().dearestDay).toBe(units(31.2));
    rig.travel(30 * DAY_MS);
    expect(rig.topUp.preview().dearestDay).toBe(0);
  });
});
