import type { Micros } from '../../../preload/contract/money.ts';
import { toMicros } from '../../../preload/contract/money.ts';
import type { NumberType } from './number-market.ts';

/** What a provider does so that an emergency call is answered at the right place (EXT-27). */
export interface EmergencyService {
  /** Countries whose addresses can be registered. */
  readonly countries: readonly string[];
  /** From the request until the emergency services know the address. */
  readonly registrationMs: number;
  /** From the request to remove it until they have forgotten it. */
  readonly removalMs: number;
  /** Asked for each emergency call from a number without a registered address; null = none. */
  readonly unregisteredCallFee: Micros | null;
  /** SIPUS-21: a number of one type can be made one that may call for help; null = it cannot. */
  readonly conversion: {
    readonly from: NumberType;
    readonly to: NumberType;
    /** Once; what the other type costs more every month comes from the price list. */
    readonly setup: Micros;
  } | null;
}

export const NORTH_AMERICAN_EMERGENCY: EmergencyService = {
  countries: ['US', 'CA'],
  registrationMs: 90_000,
  removalMs: 30_000,
  // The books charge none, so none is told.
  unregisteredCallFee: null,
  conversion: null,
};

/** SIPUS-18, SIPUS-21. */
export const ENHANCED_EMERGENCY: EmergencyService = {
  ...NORTH_AMERICAN_EMERGENCY,
  conversion: { from: 'standard', to: 'enhanced', setup: toMicros(0) },
};
