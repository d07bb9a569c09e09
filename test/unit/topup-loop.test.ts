import { describe, expect, test } from 'vitest';
import { units } from './commerce-rig.ts';
import { DAY_MS, HOUR_MS, MONDAY_9, openRecharge } from './topup-rig.ts';

const DONE = { origin: 'threshold', state: 'done', amount: 25 };
const FAILED = { ...DONE, state: 'failed' };

describe('a falling balance', () => {
  test('[TOP-13 P] [POL-03] minimum 5, amount 50: at 5.00 it is charged to 55 with lte, and left alone with lt', () => {
    const lte = openRecharge();
    lte.enable({ amount: units(50) });
    lte.fallTo(5.000001);
    expect(lte.balance()).toBe(5.000001);
    lte.fallTo(5);
    expect(lte.balance()).toBe(55);

    const lt = openRecharge({ rules: { comparator: 'lt' } });
    lt.enable({ amount: units(50) });
    lt.fallTo(5);
    expect(lt.balance()).toBe(5);
    lt.fallTo(4.999999);
    expect(lt.balance()).toBe(54.999999);
  });

  test('[TOP-07 P] [TOP-08 P] [TOP-03 P] fees of metered calls bring it down; then the card is charged what the person set', () => {
    const rig = openRecharge();
    rig.buy({ kind: 'metered_service', service: 'international', enabled: true });
    rig.enable({ amount: units(30) });
    rig.fallTo(5.01);
    const before = rig.captured();
    const leg = rig.startCall('+442079460018');
    rig.pass(60_000);
    const cost = rig.endCall(leg) / 1_000_000;
    expect(cost).toBeGreaterThan(0.01);
    expect(rig.captured() - before).toBe(30);
    expect(rig.balance()).toBeCloseTo(5.01 - cost + 30, 6);
  });

  test('[KZ-15 P] [EXT-14] it runs until used up unless somebody switched it on, and nobody did on a new account', () => {
    for (const profile of ['sipus', '2600hz', 'sipstation'] as const) {
      const off = openRecharge({ profile });
      expect(off.topUp.settings().enabled).toBe(false);
      off.fallTo(-3);
      expect(off.balance()).toBe(-3);
      expect(off.payments()).toBe(0);

      const on = openRecharge({ profile });
      on.enable();
      on.fallTo(-3);
      expect(on.balance()).toBeGreaterThan(0);
    }
  });

  test('[TOP-14 P] amount 25, threshold 5, balance -80: 25 and 25 to -30, then it stops and says so', () => {
    const rig = openRecharge();
    rig.enable();
    rig.fallTo(-80);
    expect(rig.balance()).toBe(-30);
    expect(rig.captured()).toBe(50);
    expect(rig.topUp.standing().state).toEqual({ kind: 'capped', by: 'count', until: MONDAY_9 + DAY_MS });
    expect(rig.alertKinds()).toEqual([['low', 'zero', 'negative', 'top_up_capped']]);
    rig.fallTo(-31);
    expect(rig.captured()).toBe(50);
    rig.travel(DAY_MS - 1);
    expect(rig.captured()).toBe(50);
    rig.travel(1);
    expect(rig.captured()).toBe(100);
    expect(rig.balance()).toBe(19);
  });

  test('[TOP-11 P] 20 calls of 30 minutes at 0.05 on 20.00 end at -10.00; with an amount of 50 then at 40.00', () => {
    const rig = openRecharge({ policy: { alerts: { ...openRecharge().profile.policy.alerts, levels: [] } } });
    rig.enable({ amount: units(50) });
    rig.fallTo(20);
    rig.ledger.write(() => {
      for (let call = 0; call < 20; call += 1) {
        const usage = { kind: 'call', priceState: 'priced', amount: units(-1.5), description: 'Burst' } as const;
        rig.ledger.journal.post(usage, rig.now());
      }
    });
    expect(rig.captured()).toBe(50);
    expect(rig.balance()).toBe(40);
    const lowest = rig.ledger.db.prepare<[], number>('SELECT min(balance_after) FROM postings').pluck().get();
    expect(lowest).toBe(units(-10));
  });

  test('[F-08] [POL-04] at -34: twice 25 ends at 16, a target of 50 charges 84, threshold plus 25 charges 64 and ends at 30', () => {
    const fixed = openRecharge();
    fixed.enable();
    fixed.fallTo(-34);
    expect([fixed.automatic(), fixed.balance()]).toEqual([[DONE, DONE], 16]);

    const target = openRecharge({ rules: { amountMode: 'to_target' } });
    target.enable({ target: units(50) });
    target.fallTo(-34);
    expect([target.automatic(), target.balance()]).toEqual([[{ ...DONE, amount: 84 }], 50]);

    const plus = openRecharge({ rules: { amountMode: 'to_threshold_plus' } });
    plus.enable();
    plus.fallTo(-34);
    expect([plus.automatic(), plus.balance()]).toEqual([[{ ...DONE, amount: 64 }], 30]);
  });
});

