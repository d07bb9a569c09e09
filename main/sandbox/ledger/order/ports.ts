import type { Micros } from '../../../../preload/contract/money.ts';
import type { NumberType } from '../../policies/number-market.ts';
import type { Charge } from '../commerce/charges.ts';
import type { Offer } from '../commerce/offer.ts';
import type { User } from '../people.ts';

/** A type of number as the market sells it in the account's country. */
export interface SoldType {
  readonly setup: Micros;
  readonly monthly: Micros;
  readonly emergency: boolean;
  /** How many are free now. */
  readonly available: number;
}

/** What the initial order needs of other features; each is asked at the moment it matters. */
export interface OrderPorts {
  /** Channels are priced and set the way any later change of them is. */
  readonly channels: Pick<Offer<'channels'>, 'price' | 'deliver'>;
  /** What is sold of a type; undefined = nothing. */
  readonly sold: (type: NumberType) => SoldType | undefined;
  /** How many more numbers the account may hold. */
  readonly room: () => number;
  readonly addresses: {
    /** The verified address of the business; undefined = it is not verified yet (SIPUS-30). */
    business(): string | undefined;
    /** Whether it was validated and confirmed. */
    isValid(addressId: string): boolean;
    /** MUST run in a transaction. */
    makeBusiness(addressId: string, by: User | null): void;
  };
  readonly charge: (chargeId: string) => Charge | undefined;
  /** Initial orders whose charge is not final. */
  readonly placing: () => readonly Charge[];
  readonly makeDefault: (methodId: string) => void;
}
