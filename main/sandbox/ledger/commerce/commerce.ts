import { createHash } from 'node:crypto';
import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../../preload/contract/money.ts';
import { mayDo } from '../../../../preload/contract/roles.ts';
import type { QuoteKind, QuoteRequest } from '../../../provider/api/resources/commerce.ts';
import { Refusal } from '../../api/refusal.ts';
import type { TaxRule } from '../../policies/commerce.ts';
import type { Profile } from '../../policies/profile.ts';
import type { Ledger } from '../ledger.ts';
import type { People, User } from '../people.ts';
import { addCreditOffer } from './add-credit.ts';
import type { Charge, ChargedLine, ChargeOrigin, ChargeStore } from './charges.ts';
import { AUTOMATIC, createChargeStore, creditOf, isOpen } from './charges.ts';
import { createEngine, describeBy, failLines } from './engine.ts';
import type { PaymentMethods } from './methods.ts';
import { createPaymentMethods } from './methods.ts';
import type { Behaviour, CardFaults, CardNetwork } from './network.ts';
import { createCardNetwork } from './network.ts';
import type { DraftLine, Offer } from './offer.ts';
import type { PricedLine, PricingRules, Totals } from './pricing.ts';
import { priceLines, totalsOf } from './pricing.ts';
import type { Price, Quote } from './quotes.ts';
import { createQuoteStore } from './quotes.ts';
import { createSettlement } from './settlement.ts';

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

/** A charge nobody confirms: a top-up, a renewal, a schedule. */
export interface AutomaticOrder {
  readonly origin: Exclude<ChargeOrigin, 'manual'>;
  /** What it is called on the wire, as in 'top_up'. */
  readonly kind: string;
  /** Names what it is for: the same key is the same charge, so that nothing is charged twice over a crash. */
  readonly key: string;
  /** As in "Automatic top-up"; " by card ending 4242" is added. */
  readonly description: string;
  /** What is paid; a line of item 'credit' adds to the balance when it is paid (`creditLine`). */
  readonly lines: readonly DraftLine[];
  /** null = the default one; after a decline the next in order is tried either way (EXT-15). */
  readonly paymentMethodId: string | null;
}

/** `busy`: another of that origin is not final yet, one at a time for each account (F-09). `known`: that key was used. */
export type AutomaticBegin = { readonly kind: 'begun' | 'known' | 'busy'; readonly chargeId: string };

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

const open = (line: PricedLine): ChargedLine => ({ ...line, state: 'open', detail: null });

