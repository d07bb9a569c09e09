import type { Micros } from '../../../preload/contract/money.ts';
import { toMicros } from '../../../preload/contract/money.ts';

/** A paid package: free calling credit every month, a share of its price that grows with the seats (VTC-04, VTC-05). */
export interface CreditPackage {
  readonly name: string;
  readonly seats: number;
  readonly perSeat: Micros;
  /** Ascending; the last one whose `fromSeats` is reached holds. */
  readonly shares: readonly { readonly fromSeats: number; readonly basisPoints: number }[];
}

/** Where free credit comes from at a provider: a trial (POL-22) or a package; null = it gives none. */
export type CreditFacts =
  | { readonly kind: 'none' }
  | { readonly kind: 'trial' }
  | { readonly kind: 'package'; readonly package: CreditPackage };

export const NO_FREE_CREDIT: CreditFacts = { kind: 'none' };

/** 20 to 40 % of the subscription, by seats. */
export const SEAT_SHARES: CreditPackage['shares'] = [
  { fromSeats: 1, basisPoints: 2_000 },
  { fromSeats: 10, basisPoints: 3_000 },
  { fromSeats: 25, basisPoints: 4_000 },
];

/** What the invented firm subscribes to: a seat for each of its people. */
export const FIRM_PACKAGE: CreditFacts = {
  kind: 'package',
  package: { name: 'Team', seats: 3, perSeat: toMicros(10_000_000), shares: SEAT_SHARES },
};
