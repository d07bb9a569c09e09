import type * as z from 'zod';
import { assertNever } from '../../../../preload/contract/result.ts';
import type { initialOrderStateSchema, orderStepSchema } from '../../../provider/api/resources/order.ts';
import type { AccountState } from '../../policies/onboarding.ts';
import { Refusal } from '../../api/refusal.ts';
import type { Audit } from '../audit/audit.ts';
import type { Charge } from '../commerce/charges.ts';
import type { Offer } from '../commerce/offer.ts';
import type { Quote } from '../commerce/quotes.ts';
import type { Ledger } from '../ledger.ts';
import type { User } from '../people.ts';
import type { AccountStates } from './account-states.ts';
import { createAccountStates } from './account-states.ts';
import type { Drafts, OrderDraft } from './drafts.ts';
import { createDrafts } from './drafts.ts';
import type { EntitlementBook } from './entitlements.ts';
import type { Notices } from './notices.ts';
import { EMERGENCY_NOTICE, createNotices } from './notices.ts';
import { initialOrderOffer } from './offer.ts';
import type { PlacedOrders } from './placed.ts';
import { createPlacedOrders } from './placed.ts';
import type { OrderPorts } from './ports.ts';

export type InitialOrderState = z.output<typeof initialOrderStateSchema>;
type OrderStep = z.output<typeof orderStepSchema>;

/** Everything between an application and the numbers of an active account. */
export interface Orders {
  readonly states: AccountStates;
  readonly drafts: Drafts;
  readonly notices: Notices;
  readonly placed: PlacedOrders;
  readonly ports: OrderPorts;
  readonly offer: Offer<'initial_order'>;
  /** requirements.md 3.2. */
  state(): InitialOrderState;
  /** The screens it takes now, in order. */
  steps(): readonly OrderStep[];
  /** Keeps the draft. Throws not_offered, account_not_ready, already_placed; conflict while it is being placed. */
  saveDraft(content: OrderDraft, by: User): void;
  /** A charge of an order changed; in the transaction of the change. `quote` is the one it executes, or is to. */
  chargeChanged(charge: Charge, quote: Quote | undefined): void;
  /** Forgets order, draft and notices, and puts the account into that state. MUST run in a transaction. */
  restart(state: AccountState): void;
}

const STEPS: readonly OrderStep[] = ['channels', 'numbers', 'funds', 'address', 'review', 'payment'];

/** Where a person goes on when the charge of their order came to this; undefined = the order is placed. */
function stepAfter(charge: Charge): OrderStep | undefined {
  switch (charge.state) {
    case 'pending':
    case 'action_required':
    case 'declined':
      return 'payment';
    case 'needs_consent':
    case 'failed':
      return 'review';
    case 'done':
    case 'partial':
      return undefined;
    default:
      return assertNever(charge.state);
  }
}

export function createOrders(ledger: Ledger, audit: Audit, entitlements: EntitlementBook, ports: OrderPorts): Orders {
  const states = createAccountStates(ledger);
  const drafts = createDrafts(ledger);
  const notices = createNotices(ledger, audit);
  const placed = createPlacedOrders(ledger);

  function state(): InitialOrderState {
    const standing = states.standing();
    if (standing.state === 'active') return entitlements.open() > 0 ? 'numbers_to_choose' : 'done';
    if (standing.state !== 'full_no_order') return 'not_ready';
    if (ports.placing().length > 0) return 'submitting';
    const draft = drafts.find();
    if (!draft) return 'available';
    if (draft.content.step === 'review') return 'review';
    return draft.content.step === 'payment' ? 'payment_setup' : 'in_progress';
  }

  return {
    states,
    drafts,
    notices,
    placed,
    ports,
    offer: initialOrderOffer({ ledger, states, drafts, notices, entitlements, placed, ports }),
    state,
    steps: () => STEPS.filter((step) => step !== 'address' || ports.addresses.business() === undefined),
    saveDraft(content, by) {
      states.requireVetted();
      if (states.standing().state === 'active') {
        throw new Refusal('already_placed', { detail: placed.find()?.id ?? 'The account is active' });
      }
      if (ports.placing().length > 0) throw new Refusal('conflict', { detail: 'It is being placed' });
      drafts.save(content, by.id);
      if (content.emergency_notice_acknowledged) notices.acknowledge(EMERGENCY_NOTICE, by);
    },
    chargeChanged(charge, quote) {
      if (quote?.request.kind !== 'initial_order') return;
      const step = stepAfter(charge);
      if (step === undefined || states.standing().state === 'active') return;
      const { kind: _kind, ...sections } = quote.request;
      const draft = { ...sections, step, quote_id: quote.id, payment_method_id: charge.methodId };
      drafts.save({ ...draft, payment_method_id: charge.methodId ?? drafts.current().payment_method_id }, quote.userId);
    },
    restart(to) {
      placed.clear();
      drafts.drop();
      notices.clear();
      entitlements.clear();
      states.restart(to);
    },
  };
}
