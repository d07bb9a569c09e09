import type { Micros } from '../../../preload/contract/money.ts';
import type { Grant, Role } from '../../../preload/contract/roles.ts';

/** Destinations that are treated alike by channels and plans. */
export type CallClass = 'domestic' | 'international' | 'toll_free' | 'premium' | 'emergency';

/** POL-08: one pool of channels, or trunks of three kinds (F-05). Legs are counted, not calls. */
export type ChannelModel =
  | { readonly kind: 'pooled'; readonly count: number }
  | { readonly kind: 'in_out_twoway'; readonly inbound: number; readonly outbound: number; readonly twoWay: number };

/** The rules of requirements.md 1.6 that decide about a call. Field comments name the POL they answer. */
export interface AccountPolicy {
  readonly emergency: { readonly numbers: readonly string[]; readonly testNumber: string | null }; // POL-25
  readonly media: 'anchored' | 'endToEnd' | 'relayOnly'; // POL-27
  /** POL-01: which calls in progress end once the balance is 0 or less. Emergency calls never do. */
  readonly activeCallsAtZero: 'cut_all' | 'cut_metered' | 'keep';
  /** POL-02: which new calls stop once what can be spent is 0 or less. */
  readonly newCallsAtZero: 'none' | 'outbound_metered' | 'all_metered' | 'all_incl_inbound';
  readonly inboundRated: 'never' | 'tollfree_only' | 'always'; // POL-11
  readonly admissionReserve: Micros; // POL-26
  readonly creditLimit: Micros;
  /** POL-14: below this the balance is called low. */
  readonly lowBelow: Micros;
  readonly rating: { readonly minSec: number; readonly incSec: number; readonly freeSec: number }; // POL-07
  readonly channels: ChannelModel; // POL-08
  readonly channelExempt: readonly CallClass[]; // POL-09
  /** POL-10: a call beyond the channels fails, or is rated per minute although its class is in the plan. */
  readonly channelOverflow: 'fail' | 'per_minute';
  /** Classes the plan covers: cost 0. */
  readonly included: readonly CallClass[];
}

export interface ProfileNumber {
  readonly number: string;
  readonly label: string;
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
  readonly deck:
    /** Every country at its own price. */
    | { readonly kind: 'world' }
    /** One price a minute for every destination and both directions. */
    | { readonly kind: 'flat'; readonly perMinute: Micros };
  /** Per minute of a call received, on a local and on a toll-free number. */
  readonly inbound: { readonly local: Micros; readonly tollFree: Micros };
  readonly numbers: readonly ProfileNumber[];
  readonly people: readonly ProfilePerson[];
  /** What the account stands at after seeding. */
  readonly seededBalance: Micros;
}
