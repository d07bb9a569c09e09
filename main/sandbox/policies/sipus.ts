import { toMicros } from '../../../preload/contract/money.ts';
import { FIRM_ACCOUNT, FIRM_PEOPLE, US_EMERGENCY, firmNumbers } from './firm.ts';
import type { Profile } from './profile.ts';

/**
 * Channels with unlimited calls inside the 48 states and Canada (SIPUS-07 to SIPUS-12); international and toll-free
 * draw on prepaid funds, international holds no channel (SIPUS-13, SIPUS-22). Numbers are on the statement (POL-15).
 */
export const SIPUS: Profile = {
  id: 'sipus',
  providerName: 'Sandbox, SIP.US rules',
  account: FIRM_ACCOUNT,
  policy: {
    emergency: US_EMERGENCY,
    media: 'anchored',
    activeCallsAtZero: 'keep',
    newCallsAtZero: 'all_metered',
    inboundRated: 'tollfree_only',
    admissionReserve: toMicros(0),
    creditLimit: toMicros(0),
    lowBelow: toMicros(500_000),
    rating: { minSec: 60, incSec: 60, freeSec: 0 },
    channels: { kind: 'pooled', count: 4 },
    channelExempt: ['international', 'emergency'],
    channelOverflow: 'fail',
    included: ['domestic', 'toll_free'],
  },
  deck: { kind: 'world' },
  inbound: { local: toMicros(0), tollFree: toMicros(29_000) },
  numbers: firmNumbers(0, 0),
  people: FIRM_PEOPLE,
  seededBalance: toMicros(18_600_000),
};
