import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SpendSettings } from '../../main/sandbox/ledger/calls/spend-controls.ts';
import { toMicros } from '../../preload/contract/money.ts';
import type { CallsRig } from './calls-rig.ts';
import { ALASKA, FORWARDED, INBOUND, OWN, UK, US, openCalls } from './calls-rig.ts';

function control(rig: CallsRig, change: Partial<SpendSettings>): void {
  rig.ledger.write(() => rig.calls.spendControls.put({ ...rig.calls.spendControls.get(), ...change }, 'usr_dana'));
}

const refusal = (rig: CallsRig, number: string, changes = {}) => {
  const admission = rig.admit(number, changes);
  if (admission.kind === 'admitted') rig.end(admission.legId);
  return admission.kind === 'refused' ? `${admission.sipCode} ${admission.reason}` : 'admitted';
};

describe('[EXT-12] what an account forbids itself', () => {
  test('the kill switch stops every outgoing call and no other', () => {
    const rig = openCalls();
    control(rig, { outgoingEnabled: false });
    expect(refusal(rig, US)).toContain('403 Outgoing calls are switched off');
    expect(refusal(rig, '+18005550147')).toContain('switched off');
    expect(refusal(rig, UK, FORWARDED)).toContain('switched off');
    expect(refusal(rig, OWN, INBOUND)).toBe('admitted');
    expect(refusal(rig, '911')).toBe('admitted');
  });

  test('the daily limit counts what ended today and what runs, with its next minute; free calls go on', () => {
    const rig = openCalls();
    control(rig, { dailyLimit: toMicros(39_000) });
    rig.call(US, 61);
    const running = rig.talk(US);
    expect(refusal(rig, US)).toContain('daily limit');
    expect(refusal(rig, '+18005550147')).toBe('admitted');
    rig.end(running);
    rig.call(OWN, 600, INBOUND);
    const received = rig.talk(OWN, INBOUND);
    rig.pass(120);
    expect(refusal(rig, US)).toBe('admitted');
    control(rig, { dailyLimit: toMicros(26_000) });
    expect(refusal(rig, US)).toContain('daily limit');
    rig.end(received);
    rig.pass(12 * 3_600);
    expect(refusal(rig, US)).toBe('admitted');
  });

  test('a rate above the highest allowed is refused, at it is not', () => {
    const rig = openCalls();
    control(rig, { maxPerMinute: toMicros(16_000) });
    expect(refusal(rig, UK)).toBe('admitted');
    expect(refusal(rig, '+447700900123')).toContain('0.029 a minute is above');
  });

  test('destinations by country and by prefix; what is blocked wins over what is allowed', () => {
    const rig = openCalls();
    control(rig, { allowed: ['US', '+4420'], blocked: ['+1907'] });
    expect(refusal(rig, US)).toBe('admitted');
    expect(refusal(rig, UK)).toBe('admitted');
    expect(refusal(rig, ALASKA)).toContain('blocked');
    expect(refusal(rig, '+447700900123')).toContain('not among');
    control(rig, { allowed: null, blocked: ['GB'] });
    expect(refusal(rig, UK)).toContain('blocked');
    expect(refusal(rig, '+493023125042')).toBe('admitted');
  });

  test('so many outgoing calls at once; an emergency call is none of them', () => {
    const rig = openCalls();
    control(rig, { concurrentLimit: 2 });
    rig.talk('911');
    const legs = [rig.talk(US), rig.start(US)];
    expect(refusal(rig, US)).toContain('allow 2 outgoing calls at once');
    expect(refusal(rig, OWN, INBOUND)).toBe('admitted');
    rig.end(legs[0] ?? '');
    expect(refusal(rig, US)).toBe('admitted');
  });

  test.each([
    // 22 Nov 2026 is a Sunday; 20:00 UTC is noon in Los Angeles.
    [{ days: [7], from: 720, to: 780 }, 'admitted'],
    [{ days: [7], from: 721, to: 780 }, 'Outside'],
    [{ days: [7], from: 600, to: 720 }, 'Outside'],
    [{ days: [1], from: 0, to: 1440 }, 'Outside'],
    [{ days: [6], from: 1320, to: 780 }, 'admitted'],
    [{ days: [7], from: 1320, to: 780 }, 'Outside'],
  ])('the hours %j, on a Sunday at noon: %s', (window, outcome) => {
    const rig = openCalls();
    control(rig, { window });
    expect(refusal(rig, US)).toContain(outcome);
    expect(refusal(rig, '933')).toBe('admitted');
  });

  test('a change is in the audit trail with both sides', () => {
    const rig = openCalls();
    control(rig, { concurrentLimit: 3 });
    expect(rig.audit.before(Infinity, 1, {})).toMatchObject([
      {
        userId: 'usr_dana',
        action: 'spend_controls.changed',
        before: { concurrentLimit: null },
        after: { concurrentLimit: 3 },
      },
    ]);
  });
});

