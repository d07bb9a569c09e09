import { describe, expect, test } from 'vitest';
import type { AccountPolicy } from '../../main/sandbox/policies/profile.ts';
import { toMicros } from '../../preload/contract/money.ts';
import type { CallsRig } from './calls-rig.ts';
import { INBOUND, OWN, TOLL_FREE_OWN, UK, US, openCalls } from './calls-rig.ts';

/** Which of the four kinds of call are let through now: a rated and an included one, out and in. */
function letThrough(rig: CallsRig): string {
  const kinds = [
    ['rated out', UK, {}],
    ['free out', US, {}],
    ['rated in', TOLL_FREE_OWN, INBOUND],
    ['free in', OWN, INBOUND],
  ] as const;
  const passed = kinds.filter(([, number, changes]) => {
    const admission = rig.admit(number, changes);
    if (admission.kind === 'admitted') rig.end(admission.legId);
    return admission.kind === 'admitted';
  });
  return passed.map(([name]) => name).join(', ');
}

describe('POL-02: new calls when the balance is used up', () => {
  test.each([
    ['none', 'rated out, free out, rated in, free in', 'ok'],
    ['outbound_metered', 'free out, rated in, free in', 'outbound_metered_stopped'],
    ['all_metered', 'free out, free in', 'metered_stopped'],
    ['all_incl_inbound', '', 'suspended'],
  ] as const)('[POL-02] %s lets through: %s', (newCallsAtZero, passed, state) => {
    const rig = openCalls({ profile: 'sipus', policy: { newCallsAtZero, freeze: null } });
    for (const balance of [0, -1]) {
      rig.setBalance(balance);
      expect(letThrough(rig)).toBe(passed);
      expect(rig.calls.callingState()).toMatchObject({
        state,
        reason: state === 'ok' ? null : 'balance_used_up',
        since: state === 'ok' ? null : rig.now(),
      });
    }
    rig.setBalance(1);
    expect(letThrough(rig)).toBe('rated out, free out, rated in, free in');
    expect(rig.calls.callingState()).toEqual({ state: 'ok', reason: null, since: null });
  });

  test('[POL-02] blockAt moves the line: at it calls stop, a micro above they go', () => {
    const rig = openCalls({ profile: 'sipus', policy: { blockAt: toMicros(2_000_000) } });
    rig.setBalance(2_000_000);
    expect(rig.admit(UK)).toMatchObject({ sipCode: 402, reason: 'Balance used up' });
    expect(rig.calls.callingState().state).toBe('metered_stopped');
    rig.setBalance(2_000_001);
    expect(rig.admit(UK).kind).toBe('admitted');
  });

  test('[VTC-28 P] at zero nothing is placed and nothing received, free numbers included, until it is refilled', () => {
    const rig = openCalls();
    rig.setBalance(0);
    for (const [number, changes] of [
      [US, {}],
      ['+18005550147', {}],
      [OWN, INBOUND],
    ] as const) {
      expect(rig.admit(number, changes)).toMatchObject({ sipCode: 402 });
    }
    expect(rig.calls.callingState()).toMatchObject({ state: 'suspended', reason: 'balance_used_up' });
    rig.setBalance(1_000_000);
    expect(rig.admit(OWN, INBOUND).kind).toBe('admitted');
  });

  test('[F-06] a credit limit is there to spend: balance -20 and limit 100 leave 80', () => {
    const rig = openCalls({ profile: 'sipus', policy: { creditLimit: toMicros(100_000_000), freeze: null } });
    rig.setBalance(-20_000_000);
    expect(rig.calls.lookup.look('+870000000000', 'outbound').talkTimeSec).toBe(Math.floor(80 / 5.98) * 60);
    rig.setBalance(-100_000_000);
    expect(rig.admit(UK).kind).toBe('refused');
    rig.setBalance(-99_999_999);
    expect(rig.admit(UK).kind).toBe('admitted');
  });
});

