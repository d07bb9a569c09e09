import { randomUUID } from 'node:crypto';
import type { QuoteRequest } from '../../../provider/api/resources/commerce.ts';
import type { Purchase } from '../commerce/offer.ts';
import type { Ledger } from '../ledger.ts';

type OrderRequest = Extract<QuoteRequest, { readonly kind: 'initial_order' }>;

/** The order as it was placed; what became of each line is in its charge. */
export interface PlacedOrder {
  readonly id: string;
  readonly chargeId: string;
  readonly userId: string;
  readonly request: OrderRequest;
  /** UTC ms. */
  readonly placedAt: number;
}

/** The one initial order of an account. Writes run in the caller's transaction; a second order is a fault and throws. */
export interface PlacedOrders {
  find(): PlacedOrder | undefined;
  insert(request: OrderRequest, purchase: Purchase): void;
  clear(): void;
}

export function createPlacedOrders({ db, profile }: Ledger): PlacedOrders {
  const read = db.prepare<[], Omit<PlacedOrder, 'request'> & { readonly request: string }>(
    'SELECT id, charge_id AS chargeId, user_id AS userId, request, placed_at AS placedAt FROM initial_order',
  );
  const insert = db.prepare(
    `INSERT INTO initial_order (one, id, charge_id, user_id, request, placed_at)
     VALUES (1, @id, @chargeId, @userId, @request, @at)`,
  );
  const drop = db.prepare('DELETE FROM initial_order');
  const owner = profile.people.find((person) => person.role === 'owner')?.id ?? '';
  return {
    find() {
      const row = read.get();
      return row && { ...row, request: JSON.parse(row.request) as OrderRequest };
    },
    insert(request, { chargeId, buyer, at }) {
      const id = `ord_${randomUUID().replaceAll('-', '')}`;
      insert.run({ id, chargeId, userId: buyer?.id ?? owner, request: JSON.stringify(request), at });
    },
    clear: () => void drop.run(),
  };
}
