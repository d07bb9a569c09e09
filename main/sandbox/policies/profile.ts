import type { Micros } from '../../../preload/contract/money.ts';
import type { Grant, Role } from '../../../preload/contract/roles.ts';
import type { CommerceFacts } from './commerce.ts';
import type { CreditFacts } from './credit.ts';
import type { EmergencyService } from './emergency-service.ts';
import type { MeteredRules } from './metered.ts';
import type { NumberMarket, NumberType } from './number-market.ts';
import type { OnboardingRules } from './onboarding.ts';
import type { PlanRules } from './plan.ts';

/** Destinations that are treated alike by channels and plans. */
export type CallClass = 'domestic' | 'international' | 'toll_free' | 'premium' | 'emergency';

/** POL-08: one pool of channels, or trunks of three kinds (F-05). Legs are counted, not calls. -1 = unlimited (KZ-21). */
export type ChannelModel =
  | { readonly kind: 'pooled'; readonly count: number }
  | { readonly kind: 'in_out_twoway'; readonly inbound: number; readonly outbound: number; readonly twoWay: number };

/** POL-12: when something is paid, and from what. */
export type ChargeTiming =
  'now_balance' | 'now_card' | 'next_statement' | 'anniversary' | 'calendar_1st_prorated' | 'arrears_peak';

/** What can be charged for. */
export type ChargeItem =
  | 'credit'
  | 'call'
  | 'number_setup'
  | 'number_monthly'
  | 'channels'
  | 'device'
  | 'emergency'
  | 'metered_service'
  | 'porting'
  | 'plan';

/** POL-20: what a month is billed for. */
export type MeterRule = 'peak' | 'distinct' | 'end_of_period' | 'ever_active';

/** POL-03 to POL-05: how the balance is topped up by itself. */
export interface TopUpRules {
  readonly comparator: 'lte' | 'lt'; // POL-03
  readonly amountMode: 'add_fixed' | 'to_target' | 'to_threshold_plus'; // POL-04
  /** POL-05. `count` null = no limit; it counts tries of the window that ends now. */
  readonly cap: {
    readonly count: number | null;
    readonly windowMs: number;
    readonly windowKind: 'rolling' | 'calendar_day';
    readonly countsFailed: boolean;
    readonly countsManual: boolean;
    readonly monthlyMax: Micros | null;
    /** EXT-13: failures in a row after which it pauses until a person acts. */
    readonly pauseAfterFailures: number | null;
  };
  /** What a new account's threshold is; it is switched off (EXT-14). */
  readonly defaultThreshold: Micros;
  /** TOP-05: fees paid from the balance where they are smaller than the top-up amount, else by card. */
  readonly coversFees: readonly ChargeItem[];
  /** What its payments are called on the ledger and the statement (TOP-18). */
  readonly describedAs: string;
}

