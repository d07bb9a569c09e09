import type * as z from 'zod';
import type { Micros } from '../../../preload/contract/money.ts';
import type { chargeSchema, quoteSchema } from '../../provider/api/resources/commerce.ts';
import type { Charge } from '../ledger/commerce/charges.ts';
import { AUTOMATIC } from '../ledger/commerce/charges.ts';
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
