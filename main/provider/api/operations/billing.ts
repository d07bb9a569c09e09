import * as z from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { idSchema } from '../primitives.ts';
import {
  chargeListSchema,
  chargeQuery,
  chargeRequestSchema,
  chargeSchema,
  quoteRequestSchema,
  quoteSchema,
  receiptSchema,
} from '../resources/commerce.ts';

export const billingOperations = {
  createQuote: {
    method: 'POST',
    tag: 'Quotes and charges',
    action: 'balance.state',
    path: '/quotes',
    summary: 'The price of something, binding until it expires',
    description:
      'Nothing is bought and nothing is held. The role needed is that of the kind quoted. Executing the quote names its ' +
      'id and its price_hash, so that nothing can be taken at a price nobody saw (EXT-01).\n\n' +
      'Each tax, fee and surcharge is a line of its own (EXT-22), added to the line it belongs to; minimum and maximum ' +
      'look at the goods before them (F-16). Rounding: a line paid by card or on a statement is rounded half up to the ' +
      'cent, one paid from the balance half up to the micro, each line by itself, so that every total is the exact sum ' +
      'of its lines. Totals are by timing (POL-12); lines of other timings than `now_balance`, `now_card` and ' +
      '`next_statement` tell what will be charged later and take nothing now. A card surcharge (POL-24) is on all the ' +
      'card bears and is not taken where a bank account pays.',
    body: quoteRequestSchema,
    response: quoteSchema,
    status: 201,
    problems: [
      'not_offered',
      'out_of_range',
      'number_taken',
      'account_not_ready',
      'already_placed',
      'address_required',
      'contact_provider',
    ],
    example: { body: { kind: 'add_credit', amount: '25.00' } },
  },
  createCharge: {
    method: 'POST',
    tag: 'Quotes and charges',
    action: 'balance.state',
    path: '/charges',
    summary: 'Execute a quote',
    description:
      'In this order: the key (the same key is the same charge for ever; with another body 422), the quote (of this ' +
      'person, not executed yet: 409 `quote_used`), the role again, the price again. A quote that ran out or costs ' +
      'something else by now answers `needs_consent` with a new one and takes nothing. Then what the balance has to ' +
      'cover (402 `not_enough_credit`, the shortfall in words: no purchase leaves the balance below the credit limit, ' +
      'VTC-21), then the card: authorised first, captured for what was delivered. `declined` took nothing; a soft one ' +
      'may help later, a hard one needs another method. With `payment_method_id` null the next method in order is tried ' +
      'after a decline (EXT-15). `action_required` waits for the person at `action_url` (EXT-19), `pending` for the bank ' +
      '(EXT-20) or for an answer that got lost on the way: it is never failed for want of one.\n\n' +
      'The answer may be final or not: follow charge.updated or read the charge. An answer that was lost is found again ' +
      'by the same request under the same key, or by listing charges of that key; never by a new key. Only what was ' +
      'delivered is charged.',
    body: chargeRequestSchema,
    response: chargeSchema,
    status: 201,
    problems: [
      'not_found',
      'quote_used',
      'not_enough_credit',
      'payment_method_required',
      'not_offered',
      'out_of_range',
      'account_not_ready',
      'already_placed',
      'contact_provider',
    ],
    spends: true,
    example: { body: { quote_id: 'quo_example', price_hash: 'hash-of-the-example', payment_method_id: null } },
  },
  listCharges: {
    method: 'GET',
    tag: 'Quotes and charges',
    action: 'balance.state',
    path: '/charges',
    summary: 'Charges, newest first; by idempotency key to learn what became of a request',
    query: chargeQuery,
    response: chargeListSchema,
    example: { query: { limit: 2 } },
  },
  getCharge: {
    method: 'GET',
    tag: 'Quotes and charges',
    action: 'balance.state',
    path: '/charges/{charge_id}',
    summary: 'One charge as it stands',
    params: z.object({ charge_id: idSchema }),
    response: chargeSchema,
    problems: ['not_found'],
    example: { path: { charge_id: 'chg_seed_1' } },
  },
  getReceipt: {
    method: 'GET',
    tag: 'Quotes and charges',
    action: 'balance.state',
    path: '/charges/{charge_id}/receipt',
    summary: 'What a receipt of the charge says',
    description: 'Of a charge that is done or partial; one that took nothing has none: `not_found`.',
    params: z.object({ charge_id: idSchema }),
    response: receiptSchema,
    problems: ['not_found'],
    example: { path: { charge_id: 'chg_seed_1' } },
  },
} as const satisfies Record<string, Endpoint>;