describe('one at a time', () => {
  test('[F-09] ten postings of one moment at the threshold are one charge', () => {
    const rig = openRecharge();
    rig.enable();
    rig.fallTo(6);
    for (let posting = 0; posting < 10; posting += 1) rig.fallTo(rig.balance() - 0.2);
    expect(rig.automatic()).toEqual([DONE]);
  });

  test('[F-09] a payment on its way counts as money, and no second is begun while nobody knows what became of it', () => {
    const rig = openRecharge();
    rig.onlyMethod('lost_answer');
    rig.enable();
    rig.fallTo(4);
    expect(rig.topUp.standing().state.kind).toBe('charging');
    rig.fallTo(-200);
    rig.fallTo(-201);
    expect(rig.payments()).toBe(1);
    expect(rig.balance()).toBe(-201);
    // The network is asked again and says that it was paid; only then may another be begun.
    rig.travel(10_000);
    expect(rig.payments()).toBe(2);
  });

  test('[F-09] credit somebody adds by hand counts while it is on its way', () => {
    const rig = openRecharge();
    rig.enable();
    rig.fallTo(20);
    rig.faults('slow');
    rig.buy({ kind: 'add_credit', amount: '50.00' });
    rig.fallTo(3);
    expect(rig.automatic()).toEqual([]);
    rig.travel(6_000);
    expect(rig.balance()).toBe(53);
    expect(rig.automatic()).toEqual([]);
  });

  test('[F-09] when that credit is refused after all, the balance is topped up', () => {
    const rig = openRecharge();
    rig.enable();
    rig.fallTo(20);
    const id = rig.addMethod('bank_returned');
    rig.ledger.db.prepare(`UPDATE payment_methods SET state = 'active' WHERE id = ?`).run(id);
    rig.buy({ kind: 'add_credit', amount: '50.00' }, id);
    rig.fallTo(3);
    expect(rig.automatic()).toEqual([]);
    rig.travel(4 * DAY_MS);
    expect(rig.automatic()).toEqual([DONE]);
  });
});