/** The rules of requirements.md 1.6 as data. Field comments name the POL they answer. */
export interface AccountPolicy {
  /** POL-01: which calls in progress end once the balance is 0 or less. Emergency calls never do. */
  readonly activeCallsAtZero: 'cut_all' | 'cut_metered' | 'keep';
  /** POL-02: which new calls stop once what can be spent is `blockAt` or less. */
  readonly newCallsAtZero: 'none' | 'outbound_metered' | 'all_metered' | 'all_incl_inbound';
  readonly blockAt: Micros;
  /** POL-02: a balance below 0 for so long stops every call until POL-23 lifts it (SIPUS-26); null = never. */
  readonly freeze: { readonly graceMs: number } | null;
  /** POL-03 to POL-05; null = this provider has no automatic top-up. */
  readonly topUp: TopUpRules | null;
  /** POL-06. */
  readonly amounts: {
    readonly manualMin: Micros;
    readonly manualMax: Micros | null;
    readonly topUpMin: Micros;
    readonly thresholdMin: Micros;
  };
  /** POL-07. */
  readonly rating: {
    readonly minSec: number;
    readonly incSec: number;
    readonly freeSec: number;
    readonly setupFee: Micros;
    /** per_period: a month's seconds are summed, then brought to the increment (SCS-10). */
    readonly scope: 'per_call' | 'per_period';
  };
  readonly channels: ChannelModel; // POL-08, until changed
  readonly channelExempt: readonly CallClass[]; // POL-09
  /** POL-10: a call beyond the channels fails, is rated per minute, or bursts at the burst rate (EXT-43). */
  readonly channelOverflow: 'fail' | 'per_minute' | 'burst';
  /** Classes the plan covers: cost 0. */
  readonly included: readonly CallClass[];
  readonly inboundRated: 'never' | 'tollfree_only' | 'always'; // POL-11
  readonly charging: Readonly<Partial<Record<ChargeItem, ChargeTiming>>>; // POL-12
  readonly renewalClamp: 'anchored' | 'sticky'; // POL-13
  /** POL-14. Levels in falling order; the last is 0 or below. */
  readonly alerts: {
    readonly levels: readonly Micros[];
    readonly comparator: 'lt' | 'lte';
    readonly channels: readonly ('in_app' | 'mail' | 'sms' | 'webhook')[];
    readonly repeatEveryMs: number | null;
    readonly suppressedByTopUp: boolean;
  };
  readonly numbersFundedBy: 'balance' | 'statement' | 'card'; // POL-15
  readonly numberRelease: 'self' | 'via_support'; // POL-16
  readonly holdAfterSuspend: { readonly kind: 'until_renewal' } | { readonly kind: 'days'; readonly days: number }; // POL-17
  readonly refund:
    | { readonly kind: 'none' }
    | { readonly kind: 'prorated_credit' }
    | { readonly kind: 'within_days'; readonly days: number }; // POL-18
  readonly credits: {
    readonly order: 'free_first' | 'paid_first';
    readonly rollover: boolean;
    readonly expiryDays: number | null;
  }; // POL-19
  readonly meters: {
    readonly devices: MeterRule; // POL-20
    readonly trunks: MeterRule;
    readonly video: 'exclusive' | 'also_voip'; // POL-21
    readonly onNetFactor: 1 | 2;
  };
  readonly trial: {
    readonly credit: Micros;
    readonly mayFund: boolean;
    readonly restrictions: readonly string[];
  } | null; // POL-22
  readonly unfreeze: { readonly at: 'gt_zero' | 'gte_zero'; readonly delayMs: number }; // POL-23
  /** POL-24: per cent of a card payment in hundredths: 260 = 2.6 %. */
  readonly cardSurchargeBasisPoints: number;
  readonly emergency: {
    readonly numbers: readonly string[];
    readonly testNumber: string | null;
    readonly disclosure: string | null;
  }; // POL-25
  readonly admissionReserve: Micros; // POL-26
  readonly creditLimit: Micros;
  readonly media: 'anchored' | 'endToEnd' | 'relayOnly'; // POL-27
  readonly contact: { readonly billing: string | null; readonly sales: string | null; readonly support: string | null };
  readonly links: {
    readonly refundPolicy: string | null;
    readonly emergencyNotice: string | null;
    readonly help: string | null;
  };
}

export interface ProfileNumber {
  readonly number: string;
  readonly label: string;
  readonly type: NumberType;
  readonly capabilities: readonly ('voice' | 'emergency' | 'sms' | 'fax')[];
  readonly emergency: 'none' | 'registered';
  readonly isDefaultCallerId: boolean;
  /** Who is rung and may show it. */
  readonly person: string;
  readonly monthly: Micros;
}

export interface ProfilePerson {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly grants: readonly Grant[];
  readonly email: string;
}

export const PROFILE_IDS = ['voiptime', 'sipus', 'sipcore', '2600hz', 'sipstation'] as const;
export type ProfileId = (typeof PROFILE_IDS)[number];

/** One of the five providers the sandbox can be: rules, prices, numbers and people as data. */
export interface Profile {
  readonly id: ProfileId;
  readonly providerName: string;
  readonly account: {
    readonly id: string;
    readonly name: string;
    readonly timeZone: string;
    readonly country: string;
    readonly currency: string;
  };
  readonly policy: AccountPolicy;
  /** What is paid for every month. */
  readonly plan: PlanRules;
  readonly deck:
    /** Every country at its own price. */
    | { readonly kind: 'world' }
    /** One price a minute for every destination and both directions. */
    | { readonly kind: 'flat'; readonly perMinute: Micros };
  /** Per minute of a call received, on a local and on a toll-free number. */
  readonly inbound: { readonly local: Micros; readonly tollFree: Micros };
  /** Per minute of a call beyond the channels where they burst (EXT-43); null = it costs what the deck says. */
  readonly burst: { readonly outbound: Micros; readonly canada: Micros; readonly inbound: Micros } | null;
  /** Where free credit comes from. */
  readonly credit: CreditFacts;
  /** Taxes, fees and ways to pay of its shop. */
  readonly commerce: CommerceFacts;
  /** Services sold apart and paid from the balance (TOP-02); null = none. */
  readonly metered: MeteredRules | null;
  readonly numbers: readonly ProfileNumber[];
  /** Numbers that can be had, and how a number lives here. */
  readonly numberMarket: NumberMarket;
  readonly emergencyService: EmergencyService;
  /** SIPUS-01, SIPUS-02; null = an account works from the first day. */
  readonly onboarding: OnboardingRules | null;
  readonly people: readonly ProfilePerson[];
  /** What the account stands at after seeding. */
  readonly seededBalance: Micros;
}