function fingerprint(order: Order): string {
  const parts = [order.quoteId, order.priceHash, order.paymentMethodId, order.oneTimeToken ?? null];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/** Whether something is charged every month by card or on a statement, which a card pays in the end. */
function isChargedMonthly({ charging }: Profile['policy']): boolean {
  const monthly = [charging.number_monthly, charging.channels, charging.device, charging.plan, charging.emergency];
  return monthly.some((timing) => timing !== undefined && timing !== 'now_balance' && timing !== 'anniversary');
}

const NOTHING = { card: toMicros(0), balance: toMicros(0), statement: toMicros(0) } as const;

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
  const offers = new Map<QuoteKind, Offer<QuoteKind>>();
  let cardFaults: CardFaults = { take: (): Behaviour | undefined => undefined };
  const network = createCardNetwork(ledger, { take: () => cardFaults.take() });
  const store = createChargeStore(ledger);
  const quotes = createQuoteStore(ledger, rules);
  const methods = createPaymentMethods(ledger, network);

  function offer(kind: QuoteKind): Offer<QuoteKind> {
    const found = offers.get(kind);
    if (!found) throw new Refusal('not_offered');
    return found;
  }

  const settlement = createSettlement({ ledger, people, store, quotes, rules, offer });
  const engine = createEngine({ ledger, network, store, methods, settlement });

  function requireRole(buyer: User, kind: QuoteKind): void {
    const { action } = offer(kind);
    if (!mayDo(buyer, action))
      throw new Refusal('role_not_allowed', { detail: `${action} needs the owner, or a grant` });
  }

  /** The price now. Goods that went between quote and order are left to the delivery, which charges the rest (EXT-25). */
  function priceNow(quote: Quote, buyer: User): Price {
    try {
      return quotes.price(offer(quote.kind), quote.request, buyer);
    } catch (fault) {
      if (fault instanceof Refusal && fault.code === 'number_taken') return quote;
      throw fault;
    }
  }

  const base = (order: Order, quote: Quote) => ({
    owner: order.buyer.id,
    key: order.key,
    fingerprint: fingerprint(order),
    kind: quote.kind,
    origin: quote.kind === 'metered_service' ? ('first_use' as const) : ('manual' as const),
    quoteId: quote.id,
    newQuoteId: null,
    methodId: null,
    token: order.oneTimeToken ?? null,
    backups: [],
    attempt: 1,
    onSession: true,
    lines: quote.lines.map(open),
    decline: null,
    actionToken: null,
    nextAskAt: null,
    summary: quote.draft.summary,
    description: quote.draft.summary,
  });

  /** The stored card the order will be paid with: a one-time payment leaves none behind. */
  function requireCard(order: Order): string {
    const stored = order.oneTimeToken === undefined ? methods.candidates(order.paymentMethodId) : [];
    const card = stored.find((method) => method.kind === 'card');
    if (!card) throw new Refusal('payment_method_required', { detail: 'A card has to be stored first' });
    return card.id;
  }

  function begin(order: Order): Charge {
    const { buyer } = order;
    const quote = quotes.byId(order.quoteId);
    if (!quote || quote.userId !== buyer.id) throw new Refusal('not_found', { detail: 'No such quote' });
    requireRole(buyer, quote.kind);
    const executed = store.byQuote(quote.id);
    if (executed) throw new Refusal('quote_used', { detail: `Executed as ${executed.id}` });
    const price = priceNow(quote, buyer);
    if (quote.expiresAt <= clock.now() || quote.priceHash !== order.priceHash || quote.priceHash !== price.priceHash) {
      const renewed = quotes.keep(buyer, quote.request, price);
      const lines = failLines(quote.lines.map(open), 'The price has to be accepted again');
      const made = { ...base(order, quote), ...NOTHING, state: 'needs_consent' as const, step: 'none' as const };
      return store.insert({ ...made, newQuoteId: renewed.id, lines });
    }
    offer(quote.kind).requireReady?.(quote.request);
    const card = offer(quote.kind).needsCard ? requireCard(order) : null;
    const totals = totalsOf(quote.lines);
    settlement.requireCovered(totals.todayBalance);
    const amounts = { card: totals.todayCard, balance: totals.todayBalance, statement: totals.firstStatement };
    const made = { ...base(order, quote), ...amounts, methodId: card, state: 'pending' as const };
    if (totals.todayCard === 0) return settlement.settle(store.insert({ ...made, step: 'none' }), false);
    if (order.oneTimeToken !== undefined) {
      const description = describeBy(made.summary, network.entry(order.oneTimeToken));
      return store.insert({ ...made, description, step: 'authorise' });
    }
    const [first, ...backups] = methods.candidates(card ?? order.paymentMethodId);
    return store.insert({
      ...made,
      step: 'authorise',
      methodId: first?.id ?? null,
      backups: backups.map((method) => method.id),
      description: describeBy(made.summary, first),
    });
  }

  function execute(order: Order): Charge {
    const known = store.byKey(order.buyer.id, order.key);
    if (known && known.fingerprint !== fingerprint(order)) throw new Refusal('idempotency_key_reused');
    engine.wake();
    const { id } = known ?? ledger.write(() => begin(order));
    engine.run();
    return store.byId(id) ?? (known as Charge);
  }

  /** What the balance or the next statement pays needs no card network: it is final at once. */
  function settleWithoutCard(order: AutomaticOrder, lines: readonly ChargedLine[], totals: Totals): Charge {
    const made = store.insert({
      owner: AUTOMATIC,
      key: order.key,
      fingerprint: '',
      kind: order.kind,
      origin: order.origin,
      quoteId: null,
      newQuoteId: null,
      methodId: null,
      token: null,
      backups: [],
      attempt: 1,
      onSession: false,
      actionToken: null,
      nextAskAt: null,
      summary: order.description,
      description: order.description,
      card: totals.todayCard,
      balance: totals.todayBalance,
      statement: totals.firstStatement,
      state: 'pending',
      step: 'none',
      lines,
      decline: null,
    });
    return settlement.settle(made, false);
  }

  function automaticCharge(order: AutomaticOrder): AutomaticBegin {
    const known = store.byKey(AUTOMATIC, order.key);
    if (known) return { kind: 'known', chargeId: known.id };
    const busy = store.open().find((charge) => charge.origin === order.origin && charge.owner === AUTOMATIC);
    if (busy && order.origin !== 'renewal') return { kind: 'busy', chargeId: busy.id };
    const lines = priceLines({ lines: order.lines, warnings: [], summary: order.description }, rules).map(open);
    const totals = totalsOf(lines);
    if (totals.todayCard === 0) return { kind: 'begun', chargeId: settleWithoutCard(order, lines, totals).id };
    const active = methods.list().filter((method) => method.state === 'active');
    const asked = active.filter((method) => method.id === order.paymentMethodId);
    const [first, ...backups] = [...asked, ...active.filter((method) => !asked.includes(method))];
    const text = 'There is no payment method that can be charged';
    const made = {
      owner: AUTOMATIC,
      key: order.key,
      fingerprint: '',
      kind: order.kind,
      origin: order.origin,
      quoteId: null,
      newQuoteId: null,
      methodId: first?.id ?? null,
      token: null,
      backups: backups.map((method) => method.id),
      attempt: 1,
      onSession: false,
      actionToken: null,
      nextAskAt: null,
      summary: order.description,
      description: describeBy(order.description, first),
    };
    const amounts = { card: totals.todayCard, balance: totals.todayBalance, statement: totals.firstStatement };
    const begun = { ...made, ...amounts, state: 'pending' as const, lines, decline: null };
    if (totals.todayCard === 0) {
      const charge = settlement.settle(store.insert({ ...begun, step: 'none', description: order.description }), false);
      return { kind: 'begun', chargeId: charge.id };
    }
    engine.wake();
    const charge = first
      ? store.insert({ ...begun, step: 'authorise' })
      : store.insert({
          ...made,
          ...NOTHING,
          state: 'declined',
          step: 'none',
          lines: failLines(lines, text),
          decline: { code: 'no_method', kind: 'hard', text },
        });
    return { kind: 'begun', chargeId: charge.id };
  }

  const commerce: Commerce = {
    register: (made) => void offers.set(made.kind, made as unknown as Offer<QuoteKind>),
    quote(request, buyer) {
      requireRole(buyer, request.kind);
      const price = quotes.price(offer(request.kind), request, buyer);
      return ledger.write(() => quotes.keep(buyer, request, price));
    },
    quoteById: (id) => quotes.byId(id),
    execute,
    automaticCharge,
    charge: (id) => store.byId(id),
    chargeByKey: (owner, key) => store.byKey(owner, key),
    onChange: (listener) => store.onChange(listener),
    inFlight: () => addMicros(toMicros(0), ...store.open().filter(isOpen).map(creditOf)),
    confirmAction(actionToken, accepted) {
      const reference = network.confirm(actionToken, accepted);
      const id = reference?.split(':')[0];
      if (id === undefined) return undefined;
      engine.wake();
      ledger.write(() => void store.update(id, { step: 'ask' }));
      engine.run();
      return store.byId(id);
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
  commerce.register(addCreditOffer(ledger, store));
  methods.onRemoveLast(() => (isChargedMonthly(profile.policy) ? 'The monthly charges are paid with it' : undefined));
  return commerce;
}
