import { describe, expect, test } from 'vitest';
import { talkTimeSec } from '../../main/sandbox/ledger/calls/talk-time.ts';
import { toMicros } from '../../preload/contract/money.ts';
import { ALASKA, INBOUND, OWN, TOLL_FREE_OWN, UK, US, openCalls } from './calls-rig.ts';

const rule = (perMinute: number, minSec: number, incSec: number, setupFee = 0) => ({
  perMinute: toMicros(perMinute),
  setupFee: toMicros(setupFee),
  minSec,
  incSec,
  freeSec: 0,
});

describe('[F-07] talk time left', () => {
  test.each([
    ['1.00 at 0.013 in steps of 60 s', rule(13_000, 60, 60), 1_000_000, 76 * 60],
    ['10.00 at 1.00', rule(1_000_000, 60, 60), 10_000_000, 600],
    ['8.00 at 0.20', rule(200_000, 60, 60), 8_000_000, 2_400],
    ['a step that does not fit is not promised', rule(13_000, 60, 60), 25_999, 60],
    ['less than the minimum is nothing', rule(13_000, 60, 60), 12_999, 0],
    ['exactly the minimum', rule(13_000, 60, 60), 13_000, 60],
    ['30/6: after the minimum in steps of 6', rule(10_000, 30, 6), 6_999, 36],
    ['an increment of 0 means 60', rule(13_000, 60, 0), 1_000_000, 76 * 60],
    ['the setup fee comes first', rule(1_000_000, 60, 60, 500_000), 2_499_999, 60],
    ['nothing left', rule(13_000, 60, 60), 0, 0],
    ['a debt', rule(13_000, 60, 60), -1_000_000, 0],
  ] as const)('[F-07] %s', (_, price, spendable, seconds) => {
    expect(talkTimeSec(price, toMicros(spendable))).toBe(seconds);
  });

  test('minutes that cost nothing have no end', () => {
    expect(talkTimeSec(rule(0, 60, 60), toMicros(0))).toBeNull();
  });

  test('[VTC-02 P] the trial of 1.00 lasts 76 whole minutes at 0.013, and the call that long can be paid', () => {
    const rig = openCalls();
    rig.setBalance(1_000_000);
    const { talkTimeSec: seconds } = rig.calls.lookup.look(US, 'outbound');
    expect(seconds).toBe(76 * 60);
    expect(rig.call(US, seconds ?? 0)).toBeLessThanOrEqual(1_000_000);
  });

  test('[F-07] [POL-26] what runs, its next minute and the reserve are not there to talk on', () => {
    const rig = openCalls({ profile: '2600hz' });
    rig.setBalance(1_500_000);
    expect(rig.calls.lookup.look(UK, 'outbound').talkTimeSec).toBe(Math.floor(1_000_000 / 16_000) * 60);
    rig.talk(UK);
    rig.pass(60);
    expect(rig.calls.lookup.look(UK, 'outbound').talkTimeSec).toBe(Math.floor(968_000 / 16_000) * 60);
  });
});

describe('[EXT-03] what a call would be, before it is dialled', () => {
  test.each([
    [US, {}, { verdict: 'included', callClass: 'domestic', needsChannel: true, talkTimeSec: null }],
    ['(212) 555-0123', {}, { number: US, verdict: 'included' }],
    [ALASKA, {}, { verdict: 'costs', callClass: 'international', needsChannel: false, perMinute: 13_000 }],
    [UK, {}, { verdict: 'costs', callClass: 'international', needsChannel: false, perMinute: 16_000 }],
    ['+18005550147', {}, { verdict: 'included', callClass: 'toll_free' }],
    ['+99912345678', {}, { number: null, verdict: 'not_a_number' }],
    ['hello', {}, { number: null, verdict: 'not_a_number', price: undefined }],
    ['911', {}, { number: '911', verdict: 'emergency', callClass: 'emergency', needsChannel: false }],
    ['*43', {}, { number: '+15005550001', verdict: 'included' }],
  ] as const)('%s %j: %j', (dialled, _, answer) => {
    expect(openCalls({ profile: 'sipus' }).calls.lookup.look(dialled, 'outbound')).toMatchObject(answer);
  });

  test('received calls are looked up by the number called', () => {
    const { lookup } = openCalls({ profile: 'sipus' }).calls;
    expect(lookup.look(TOLL_FREE_OWN, 'inbound')).toMatchObject({ verdict: 'costs', perMinute: 29_000 });
    expect(lookup.look(OWN, 'inbound')).toMatchObject({ verdict: 'included' });
  });

  test('a price nobody knows is said to be unknown, not 0', () => {
    const rig = openCalls({ profile: 'sipus' });
    rig.ledger.db.prepare(`UPDATE rates SET effective_to = 0 WHERE country = 'GB'`).run();
    expect(rig.calls.lookup.look(UK, 'outbound')).toMatchObject({ verdict: 'unknown_price', price: undefined });
  });

  test('it says what the call itself would hear: no funds, no channel, frozen, forbidden', () => {
    const rig = openCalls({ profile: 'sipus' });
    const blocked = (number: string) => rig.calls.lookup.look(number, 'outbound').blocked?.why;
    for (let index = 0; index < 4; index += 1) rig.talk(US);
    expect([blocked(US), blocked(UK)]).toEqual(['no_channel', undefined]);
    rig.setBalance(0);
    expect(blocked(UK)).toBe('no_funds');
    rig.ledger.write(() =>
      rig.calls.spendControls.put({ ...rig.calls.spendControls.get(), blocked: ['GB'] }, 'usr_dana'),
    );
    expect(blocked(UK)).toBe('spend_control');
    rig.ledger.write(() => rig.calls.freeze.byProvider(true));
    expect(blocked(UK)).toBe('frozen');
    expect(blocked('911')).toBeUndefined();
  });

  test('a call beyond the trunks is looked up at what it would cost', () => {
    const rig = openCalls({ profile: '2600hz' });
    expect(rig.calls.lookup.look(US, 'outbound').verdict).toBe('included');
    rig.talk(US);
    rig.talk(OWN, INBOUND);
    expect(rig.calls.lookup.look(US, 'outbound')).toMatchObject({ verdict: 'costs', perMinute: 13_000 });
  });

  test('looking up changes nothing', () => {
    const rig = openCalls();
    const changes = () => rig.ledger.db.prepare('SELECT total_changes()').pluck().get();
    const before = changes();
    rig.calls.lookup.look(US, 'outbound');
    expect(changes()).toBe(before);
  });
});

test('calls in progress: a person sees the own legs, the oldest first', () => {
  const rig = openCalls();
  const first = rig.talk(US);
  rig.pass(1);
  const other = rig.start('+14155550102', { ...INBOUND, deviceId: null });
  const list = (userId: string | null) => rig.calls.liveCalls.list(userId);
  expect(list(null).map(({ leg, userName }) => [leg.id, userName])).toEqual([
    [first, 'Dana Whitfield'],
    [other, 'Priya Raman'],
  ]);
  expect(list('usr_priya').map(({ leg }) => leg.id)).toEqual([other]);
});
