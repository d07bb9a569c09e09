import type { Micros } from '../../../preload/contract/money.ts';
import { toMicros } from '../../../preload/contract/money.ts';
import type { RangeKind } from './number-ranges.ts';

/** What a number is sold as. Standard and Enhanced are one provider's words for a local one (SIPUS-17, SIPUS-18). */
export const NUMBER_TYPES = ['standard', 'enhanced', 'toll_free', 'local', 'mobile', 'national'] as const;
export type NumberType = (typeof NUMBER_TYPES)[number];

export type NumberCapability = 'voice' | 'emergency' | 'sms' | 'fax';

/** Where the address on file must be for a number of that country. */
export type AddressRequirement = 'none' | 'any' | 'local' | 'foreign';

/** One thing on the price list of a country. */
export interface NumberProduct {
  readonly type: NumberType;
  /** Which of the country's ranges it is taken from. */
  readonly from: RangeKind;
  /** Every n-th number of those ranges is this product; where missing, all that no other product took. */
  readonly every?: number;
  readonly setup: Micros;
  readonly monthly: Micros;
  readonly capabilities: readonly NumberCapability[];
}

/** What the law of a country asks of who holds its numbers (EXT-26). */
export interface NumberRequirement {
  readonly address: AddressRequirement;
  /** before: nothing is sold without it. after: it is bought, and not active until the papers were looked at. */
  readonly when: 'before_purchase' | 'after_purchase';
  /** Papers besides the address, in plain words. */
  readonly documents: readonly string[];
}

export interface CountryMarket {
  readonly country: string;
  readonly products: readonly NumberProduct[];
  /** Whether numbers can be searched by state and city (VTC-19). */
  readonly placeSearch: boolean;
  /** null = none. */
  readonly requirement: NumberRequirement | null;
}