describe('a card that is refused', () => {
  test('[POL-05] never storms: refused tries count, and it waits between them', () => {
    const rig = openRecharge();
    rig.onlyMethod('no_funds');
    rig.enable();
    rig.fallTo(4);
    expect(rig.automatic()).toEqual([FAILED]);
    expect(rig.topUp.standing().state).toEqual({ kind: 'cooling_down', until: MONDAY_9 + HOUR_MS });
    for (let posting = 1; posting <= 500; posting += 1) rig.fallTo(4 - posting / 100);
    expect(rig.payments()).toBe(1);
    rig.travel(HOUR_MS);
    expect(rig.automatic()).toEqual([FAILED, FAILED]);
    expect(rig.topUp.standing().state).toEqual({ kind: 'capped', by: 'count', until: MONDAY_9 + DAY_MS });
    rig.travel(22 * HOUR_MS);
    expect(rig.payments()).toBe(2);
  });

  test('[POL-05] [EXT-13] where refused tries do not count it still waits, and pauses after three in a row', () => {
    const rig = openRecharge({ cap: { countsFailed: false } });
    rig.onlyMethod('no_funds');
    rig.enable();
    rig.fallTo(4);
    rig.travel(10 * HOUR_MS);
    expect(rig.automatic()).toEqual([FAILED, FAILED, FAILED]);
    expect(rig.topUp.standing().state).toEqual({ kind: 'paused_failures', failures: 3 });
    rig.fallTo(-50);
    rig.travel(30 * DAY_MS);
    expect(rig.automatic()).toHaveLength(3);
    expect(rig.alertKinds()).toContainEqual(['top_up_declined', 'top_up_paused']);
    const told = rig.alerts.records.messages(100).filter(({ body }) => body.includes('paused'));
    expect(told.map(({ recipient }) => recipient).toSorted()).toEqual([
      'dana@fernhill.example',
      'marcus@fernhill.example',
    ]);
  });

  test('[EXT-13] a person who looks at it ends the pause; a payment that works ends the count', () => {
    const rig = openRecharge({ cap: { countsFailed: false, count: null } });
    rig.onlyMethod('no_funds');
    rig.enable();
    rig.fallTo(4);
    rig.travel(3 * HOUR_MS);
    expect(rig.topUp.standing().state.kind).toBe('paused_failures');
    rig.onlyMethod('visa');
    const charge = rig.buy({
      kind: 'top_up',
      enabled: true,
      threshold: '5.00',
      amount: '25.00',
      target: null,
      monthly_max: null,
      payment_method_id: null,
    });
    expect(charge.state).toBe('done');
    expect(rig.topUp.standing().state.kind).toBe('armed');
  });

  test('[EXT-15] the next method is tried at once, and it is one top-up', () => {
    const rig = openRecharge();
    rig.onlyMethod('no_funds');
    rig.addMethod('mastercard');
    rig.enable();
    rig.fallTo(4);
    expect(rig.automatic()).toEqual([DONE]);
    expect(rig.balance()).toBe(29);
    expect(rig.payments()).toBe(2);
    expect(rig.alertKinds()).toEqual([]);
  });

  test('[EXT-15] the method of the settings is tried first', () => {
    const rig = openRecharge();
    const second = rig.addMethod('mastercard');
    rig.enable({ methodId: second });
    rig.fallTo(4);
    expect(rig.ledger.db.prepare('SELECT method_id FROM charges ORDER BY seq DESC LIMIT 1').pluck().get()).toBe(second);
  });

  test('a bank that wants the person stops it until it is known', () => {
    const rig = openRecharge();
    rig.onlyMethod('confirm_automatic');
    rig.enable();
    rig.fallTo(4);
    const { state } = rig.topUp.standing();
    if (state.kind !== 'action_required') throw new Error(state.kind);
    rig.fallTo(-4);
    expect(rig.payments()).toBe(1);
    const { actionToken } = rig.commerce.charge(state.chargeId) ?? {};
    rig.commerce.confirmAction(actionToken ?? '', true);
    expect(rig.automatic()).toEqual([DONE]);
    expect(rig.balance()).toBe(21);
  });

  test('without any method it says so once, and goes on when there is one', () => {
    const rig = openRecharge();
    rig.enable();
    rig.ledger.write(() => rig.commerce.methods.suspend('pm_main'));
    rig.fallTo(4);
    rig.fallTo(3);
    expect(rig.topUp.standing().state.kind).toBe('no_method');
    expect(
      rig
        .alertKinds()
        .flat()
        .filter((kind) => kind === 'top_up_no_method'),
    ).toHaveLength(1);
    rig.addMethod('visa');
    expect(rig.balance()).toBe(28);
  });
});