describe('POL-26: the reserve', () => {
  test('[F-06] [POL-26] [KZ-13 P] per-minute service needs a deposit: exactly the reserve of 0.50 is refused', () => {
    const rig = openCalls({ profile: '2600hz' });
    for (const [balance, kind] of [
      [0, 'refused'],
      [500_000, 'refused'],
      [500_001, 'admitted'],
    ] as const) {
      rig.setBalance(balance);
      expect(rig.admit(UK).kind).toBe(kind);
    }
  });

  test('[KZ-13 P] flat-rate calls ask for no deposit', () => {
    const rig = openCalls({ profile: '2600hz' });
    rig.setBalance(0);
    expect(rig.admit(US).kind).toBe('admitted');
  });
});

describe('POL-01: calls in progress when the balance is used up', () => {
  const cases: readonly [AccountPolicy['activeCallsAtZero'], readonly string[]][] = [
    ['cut_all', ['metered', 'flat']],
    ['cut_metered', ['metered']],
    ['keep', []],
  ];
  test.each(cases)('[POL-01] %s cuts %j, never an emergency call', (activeCallsAtZero, cut) => {
    const rig = openCalls({ profile: 'sipus', policy: { activeCallsAtZero } });
    const legs = { metered: rig.talk(UK), flat: rig.talk(US), emergency: rig.talk('911') };
    rig.setBalance(1);
    expect(rig.legsToCut()).toEqual([]);
    rig.setBalance(0);
    const names = rig.legsToCut().map((id) => Object.entries(legs).find(([, leg]) => leg === id)?.[0]);
    expect(names).toEqual(cut);
  });

  test('[VTC-29 P] the profile of that provider cuts every active call', () => {
    const rig = openCalls();
    const legs = [rig.talk(US), rig.talk(OWN, INBOUND)];
    rig.setBalance(0);
    expect(rig.legsToCut()).toEqual(legs);
  });

  test('[TOP-15 P] running calls stay up, new metered ones are refused, flat-rate ones go on', () => {
    const rig = openCalls({ profile: 'sipstation' });
    const running = rig.talk(UK);
    rig.setBalance(0);
    expect(rig.legsToCut()).toEqual([]);
    expect(rig.admit(UK)).toMatchObject({ sipCode: 402 });
    expect(rig.call(US, 60)).toBe(0);
    rig.pass(60);
    expect(rig.end(running)).toBe(32_000);
    rig.setBalance(10_000_000);
    expect(rig.admit(UK).kind).toBe('admitted');
  });
});

describe('what runs and what is booked', () => {
  test('[TOP-10 P] the balance does not move during a call; the estimate beside it does', () => {
    const rig = openCalls();
    const before = rig.balance();
    const leg = rig.talk(US);
    for (const [seconds, estimate] of [
      [1, 13_000],
      [60, 26_000],
    ] as const) {
      rig.pass(seconds);
      expect(rig.balance()).toBe(before);
      expect(rig.calls.liveCalls.list(null)).toMatchObject([{ estimate, ratePerMinute: 13_000 }]);
    }
    expect(rig.end(leg)).toBe(26_000);
    expect(rig.balance()).toBe(before - 26_000);
    expect(rig.calls.liveCalls.list(null)).toEqual([]);
  });

  test('[TOP-11 P] 20 calls of 30 min at 0.05 on a balance of 20.00 end at -10.00', () => {
    const rig = openCalls({ profile: 'sipstation', policy: { channels: { kind: 'pooled', count: 20 } } });
    rig.ledger.db.prepare(`UPDATE rates SET per_minute = 50000 WHERE prefix = '44'`).run();
    rig.setBalance(20_000_000);
    const legs = Array.from({ length: 20 }, () => rig.talk(UK));
    rig.pass(1_800);
    for (const leg of legs) expect(rig.end(leg)).toBe(1_500_000);
    expect(rig.balance()).toBe(-10_000_000);
    expect(rig.ledger.journal.check().holds).toBe(true);
  });

  test('[VTC-09 P] calls placed and calls received draw on the one balance', () => {
    const rig = openCalls();
    const before = rig.balance();
    rig.call(US, 30);
    rig.call(OWN, 30, INBOUND);
    expect(rig.balance()).toBe(before - 13_000 - 8_500);
  });
});

