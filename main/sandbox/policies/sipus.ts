import { toMicros } from '../../../preload/contract/money.ts';
import { US_TELECOM_TAXES } from './commerce.ts';
import { ENHANCED_EMERGENCY } from './emergency-service.ts';
import { NO_FREE_CREDIT } from './credit.ts';
import { DEFAULT_POLICY, FIRM_ACCOUNT, FIRM_PEOPLE, US_EMERGENCY, firmNumbers } from './firm.ts';
import { DEFAULT_MARKET, standardAndEnhanced } from './number-market.ts';
import { SIPUS_ONBOARDING } from './onboarding.ts';
import { SIPUS_PLAN } from './plan.ts';
import type { Profile } from './profile.ts';

/**
 * Channels with unlimited calls inside the 48 states and Canada (SIPUS-07 to SIPUS-12); international and toll-free
 * draw on prepaid funds, international holds no channel (SIPUS-13, SIPUS-22). Numbers are on the statement (POL-15).
 */
export const SIPUS: Profile = {
  id: 'sipus',
  providerName: 'Sandbox, SIP.US rules',
  account: FIRM_ACCOUNT,
  plan: SIPUS_PLAN,
  policy: {
    ...DEFAULT_POLICY,
    activeCallsAtZero: 'keep',
    newCallsAtZero: 'all_metered',
    inboundRated: 'tollfree_only',
    channels: { kind: 'pooled', count: 4 },
    channelExempt: ['international', 'emergency'],
    channelOverflow: 'fail',
    included: ['domestic', 'toll_free'],
    freeze: { graceMs: 48 * 3_600_000 },
    amounts: { ...DEFAULT_POLICY.amounts, manualMin: toMicros(10_000_000) },
    // SIPUS-23: Billing is asked for international and vanity numbers.
    contact: { ...DEFAULT_POLICY.contact, sales: null },
    numbersFundedBy: 'statement',
    charging: {
      ...DEFAULT_POLICY.charging,
      number_setup: 'next_statement',
      number_monthly: 'next_statement',
      channels: 'next_statement',
      emergency: 'next_statement',
      porting: 'next_statement',
    },
    emergency: {
      ...US_EMERGENCY,
      disclosure:
        'Emergency calls need an Enhanced number with a registered address; without power or Internet they fail.',
    },
  },
  deck: { kind: 'world' },
  inbound: { local: toMicros(0), tollFree: toMicros(29_000) },
  burst: null,
  credit: NO_FREE_CREDIT,
  commerce: { taxes: US_TELECOM_TAXES, bankDebit: true },
  metered: null,
  numbers: firmNumbers(0, 0, { main: 'enhanced', other: 'standard' }),
  numberMarket: {
    ...DEFAULT_MARKET,
    countries: standardAndEnhanced(1_490_000, 2_490_000, 4_990_000),
    vanity: 'by_contact',
  },
  emergencyService: ENHANCED_EMERGENCY,
  onboarding: SIPUS_ONBOARDING,
  people: FIRM_PEOPLE,
  seededBalance: toMicros(18_600_000),
};
