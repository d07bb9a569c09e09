import { toMicros } from '../../../preload/contract/money.ts';
import { US_TELECOM_TAXES } from './commerce.ts';
import { NORTH_AMERICAN_EMERGENCY } from './emergency-service.ts';
import { NO_FREE_CREDIT } from './credit.ts';
import { DEFAULT_POLICY, FIRM_ACCOUNT, FIRM_PEOPLE, firmNumbers } from './firm.ts';
import { SIPSTATION_METERED } from './metered.ts';
import { DEFAULT_MARKET, northAmerica } from './number-market.ts';
import { SIPSTATION_PLAN } from './plan.ts';
import type { Profile } from './profile.ts';

/**
 * Flat-rate trunks; toll-free, international and premium calls are metered and paid from the Top Up reserve (TOP-02,
 * TOP-03), deducted when they end (TOP-10). At 0 no new metered call, flat-rate calls go on (TOP-15).
 */
export const SIPSTATION: Profile = {
  id: 'sipstation',
  providerName: 'Sandbox, SIPStation rules',
  account: FIRM_ACCOUNT,
  plan: SIPSTATION_PLAN,
  policy: {
    ...DEFAULT_POLICY,
    activeCallsAtZero: 'keep',
    newCallsAtZero: 'all_metered',
    inboundRated: 'tollfree_only',
    channels: { kind: 'pooled', count: 2 },
    channelExempt: ['emergency'],
    channelOverflow: 'burst',
    included: ['domestic', 'toll_free'],
    numbersFundedBy: 'card',
    numberRelease: 'self',
    charging: {
      ...DEFAULT_POLICY.charging,
      number_setup: 'now_card',
      number_monthly: 'next_statement',
      channels: 'calendar_1st_prorated',
      emergency: 'now_balance',
      porting: 'now_balance',
    },
    topUp: { ...DEFAULT_POLICY.topUp, coversFees: ['porting', 'emergency'], describedAs: 'ThresholdTopUps' },
    alerts: { ...DEFAULT_POLICY.alerts, levels: [toMicros(5_000_000), toMicros(0)] },
  },
  deck: { kind: 'world' },
  inbound: { local: toMicros(0), tollFree: toMicros(24_000) },
  burst: { outbound: toMicros(19_000), canada: toMicros(24_000), inbound: toMicros(15_000) },
  credit: NO_FREE_CREDIT,
  commerce: { taxes: US_TELECOM_TAXES, bankDebit: false },
  metered: SIPSTATION_METERED,
  numbers: firmNumbers(0, 0),
  numberMarket: {
    ...DEFAULT_MARKET,
    countries: northAmerica({ setup: 0, monthly: 1_500_000 }, { setup: 0, monthly: 2_500_000 }),
  },
  emergencyService: NORTH_AMERICAN_EMERGENCY,
  onboarding: null,
  people: FIRM_PEOPLE,
  seededBalance: toMicros(23_140_000),
};
