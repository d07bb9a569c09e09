import type { Micros } from '../../../preload/contract/money.ts';
import { toMicros } from '../../../preload/contract/money.ts';

/** KZ-19: one pool, or three kinds with a pool of their own. */
export type TrunkKind = 'pooled' | 'inbound' | 'outbound' | 'two_way';

/** What a plan's monthly charges are grouped by (KZ-06), and the meters of who pays afterwards. */
export type PlanGroup =
  | 'subscription'
  | 'sip_devices'
  | 'trunking'
  | 'emergency'
  | 'toll_free'
  | 'numbers'
  | 'voip_minutes'
  | 'video_minutes'
  | 'transcoding_minutes';

/** EXT-37. `single` is taken off once for the item, `cumulative` off each of its units. */
export type Discount =
  | { readonly kind: 'percent'; readonly basisPoints: number }
  | { readonly kind: 'single'; readonly amount: Micros }
  | { readonly kind: 'cumulative'; readonly perUnit: Micros };

/** EXT-37: units are priced one by one, all at the price of the step their number reaches, or together. */
export type Pricing =
  | { readonly kind: 'each'; readonly unitPrice: Micros }
  | { readonly kind: 'tiers'; readonly tiers: readonly Tier[] }
  | { readonly kind: 'flat'; readonly price: Micros };

/** The unit price from so many units on; steps in rising order, the first from 0. */
export interface Tier {
  readonly from: number;
  readonly unitPrice: Micros;
}

/** How one group is charged every month. */
export interface PlanPrice {
  readonly pricing: Pricing;
  /** Charged for at least so many once there is one. */
  readonly minimum: number;
  readonly discount: Discount | null;
}

/** What an account pays for every month, as data of a profile. When is POL-12. */
export interface PlanRules {
  readonly name: string;
  /** VTC-04, VTC-05: seats of a package, and how much of their price comes back as calling credit. */
  readonly subscription: {
    readonly package: string;
    readonly seats: number;
    readonly seat: PlanPrice;
    readonly freeCreditPercent: number;
  } | null;
  readonly trunks: {
    readonly prices: Readonly<Record<TrunkKind, PlanPrice>>;
    /** Of each kind; more is settled with the provider. */
    readonly maximum: number;
    /** KZ-11: accounts of a reseller cannot write their limits and ask it. */
    readonly changedBy: 'account' | 'provider';
    /** EXT-38: whether fewer holds at once or from the next period on. */
    readonly lowered: 'at_once' | 'at_period_end';
    /** SCS-07: the trunks themselves are bought from a carrier; the price here is for the connection. */
    readonly carrierBilledElsewhere: boolean;
  };
  readonly device: PlanPrice | null;
  /** Of each number with a registered address. */
  readonly emergency: PlanPrice | null;
  /** SCS-08, SCS-11, SCS-12: per minute, billed when the month is over. */
  readonly minutes: { readonly voip: Micros; readonly video: Micros; readonly transcoding: Micros } | null;
}

/** So much each, without minimum or discount. */
export function each(unitPrice: number, discount: Discount | null = null): PlanPrice {
  return { pricing: { kind: 'each', unitPrice: toMicros(unitPrice) }, minimum: 0, discount };
}

const pooledAt = (unitPrice: number): PlanRules['trunks'] => ({
  prices: {
    pooled: each(unitPrice),
    inbound: each(unitPrice),
    outbound: each(unitPrice),
    two_way: each(unitPrice),
  },
  maximum: 100,
  changedBy: 'account',
  lowered: 'at_once',
  carrierBilledElsewhere: false,
});

/** Seats with free credit, those of `FIRM_PACKAGE`; channels beyond those of the package are extra. */
export const VOIPTIME_PLAN: PlanRules = {
  name: 'Team, 3 seats',
  subscription: { package: 'Team', seats: 3, seat: each(10_000_000), freeCreditPercent: 20 },
  trunks: pooledAt(5_000_000),
  device: null,
  emergency: each(750_000),
  minutes: null,
};

/** Channels with unlimited calls (SIPUS-07); fewer of them from the next period on. */
export const SIPUS_PLAN: PlanRules = {
  name: 'SIP trunking',
  subscription: null,
  trunks: { ...pooledAt(24_990_000), lowered: 'at_period_end' },
  device: null,
  emergency: each(1_500_000),
  minutes: null,
};

/** SCS-14: X = 2, Y = 15, Z = 0.005, A = 0.01, B = 0.003. */
export const SIPCORE_PLAN: PlanRules = {
  name: 'SIP core, pay for use',
  subscription: null,
  trunks: { ...pooledAt(15_000_000), carrierBilledElsewhere: true },
  device: each(2_000_000),
  emergency: each(1_000_000),
  minutes: { voip: toMicros(5_000), video: toMicros(10_000), transcoding: toMicros(3_000) },
};

/** KZ-06, KZ-18, KZ-19: flat-rate trunks of three kinds; a tenth off devices, to show a discount. */
export const TWENTY_SIX_HUNDRED_HZ_PLAN: PlanRules = {
  name: 'Hosted telephony',
  subscription: null,
  trunks: {
    ...pooledAt(24_990_000),
    prices: {
      pooled: each(24_990_000),
      inbound: each(9_990_000),
      outbound: each(14_990_000),
      two_way: each(24_990_000),
    },
  },
  device: each(2_500_000, { kind: 'percent', basisPoints: 1_000 }),
  emergency: each(1_500_000),
  minutes: null,
};

export const SIPSTATION_PLAN: PlanRules = {
  name: 'Unlimited trunks',
  subscription: null,
  trunks: { ...pooledAt(24_990_000), lowered: 'at_period_end' },
  device: null,
  emergency: each(1_990_000),
  minutes: null,
};
