import { toMicros } from '../../../preload/contract/money.ts';
import { DEFAULT_POLICY, FIRM_ACCOUNT, FIRM_PEOPLE, firmNumbers } from './firm.ts';
import type { Profile } from './profile.ts';

/** Resold carriage: every call in both directions and every number draws on one prepaid balance (VTC-09, VTC-10). */
export const VOIPTIME: Profile = {
  id: 'voiptime',
  providerName: 'Sandbox, Voiptime rules',
  account: FIRM_ACCOUNT,
  policy: {
    ...DEFAULT_POLICY,
    activeCallsAtZero: 'cut_all',
    newCallsAtZero: 'all_metered',
    inboundRated: 'always',
    channels: { kind: 'pooled', count: 10 },
    channelExempt: ['international', 'toll_free', 'emergency'],
    channelOverflow: 'fail',
    included: ['toll_free'],
    topUp: null,
    alerts: { ...DEFAULT_POLICY.alerts, channels: ['in_app'] },
    trial: { credit: toMicros(1_000_000), mayFund: true, restrictions: [] },
  },
  deck: { kind: 'world' },
  inbound: { local: toMicros(8_500), tollFree: toMicros(22_000) },
  numbers: firmNumbers(1_150_000, 2_150_000),
  people: FIRM_PEOPLE,
  seededBalance: toMicros(12_410_000),
};