/** What a provider sells and how a number lives there. */
export interface NumberMarket {
  readonly countries: readonly CountryMarket[];
  /** Countries a person is told to ask for (VTC-23, SIPUS-23); any other is answered the same way. */
  readonly byContact: readonly string[];
  /** Whether a wanted word can be searched, or a person has to ask (SIPUS-23). */
  readonly vanity: 'search' | 'by_contact';
  /** How many numbers an account may hold. */
  readonly cap: number;
  /** EXT-24. An extension gives the same time again, up to `maxMs` after the hold began. */
  readonly hold: { readonly ms: number; readonly maxMs: number };
  /** From purchase until it rings; at most a minute (VTC-22). */
  readonly activationMs: number;
  /** EXT-26. How long a look at papers takes, and how long a person has to hand them in. */
  readonly review: { readonly ms: number; readonly deadlineMs: number };
  readonly renewal: {
    /** VTC-25: a positive balance keeps the number, whatever it costs; or the whole price must be there. */
    readonly needs: 'positive_balance' | 'full_price';
    /** After a renewal that could not be paid, the number works on so long. */
    readonly graceMs: number;
  };
  /** VTC-27: a number without a call for so long may be taken back; null = never. */
  readonly inactivityMs: number | null;
  /** EXT-32: a number given up can be taken back so long; then nobody has it for a while. */
  readonly reclaimMs: number;
  readonly agingMs: number;
  /** EXT-30: how long it takes until a name is listed. */
  readonly listingMs: number;
  /** VTC-26: how long support takes to answer a request to give a number up. */
  readonly supportAnswerMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const VOICE_SMS = ['voice', 'sms'] as const;
const VOICE = ['voice'] as const;

const price = (setup: number, monthly: number) => ({ setup: toMicros(setup), monthly: toMicros(monthly) });

/** What every provider has in common until it says otherwise. */
export const DEFAULT_MARKET = {
  byContact: ['BR', 'CN', 'IN', 'JP', 'MX', 'NG', 'SG', 'ZA'],
  vanity: 'search',
  cap: 100,
  hold: { ms: 30 * 60_000, maxMs: 2 * HOUR_MS },
  activationMs: 20_000,
  review: { ms: DAY_MS, deadlineMs: 30 * DAY_MS },
  renewal: { needs: 'positive_balance', graceMs: DAY_MS },
  inactivityMs: null,
  reclaimMs: 10 * DAY_MS,
  agingMs: 20 * DAY_MS,
  listingMs: 3 * DAY_MS,
  supportAnswerMs: 2 * DAY_MS,
} as const satisfies Omit<NumberMarket, 'countries'>;

/** North American numbers at a price for a local and for a toll-free one, in micros. */
export function northAmerica(
  local: { readonly setup: number; readonly monthly: number },
  tollFree: { readonly setup: number; readonly monthly: number },
): readonly CountryMarket[] {
  const products: readonly NumberProduct[] = [
    {
      type: 'local',
      from: 'local',
      capabilities: ['voice', 'sms', 'fax', 'emergency'],
      ...price(local.setup, local.monthly),
    },
  ];
  const free: NumberProduct = {
    type: 'toll_free',
    from: 'toll_free',
    capabilities: VOICE,
    ...price(tollFree.setup, tollFree.monthly),
  };
  return [
    { country: 'US', placeSearch: true, requirement: null, products: [...products, free] },
    { country: 'CA', placeSearch: true, requirement: null, products },
  ];
}

/** North American numbers as Standard and Enhanced (SIPUS-17, SIPUS-18) and toll-free, in micros a month. */
export function standardAndEnhanced(standard: number, enhanced: number, tollFree: number): readonly CountryMarket[] {
  const products: readonly NumberProduct[] = [
    { type: 'enhanced', from: 'local', every: 3, capabilities: ['voice', 'sms', 'emergency'], ...price(0, enhanced) },
    { type: 'standard', from: 'local', capabilities: VOICE_SMS, ...price(0, standard) },
  ];
  const free: NumberProduct = { type: 'toll_free', from: 'toll_free', capabilities: VOICE, ...price(0, tollFree) };
  return [
    { country: 'US', placeSearch: true, requirement: null, products: [...products, free] },
    { country: 'CA', placeSearch: true, requirement: null, products },
  ];
}

/** Countries beyond North America: some free to buy, some with an address first, some with papers afterwards. */
export const WORLD_MARKET: readonly CountryMarket[] = [
  {
    country: 'GB',
    placeSearch: false,
    requirement: null,
    products: [
      { type: 'local', from: 'local', capabilities: VOICE, ...price(0, 1_300_000) },
      { type: 'mobile', from: 'mobile', capabilities: VOICE_SMS, ...price(0, 2_600_000) },
      { type: 'toll_free', from: 'toll_free', capabilities: VOICE, ...price(2_000_000, 4_200_000) },
    ],
  },
  {
    country: 'IE',
    placeSearch: false,
    requirement: null,
    products: [{ type: 'national', from: 'local', capabilities: VOICE, ...price(0, 2_100_000) }],
  },
  {
    country: 'SE',
    placeSearch: false,
    requirement: null,
    products: [{ type: 'local', from: 'local', capabilities: VOICE, ...price(0, 1_700_000) }],
  },
  {
    country: 'AU',
    placeSearch: false,
    requirement: { address: 'any', when: 'before_purchase', documents: [] },
    products: [
      { type: 'local', from: 'local', capabilities: VOICE, ...price(1_000_000, 3_100_000) },
      { type: 'mobile', from: 'mobile', capabilities: VOICE_SMS, ...price(1_000_000, 6_500_000) },
    ],
  },
  {
    country: 'DE',
    placeSearch: false,
    requirement: {
      address: 'local',
      when: 'after_purchase',
      documents: ['Extract of the trade register, or an identity card', 'Proof of address in the area of the number'],
    },
    products: [{ type: 'local', from: 'local', capabilities: VOICE, ...price(0, 1_900_000) }],
  },
  {
    country: 'FR',
    placeSearch: false,
    requirement: {
      address: 'local',
      when: 'after_purchase',
      documents: ['Identity card of the person in charge', 'Proof of address in France'],
    },
    products: [
      { type: 'local', from: 'local', capabilities: VOICE, ...price(0, 1_600_000) },
      { type: 'mobile', from: 'mobile', capabilities: VOICE_SMS, ...price(0, 5_900_000) },
    ],
  },
];
