import { createHash } from 'node:crypto';
import type { TravelClock } from '../travel-clock.ts';
import { Refusal } from '../../api/refusal.ts';
import type { User } from '../people.ts';
import type { Charge, ChargeStore, NewCharge } from './charges.ts';
import { NOTHING_TAKEN, failLines, openLine } from './charges.ts';
import type { PaymentMethods } from './methods.ts';
import { describeBy } from './methods.ts';
import type { CardNetwork } from './network.ts';
import type { Offers } from './offers.ts';
import { totalsOf } from './pricing.ts';
import type { Price, Quote, QuoteStore } from './quotes.ts';
import type { Settlement } from './settlement.ts';

/** A person's consent to a quote. */
export interface Order {
  readonly buyer: User;
  /** The request's idempotency key: the same key is the same charge, for ever. */
  readonly key: string;
  readonly quoteId: string;
  readonly priceHash: string;
  /** null = the default one, and after a decline the next in order. */
  readonly paymentMethodId: string | null;
  /** Of a hosted payment without a stored method. */
  readonly oneTimeToken?: string;
}

/** Turns consent into a charge. */
export interface Ordering {
  /** What the order was: the same key with another one is a fault of the client. */
  fingerprint(order: Order): string;
  /**
   * MUST run in a transaction. What the balance or a statement pays alone is done at once; what a card pays waits for
   * the engine. A quote that ran out, or costs something else by now, takes nothing and leaves a new one.
   */
  begin(order: Order): Charge;
}

interface Parts {
  readonly clock: TravelClock;
  readonly offers: Offers;
  readonly quotes: QuoteStore;
  readonly store: ChargeStore;
  readonly methods: PaymentMethods;
  readonly network: CardNetwork;
  readonly settlement: Settlement;
}

export function createOrdering(parts: Parts): Ordering {
  const { clock, offers, quotes, store, methods, network, settlement } = parts;

  function fingerprint(order: Order): string {
    const named = [order.quoteId, order.priceHash, order.paymentMethodId, order.oneTimeToken ?? null];
    return createHash('sha256').update(JSON.stringify(named)).digest('base64url');
  }

  /** The price now. Goods that went between quote and order are left to the delivery, which charges the rest (EXT-25). */
  function priceNow(quote: Quote, buyer: User): Price {
    try {
      return quotes.price(offers.get(quote.kind), quote.request, buyer);
    } catch (fault) {
      if (fault instanceof Refusal && fault.code === 'number_taken') return quote;
      throw fault;
    }
  }

  function madeOf(order: Order, quote: Quote): NewCharge {
    return {
      ...NOTHING_TAKEN,
      owner: order.buyer.id,
      key: order.key,
      fingerprint: fingerprint(order),
      kind: quote.kind,
      origin: quote.kind === 'metered_service' ? 'first_use' : 'manual',
      state: 'pending',
      step: 'none',
      quoteId: quote.id,
      newQuoteId: null,
      methodId: null,
      token: order.oneTimeToken ?? null,
      backups: [],
      attempt: 1,
      onSession: true,
      lines: quote.lines.map(openLine),
      decline: null,
      actionToken: null,
      nextAskAt: null,
      summary: quote.draft.summary,
      description: quote.draft.summary,
    };
  }

  function needConsent(order: Order, quote: Quote, price: Price): Charge {
    const renewed = quotes.keep(order.buyer, quote.request, price);
    const made = madeOf(order, quote);
    const lines = failLines(made.lines, 'The price has to be accepted again');
    return store.insert({ ...made, state: 'needs_consent', newQuoteId: renewed.id, lines });
  }

  /** The stored card the order will be paid with: a one-time payment leaves none behind. */
  function requireCard(order: Order): string {
    const stored = order.oneTimeToken === undefined ? methods.candidates(order.paymentMethodId) : [];
    const card = stored.find((method) => method.kind === 'card');
    if (!card) throw new Refusal('payment_method_required', { detail: 'A card has to be stored first' });
    return card.id;
  }

  /** Who pays the card's part first, and who after a decline. `card` = that one and no other. */
  function payers(order: Order, card: string | null) {
    if (order.oneTimeToken !== undefined) {
      return { methodId: null, backups: [], label: describeBy('', network.entry(order.oneTimeToken)) };
    }
    const [first, ...rest] = methods.candidates(card ?? order.paymentMethodId);
    return { methodId: first?.id ?? null, backups: rest.map(({ id }) => id), label: describeBy('', first) };
  }

  function requireOpenQuote(order: Order): Quote {
    const quote = quotes.byId(order.quoteId);
    if (!quote || quote.userId !== order.buyer.id) throw new Refusal('not_found', { detail: 'No such quote' });
    offers.requireRole(order.buyer, quote.kind);
    const executed = store.byQuote(quote.id);
    if (executed) throw new Refusal('quote_used', { detail: `Executed as ${executed.id}` });
    return quote;
  }

  return {
    fingerprint,
    begin(order) {
      const quote = requireOpenQuote(order);
      const price = priceNow(quote, order.buyer);
      const agreed = quote.priceHash === order.priceHash && quote.priceHash === price.priceHash;
      if (!agreed || quote.expiresAt <= clock.now()) return needConsent(order, quote, price);
      const offer = offers.get(quote.kind);
      offer.requireReady?.(quote.request);
      const card = offer.needsCard ? requireCard(order) : null;
      const totals = totalsOf(quote.lines);
      settlement.requireCovered(totals.todayBalance);
      const made: NewCharge = {
        ...madeOf(order, quote),
        methodId: card,
        card: totals.todayCard,
        balance: totals.todayBalance,
        statement: totals.firstStatement,
      };
      if (totals.todayCard === 0) return settlement.settle(store.insert(made), false);
      const { label, ...payer } = payers(order, card);
      return store.insert({ ...made, ...payer, step: 'authorise', description: made.summary + label });
    },
  };
}
