import type { orderOperations } from '../../../provider/api/operations/order.ts';
import type { ApiContext } from '../context.ts';
import type { Handlers } from '../handler.ts';
import { Refusal } from '../refusal.ts';
import { timestamp } from '../wire.ts';
import { wireInitialOrder } from '../wire-order.ts';

/** The initial order and what it covers. */
export function orderHandlers(context: ApiContext): Handlers<typeof orderOperations> {
  const { ledger, services } = context;
  const { orders, entitlements } = services;
  return {
    getInitialOrder() {
      orders.states.requireVetted();
      return wireInitialOrder(context);
    },
    getInitialOrderDraft() {
      orders.states.requireVetted();
      return orders.drafts.current();
    },
    putInitialOrderDraft({ user, body }) {
      orders.saveDraft(body, user);
      return orders.drafts.current();
    },
    getEntitlements() {
      if (!orders.states.offered) throw new Refusal('not_offered', { detail: 'This provider has no initial order' });
      return {
        data: entitlements.all().map((each) => ({ ...each, numbers: [...each.numbers] })),
        left: entitlements.open(),
        as_of: timestamp(ledger.clock.now()),
      };
    },
  };
}
