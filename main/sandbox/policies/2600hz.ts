import { toMicros } from '../../../preload/contract/money.ts';
import { FIRM_ACCOUNT, FIRM_PEOPLE, US_EMERGENCY, firmNumbers } from './firm.ts';
import type { Profile } from './profile.ts';

/**
 * Flat-rate trunks of three kinds (KZ-18, KZ-19); a call beyond them draws on per-minute credit (KZ-12), which must
 * exceed the reserve of 0.50 (F-06).
 */
export const TWENTY_SIX_HUNDRED_HZ: Profile = {
  id: '2600hz',
  providerName: 'Sandbox, 2600Hz rules',
  account: FIRM_ACCOUNT,
  policy: {
    emergency: US_EMERGENCY,
    media: 'anchored',
    activeCallsAtZero: 'keep',
    newCallsAtZero: 'all_metered',
    inboundRated: 'tollfree_only',
    admissionReserve: toMicros(500_000),
    creditLimit: toMicros(0),
    lowBelow: toMicros(5_000_000),
    rating: { minSec: 60, incSec: 60, freeSec: 0 },
    channels: { kind: 'in_out_twoway', inbound: 0, outbound: 0, twoWay: 2 },
    channelExempt: ['toll_free', 'emergency'],
    channelOverflow: 'per_minute',
    included: ['domestic', 'toll_free'],
  },
  deck: { kind: 'world' },
  inbound: { local: toMicros(10_000), tollFree: toMicros(29_000) },
  numbers: firmNumbers(0, 0),
  people: FIRM_PEOPLE,
  seededBalance: toMicros(21_350_000),
};
