import { describe, expect, test } from 'vitest';
import { wirePolicy } from '../../main/sandbox/api/wire-policy.ts';
import { PROFILE_IDS } from '../../main/sandbox/policies/profile.ts';
import type { AccountPolicy } from '../../main/sandbox/policies/profile.ts';
import { policySchema } from '../../main/provider/api/resources/policy.ts';
import { toMicros } from '../../preload/contract/money.ts';
import type { CallsOptions } from './calls-rig.ts';
import { openCalls } from './calls-rig.ts';

function told(options: CallsOptions) {
  const rig = openCalls(options);
  return policySchema.parse(wirePolicy(rig.ledger, rig.calls.freeze.state()));
}

describe('what the rules of calling are is told as they are', () => {
  test.each(['anchored', 'endToEnd', 'relayOnly'] as const)('[POL-27] media %s', (media) => {
    expect(told({ policy: { media } }).media).toBe(media);
  });

  const cases: readonly [string, Partial<AccountPolicy>, object][] = [
    ['[POL-01]', { activeCallsAtZero: 'cut_metered' }, { zero: { active_calls: 'cut_metered' } }],
    [
      '[POL-02]',
      { newCallsAtZero: 'outbound_metered', blockAt: toMicros(1_000_000), freeze: { graceMs: 3_600_000 } },
      {
        zero: {
          new_calls: { stop: 'outbound_metered', block_at: { amount: '1.00', currency: 'USD' } },
          freeze: { grace_seconds: 3_600, freezes_at: null, frozen: false },
        },
      },
    ],
    [
      '[POL-07]',
      { rating: { minSec: 30, incSec: 6, freeSec: 5, setupFee: toMicros(50_000), scope: 'per_period' } },
      {
        rating: {
          minimum_seconds: 30,
          increment_seconds: 6,
          free_seconds: 5,
          setup_fee: { amount: '0.05' },
          scope: 'per_period',
          rounding: 'half_up',
        },
      },
    ],
    [
      '[POL-09] [POL-10]',
      { channelExempt: ['premium'], channelOverflow: 'burst' },
      { channels: { exempt: ['premium'], overflow: 'burst' } },
    ],
    ['[POL-11]', { inboundRated: 'never' }, { inbound_rated: 'never' }],
    [
      '[POL-23]',
      { unfreeze: { at: 'gte_zero', delayMs: 600_000 } },
      { unfreeze: { at: 'gte_zero', delay_seconds: 600 } },
    ],
    ['[POL-26]', { admissionReserve: toMicros(500_000) }, { admission_reserve: { amount: '0.50' } }],
  ];
  test.each(cases)('%s %j', (_, policy, expected) => {
    expect(told({ policy })).toMatchObject(expected);
  });
});

describe('the five profiles are the five sources', () => {
  const facts = {
    voiptime: ['cut_all', 'all_incl_inbound', 'pooled', 'always', 'per_call'],
    sipus: ['keep', 'all_metered', 'pooled', 'tollfree_only', 'per_call'],
    sipcore: ['keep', 'none', 'pooled', 'always', 'per_period'],
    '2600hz': ['keep', 'all_metered', 'in_out_twoway', 'tollfree_only', 'per_call'],
    sipstation: ['keep', 'all_metered', 'pooled', 'tollfree_only', 'per_call'],
  } as const;
  test.each(PROFILE_IDS)('[POL-08] %s', (profile) => {
    const { zero, channels, inbound_rated: inbound, rating } = told({ profile });
    expect([zero.active_calls, zero.new_calls.stop, channels.model, inbound, rating.scope]).toEqual(facts[profile]);
  });
});
