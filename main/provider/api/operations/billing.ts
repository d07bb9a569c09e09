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
      'id and its price_hash, so that nothing can be taken at a price nobody saw.',
    body: quoteRequestSchema,
    response: quoteSchema,
    status: 201,
    problems: [
      'not_offered',
      'out_of_range',
      'number_taken',
      'account_not_ready',
      'already_placed',
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
} as const satisfies Record<string, Endpoint>;
