import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alertLevel, edges } from '../../main/sandbox/ledger/alerts/machine.ts';
import type { AlertSettings } from '../../main/sandbox/ledger/alerts/settings.ts';
import { toMicros } from '../../preload/contract/money.ts';
import { profileWith, refusalOf, units } from './commerce-rig.ts';
import { DAY_MS, HOUR_MS, openRecharge } from './topup-rig.ts';
import type { Recharge } from './topup-rig.ts';

const LOW = { levels: [units(0.5), units(0)], comparator: 'lt' } as const;

const openPlain = (): Recharge => openRecharge({ profile: 'voiptime' });
const change = (rig: Recharge, settings: Partial<AlertSettings>) =>
  refusalOf(() => rig.ledger.write(() => rig.alerts.change({ ...rig.alerts.settings(), ...settings }, 'usr_dana')));
const newest = (rig: Recharge, user = 'usr_dana') => {
  const [alert] = rig.alerts.records.page(user, Number.MAX_SAFE_INTEGER, 1);
  if (!alert) throw new Error('No alert');
  return alert;
};

describe('notices of the balance', () => {
  test('[VTC-14 P] 0.60 to 0.49 is low; 0.60 to 0.50 is nothing', () => {
    const low = openPlain();
    low.fallTo(0.6);
    low.fallTo(0.49);
    expect(low.alertKinds()).toEqual([['low']]);
    const none = openPlain();
    none.fallTo(0.6);
    none.fallTo(0.5);
    expect(none.alertKinds()).toEqual([]);
  });

  test('[VTC-14 P] 0.40 to 0.00 is zero', () => {
    const rig = openPlain();
    rig.fallTo(0.4);
    rig.fallTo(0);
    expect(rig.alertKinds()).toEqual([['low'], ['zero']]);
  });

  test('[VTC-14 P] 0.60 to -0.10 in one posting: both events, one combined notice', () => {
    const rig = openPlain();
    rig.fallTo(0.6);
    rig.fallTo(-0.1);
    expect(rig.alertKinds()).toEqual([['low', 'zero', 'negative']]);
  });

  test('[VTC-14 P] a recharge to 10 arms it anew; the same value never repeats', () => {
    const rig = openPlain();
    rig.fallTo(0.4);
    for (let again = 0; again < 5; again += 1) rig.fallTo(0.4);
    rig.fallTo(0.45);
    rig.fallTo(0.3);
    expect(rig.alertKinds()).toEqual([['low']]);
    rig.fallTo(10);
    expect(newest(rig).resolvedAt).not.toBeNull();
    rig.fallTo(0.4);
    expect(rig.alertKinds()).toEqual([['low'], ['low']]);
    expect(newest(rig).resolvedAt).toBeNull();
  });

  test('[VTC-14 P] [POL-14] the levels are the account’s to choose; each fires by itself', () => {
    const rig = openPlain();
    expect(change(rig, { levels: [units(2), units(10), units(5)] })).toBe('nothing was refused');
    expect(rig.alerts.settings().levels).toEqual([units(10), units(5), units(2)]);
    rig.fallTo(9);
    rig.fallTo(6);
    rig.fallTo(1);
    expect(rig.alertKinds()).toEqual([['low'], ['low', 'low']]);
    expect(newest(rig).reasons).toEqual([
      { kind: 'low', level: units(5) },
      { kind: 'low', level: units(2) },
    ]);
  });

  test('[POL-14] lt tells below the level only, lte at it; zero is reached at 0 either way', () => {
    const lte = { ...LOW, comparator: 'lte' } as const;
    expect([alertLevel(LOW, units(0.5)), alertLevel(lte, units(0.5))]).toEqual(['ok', 'low']);
    expect(edges(LOW, units(0), []).crossed).toHaveLength(2);
    expect(edges(lte, units(0), []).crossed).toHaveLength(2);
    const kazoo = openRecharge({ profile: '2600hz' });
    kazoo.fallTo(5.01);
    expect(kazoo.alertKinds()).toEqual([]);
    kazoo.fallTo(5);
    expect(kazoo.alertKinds()).toEqual([['low']]);
  });

  test('[F-14] every state is of the raw balance', () => {
    const of = [units(0.5), units(0.499999), toMicros(4_000), toMicros(1), toMicros(0), toMicros(-1)];
    expect(of.map((balance) => alertLevel(LOW, balance))).toEqual(['ok', 'low', 'low', 'low', 'zero', 'negative']);
  });

  test('[F-14] an edge fires once going down and again only after the balance was above', () => {
    const amount = fc.integer({ min: -3_000_000, max: 3_000_000 }).map(toMicros);
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 50 }), fc.constantFrom('lt' as const, 'lte' as const), (path, how) => {
        const rules = { levels: [units(2), units(0.5), units(0)], comparator: how };
        let fired: readonly string[] = [];
        const armed = new Map<string, boolean>();
        for (const balance of path) {
          const found = edges(rules, balance, fired);
          for (const mark of found.crossed) {
            const name = mark.kind === 'below' ? 'below' : String(mark.level);
            expect(armed.get(name) ?? true).toBe(true);
          }
          for (const name of ['2000000', '500000', '0', 'below']) armed.set(name, !found.fired.includes(name));
          fired = found.fired;
          expect(edges(rules, balance, fired).crossed).toEqual([]);
        }
      }),
    );
  });

  test('an account that begins below zero is told of nothing it never crossed', () => {
    const rig = openRecharge({ profile: 'sipcore' });
    expect(rig.alerts.level()).toBe('negative');
    rig.fallTo(-6);
    expect(rig.alertKinds()).toEqual([]);
  });

  test('[EXT-11] a balance below zero is told whatever is switched off', () => {
    const rig = openPlain();
    change(rig, { levels: [] });
    rig.fallTo(0);
    expect(rig.alertKinds()).toEqual([]);
    rig.fallTo(-0.01);
    expect(rig.alertKinds()).toEqual([['negative']]);
  });

  test('[POL-14] while it stays low it is repeated as often as the policy says, and not at all without', () => {
    const kazoo = openRecharge({ profile: '2600hz' });
    kazoo.fallTo(4);
    kazoo.travel(DAY_MS - 1);
    expect(kazoo.alertKinds()).toHaveLength(1);
    kazoo.travel(1);
    expect(newest(kazoo)).toMatchObject({ repeated: true, reasons: [{ kind: 'low' }] });
    kazoo.travel(2 * DAY_MS);
    expect(kazoo.alertKinds()).toHaveLength(4);
    kazoo.fallTo(40);
    kazoo.travel(2 * DAY_MS);
    expect(kazoo.alertKinds()).toHaveLength(4);

    const once = openPlain();
    once.fallTo(0.4);
    once.travel(3 * DAY_MS);
    expect(once.alertKinds()[0]).toEqual(['low']);
    expect(once.alerts.records.page('usr_dana', 1e9, 100).some(({ repeated }) => repeated)).toBe(false);
  });

  test('[POL-14] [EXT-11] it leaves by the channels of the account, and nothing leaves by the others', () => {
    const sent = (rig: Recharge) =>
      rig.alerts.records.messages(50).map(({ channel, recipient }) => [channel, recipient]);
    const inApp = openPlain();
    inApp.fallTo(0.4);
    expect(sent(inApp)).toEqual([]);
    change(inApp, {
      channels: ['sms', 'webhook', 'mail'],
      smsTo: '+14155550111',
      webhookUrl: 'https://fernhill.example/h',
    });
    inApp.fallTo(-1);
    expect(sent(inApp).toReversed()).toEqual([
      ['mail', 'dana@fernhill.example'],
      ['mail', 'marcus@fernhill.example'],
      ['sms', '+14155550111'],
      ['webhook', 'https://fernhill.example/h'],
    ]);
  });

  test('settings that cannot be are refused', () => {
    const rig = openPlain();
    expect(change(rig, { levels: [units(-1)] })).toContain('out_of_range');
    expect(change(rig, { levels: [units(1), units(1)] })).toContain('Each level once');
    expect(change(rig, { channels: [] })).toContain('always told');
    expect(change(rig, { channels: ['sms'] })).toContain('text messages');
    expect(change(rig, { channels: ['webhook'] })).toContain('webhook');
    expect(change(rig, { dailySpend: units(0) })).toContain('More than 0');
    expect(change(rig, { levels: Array.from({ length: 9 }, (_, index) => units(index)) })).toContain('At most 8');
  });

  test('a level the balance is under already was not crossed; it is armed by the next rise', () => {
    const rig = openPlain();
    rig.fallTo(8);
    change(rig, { levels: [units(10)] });
    rig.fallTo(7);
    expect(rig.alertKinds()).toEqual([]);
    expect(rig.alerts.level()).toBe('low');
    rig.fallTo(11);
    rig.fallTo(9);
    expect(rig.alertKinds()).toEqual([['low']]);
  });

  test('[F-14] acknowledged by one person, it is still new to another; the level is the account’s', () => {
    const rig = openPlain();
    rig.fallTo(0.4);
    const { id } = newest(rig);
    rig.ledger.write(() => rig.alerts.acknowledge(id, 'usr_dana'));
    rig.ledger.write(() => rig.alerts.acknowledge(id, 'usr_dana'));
    expect(newest(rig).seenAt).toBe(rig.now());
    expect(newest(rig, 'usr_priya').seenAt).toBeNull();
    expect(refusalOf(() => rig.alerts.acknowledge('alr_none', 'usr_dana'))).toContain('not_found');
  });
});

