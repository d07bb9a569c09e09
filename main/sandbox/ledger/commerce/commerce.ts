import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../../preload/contract/money.ts';
import type { QuoteKind, QuoteRequest } from '../../../provider/api/resources/commerce.ts';
import { Refusal } from '../../api/refusal.ts';
import type { TaxRule } from '../../policies/commerce.ts';
import type { AccountPolicy } from '../../policies/profile.ts';
import type { Ledger } from '../ledger.ts';
import type { People, User } from '../people.ts';
import { addCreditOffer } from './add-credit.ts';
import type { AutomaticBegin, AutomaticOrder } from './automatic.ts';
import { createAutomatic } from './automatic.ts';
import type { Charge, ChargeStore } from './charges.ts';
import { createChargeStore, creditOf } from './charges.ts';
import { createEngine } from './engine.ts';
import type { PricingRules } from './pricing.ts';
import type { PaymentMethods } from './methods.ts';
import { createPaymentMethods } from './methods.ts';
import type { Behaviour } from './instruments.ts';
import type { CardFaults, CardNetwork } from './network.ts';
import { createCardNetwork } from './network.ts';
import type { Offer } from './offer.ts';
import { createOffers } from './offers.ts';
import type { Order } from './ordering.ts';
import { createOrdering } from './ordering.ts';
import type { Quote } from './quotes.ts';
import { createQuoteStore } from './quotes.ts';
import { createSettlement } from './settlement.ts';

/**
 * Quotes, charges and ways to pay: the one engine for people and machines. A charge moves money for lines of three
 * timings only: now_balance is posted, now_card is authorised and captured, next_statement is written for the next
 * statement. Lines of other timings tell what will come and are charged by whoever renews.
 */
export interface Commerce {
  /** MUST be called by each feature before `resume`. */
  register<K extends QuoteKind>(offer: Offer<K>): void;
  /** Prices and keeps a quote. Throws what the offer throws; role_not_allowed; not_offered. */
  quote(request: QuoteRequest, buyer: User): Quote;
  quoteById(id: string): Quote | undefined;
  /**
   * Executes a quote, once, outside any transaction; answers the charge as far as it got. The same key again answers the
   * same charge. Throws not_found, role_not_allowed, quote_used, not_enough_credit, payment_method_required,
   * idempotency_key_reused, and what the offer refuses; then nothing was begun.
   */
  execute(order: Order): Charge;
  /**
   * Begins a charge in the caller's transaction; it is processed after that committed, and told to `onChange`. Where no
   * method can be charged it is declined at once (code no_method).
   */
  automaticCharge(order: AutomaticOrder): AutomaticBegin;
  charge(id: string): Charge | undefined;
  /** `owner` is a user id, or AUTOMATIC. */
  chargeByKey(owner: string, key: string): Charge | undefined;
  /** Called inside the transaction of every change of a charge: what follows from it is booked with it. */
  onChange(listener: (charge: Charge) => void): void;
  /** Credit of charges that are not final yet: money on its way, not spendable (EXT-20, F-09). */
  inFlight(): Micros;
  /** The person confirmed or refused with the bank; answers the charge, undefined = that page is used up. */
  confirmAction(actionToken: string, accepted: boolean): Charge | undefined;
  /** What the card network meets next; for tests and demonstrations. */
  useCardFaults(faults: CardFaults): void;
  /** A levy that is added to every price while it is told: how a price changes after it was quoted, for tests. */
  useLevy(levy: () => TaxRule | undefined): void;
  /** Goes on with what a killed process left open. Once, after every offer is registered. */
  resume(): void;
  readonly methods: PaymentMethods;
  readonly network: CardNetwork;
  readonly charges: ChargeStore;
}

/** Whether something is charged every month by card or on a statement, which a card pays in the end. */
function isChargedMonthly({ charging }: AccountPolicy): boolean {
  const monthly = [charging.number_monthly, charging.channels, charging.device, charging.plan, charging.emergency];
  return monthly.some((timing) => timing !== undefined && timing !== 'now_balance' && timing !== 'anniversary');
}

export function createCommerce(ledger: Ledger, people: People): Commerce {
  const { profile, clock } = ledger;
  let levy = (): TaxRule | undefined => undefined;
  const rules: PricingRules = {
    get taxes() {
      const added = levy();
      return added ? [...profile.commerce.taxes, added] : profile.commerce.taxes;
    },
    cardSurchargeBasisPoints: profile.policy.cardSurchargeBasisPoints,
  };
  let cardFaults: CardFaults = { take: (): Behaviour | undefined => undefined };
  const network = createCardNetwork(ledger, { take: () => cardFaults.take() });
  const store = createChargeStore(ledger);
  const quotes = createQuoteStore(ledger, rules);
  const methods = createPaymentMethods(ledger, network);
  const offers = createOffers();
  const settlement = createSettlement({ ledger, people, store, quotes, rules, offers });
  const ordering = createOrdering({ clock, offers, quotes, store, methods, network, settlement });
  const beginAutomatic = createAutomatic({ store, methods, settlement, rules });
  const engine = createEngine({ ledger, network, store, methods, settlement });

  offers.add(addCreditOffer(ledger, store));
  methods.onRemoveLast(() => (isChargedMonthly(profile.policy) ? 'The monthly charges are paid with it' : undefined));

  function chargeOf(id: string): Charge {
    const charge = store.byId(id);
    if (!charge) throw new Error('The charge just begun is not there');
    return charge;
  }

  return {
    register: (offer) => offers.add(offer),
    quote(request, buyer) {
      offers.requireRole(buyer, request.kind);
      const price = quotes.price(offers.get(request.kind), request, buyer);
      return ledger.write(() => quotes.keep(buyer, request, price));
    },
    quoteById: (id) => quotes.byId(id),
    execute(order) {
      const known = store.byKey(order.buyer.id, order.key);
      if (known && known.fingerprint !== ordering.fingerprint(order)) throw new Refusal('idempotency_key_reused');
      engine.wake();
      const { id } = known ?? ledger.write(() => ordering.begin(order));
      engine.run();
      return chargeOf(id);
    },
    automaticCharge(order) {
      engine.wake();
      return beginAutomatic(order);
    },
    charge: (id) => store.byId(id),
    chargeByKey: (owner, key) => store.byKey(owner, key),
    onChange: (listener) => store.onChange(listener),
    inFlight: () => addMicros(toMicros(0), ...store.open().map(creditOf)),
    confirmAction(actionToken, accepted) {
      const id = network.confirm(actionToken, accepted)?.split(':')[0];
      if (id === undefined) return undefined;
      engine.wake();
      ledger.write(() => store.update(id, { step: 'ask' }));
      engine.run();
      return chargeOf(id);
    },
    useCardFaults(faults) {
      cardFaults = faults;
    },
    useLevy(added) {
      levy = added;
    },
    resume() {
      engine.wake();
      engine.run();
    },
    methods,
    network,
    charges: store,
  };
}
