import { describe, expect, test } from 'vitest';
import { channelFree, totalChannels } from '../../main/sandbox/ledger/admission.ts';
import type { ChannelModel } from '../../main/sandbox/policies/profile.ts';
import { ALASKA, FORWARDED, INBOUND, OWN, TOLL_FREE_OWN, UK, US, openCalls } from './calls-rig.ts';

const pooled = (count: number): ChannelModel => ({ kind: 'pooled', count });

describe('POL-08: one pool of channels', () => {
  test('[SIPUS-07 P] [SIPUS-11 P] [POL-08] each active call holds one, placed or received, until it ends', () => {
    const rig = openCalls({ profile: 'sipus' });
    const placed = rig.start(US);
    const received = rig.talk(OWN, INBOUND);
    expect(rig.calls.liveCalls.channels().inUse).toEqual({ inbound: 1, outbound: 1 });
    rig.end(placed);
    rig.end(received);
    expect(rig.calls.liveCalls.channels().inUse).toEqual({ inbound: 0, outbound: 0 });
  });

  test('[SIPUS-09 P] [POL-10] fail: the fifth of four is refused as such, and works after one hang-up', () => {
    const rig = openCalls({ profile: 'sipus' });
    const legs = [1, 2, 3, 4].map(() => rig.start(US));
    expect(rig.admit(US)).toMatchObject({
      kind: 'refused',
      why: 'no_channel',
      sipCode: 503,
      reason: 'All 4 channels in use',
      q850Cause: 34,
    });
    expect(rig.calls.liveCalls.channels().today).toMatchObject({ peak: 4, peakOutbound: 4, noChannel: 1 });
    rig.end(legs[2] ?? '');
    expect(rig.admit(US).kind).toBe('admitted');
  });

  test('[SIPUS-12 P] 3 channels, one forwarded call: one is free; a second forwarded call cannot complete', () => {
    const rig = openCalls({ profile: 'sipus', policy: { channels: pooled(3) } });
    rig.talk(OWN, INBOUND);
    rig.talk(US, FORWARDED);
    expect(rig.calls.liveCalls.channels().inUse).toEqual({ inbound: 1, outbound: 1 });
    rig.talk(OWN, INBOUND);
    expect(rig.admit(US, FORWARDED)).toMatchObject({ sipCode: 503, reason: 'All 3 channels in use' });
  });

  test('[SIPUS-13 P] 2 channels, two domestic calls and one abroad: all three stand', () => {
    const rig = openCalls({ profile: 'sipus', policy: { channels: pooled(2) } });
    rig.talk(US);
    rig.talk(US);
    expect(rig.admit(UK).kind).toBe('admitted');
    expect(rig.admit(US).kind).toBe('refused');
  });

  test('[SIPUS-13 P] a call received and forwarded abroad is one channel and a charge per minute', () => {
    const rig = openCalls({ profile: 'sipus', policy: { channels: pooled(1) } });
    const received = rig.talk(OWN, INBOUND);
    const carriedOn = rig.talk(UK, FORWARDED);
    expect(rig.calls.liveCalls.channels().inUse).toEqual({ inbound: 1, outbound: 0 });
    rig.pass(61);
    expect([rig.end(received), rig.end(carriedOn)]).toEqual([0, 32_000]);
    expect(rig.newestUsage()).toMatchObject({ description: 'Call forwarded to United Kingdom', user_id: 'usr_dana' });
  });

  test('[SIPUS-10 P] Alaska and Hawaii are rated and hold no channel of the plan area', () => {
    const rig = openCalls({ profile: 'sipus', policy: { channels: pooled(1) } });
    rig.talk(US);
    expect(rig.call(ALASKA, 1)).toBe(13_000);
    expect(rig.call('+18085550121', 1)).toBe(13_000);
  });

  test('the capacity is asked at each call: a smaller one lets running calls stand and refuses new ones', () => {
    let channels = pooled(2);
    const rig = openCalls({ profile: 'sipus', ports: { capacity: () => channels } });
    const legs = [rig.talk(US), rig.talk(US)];
    channels = pooled(1);
    expect(rig.admit(US)).toMatchObject({ reason: 'The only channel is in use' });
    rig.end(legs[0] ?? '');
    expect(rig.admit(US).kind).toBe('refused');
    rig.end(legs[1] ?? '');
    expect(rig.admit(US).kind).toBe('admitted');
  });
});

