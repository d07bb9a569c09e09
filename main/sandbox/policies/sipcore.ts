import { toMicros } from '../../../preload/contract/money.ts';
import { FIRM_ACCOUNT, FIRM_PEOPLE, US_EMERGENCY, firmNumbers } from './firm.ts';
import type { Profile } from './profile.ts';

/**
 * Pay for what was used, afterwards: every voice minute placed and every one received has one price (SCS-08, SCS-09),
 * nothing is blocked by a balance. Numbers and trunks come from a carrier (SCS-07). Seconds are summed, so the
 * increment is one second (SCS-10).
 */
export const SIPCORE: Profile = {
  id: 'sipcore',
  providerName: 'Sandbox, SIP Core rules',
  account: FIRM_ACCOUNT,
  policy: {
    emergency: US_EMERGENCY,
    media: 'anchored',
    activeCallsAtZero: 'keep',
    newCallsAtZero: 'none',
    inboundRated: 'always',
    admissionReserve: toMicros(0),
    creditLimit: toMicros(0),
    lowBelow: toMicros(0),
    rating: { minSec: 1, incSec: 1, freeSec: 0 },
    channels: { kind: 'pooled', count: 10 },
    channelExempt: ['emergency'],
    channelOverflow: 'fail',
    included: [],
  },
  deck: { kind: 'flat', perMinute: toMicros(5_000) },
  inbound: { local: toMicros(5_000), tollFree: toMicros(5_000) },
  numbers: firmNumbers(0, 0),
  people: FIRM_PEOPLE,
  seededBalance: toMicros(-4_870_000),
};
