import type { Micros } from '../../../../preload/contract/money.ts';
import { parseDecimal, toDecimal, toMicros } from '../../../../preload/contract/money.ts';
import type { OrderedType } from '../../policies/onboarding.ts';
import { ORDERED_TYPES } from '../../policies/onboarding.ts';
import { Refusal } from '../../api/refusal.ts';
import { checkCreditAmount } from '../commerce/add-credit.ts';
import { creditLine } from '../commerce/credit-line.ts';
import type { Draft, DraftLine, FailedLine, Offer, Purchase, RequestOf, Warning } from '../commerce/offer.ts';
import type { Ledger } from '../ledger.ts';
import { LINE_TIMING, renewalPaidFrom, setupPaidFrom } from '../numbers/timing.ts';
import type { User } from '../people.ts';
import type { AccountStates } from './account-states.ts';
import type { Drafts } from './drafts.ts';
import type { EntitlementBook } from './entitlements.ts';
import type { Notices } from './notices.ts';
import { EMERGENCY_NOTICE } from './notices.ts';
import type { PlacedOrders } from './placed.ts';
import type { OrderPorts, SoldType } from './ports.ts';

/** The whole initial order: channels, numbers by type, funds; the payment method is that of its charge (SIPUS-04). */
export type OrderRequest = RequestOf<'initial_order'>;

const TYPE_NAMES: Readonly<Record<OrderedType, string>> = {
  standard: 'Standard numbers',
  enhanced: 'Enhanced numbers, for emergency calls',
  toll_free: 'Toll-free numbers',
};

const isChannels = (line: Pick<DraftLine, 'item'>): boolean => line.item === 'channels';
const setupId = (type: OrderedType): string => `${type}.setup`;

export interface InitialOrderParts {
  readonly ledger: Ledger;
  readonly states: AccountStates;
  readonly drafts: Drafts;
  readonly notices: Notices;
  readonly entitlements: EntitlementBook;
  readonly placed: PlacedOrders;
  readonly ports: OrderPorts;
}

/** The money of an order; the schema has made sure that it is decimal text. */
export function fundsOf(request: Pick<OrderRequest, 'funds'>): Micros {
  return parseDecimal(request.funds) ?? toMicros(0);
}

function refuse(pointer: string, detail: string): never {
  throw new Refusal('out_of_range', { detail, errors: [{ pointer, detail }] });
}

/**
 * The initial order as one purchase (SIPUS-04). Funds are paid by card today, everything else is on the first statement
 * (SIPUS-32). It is delivered in one transaction: channels, what may be chosen of each type, the business address, the
 * default card, and an account that is active (SIPUS-37). A part that cannot be delivered is not charged.
 */
