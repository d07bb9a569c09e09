import type { ChargeOrigin, ChargeStore, NewCharge } from './charges.ts';
import { AUTOMATIC, NOTHING_TAKEN, failLines, openLine } from './charges.ts';
import type { PaymentMethod, PaymentMethods } from './methods.ts';
import { describeBy } from './methods.ts';
import type { DraftLine } from './offer.ts';
import type { PricingRules } from './pricing.ts';
import { priceLines, totalsOf } from './pricing.ts';
import type { Settlement } from './settlement.ts';

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

/**
 * `busy`: another of that origin is not final yet, one at a time for each account (F-09); renewals do not wait for each
 * other. `known`: that key was used.
 */
export type AutomaticBegin = { readonly kind: 'begun' | 'known' | 'busy'; readonly chargeId: string };

interface Parts {
  readonly store: ChargeStore;
  readonly methods: PaymentMethods;
  readonly settlement: Settlement;
  readonly rules: PricingRules;
}

const NO_METHOD = {
  code: 'no_method',
  kind: 'hard',
  text: 'There is no payment method that can be charged',
} as const;

/** Begins charges that no person asked for. The result MUST run in a transaction. */
export function createAutomatic(parts: Parts): (order: AutomaticOrder) => AutomaticBegin {
  const { store, methods, settlement, rules } = parts;

  /** The one asked for first, then the others in their order. */
  function payers(asked: string | null): readonly PaymentMethod[] {
    const active = methods.list().filter((method) => method.state === 'active');
    const first = active.filter((method) => method.id === asked);
    return [...first, ...active.filter((method) => method.id !== asked)];
  }

  function madeOf(order: AutomaticOrder): NewCharge {
    const draft = { lines: order.lines, warnings: [], summary: order.description };
    const lines = priceLines(draft, rules).map(openLine);
    const totals = totalsOf(lines);
    return {
      owner: AUTOMATIC,
      key: order.key,
      fingerprint: '',
      kind: order.kind,
      origin: order.origin,
      state: 'pending',
      step: 'none',
      quoteId: null,
      newQuoteId: null,
      methodId: null,
      token: null,
      backups: [],
      attempt: 1,
      onSession: false,
      card: totals.todayCard,
      balance: totals.todayBalance,
      statement: totals.firstStatement,
      lines,
      decline: null,
      actionToken: null,
      nextAskAt: null,
      summary: order.description,
      description: order.description,
    };
  }

  return (order) => {
    const known = store.byKey(AUTOMATIC, order.key);
    if (known) return { kind: 'known', chargeId: known.id };
    const busy = store.open().find((charge) => charge.owner === AUTOMATIC && charge.origin === order.origin);
    if (busy && order.origin !== 'renewal') return { kind: 'busy', chargeId: busy.id };
    const made = madeOf(order);
    if (made.card === 0) return { kind: 'begun', chargeId: settlement.settle(store.insert(made), false).id };
    const [first, ...rest] = payers(order.paymentMethodId);
    const charge: NewCharge = first
      ? {
          ...made,
          step: 'authorise',
          methodId: first.id,
          backups: rest.map((method) => method.id),
          description: describeBy(order.description, first),
        }
      : {
          ...made,
          ...NOTHING_TAKEN,
          state: 'declined',
          lines: failLines(made.lines, NO_METHOD.text),
          decline: NO_METHOD,
        };
    return { kind: 'begun', chargeId: store.insert(charge).id };
  };
}
