import type { Micros } from '../../../../preload/contract/money.ts';
import type { NumberType } from '../../policies/number-market.ts';
import type { PaidFrom } from './timing.ts';

/** What the initial order still covers (SIPUS-41, F-17). */
export interface Entitlements {
  /** How many numbers of that type are still to be chosen. Reads only. */
  left(type: NumberType): number;
  /**
   * Takes one for a number that is about to be delivered; false = none is left. Runs in the transaction of the delivery,
   * after everything that could fail: what was not delivered has taken nothing (F-17).
   */
  reserve(type: NumberType, number: string): boolean;
}

/** Where a verified address of the account is needed to be, as a country's law asks. */
export interface Addresses {
  /** Whether the account has a verified address there; null = anywhere. */
  hasVerified(country: string | null): boolean;
}

/** A renewal that is due. The key is unique to this number and this renewal. */
export interface RenewalDue {
  readonly key: string;
  readonly number: string;
  readonly description: string;
  readonly amount: Micros;
  readonly from: PaidFrom;
  readonly at: number;
}

export type RenewalOutcome =
  { readonly kind: 'paid' } | { readonly kind: 'pending' } | { readonly kind: 'refused'; readonly detail: string };

/** Takes what a renewal costs, taxes included, in the transaction of the renewal. `pending` is asked again later. */
export interface RenewalPayments {
  /** What the renewal comes to with taxes and fees. Reads only. */
  total(due: Pick<RenewalDue, 'number' | 'amount' | 'from'>): Micros;
  take(due: RenewalDue): RenewalOutcome;
  /** Called in the transaction in which a renewal that was pending became final. */
  onSettled(listener: (number: string, at: number) => void): void;
}

/** What numbers need to know of other features; each is asked at the moment it matters. */
export interface NumberPorts {
  readonly entitlements: Entitlements;
  readonly addresses: Addresses;
  readonly payments: RenewalPayments;
  /** Called in the transaction in which a number stopped being the account's: its registrations go with it. */
  readonly released: (number: string, at: number) => void;
  /** EXT-35: a setting of a number that a person changed, in the transaction of the change. */
  readonly audit: (change: {
    readonly userId: string;
    readonly number: string;
    readonly before: unknown;
    readonly after: unknown;
  }) => void;
}