export function initialOrderOffer(parts: InitialOrderParts): Offer<'initial_order'> {
  const { ledger, states, drafts, notices, entitlements, placed, ports } = parts;
  const { profile, outbox } = ledger;
  const { policy, account } = profile;
  const say = (amount: Micros): string => `${toDecimal(amount)} ${account.currency}`;

  /** Refuses everybody but the charge that is placing it. */
  function requirePlaceable(chargeId: string | null): void {
    const order = placed.find();
    if (order) throw new Refusal('already_placed', { detail: `It was placed as ${order.id}` });
    states.requireVetted();
    if (states.standing().state === 'active') {
      throw new Refusal('already_placed', { detail: 'The account is active: each part is changed by itself' });
    }
    const other = ports.placing().find((charge) => charge.id !== chargeId);
    if (other) throw new Refusal('conflict', { detail: `It is being placed already, as charge ${other.id}` });
  }

  function requireSold(type: OrderedType, count: number): SoldType {
    const sold = ports.sold(type);
    if (!sold) return refuse(`/numbers/${type}`, 'This provider has none of them');
    if (count > sold.available) refuse(`/numbers/${type}`, `Sold out: ${sold.available} of them are left`);
    return sold;
  }

  function requireAddress(request: OrderRequest): void {
    const { addresses } = ports;
    if (addresses.business() !== undefined) return;
    if (request.address_id === null) {
      throw new Refusal('address_required', { detail: 'The business address is not verified yet' });
    }
    if (!addresses.isValid(request.address_id)) {
      throw new Refusal('address_required', { detail: 'That address was not confirmed, or could not be found' });
    }
  }

  function numberLines(request: OrderRequest): readonly DraftLine[] {
    return ORDERED_TYPES.filter((type) => request.numbers[type] > 0).flatMap((type): readonly DraftLine[] => {
      const quantity = request.numbers[type];
      const sold = requireSold(type, quantity);
      const about = { quantity, subject: type, entitled: false, taxable: true } as const;
      const monthly: DraftLine = {
        ...about,
        id: type,
        item: 'number_monthly',
        description: `${TYPE_NAMES[type]}, first month`,
        unitPrice: sold.monthly,
        amount: toMicros(sold.monthly * quantity),
        timing: LINE_TIMING[renewalPaidFrom(policy)],
        recurring: 'monthly',
      };
      if (sold.setup === 0) return [monthly];
      const setup: DraftLine = {
        ...about,
        id: setupId(type),
        item: 'number_setup',
        description: `${TYPE_NAMES[type]}, set up once`,
        unitPrice: sold.setup,
        amount: toMicros(sold.setup * quantity),
        timing: LINE_TIMING[setupPaidFrom(policy)],
        recurring: 'none',
      };
      return [setup, monthly];
    });
  }

  function warningsOf(request: OrderRequest): readonly Warning[] {
    const { numbers } = request;
    const warnings: Warning[] = [];
    if (numbers.enhanced === 0) {
      const text =
        'Without an Enhanced number nobody can be called for help: a firm at one place normally takes at least one.';
      warnings.push({ code: 'no_enhanced_number', text });
    }
    if (numbers.toll_free > 0 && fundsOf(request) === 0) {
      const rate = say(profile.inbound.tollFree);
      const text = `Calls to a toll-free number cost ${rate} a minute from the prepaid balance, which would be empty.`;
      warnings.push({ code: 'toll_free_needs_funds', text });
    }
    return warnings;
  }

  function price(request: OrderRequest, buyer: User, at: number): Draft {
    requirePlaceable(null);
    const minimum = profile.onboarding?.minimumChannels ?? 0;
    if (request.channels < minimum) refuse('/channels', `At least ${minimum}`);
    const wanted = ORDERED_TYPES.reduce((sum, type) => sum + request.numbers[type], 0);
    if (wanted > ports.room()) refuse('/numbers', `The account has room for ${ports.room()} more numbers`);
    const funds = fundsOf(request);
    if (funds > 0) checkCreditAmount(ledger, funds);
    requireAddress(request);
    const channels = ports.channels.price({ kind: 'channels', pooled: request.channels }, buyer, at);
    return {
      lines: [...channels.lines, ...numberLines(request), ...(funds > 0 ? [creditLine(ledger, funds)] : [])],
      warnings: [...channels.warnings, ...warningsOf(request)],
      summary: 'Initial order',
    };
  }

  function deliverChannels(request: OrderRequest, draft: Draft, purchase: Purchase): readonly FailedLine[] {
    const lines = draft.lines.filter(isChannels);
    try {
      ledger.write(() => ports.channels.deliver({ kind: 'channels', pooled: request.channels }, draft, purchase));
      return [];
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault;
      return lines.map((line) => ({ lineId: line.id, detail: fault.message }));
    }
  }

  /** What may be chosen of each type; a type that was sold out meanwhile is not charged. */
  function deliverNumbers(request: OrderRequest, draft: Draft): readonly FailedLine[] {
    return ORDERED_TYPES.filter((type) => request.numbers[type] > 0).flatMap((type): readonly FailedLine[] => {
      const available = ports.sold(type)?.available ?? 0;
      if (available >= request.numbers[type]) {
        entitlements.grant(type, request.numbers[type]);
        return [];
      }
      const lines = draft.lines.filter((line) => line.subject === type && !isChannels(line));
      return lines.map((line) => ({ lineId: line.id, detail: `Sold out: ${available} of them are left` }));
    });
  }

  function deliver(request: OrderRequest, draft: Draft, purchase: Purchase): readonly FailedLine[] {
    requirePlaceable(purchase.chargeId);
    const failed = [...deliverChannels(request, draft, purchase), ...deliverNumbers(request, draft)];
    if (failed.length === draft.lines.length) throw new Refusal('conflict', { detail: 'Nothing of it can be had' });
    const { addresses } = ports;
    if (addresses.business() === undefined && request.address_id !== null) {
      addresses.makeBusiness(request.address_id, purchase.buyer);
    }
    if (request.emergency_notice_acknowledged && purchase.buyer) notices.acknowledge(EMERGENCY_NOTICE, purchase.buyer);
    const methodId = ports.charge(purchase.chargeId)?.methodId ?? null;
    if (methodId !== null) ports.makeDefault(methodId);
    placed.insert(request, purchase);
    drafts.drop();
    states.move('active');
    outbox.append('order.updated', purchase.at);
    return failed;
  }

  return {
    kind: 'initial_order',
    action: 'account.manage',
    needsCard: true,
    price,
    requireReady(request) {
      const orders = ORDERED_TYPES.some((type) => request.numbers[type] > 0);
      if (!orders || request.emergency_notice_acknowledged || notices.acknowledgement(EMERGENCY_NOTICE)) return;
      refuse('/emergency_notice_acknowledged', 'The notice about emergency calls has to be acknowledged first');
    },
    deliver,
  };
}
