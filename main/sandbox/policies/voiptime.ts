import { toMicros } from '../../../preload/contract/money.ts';
import { NORTH_AMERICAN_EMERGENCY } from './emergency-service.ts';
import { FIRM_PACKAGE } from './credit.ts';
import { DEFAULT_POLICY, FIRM_ACCOUNT, FIRM_PEOPLE, firmNumbers } from './firm.ts';
import { DEFAULT_MARKET, WORLD_MARKET, northAmerica } from './number-market.ts';
import { VOIPTIME_PLAN } from './plan.ts';
import type { Profile } from './profile.ts';

/** Resold carriage: every call in both directions and every number draws on one prepaid balance (VTC-09, VTC-10). */
export const VOIPTIME: Profile = {
  id: 'voiptime',
  providerName: 'Sandbox, Voiptime rules',
  account: FIRM_ACCOUNT,
  plan: VOIPTIME_PLAN,
  policy: {
    ...DEFAULT_POLICY,
    activeCallsAtZero: 'cut_all',
    newCallsAtZero: 'all_incl_inbound',
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
  burst: null,
  credit: FIRM_PACKAGE,
  commerce: { taxes: [], bankDebit: true },
  metered: null,
  numbers: firmNumbers(1_150_000, 2_150_000),
  numberMarket: {
    ...DEFAULT_MARKET,
    countries: [
      ...northAmerica({ setup: 0, monthly: 1_150_000 }, { setup: 1_000_000, monthly: 2_150_000 }),
      ...WORLD_MARKET,
    ],
    inactivityMs: 365 * 86_400_000,
  },
  emergencyService: NORTH_AMERICAN_EMERGENCY,
  onboarding: null,
  people: FIRM_PEOPLE,
  seededBalance: toMicros(12_410_000),
};
