import { toMicros } from '../../../preload/contract/money.ts';
import { FIRM_ACCOUNT, FIRM_PEOPLE, US_EMERGENCY, firmNumbers } from './firm.ts';
import type { Profile } from './profile.ts';

/** Resold carriage: every call in both directions and every number draws on one prepaid balance (VTC-09, VTC-10). */
export const VOIPTIME: Profile = {
  id: 'voiptime',
  providerName: 'Sandbox, Voiptime rules',
  account: FIRM_ACCOUNT,
  policy: {
    emergency: US_EMERGENCY,
    media: 'anchored',
    activeCallsAtZero: 'cut_all',
    newCallsAtZero: 'all_metered',
    inboundRated: 'always',
    admissionReserve: toMicros(0),
    creditLimit: toMicros(0),
    lowBelow: toMicros(500_000),
    rating: { minSec: 60, incSec: 60, freeSec: 0 },
    channels: { kind: 'pooled', count: 10 },
    channelExempt: ['international', 'toll_free', 'emergency'],
    channelOverflow: 'fail',
    included: ['toll_free'],
  },
  deck: { kind: 'world' },
  inbound: { local: toMicros(8_500), tollFree: toMicros(22_000) },
  numbers: firmNumbers(1_150_000, 2_150_000),
  people: FIRM_PEOPLE,
  seededBalance: toMicros(12_410_000),
};
