import type * as z from 'zod';
import { toMicros } from '../../../preload/contract/money.ts';
import type { accountSchema } from '../../provider/api/resources/account.ts';
import type { initialOrderSchema } from '../../provider/api/resources/order.ts';
import type { OrderedType } from '../policies/onboarding.ts';
import { ORDERED_TYPES } from '../policies/onboarding.ts';
import { EMERGENCY_NOTICE } from '../ledger/order/notices.ts';
import { fundsOf } from '../ledger/order/offer.ts';
import { calculate } from '../ledger/plan/calculation.ts';
import type { ApiContext } from './context.ts';
import { money, timestamp } from './wire.ts';
import { wireLine } from './wire-commerce.ts';

type WireAccount = z.output<typeof accountSchema>;
type WireOrder = z.output<typeof initialOrderSchema>;

/** SIPUS-17, SIPUS-18, SIPUS-22. */
const DESCRIPTIONS: Readonly<Record<OrderedType, string>> = {
  standard: 'For general use',
  enhanced: 'Shown as caller ID when somebody calls for help; its address is registered with the emergency services',
  toll_free: 'Callers pay nothing; each minute received is paid from the prepaid balance',
};

/** Legs hold channels (SIPUS-11, SIPUS-12). */
const CHANNELS_PER_CALL = 1;
const CHANNELS_PER_FORWARDED_CALL = 2;

function wireChoices(context: ApiContext): Pick<WireOrder, 'channels' | 'numbers' | 'by_contact' | 'funds'> {
  const { ledger, services } = context;
  const { profile } = ledger;
  const { account, plan, policy, inbound, onboarding } = profile;
  const amount = (micros: number): WireOrder['funds']['minimum'] => money(toMicros(micros), account.currency);
  const { billing } = policy.contact;
  const byContact = [
    { what: 'International numbers', contact: billing },
    ...(profile.numberMarket.vanity === 'by_contact' ? [{ what: 'Vanity numbers', contact: billing }] : []),
  ];
  return {
    channels: {
      minimum: onboarding?.minimumChannels ?? 0,
      maximum: plan.trunks.maximum,
      monthly_each: amount(calculate(plan.trunks.prices.pooled, 1).total),
      channels_per_call: CHANNELS_PER_CALL,
      channels_per_forwarded_call: CHANNELS_PER_FORWARDED_CALL,
    },
    numbers: ORDERED_TYPES.flatMap((type) => {
      const sold = services.orders.ports.sold(type);
      if (!sold) return [];
      return [
        {
          type,
          description: DESCRIPTIONS[type],
          setup: amount(sold.setup),
          monthly: amount(sold.monthly),
          available: Math.min(sold.available, services.orders.ports.room()),
          emergency: sold.emergency,
          received_per_minute: type === 'toll_free' ? amount(inbound.tollFree) : null,
        },
      ];
    }),
    by_contact: byContact,
    funds: { minimum: amount(policy.amounts.manualMin), may_be_zero: true },
  };
}

function wirePlaced(context: ApiContext): WireOrder['order'] {
  const { ledger, services } = context;
  const { currency } = ledger.profile.account;
  const order = services.orders.placed.find();
  const charge = order && services.commerce.charge(order.chargeId);
  if (!order || !charge) return null;
  return {
    id: order.id,
    charge_id: order.chargeId,
    placed_at: timestamp(order.placedAt),
    placed_by: order.userId,
    channels: order.request.channels,
    numbers: order.request.numbers,
    funds: money(fundsOf(order.request), currency),
    lines: charge.lines.map((line) => ({ line: wireLine(line, currency), state: line.state, detail: line.detail })),
    today_card: money(charge.card, currency),
    first_statement: money(charge.statement, currency),
    payment_method_id: charge.methodId,
    numbers_to_choose: services.entitlements.open(),
  };
}

/** What everybody may know of the onboarding (SIPUS-01, SIPUS-02); nothing where there is none. */
export function wireStanding(context: ApiContext): Pick<WireAccount, 'state' | 'pending' | 'initial_order'> {
  const { orders } = context.services;
  const { state, pending } = orders.states.standing();
  return { state, pending, initial_order: orders.states.offered ? orders.state() : null };
}

/** The initial order in any state after vetting. */
export function wireInitialOrder(context: ApiContext): WireOrder {
  const { ledger, services } = context;
  const { orders, addresses } = services;
  const draft = orders.drafts.find();
  const business = addresses.business();
  const notice = orders.notices.acknowledgement(EMERGENCY_NOTICE);
  return {
    state: orders.state(),
    account_state: orders.states.standing().state,
    steps: [...orders.steps()],
    draft: draft?.content ?? null,
    draft_saved_at: draft ? timestamp(draft.at) : null,
    draft_saved_by: draft?.userId ?? null,
    ...wireChoices(context),
    business_address: { verified: business !== undefined, address_id: business?.id ?? null },
    emergency_notice: {
      url: ledger.profile.policy.links.emergencyNotice,
      acknowledged_at: notice ? timestamp(notice.at) : null,
      acknowledged_by: notice?.userId ?? null,
    },
    binding: false,
    order: wirePlaced(context),
    as_of: timestamp(ledger.clock.now()),
  };
}
