import { mayDo } from '../../../../preload/contract/roles.ts';
import type { QuoteKind } from '../../../provider/api/resources/commerce.ts';
import { Refusal } from '../../api/refusal.ts';
import type { User } from '../people.ts';
import type { Offer } from './offer.ts';

/** Everything that can be bought, by its kind. */
export interface Offers {
  add<K extends QuoteKind>(offer: Offer<K>): void;
  /** Throws not_offered. */
  get(kind: QuoteKind): Offer<QuoteKind>;
  /** Refuses who may not buy it (requirements.md 3.0). */
  requireRole(buyer: User, kind: QuoteKind): void;
}

export function createOffers(): Offers {
  const offers = new Map<QuoteKind, Offer<QuoteKind>>();

  function get(kind: QuoteKind): Offer<QuoteKind> {
    const found = offers.get(kind);
    if (!found) throw new Refusal('not_offered');
    return found;
  }

  return {
    // Each offer is only ever asked for requests of its own kind.
    add: (offer) => void offers.set(offer.kind, offer as unknown as Offer<QuoteKind>),
    get,
    requireRole(buyer, kind) {
      const { action } = get(kind);
      if (mayDo(buyer, action)) return;
      throw new Refusal('role_not_allowed', { detail: `${action} needs the owner, or a grant` });
    },
  };
}
