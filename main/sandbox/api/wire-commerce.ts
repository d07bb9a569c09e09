import type * as z from 'zod';
import type { Micros } from '../../../preload/contract/money.ts';
import type { chargeSchema, quoteSchema, receiptSchema } from '../../provider/api/resources/commerce.ts';
import type { Charge } from '../ledger/commerce/charges.ts';
import { AUTOMATIC } from '../ledger/commerce/charges.ts';
import { methodLabel } from '../ledger/commerce/methods.ts';
import type { PricedLine } from '../ledger/commerce/pricing.ts';
import { totalsOf } from '../ledger/commerce/pricing.ts';
import type { Quote } from '../ledger/commerce/quotes.ts';
import type { ApiContext } from './context.ts';
import { money, timestamp } from './wire.ts';

type WireQuote = z.output<typeof quoteSchema>;
type WireCharge = z.output<typeof chargeSchema>;

/** Where a payment is confirmed with the simulated bank. */
export const CONFIRM_PATH = '/pay/confirm/';

export function wireLine(line: PricedLine, currency: string): WireQuote['lines'][number] {
  return {
    id: line.id,
    kind: line.kind,
    item: line.item,
    description: line.description,
    quantity: line.quantity,
    unit_price: money(line.unitPrice, currency),
    amount: money(line.amount, currency),
    timing: line.timing,
    recurring: line.recurring,
    subject: line.subject,
    entitled: line.entitled,
  };
}

export function wireQuote(context: ApiContext, quote: Quote): WireQuote {
  const { ledger } = context;
  const { currency } = ledger.profile.account;
  const totals = totalsOf(quote.lines);
  const amount = (micros: Micros): WireQuote['totals']['monthly'] => money(micros, currency);
  return {
    id: quote.id,
    kind: quote.kind,
    lines: quote.lines.map((line) => wireLine(line, currency)),
    totals: {
      today_balance: amount(totals.todayBalance),
      today_card: amount(totals.todayCard),
      first_statement: amount(totals.firstStatement),
      monthly: amount(totals.monthly),
      taxes_and_fees: amount(totals.taxesAndFees),
    },
    warnings: quote.draft.warnings.map(({ code, text }) => ({ code, text })),
    price_hash: quote.priceHash,
    expires_at: timestamp(quote.expiresAt),
    as_of: timestamp(ledger.clock.now()),
  };
}

export function wireCharge(context: ApiContext, charge: Charge): WireCharge {
  const { ledger, services } = context;
  const { commerce } = services;
  const { currency } = ledger.profile.account;
  const renewed = charge.newQuoteId === null ? undefined : commerce.quoteById(charge.newQuoteId);
  return {
    id: charge.id,
    idempotency_key: charge.key,
    kind: charge.kind,
    origin: charge.origin,
    state: charge.state,
    quote_id: charge.quoteId,
    created_at: timestamp(charge.createdAt),
    updated_at: timestamp(charge.updatedAt),
    user_id: charge.owner === AUTOMATIC ? null : charge.owner,
    card: money(charge.card, currency),
    balance: money(charge.balance, currency),
    statement: money(charge.statement, currency),
    payment_method_id: charge.methodId,
    lines: charge.lines.map((line) => ({ line_id: line.id, state: line.state, detail: line.detail })),
    decline: charge.decline,
    action_url: charge.actionToken === null ? null : context.origin() + CONFIRM_PATH + charge.actionToken,
    new_quote: renewed ? wireQuote(context, renewed) : null,
    usage_ids: [...commerce.charges.usageIds(charge.id)],
    description: charge.description,
  };
}

export function wireReceipt(context: ApiContext, charge: Charge): z.output<typeof receiptSchema> {
  const { ledger, services } = context;
  const { commerce } = services;
  const { account, policy, providerName } = ledger.profile;
  const method =
    charge.token === null ? commerce.methods.byId(charge.methodId ?? '') : commerce.network.entry(charge.token);
  const delivered = charge.lines.filter((line) => line.state === 'delivered');
  return {
    number: commerce.charges.receiptNumber(charge.id),
    charge_id: charge.id,
    at: timestamp(charge.updatedAt),
    description: charge.description,
    lines: delivered.map((line) => {
      const { id, kind, description, quantity, unit_price, amount } = wireLine(line, account.currency);
      return { id, kind, description, quantity, unit_price, amount };
    }),
    card: money(charge.card, account.currency),
    balance: money(charge.balance, account.currency),
    statement: money(charge.statement, account.currency),
    paid_by: charge.card > 0 && method ? methodLabel(method) : null,
    provider_name: providerName,
    account_name: account.name,
    refund_policy: policy.links.refundPolicy,
  };
}