describe('what must never loop', () => {
  test('a payment that went through without raising the balance stops everything', () => {
    const rig = openRecharge({ cap: { count: null } });
    rig.enable();
    // The feed of the balance is stuck: credit is booked on another row than the charge's.
    rig.ledger.db.exec(`CREATE TRIGGER stuck AFTER INSERT ON usage WHEN new.kind = 'topup' BEGIN
      UPDATE usage SET charge_id = NULL WHERE id = new.id; END`);
    rig.fallTo(-1000);
    expect(rig.payments()).toBe(1);
    expect(rig.topUp.standing().state).toMatchObject({ kind: 'suspended_by_provider', reason: 'balance_did_not_rise' });
    rig.fallTo(-1001);
    rig.travel(10 * DAY_MS);
    expect(rig.payments()).toBe(1);
    expect(rig.alertKinds().flat()).toContain('top_up_suspended');
    rig.ledger.db.exec('DROP TRIGGER stuck');
    rig.ledger.write(() => rig.topUp.suspend(false));
    expect(rig.payments()).toBeGreaterThan(1);
  });

  test('[POL-05] the provider’s limit of a month holds without any other', () => {
    const rig = openRecharge({ cap: { count: null, monthlyMax: units(60) } });
    rig.enable();
    rig.fallTo(-1000);
    expect(rig.captured()).toBe(50);
    expect(rig.topUp.standing().state).toEqual({ kind: 'capped', by: 'month', until: Date.UTC(2026, 11, 1, 8) });
    rig.travel(Date.UTC(2026, 11, 1, 8) - rig.now());
    expect(rig.captured()).toBe(100);
  });
});

describe('time', () => {
  test('[F-10] rolling: charged at 09:00 and 15:00 on Monday, a low balance waits for 09:00 on Tuesday', () => {
    const rig = openRecharge();
    rig.enable();
    rig.fallTo(5);
    rig.travel(6 * HOUR_MS);
    rig.fallTo(5);
    rig.travel(5 * HOUR_MS);
    rig.fallTo(5);
    expect(rig.topUp.standing().state).toMatchObject({ kind: 'capped', until: MONDAY_9 + DAY_MS });
    expect(rig.topUp.nextPossibleAt(rig.topUp.standing().state)).toBe(MONDAY_9 + DAY_MS);
    // A clock that jumps over the moment books it at its own time.
    rig.travel(3 * DAY_MS);
    const at = rig.ledger.db.prepare<[], number>('SELECT at FROM top_ups ORDER BY seq').pluck().all();
    expect(at).toEqual([MONDAY_9, MONDAY_9 + 6 * HOUR_MS, MONDAY_9 + DAY_MS]);
  });

  test('[F-10] [POL-05] calendar days: it waits for 00:01 on Tuesday', () => {
    const rig = openRecharge({ cap: { windowKind: 'calendar_day', count: 1 } });
    rig.enable();
    rig.fallTo(-25);
    rig.travel(3 * DAY_MS);
    const at = rig.ledger.db.prepare<[], number>('SELECT at FROM top_ups ORDER BY seq').pluck().all();
    expect(at).toEqual([MONDAY_9, Date.UTC(2026, 10, 24, 8, 1)]);
    expect(rig.balance()).toBe(25);
  });

  test('[POL-05] manual additions count where the policy says so', () => {
    for (const countsManual of [true, false]) {
      const rig = openRecharge({ cap: { count: 1, countsManual } });
      rig.enable();
      rig.buy({ kind: 'add_credit', amount: '10.00' });
      rig.fallTo(4);
      expect(rig.automatic()).toHaveLength(countsManual ? 0 : 1);
    }
  });

  test('[EXT-16] an addition on a day of the month, within the caps', () => {
    const rig = openRecharge({ policy: {} });
    rig.enable({ enabled: false, schedule: { dayOfMonth: 31, amount: units(40) } });
    rig.travel(70 * DAY_MS);
    expect(rig.automatic()).toEqual([
      { origin: 'scheduled', state: 'done', amount: 40 },
      { origin: 'scheduled', state: 'done', amount: 40 },
      { origin: 'scheduled', state: 'done', amount: 40 },
    ]);
    const days = rig.ledger.db.prepare<[], number>('SELECT at FROM top_ups ORDER BY seq').pluck().all();
    expect(days).toEqual([Date.UTC(2026, 10, 30, 8), Date.UTC(2026, 11, 31, 8), Date.UTC(2027, 0, 31, 8)]);
  });

  test('[EXT-16] a scheduled one beyond the limit of the month is not charged, and told', () => {
    const rig = openRecharge();
    rig.enable({ enabled: false, monthlyMax: units(30), schedule: { dayOfMonth: 25, amount: units(40) } });
    rig.travel(3 * DAY_MS);
    expect(rig.payments()).toBe(0);
    expect(rig.alertKinds()).toEqual([['top_up_capped']]);
  });
});
