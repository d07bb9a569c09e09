import { describe, expect, test } from 'vitest';
import { refusalOf, units } from './commerce-rig.ts';
import { DAY_MS, MONDAY_9, openRecharge } from './topup-rig.ts';
import type { Recharge } from './topup-rig.ts';

const service = (name: string, enabled = true) => ({ kind: 'metered_service' as const, service: name, enabled });
const stateOf = (rig: Recharge, name: string) =>
  rig.services.metered.list().find((each) => each.name === name)?.state.kind;
const credit = (rig: Recharge, name: string) =>
  rig
    .quote(service(name))
    .lines.filter(({ item, kind }) => item === 'credit' && kind === 'item')
    .map(({ amount }) => amount);
const codes = (rig: Recharge, name: string) => rig.quote(service(name)).draft.warnings.map(({ code }) => code);

test('the services of TOP-02 and SMS, all off on a new account; other providers sell none', () => {
  const names = openRecharge()
    .services.metered.list()
    .map(({ name, state }) => [name, state.kind]);
  expect(names).toEqual([
    ['toll_free', 'off'],
    ['international', 'off'],
    ['t38_fax', 'off'],
    ['softcap_bursting', 'off'],
    ['concurrency_bursting', 'off'],
    ['sms', 'off'],
  ]);
  const other = openRecharge({ profile: 'sipus' });
  expect(other.services.metered.list()).toEqual([]);
  expect(other.services.metered.state('international')).toBe('not_sold');
  expect(refusalOf(() => other.quote(service('international')))).toContain('not_offered');
  expect(refusalOf(() => openRecharge().quote(service('carrier_pigeons')))).toContain('out_of_range');
});

describe('switching on', () => {
  test('[TOP-06 P] the first ever charges 25.00 at once, a second nothing, and all off and on again nothing', () => {
    const rig = openRecharge();
    const before = rig.balance();
    expect(credit(rig, 'international')).toEqual([units(25)]);
    const charge = rig.buy(service('international'));
    expect([charge.state, charge.origin, rig.captured(), rig.balance()]).toEqual([
      'done',
      'first_use',
      25,
      before + 25,
    ]);
    expect(stateOf(rig, 'international')).toBe('on');

    expect(credit(rig, 'toll_free')).toEqual([]);
    rig.buy(service('toll_free'));
    for (const name of ['international', 'toll_free']) rig.buy(service(name, false));
    expect([stateOf(rig, 'international'), stateOf(rig, 'toll_free')]).toEqual(['off', 'off']);
    expect(credit(rig, 'international')).toEqual([]);
    rig.buy(service('international'));
    expect(stateOf(rig, 'international')).toBe('on');
    expect(rig.captured()).toBe(25);
    expect(rig.automatic()).toEqual([{ origin: 'first_use', state: 'done', amount: 25 }]);
  });

  test('[TOP-04 P] it switches top-up on and says so; top-up cannot be off while one is on', () => {
    const rig = openRecharge();
    expect(codes(rig, 'sms')).toEqual(['top_up_switched_on', 'not_refundable']);
    rig.buy(service('sms'));
    expect(rig.topUp.settings().enabled).toBe(true);
    expect(codes(rig, 'toll_free')).toEqual([]);
    const off = () =>
      refusalOf(() =>
        rig.ledger.write(() => rig.topUp.change({ ...rig.topUp.settings(), enabled: false }, 'usr_dana')),
      );
    expect(off()).toBe('in_use (SMS is on, which is paid by automatic top-up)');
    expect(rig.topUp.settings().enabled).toBe(true);
    rig.buy(service('sms', false));
    expect(rig.topUp.settings().enabled).toBe(true);
    expect(off()).toBe('nothing was refused');
  });

  test('[TOP-06 P] a refused card leaves it off, and top-up too', () => {
    const rig = openRecharge();
    rig.onlyMethod('no_funds');
    const before = rig.balance();
    expect(rig.buy(service('international')).state).toBe('declined');
    expect([stateOf(rig, 'international'), rig.topUp.settings().enabled, rig.balance()]).toEqual([
      'off',
      false,
      before,
    ]);
    expect(credit(rig, 'international')).toEqual([units(25)]);
  });

  test('[TOP-06 P] while nobody knows it is enabling, and no other can be switched on for nothing', () => {
    const rig = openRecharge();
    rig.faults('lost_answer');
    rig.buy(service('international'));
    expect(stateOf(rig, 'international')).toBe('enabling');
    expect(rig.services.metered.state('international')).toBe('off');
    expect(refusalOf(() => rig.quote(service('toll_free')))).toContain('in_use');
    rig.travel(10_000);
    expect(stateOf(rig, 'international')).toBe('on');
    expect(rig.captured()).toBe(25);
  });

  test('a quote for 25 that another made needless has to be accepted anew', () => {
    const rig = openRecharge();
    const quote = rig.quote(service('toll_free'));
    rig.buy(service('international'));
    const order = {
      buyer: rig.dana,
      key: 'late',
      quoteId: quote.id,
      priceHash: quote.priceHash,
      paymentMethodId: null,
    };
    expect(rig.commerce.execute(order).state).toBe('needs_consent');
    expect(rig.captured()).toBe(25);
  });

  test('[TOP-04 P] on again at a low balance, what top-up takes at once is in the quote', () => {
    const rig = openRecharge();
    rig.buy(service('sms'));
    rig.buy(service('sms', false));
    rig.ledger.write(() => rig.topUp.change({ ...rig.topUp.settings(), enabled: false }, 'usr_dana'));
    rig.travel(2 * DAY_MS);
    rig.fallTo(3);
    expect(credit(rig, 'sms')).toEqual([units(25)]);
    expect(codes(rig, 'sms')).toContain('charges_now');
    rig.buy(service('sms'));
    expect(rig.balance()).toBe(28);
    expect(rig.captured()).toBe(50);
  });

  test('the first charge at a balance far below says what follows', () => {
    const rig = openRecharge();
    rig.fallTo(-80);
    expect(codes(rig, 'sms')).toEqual(['top_up_switched_on', 'further_charges', 'not_refundable']);
    rig.buy(service('sms'));
    expect([rig.captured(), rig.balance()]).toEqual([50, -30]);
  });

  test('it needs a method that can be charged', () => {
    const rig = openRecharge();
    rig.ledger.write(() => rig.commerce.methods.suspend('pm_main'));
    expect(refusalOf(() => rig.quote(service('sms')))).toBe('payment_method_required');
  });
});

