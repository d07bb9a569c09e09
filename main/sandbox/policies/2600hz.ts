import { toMicros } from '../../../preload/contract/money.ts';
import { TAX_ON_CREDIT, US_TELECOM_TAXES } from './commerce.ts';
import { NORTH_AMERICAN_EMERGENCY } from './emergency-service.ts';
import { NO_FREE_CREDIT } from './credit.ts';
import { DEFAULT_POLICY, FIRM_ACCOUNT, FIRM_PEOPLE, firmNumbers } from './firm.ts';
import { DEFAULT_MARKET, WORLD_MARKET, northAmerica } from './number-market.ts';
import { TWENTY_SIX_HUNDRED_HZ_PLAN } from './plan.ts';
import type { Profile } from './profile.ts';

const DAY_MS = 86_400_000;

/**
 * Flat-rate trunks of three kinds (KZ-18, KZ-19); a call beyond them draws on per-minute credit (KZ-12), which must
 * exceed the reserve of 0.50 (F-06).
 */
export const TWENTY_SIX_HUNDRED_HZ: Profile = {
  id: '2600hz',
  providerName: 'Sandbox, 2600Hz rules',
  account: FIRM_ACCOUNT,
  plan: TWENTY_SIX_HUNDRED_HZ_PLAN,
  policy: {
    ...DEFAULT_POLICY,
    activeCallsAtZero: 'keep',
    newCallsAtZero: 'all_metered',
    inboundRated: 'tollfree_only',
    admissionReserve: toMicros(500_000),
    channels: { kind: 'in_out_twoway', inbound: 0, outbound: 0, twoWay: 2 },
    channelExempt: ['toll_free', 'emergency'],
    channelOverflow: 'per_minute',
    included: ['domestic', 'toll_free'],
    alerts: {
      ...DEFAULT_POLICY.alerts,
      levels: [toMicros(5_000_000), toMicros(0)],
      comparator: 'lte',
      channels: ['mail'],
      repeatEveryMs: DAY_MS,
    },
    topUp: {
      ...DEFAULT_POLICY.topUp,
      comparator: 'lt',
      cap: { ...DEFAULT_POLICY.topUp.cap, count: 1 },
    },
    amounts: { ...DEFAULT_POLICY.amounts, topUpMin: toMicros(5_000_000) },
    numbersFundedBy: 'statement',
    charging: {
      ...DEFAULT_POLICY.charging,
      number_setup: 'now_card',
      number_monthly: 'calendar_1st_prorated',
      emergency: 'calendar_1st_prorated',
      plan: 'calendar_1st_prorated',
    },
    numberRelease: 'self',
    refund: { kind: 'prorated_credit' },
  },
  deck: { kind: 'world' },
  inbound: { local: toMicros(10_000), tollFree: toMicros(29_000) },
  burst: null,
  credit: NO_FREE_CREDIT,
  commerce: { taxes: [...US_TELECOM_TAXES, TAX_ON_CREDIT], bankDebit: true },
  metered: null,
  numbers: firmNumbers(0, 0),
  numberMarket: {
    ...DEFAULT_MARKET,
    countries: [
      ...northAmerica({ setup: 500_000, monthly: 2_000_000 }, { setup: 1_000_000, monthly: 3_000_000 }),
      ...WORLD_MARKET,
    ],
  },
  emergencyService: NORTH_AMERICAN_EMERGENCY,
  onboarding: null,
  people: FIRM_PEOPLE,
  seededBalance: toMicros(21_350_000),
};
