import { toMicros } from '../../../preload/contract/money.ts';
import { US_NUMBER_TAXES } from './commerce.ts';
import { NORTH_AMERICAN_EMERGENCY } from './emergency-service.ts';
import { NO_FREE_CREDIT } from './credit.ts';
import { DEFAULT_POLICY, FIRM_ACCOUNT, FIRM_PEOPLE, firmNumbers } from './firm.ts';
import { DEFAULT_MARKET, WORLD_MARKET, northAmerica } from './number-market.ts';
import { SIPCORE_PLAN } from './plan.ts';
import type { Profile } from './profile.ts';

/**
 * Pay for what was used, afterwards: every voice minute placed and every one received has one price (SCS-08, SCS-09),
 * nothing is blocked by a balance. Numbers and trunks come from a carrier (SCS-07). The seconds of a
 * month are summed before they are brought to whole minutes (SCS-10).
 */
export const SIPCORE: Profile = {
  id: 'sipcore',
  providerName: 'Sandbox, SIP Core rules',
  account: FIRM_ACCOUNT,
  plan: SIPCORE_PLAN,
  policy: {
    ...DEFAULT_POLICY,
    activeCallsAtZero: 'keep',
    newCallsAtZero: 'none',
    inboundRated: 'always',
    rating: { ...DEFAULT_POLICY.rating, scope: 'per_period' },
    channels: { kind: 'pooled', count: 10 },
    channelExempt: ['emergency'],
    channelOverflow: 'fail',
    included: [],
    topUp: null,
    numbersFundedBy: 'statement',
    charging: {
      ...DEFAULT_POLICY.charging,
      call: 'arrears_peak',
      number_setup: 'next_statement',
      number_monthly: 'next_statement',
      channels: 'arrears_peak',
      emergency: 'next_statement',
      plan: 'arrears_peak',
    },
    alerts: { ...DEFAULT_POLICY.alerts, levels: [] },
  },
  deck: { kind: 'flat', perMinute: toMicros(5_000) },
  inbound: { local: toMicros(5_000), tollFree: toMicros(5_000) },
  burst: null,
  credit: NO_FREE_CREDIT,
  commerce: { taxes: US_NUMBER_TAXES, bankDebit: true },
  metered: null,
  numbers: firmNumbers(0, 0),
  numberMarket: {
    ...DEFAULT_MARKET,
    countries: [...northAmerica({ setup: 0, monthly: 1_000_000 }, { setup: 0, monthly: 2_000_000 }), ...WORLD_MARKET],
  },
  emergencyService: NORTH_AMERICAN_EMERGENCY,
  onboarding: null,
  people: FIRM_PEOPLE,
  seededBalance: toMicros(-4_870_000),
};