describe('calls of a service', () => {
  test('off, they are refused; on, they go; the port answers what calls ask', () => {
    const rig = openRecharge();
    expect(() => rig.startCall('+442079460018')).toThrow('International calls are switched off');
    rig.buy(service('international'));
    expect(rig.services.metered.state('international')).toBe('on');
    rig.endCall(rig.startCall('+442079460018'));
  });

  test('[TOP-15 P] at 0 no new metered use until funds arrive; running calls stay, flat-rate calls go on', () => {
    const rig = openRecharge({ cap: { count: 1 } });
    rig.buy(service('international'));
    const running = rig.startCall('+442079460018');
    rig.fallTo(0);
    expect(rig.services.metered.list().find(({ name }) => name === 'international')?.state).toEqual({
      kind: 'blocked_cap',
      until: MONDAY_9 + DAY_MS,
    });
    expect(() => rig.startCall('+442079460018')).toThrow('Balance used up');
    expect(rig.ledger.db.prepare('SELECT ended_at FROM legs WHERE id = ?').pluck().get(running)).toBeNull();
    rig.endCall(rig.startCall('+12125550123'));
    rig.fallTo(1);
    expect(stateOf(rig, 'international')).toBe('on');
    rig.endCall(rig.startCall('+442079460018'));
  });

  test('out of funds without a cap in the way it says so too', () => {
    const rig = openRecharge({ cap: { count: 5 } });
    rig.buy(service('international'));
    rig.onlyMethod('no_funds');
    rig.fallTo(0);
    expect(stateOf(rig, 'international')).toBe('blocked_no_funds');
  });

  test('switched off while a burst call runs: disabling, no new one, and off when it ends', () => {
    const rig = openRecharge();
    rig.buy(service('concurrency_bursting'));
    const legs = ['+12125550123', '+12125550124', '+12125550125'].map((to) => rig.startCall(to));
    rig.buy(service('concurrency_bursting', false));
    expect(rig.services.metered.list().find(({ name }) => name === 'concurrency_bursting')?.state).toEqual({
      kind: 'disabling',
      calls: 1,
    });
    expect(() => rig.startCall('+12125550126')).toThrow('channels in use');
    for (const leg of legs) rig.endCall(leg);
    expect(stateOf(rig, 'concurrency_bursting')).toBe('off');
  });

  test('international calls that run are counted while it is being switched off', () => {
    const rig = openRecharge();
    rig.buy(service('international'));
    const leg = rig.startCall('+442079460018');
    rig.buy(service('international', false));
    expect(stateOf(rig, 'international')).toBe('disabling');
    rig.endCall(leg);
    expect(stateOf(rig, 'international')).toBe('off');
  });
});

test('who switched what is in the audit trail', () => {
  const rig = openRecharge();
  rig.buy(service('sms'));
  const entries = rig.services.audit.before(Infinity, 10, { userId: 'usr_dana' });
  expect(entries.map(({ action, subject }) => [action, subject])).toEqual(
    expect.arrayContaining([
      ['metered_service.changed', 'sms'],
      ['top_up.changed', null],
    ]),
  );
});