describe('POL-11: what receiving costs', () => {
  test.each([
    ['never', 0, 0],
    ['tollfree_only', 0, 22_000],
    ['always', 8_500, 22_000],
  ] as const)('[POL-11] %s: %i on a local number, %i on a toll-free one', (inboundRated, local, tollFree) => {
    const rig = openCalls({ policy: { inboundRated } });
    expect(rig.call(OWN, 60, INBOUND)).toBe(local);
    expect(rig.newestUsage().price_state).toBe(local === 0 ? 'included' : 'priced');
    expect(rig.call(TOLL_FREE_OWN, 60, INBOUND)).toBe(tollFree);
  });

  test('[SIPUS-22 P] a number bought after the account was opened is rated as its kind', () => {
    const rig = openCalls({ profile: 'sipus' });
    expect(rig.call('+18885550123', 60, INBOUND)).toBe(29_000);
    expect(rig.call('+442079460999', 60, INBOUND)).toBe(0);
  });
});

describe('what a call carried is in its row (SCS-09, SCS-11, SCS-12)', () => {
  test.each([
    ['audio', 'OPUS', { transcoded: 1, codec: 'OPUS', media: 'audio' }],
    ['audio', 'PCMU', { transcoded: 0, codec: null, media: 'audio' }],
    ['video', 'PCMA', { transcoded: 0, codec: null, media: 'video' }],
    ['audio', null, { transcoded: 0, codec: null }],
  ] as const)('[SCS-12 P] over a trunk, %s with %s', (media, codec, row) => {
    const rig = openCalls();
    const leg = rig.start(US);
    rig.books.answered(leg, { media, codec });
    rig.end(leg);
    expect(rig.newestUsage()).toMatchObject({ on_net: 0, ...row });
  });

  test('[SCS-09 P] [SCS-12 P] between two people of the account nothing is converted, and both legs have a row', () => {
    const rig = openCalls();
    const legs = [rig.start('+14155550101', { onNet: true }), rig.start('+14155550101', { ...INBOUND, onNet: true })];
    for (const leg of legs) rig.books.answered(leg, { media: 'audio', codec: 'OPUS' });
    for (const leg of legs) {
      rig.end(leg);
      expect(rig.newestUsage()).toMatchObject({ on_net: 1, transcoded: 0, codec: null });
    }
  });

  test('[SCS-11 P] a call that was a video call for a while is one; one nobody answered carried nothing', () => {
    const rig = openCalls();
    const leg = rig.talk(US);
    rig.books.mediaChanged(leg, { media: 'video', codec: 'OPUS' });
    rig.books.mediaChanged(leg, { media: 'audio', codec: 'OPUS' });
    rig.end(leg);
    expect(rig.newestUsage()).toMatchObject({ media: 'video' });
    const refusedVideo = rig.start(US, { media: 'video' });
    rig.books.answered(refusedVideo, { media: 'audio', codec: 'PCMU' });
    rig.end(refusedVideo);
    expect(rig.newestUsage()).toMatchObject({ media: 'audio' });
    rig.call(US, 0);
    expect(rig.newestUsage()).toMatchObject({ media: null, transcoded: null, on_net: 0 });
  });
});

test('each step of a call is told to whoever follows the calls in progress', () => {
  const rig = openCalls();
  rig.call(US, 5);
  expect(rig.events()).toEqual([
    'live_calls.updated',
    'live_calls.updated',
    'usage.upserted',
    'balance.updated',
    'live_calls.updated',
  ]);
});
