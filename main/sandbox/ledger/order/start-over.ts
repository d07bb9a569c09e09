import type { AccountState } from '../../policies/onboarding.ts';
import type { AddressBook } from '../addresses/addresses.ts';
import type { Registrations } from '../addresses/registrations.ts';
import type { Ledger } from '../ledger.ts';
import type { Capacity } from '../plan/capacity.ts';
import { totalOf } from '../plan/capacity.ts';
import type { Orders } from './orders.ts';

interface Features {
  readonly orders: Orders;
  readonly capacity: Capacity;
  readonly addresses: AddressBook;
  readonly registrations: Registrations;
}

/**
 * Puts an account into a state of its onboarding, as if it had never gone further: no channels, no card, no verified
 * address, nothing registered, no order. Numbers stay: they came along from another provider (SIPUS-16, SIPUS-21), as do
 * balance and history. `active` alone keeps what there is. Throws not_offered.
 */
export function startOver(ledger: Ledger, features: Features, state: AccountState): void {
  const { db, outbox, clock, profile } = ledger;
  const { orders, capacity, addresses, registrations } = features;
  ledger.write(() => {
    if (state === 'active') {
      orders.states.restart(state);
      if (totalOf(capacity.current()) === 0) capacity.set(profile.policy.channels, null);
      return;
    }
    orders.restart(state);
    capacity.set({ kind: 'pooled', count: 0 }, null);
    addresses.forgetBusiness();
    registrations.clear();
    db.prepare('DELETE FROM payment_methods').run();
    outbox.append('payment_methods.updated', clock.now());
  });
}