describe('POL-08: three kinds of trunk', () => {
  test('[KZ-19 P] [F-05] [POL-08] 10 two-way carry 6 in and 4 out at once; not one more', () => {
    const channels = { kind: 'in_out_twoway', inbound: 0, outbound: 0, twoWay: 10 } as const;
    const rig = openCalls({ profile: '2600hz', policy: { channels, channelOverflow: 'fail' } });
    for (let index = 0; index < 6; index += 1) rig.talk(OWN, INBOUND);
    for (let index = 0; index < 4; index += 1) rig.talk(US);
    expect(rig.admit(US).kind).toBe('refused');
    expect(rig.admit(OWN, INBOUND).kind).toBe('refused');
    expect(rig.calls.liveCalls.channels().today).toMatchObject({ peakInbound: 6, peakOutbound: 4, peak: 10 });
  });

  test('[F-05] in 2, out 2, two-way 1: with 2 in and 2 out a third inbound fits, a fourth does not', () => {
    const channels = { kind: 'in_out_twoway', inbound: 2, outbound: 2, twoWay: 1 } as const;
    const rig = openCalls({ profile: '2600hz', policy: { channels, channelOverflow: 'fail' } });
    for (let index = 0; index < 2; index += 1) {
      rig.talk(OWN, INBOUND);
      rig.talk(US);
    }
    rig.talk(OWN, INBOUND);
    expect(rig.admit(OWN, INBOUND).kind).toBe('refused');
    expect(rig.admit(US).kind).toBe('refused');
  });

  test('-1 is unlimited, 0 is none', () => {
    const many = { inbound: 5_000, outbound: 5_000 };
    expect(channelFree(pooled(-1), many, 'inbound')).toBe(true);
    expect(channelFree(pooled(0), { inbound: 0, outbound: 0 }, 'inbound')).toBe(false);
    const inbound = { kind: 'in_out_twoway', inbound: -1, outbound: 0, twoWay: 0 } as const;
    expect(channelFree(inbound, many, 'inbound')).toBe(false);
    expect(channelFree(inbound, { inbound: 5_000, outbound: 0 }, 'inbound')).toBe(true);
    expect(channelFree(inbound, { inbound: 0, outbound: 0 }, 'outbound')).toBe(false);
    expect(channelFree({ ...inbound, twoWay: -1 }, many, 'outbound')).toBe(true);
    expect([totalChannels(pooled(-1)), totalChannels(inbound), totalChannels({ ...inbound, inbound: 3 })]).toEqual([
      -1, -1, 3,
    ]);
  });
});

describe('POL-09: classes that need no channel', () => {
  test.each([
    ['domestic', US, {}],
    ['international', UK, {}],
    ['toll_free', TOLL_FREE_OWN, INBOUND],
    ['premium', '+19005550199', {}],
  ] as const)('[POL-09] %s is exempt exactly where it is listed', (kind, number, changes) => {
    for (const listed of [true, false]) {
      const policy = { channels: pooled(0), channelOverflow: 'fail', channelExempt: listed ? [kind] : [] } as const;
      const rig = openCalls({ policy });
      expect(rig.admit(number, changes).kind).toBe(listed ? 'admitted' : 'refused');
    }
  });
});

describe('POL-10: calls beyond the channels', () => {
  test('[KZ-12 P] [KZ-18 P] per_minute: 2 trunks and 5.00, the third call is rated; with 0.00 it is refused', () => {
    const rig = openCalls({ profile: '2600hz' });
    rig.setBalance(5_000_000);
    const trunks = [rig.talk(US), rig.talk(US)];
    expect(rig.call(US, 61)).toBe(26_000);
    expect(rig.newestUsage().description).toBe('Call to United States, beyond the trunks');
    expect(rig.call(OWN, 61, INBOUND)).toBe(20_000);
    rig.setBalance(0);
    expect(rig.admit(US)).toMatchObject({ sipCode: 402, why: 'no_funds' });
    rig.end(trunks[0] ?? '');
    expect(rig.call(US, 61)).toBe(0);
  });

  test('[POL-10] a call let through beyond the trunks keeps its price when one frees', () => {
    const rig = openCalls({ profile: '2600hz' });
    const trunks = [rig.talk(US), rig.talk(US)];
    const beyond = rig.talk(US);
    expect(rig.calls.liveCalls.channels().inUse).toEqual({ inbound: 0, outbound: 2 });
    for (const leg of trunks) rig.end(leg);
    rig.pass(60);
    expect(rig.end(beyond)).toBe(13_000);
  });

  test('[POL-10] [EXT-43] burst: only while concurrency bursting is on, at the rate of a burst', () => {
    let bursting: 'on' | 'off' | 'not_sold' = 'off';
    const ports = { meteredService: (name: string) => (name === 'concurrency_bursting' ? bursting : 'on') } as const;
    const rig = openCalls({ profile: 'sipstation', ports });
    rig.talk(US);
    rig.talk(OWN, INBOUND);
    for (bursting of ['off', 'not_sold'] as const) {
      expect(rig.admit(US)).toMatchObject({ sipCode: 503, why: 'no_channel' });
    }
    bursting = 'on';
    expect(rig.call(US, 60)).toBe(19_000);
    expect(rig.newestUsage().description).toBe('Call to United States, burst');
    expect(rig.call('+14165550134', 60)).toBe(24_000);
    expect(rig.call(OWN, 60, INBOUND)).toBe(15_000);
    expect(rig.calls.liveCalls.channels().inUse).toEqual({ inbound: 1, outbound: 1 });
  });
});

describe('metered services that are switched off', () => {
  test.each([
    ['international', UK, {}],
    ['international', '+19005550199', {}],
    ['toll_free', TOLL_FREE_OWN, INBOUND],
    ['t38_fax', US, { media: 'fax' }],
  ] as const)(
    '%s refuses its calls with 403 while it is off, and sells them while it is on',
    (service, number, changes) => {
      let state: 'on' | 'off' | 'not_sold' = 'off';
      const ports = { meteredService: (name: string) => (name === service ? state : 'not_sold') } as const;
      const rig = openCalls({ profile: 'sipstation', ports });
      expect(rig.admit(number, changes)).toMatchObject({ sipCode: 403, why: 'service_off' });
      expect(rig.admit(US).kind).toBe('admitted');
      // Dialling a toll-free number is free to the caller: nothing is metered.
      rig.end(rig.start('+18005550147'));
      for (state of ['on', 'not_sold'] as const) rig.end(rig.start(number, changes));
    },
  );
});
