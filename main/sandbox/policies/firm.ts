import { toMicros } from '../../../preload/contract/money.ts';
import type { NumberType } from './number-market.ts';
import type { AccountPolicy, Profile, ProfileNumber, ProfilePerson } from './profile.ts';

/** The invented firm every profile shows: three people and their numbers, from ranges kept free for fiction. */
export const FIRM_ACCOUNT: Profile['account'] = {
  id: 'acc_fernhill',
  name: 'Fernhill Joinery',
  timeZone: 'America/Los_Angeles',
  country: 'US',
  currency: 'USD',
};

export const FIRM_PEOPLE: readonly ProfilePerson[] = [
  { id: 'usr_dana', name: 'Dana Whitfield', role: 'owner', grants: [], email: 'dana@fernhill.example' },
  {
    id: 'usr_marcus',
    name: 'Marcus Oyelaran',
    role: 'admin',
    grants: ['see_balance', 'billing', 'numbers_search'],
    email: 'marcus@fernhill.example',
  },
  { id: 'usr_priya', name: 'Priya Raman', role: 'user', grants: [], email: 'priya@fernhill.example' },
];

/** What the provider calls the firm's numbers: its main line, which can call for help, and the other local ones. */
interface FirmNumberTypes {
  readonly main: NumberType;
  readonly other: NumberType;
}

/** The numbers of the firm at a monthly price for a local and for a toll-free one, in micros. */
export function firmNumbers(
  localMonthly: number,
  tollFreeMonthly: number,
  types: FirmNumberTypes = { main: 'local', other: 'local' },
): readonly ProfileNumber[] {
  const local = {
    type: types.other,
    capabilities: ['voice', 'sms'],
    emergency: 'none',
    isDefaultCallerId: false,
  } as const;
  return [
    {
      number: '+14155550100',
      label: 'Main line',
      type: types.main,
      capabilities: ['voice', 'sms', 'emergency'],
      emergency: 'registered',
      isDefaultCallerId: true,
      person: 'usr_dana',
      monthly: toMicros(localMonthly),
    },
    { ...local, number: '+14155550101', label: 'Workshop', person: 'usr_marcus', monthly: toMicros(localMonthly) },
    { ...local, number: '+14155550102', label: 'Priya', person: 'usr_priya', monthly: toMicros(localMonthly) },
    {
      ...local,
      type: 'toll_free',
      capabilities: ['voice'],
      number: '+18005550199',
      label: 'Toll-free orders',
      person: 'usr_dana',
      monthly: toMicros(tollFreeMonthly),
    },
  ];
}

/** POL-25 of an account in the United States. */
export const US_EMERGENCY = { numbers: ['911', '112'], testNumber: '933' } as const;

const DAY_MS = 86_400_000;

/** Where the invented firm's provider can be reached: names nobody can own (RFC 2606). */
export const SANDBOX_CONTACT = {
  billing: 'billing@provider.example',
  sales: 'sales@provider.example',
  support: 'support@provider.example',
} as const;

export const SANDBOX_LINKS = {
  refundPolicy: 'https://provider.example/refunds',
  emergencyNotice: 'https://provider.example/emergency-calls',
  help: 'https://provider.example/help',
} as const;

/** The defaults of requirements.md 1.6; a profile states what its own source says otherwise. */
export const DEFAULT_POLICY = {
  activeCallsAtZero: 'keep',
  newCallsAtZero: 'all_metered',
  blockAt: toMicros(0),
  freeze: null,
  topUp: {
    comparator: 'lte',
    amountMode: 'add_fixed',
    cap: {
      count: 2,
      windowMs: DAY_MS,
      windowKind: 'rolling',
      countsFailed: true,
      countsManual: false,
      monthlyMax: null,
      pauseAfterFailures: 3,
    },
    defaultThreshold: toMicros(5_000_000),
    coversFees: [],
    describedAs: 'Automatic top-up',
  },
  amounts: {
    manualMin: toMicros(5_000_000),
    manualMax: null,
    topUpMin: toMicros(25_000_000),
    thresholdMin: toMicros(500_000),
  },
  rating: { minSec: 60, incSec: 60, freeSec: 0, setupFee: toMicros(0), scope: 'per_call' },
  channels: { kind: 'pooled', count: 2 },
  channelExempt: ['international', 'toll_free', 'emergency'],
  channelOverflow: 'fail',
  included: [],
  inboundRated: 'tollfree_only',
  charging: {
    credit: 'now_card',
    call: 'now_balance',
    number_setup: 'now_balance',
    number_monthly: 'anniversary',
    channels: 'calendar_1st_prorated',
    device: 'arrears_peak',
    emergency: 'anniversary',
    metered_service: 'now_card',
    porting: 'now_balance',
    plan: 'next_statement',
  },
  renewalClamp: 'anchored',
  alerts: {
    levels: [toMicros(500_000), toMicros(0)],
    comparator: 'lt',
    channels: ['in_app', 'mail'],
    repeatEveryMs: null,
    suppressedByTopUp: true,
  },
  numbersFundedBy: 'balance',
  numberRelease: 'via_support',
  holdAfterSuspend: { kind: 'until_renewal' },
  refund: { kind: 'none' },
  credits: { order: 'free_first', rollover: true, expiryDays: null },
  meters: { devices: 'peak', trunks: 'peak', video: 'exclusive', onNetFactor: 2 },
  trial: null,
  unfreeze: { at: 'gt_zero', delayMs: 0 },
  cardSurchargeBasisPoints: 0,
  emergency: { ...US_EMERGENCY, disclosure: null },
  admissionReserve: toMicros(0),
  creditLimit: toMicros(0),
  media: 'anchored',
  contact: SANDBOX_CONTACT,
  links: SANDBOX_LINKS,
} as const satisfies AccountPolicy;