describe('[F-15] a top-up and a notice of one moment', () => {
  const open = (): Recharge => {
    const rig = openRecharge();
    rig.enable();
    rig.fallTo(5.2);
    return rig;
  };

  test('[F-15] [POL-14] 5.20 to 4.60 and the charge succeeds: no notice, one receipt', () => {
    const rig = open();
    rig.fallTo(4.6);
    expect(rig.balance()).toBe(29.6);
    expect(rig.alertKinds()).toEqual([]);
    expect(rig.receipts()).toHaveLength(2);
    expect(new Set(rig.receipts().map(({ chargeId }) => chargeId)).size).toBe(1);
    expect(rig.receipts()[0]?.body).toContain('ThresholdTopUps by card ending 4242: 25.00 USD');
  });

  test('[F-15] declined: one low notice that names the decline, with the balance, the burn rate and the hours left', () => {
    const rig = open();
    rig.onlyMethod('no_funds');
    rig.ledger.write(() =>
      rig.ledger.journal.post(
        { kind: 'call', priceState: 'priced', amount: units(-0.6), description: 'Call' },
        rig.now(),
      ),
    );
    expect(rig.alertKinds()).toEqual([['low', 'top_up_declined']]);
    expect(rig.receipts()).toEqual([]);
    const alert = newest(rig);
    expect(alert.text).toContain('not enough money on the account');
    expect(alert.text).toContain('It is 4.60 USD now.');
    expect(alert.burnPerHour).toBe(units(0.025));
    expect(alert.text).toContain('0.025 USD an hour of late, enough for about 184 hours');
  });

  test('[F-15] unknown: a notice that the recharge is being checked, and the outcome when it is known', () => {
    const rig = open();
    rig.faults('lost_answer');
    rig.fallTo(4.6);
    expect(rig.alertKinds()).toEqual([['low', 'top_up_checking']]);
    expect(newest(rig).text).toContain('being checked');
    rig.travel(10_000);
    expect(rig.balance()).toBe(29.6);
    expect(rig.alertKinds()).toHaveLength(1);
    expect(newest(rig).resolvedAt).not.toBeNull();
    expect(rig.receipts()).toHaveLength(2);
  });

  test('[F-15] unknown, then refused: the refusal is told by itself', () => {
    const rig = open();
    const id = rig.onlyMethod('bank_returned');
    rig.ledger.db.prepare(`UPDATE payment_methods SET state = 'active' WHERE id = ?`).run(id);
    rig.fallTo(4.6);
    expect(rig.alertKinds()).toEqual([['low', 'top_up_checking']]);
    rig.travel(4 * DAY_MS);
    expect(rig.alertKinds().slice(1).flat()).toContain('top_up_declined');
  });

  test('a bank that wants the person is told at once', () => {
    const rig = open();
    rig.onlyMethod('confirm_automatic');
    rig.fallTo(4.6);
    expect(rig.alertKinds()).toEqual([['low', 'top_up_action_required']]);
  });

  test('[POL-14] where the provider does not hold it back the low notice comes first', () => {
    const { alerts } = profileWith('sipstation').policy;
    const rig = openRecharge({ policy: { alerts: { ...alerts, suppressedByTopUp: false } } });
    rig.enable();
    rig.fallTo(4.6);
    expect(rig.alertKinds()).toEqual([['low']]);
    expect(rig.balance()).toBe(29.6);
  });

  test('a top-up that is off helps nobody: the notice comes', () => {
    const rig = openRecharge();
    rig.fallTo(4.6);
    expect(rig.alertKinds()).toEqual([['low']]);
  });
});

