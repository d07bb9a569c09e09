import { toMicros } from '../../../preload/contract/money.ts';
import { FIRM_ACCOUNT, FIRM_PEOPLE, US_EMERGENCY, firmNumbers } from './firm.ts';
import type { Profile } from './profile.ts';

/**
 * Flat-rate trunks; toll-free, international and premium calls are metered and paid from the Top Up reserve (TOP-02,
 * TOP-03), deducted when they end (TOP-10). At 0 no new metered call, flat-rate calls go on (TOP-15).
 */
export const SIPSTATION: Profile = {
  id: 'sipstation',
  providerName: 'Sandbox, SIPStation rules',
  account: FIRM_ACCOUNT,
  policy: {
    emergency: US_EMERGENCY,
    media: 'anchored',
    activeCallsAtZero: 'keep',
    newCallsAtZero: 'all_metered',
    inboundRated: 'tollfree_only',
    admissionReserve: toMicros(0),
    creditLimit: toMicros(0),
    lowBelow: toMicros(5_000_000),
    rating: { minSec: 60, incSec: 60, freeSec: 0 },
    channels: { kind: 'pooled', count: 2 },
    channelExempt: ['emergency'],
    channelOverflow: 'fail',
    included: ['domestic', 'toll_free'],
  },
  deck: { kind: 'world' },
  inbound: { local: toMicros(0), tollFree: toMicros(24_000) },
  numbers: firmNumbers(0, 0),
  people: FIRM_PEOPLE,
  seededBalance: toMicros(23_140_000),
};
