import type { Action } from '../../../../preload/contract/roles.ts';
import type { Micros } from '../../../../preload/contract/money.ts';
import type { QuoteKind, QuoteRequest } from '../../../provider/api/resources/commerce.ts';
import type { ChargeItem, ChargeTiming } from '../../policies/profile.ts';
import type { User } from '../people.ts';

/** The request of one kind of quote. */
export type RequestOf<K extends QuoteKind> = Extract<QuoteRequest, { readonly kind: K }>;

/** One thing that will be paid for, before taxes, fees and surcharges, which commerce adds. */
export interface DraftLine {
  /** Unique in its quote and the same whenever the same request is priced again. */
  readonly id: string;
  readonly item: ChargeItem;
  readonly description: string;
  readonly quantity: number;
  readonly unitPrice: Micros;
  /** quantity x unit price, less what an entitlement or proration takes off; never negative but for a credit note. */
  readonly amount: Micros;
  readonly timing: ChargeTiming;
  readonly recurring: 'none' | 'monthly';
  /** Number or service it is about. */
  readonly subject: string | null;
  readonly entitled: boolean;
  readonly taxable: boolean;
}

export interface Warning {
  readonly code: string;
  readonly text: string;
}

export interface Draft {
  readonly lines: readonly DraftLine[];
  readonly warnings: readonly Warning[];
  /** What the charge and its usage rows are called, as in "Credit added by card ending 4242". */
  readonly summary: string;
}

/** What became of a line. Lines not named count as delivered. */
export interface FailedLine {
  readonly lineId: string;
  /** Plain words for the person. */
  readonly detail: string;
}

/** What delivery is told about the charge it belongs to. */
export interface Purchase {
  readonly chargeId: string;
  readonly buyer: User | null;
  readonly at: number;
}

/**
 * One kind of thing that can be quoted and bought. Its feature registers it with commerce; commerce knows taxes, cards,
 * balance, statements, idempotency and nothing of the goods.
 */
export interface Offer<K extends QuoteKind> {
  readonly kind: K;
  /** Who may quote and execute it (requirements.md 3.0). */
  readonly action: Action;
  /** A card must be there when it is executed, even where nothing is due today; it is kept as the charge's method. */
  readonly needsCard?: true;
  /**
   * Prices the request as things stand. Reads only. Throws a Refusal where it cannot be sold at all: out_of_range,
   * number_taken, not_offered, account_not_ready, contact_provider.
   */
  price(request: RequestOf<K>, buyer: User, at: number): Draft;
  /** Refuses to be executed where pricing may go on: what a person has to do first, as an acknowledgement. Reads only. */
  requireReady?(request: RequestOf<K>): void;
  /**
   * Delivers what was authorised, inside the transaction that also captures the payment: both or neither. Answers the
   * lines that could not be delivered; they are not charged. MUST NOT move money: commerce posts it.
   */
  deliver(request: RequestOf<K>, draft: Draft, purchase: Purchase): readonly FailedLine[];
}