describe('[EXT-11] alerts of spending', () => {
  const call = (rig: Recharge, amount: number): void =>
    void rig.ledger.write(() =>
      rig.ledger.journal.post(
        { kind: 'call', priceState: 'priced', amount: units(-amount), description: 'Call' },
        rig.now(),
      ),
    );

  test('[EXT-11] an hour and a day are told when they reach the amount, once each', () => {
    const rig = openPlain();
    rig.fallTo(100);
    change(rig, { hourlySpend: units(2), dailySpend: units(5) });
    call(rig, 1.99);
    expect(rig.alertKinds()).toEqual([]);
    call(rig, 0.01);
    call(rig, 1);
    expect(rig.alertKinds()).toEqual([['spend_hour']]);
    rig.travel(HOUR_MS);
    call(rig, 2);
    expect(rig.alertKinds()).toEqual([['spend_hour'], ['spend_hour', 'spend_day']]);
    rig.travel(DAY_MS);
    call(rig, 1);
    expect(rig.alertKinds()).toHaveLength(2);
  });

  test('credit and numbers are no spending on calls', () => {
    const rig = openPlain();
    change(rig, { hourlySpend: units(1) });
    rig.fallTo(3);
    rig.fallTo(50);
    expect(rig.alertKinds()).toEqual([]);
  });
});