describe('[F-04] emergency is decided first and never revisited', () => {
  const policy = fc.record({
    newCallsAtZero: fc.constantFrom('none', 'outbound_metered', 'all_metered', 'all_incl_inbound'),
    activeCallsAtZero: fc.constantFrom('cut_all', 'cut_metered', 'keep'),
    channelOverflow: fc.constantFrom('fail', 'per_minute', 'burst'),
    channelExempt: fc.subarray(['domestic', 'international', 'toll_free', 'premium', 'emergency'] as const),
    channels: fc.oneof(
      fc.record({ kind: fc.constant('pooled' as const), count: fc.integer({ min: -1, max: 2 }) }),
      fc.record({
        kind: fc.constant('in_out_twoway' as const),
        inbound: fc.integer({ min: -1, max: 1 }),
        outbound: fc.integer({ min: -1, max: 1 }),
        twoWay: fc.integer({ min: -1, max: 1 }),
      }),
    ),
    admissionReserve: fc.integer({ min: 0, max: 5_000_000 }).map(toMicros),
    blockAt: fc.integer({ min: 0, max: 5_000_000 }).map(toMicros),
  });
  const controls = fc.record({
    outgoingEnabled: fc.boolean(),
    dailyLimit: fc.option(fc.constant(toMicros(0))),
    maxPerMinute: fc.option(fc.constant(toMicros(0))),
    allowed: fc.option(fc.constant<string[]>(['FR'])),
    blocked: fc.constantFrom<string[]>([], ['US', '+911', '+9']),
    concurrentLimit: fc.option(fc.constant<number>(1)),
    window: fc.option(fc.constant<SpendSettings['window']>({ days: [1], from: 0, to: 1 })),
  });
  const state = fc.record({
    profile: fc.constantFrom('voiptime', 'sipus', 'sipcore', '2600hz', 'sipstation'),
    policy,
    controls,
    balance: fc.integer({ min: -50_000_000, max: 5_000_000 }),
    frozen: fc.boolean(),
    service: fc.constantFrom('on', 'off', 'not_sold'),
    disk: fc.constantFrom('sound', 'read_only'),
    number: fc.constantFrom('911', '112', '933'),
    running: fc.integer({ min: 0, max: 3 }),
  });

  test('[F-04] settings nobody can read stop every other call, not this one, which is recorded as always', () => {
    const rig = openCalls();
    rig.ledger.write(() => rig.ledger.settings.put('calls.spend_controls', 'damaged'));
    expect(() => rig.admit(US)).toThrow('Invalid input');
    expect(rig.admit('911')).toMatchObject({ kind: 'admitted', legId: expect.stringMatching(/^leg_/) });
  });

  test('[F-04] no policy, balance, channel, freeze, control or disk fault refuses it; it costs 0 and holds no channel', () => {
    fc.assert(
      fc.property(state, (given) => {
        const rig = openCalls({
          profile: given.profile,
          policy: given.policy,
          ports: { meteredService: () => given.service },
        });
        rig.ledger.db.pragma('synchronous = OFF');
        for (let index = 0; index < given.running; index += 1) rig.admit(US);
        control(rig, given.controls);
        rig.setBalance(given.balance);
        if (given.frozen) rig.ledger.write(() => rig.calls.freeze.byProvider(true));
        const used = rig.calls.liveCalls.channels().inUse;
        if (given.disk === 'read_only') rig.ledger.db.pragma('query_only = ON');
        const admission = rig.admit(given.number);
        rig.ledger.db.pragma('query_only = OFF');
        const byFlag = rig.admit('+49110', { emergency: true });
        if (admission.kind !== 'admitted' || byFlag.kind !== 'admitted')
          throw new Error('An emergency call was refused');
        expect(rig.calls.liveCalls.channels().inUse).toEqual(used);
        expect(rig.legsToCut()).not.toContain(admission.legId);
        expect(rig.calls.lookup.look(given.number, 'outbound')).toMatchObject({ verdict: 'emergency', blocked: null });
        const before = rig.balance();
        for (const { legId } of [admission, byFlag]) {
          rig.books.answered(legId);
          rig.pass(600);
          expect(rig.end(legId)).toBe(0);
        }
        expect(rig.balance()).toBe(before);
        rig.ledger.close();
      }),
      { numRuns: 40, seed: 911 },
    );
  });
});
