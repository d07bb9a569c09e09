import * as z from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { idSchema } from '../primitives.ts';
import {
  billingContactAnswerSchema,
  billingContactSchema,
  paymentMethodChangeSchema,
  paymentMethodListSchema,
  paymentMethodSchema,
  paymentSessionRequestSchema,
  paymentSessionSchema,
  verificationSchema,
} from '../resources/payment-methods.ts';

const tag = 'Payment methods';
const methodParams = z.object({ payment_method_id: idSchema });

export const paymentMethodOperations = {
  listPaymentMethods: {
    method: 'GET',
    tag,
    action: 'billing.manage',
    path: '/payment-methods',
    summary: 'Stored ways to pay, in the order they are used',
    description:
      'The first active one is the default. An automatic charge that is declined tries the next active one; a method ' +
      'the bank refused for good becomes `suspended` and is left out until a person makes it active again (EXT-15).',
    response: paymentMethodListSchema,
    example: {},
  },
  createPaymentSession: {
    method: 'POST',
    tag,
    action: 'billing.manage',
    path: '/payment-sessions',
    summary: "A page of the payment vendor's, to store a way to pay or to pay once",
    description:
      'Card data is typed on that page and nowhere else: no field of this API takes a card number (SIPUS-35). `store` ' +
      'keeps a way to pay; the page asks for the billing contact too, which is mandatory (KZ-04). `pay` executes a quote ' +
      'with a card that is not kept. The URL is a secret that works once and expires. Afterwards the page goes to ' +
      '`return_url` with `session` and `state` added: a hint only, what happened is read from the session and its charge.',
    body: paymentSessionRequestSchema,
    response: paymentSessionSchema,
    status: 201,
    problems: ['not_found', 'quote_used'],
    example: { body: { purpose: 'store', return_url: 'http://127.0.0.1:8085/return?state=k3J9' } },
  },
  getPaymentSession: {
    method: 'GET',
    tag,
    action: 'billing.manage',
    path: '/payment-sessions/{session_id}',
    summary: 'What became of a payment page',
    description: 'Only the person who made it may ask. The URL is not told again.',
    params: z.object({ session_id: idSchema }),
    response: paymentSessionSchema,
    problems: ['not_found'],
    example: { path: { session_id: 'pse_example' } },
  },
  updatePaymentMethod: {
    method: 'PATCH',
    tag,
    action: 'billing.manage',
    path: '/payment-methods/{payment_method_id}',
    summary: 'Make it the default, move it in the order, or try a suspended one again',
    params: methodParams,
    body: paymentMethodChangeSchema,
    response: paymentMethodSchema,
    problems: ['not_found', 'out_of_range'],
    example: { path: { payment_method_id: 'pm_main' }, body: { position: 0 } },
  },
  verifyPaymentMethod: {
    method: 'POST',
    tag,
    action: 'billing.manage',
    path: '/payment-methods/{payment_method_id}/verification',
    summary: 'Verify a bank account by the two small amounts it received',
    description:
      'They arrive in two or three days. A wrong answer counts one of four attempts; after the fourth the method is ' +
      '`failed` and has to be added anew. Debits of a verified account settle days later: until then the charge is ' +
      '`pending` and its credit is told as pending, not as available (EXT-20).',
    params: methodParams,
    body: verificationSchema,
    response: paymentMethodSchema,
    problems: ['not_found', 'out_of_range'],
  },
  deletePaymentMethod: {
    method: 'DELETE',
    tag,
    action: 'billing.manage',
    path: '/payment-methods/{payment_method_id}',
    summary: 'Remove a stored way to pay',
    description:
      'The last one that works cannot be removed while something needs it: `in_use`, with words why (SIPUS-34).',
    params: methodParams,
    response: paymentMethodListSchema,
    problems: ['not_found', 'in_use'],
  },
  getBillingContact: {
    method: 'GET',
    tag,
    action: 'billing.manage',
    path: '/billing-contact',
    summary: 'Who receives the bills; null until somebody said',
    response: billingContactAnswerSchema,
    versioned: true,
    example: {},
  },
  putBillingContact: {
    method: 'PUT',
    tag,
    action: 'billing.manage',
    path: '/billing-contact',
    summary: 'Say who receives the bills',
    body: billingContactSchema,
    response: billingContactAnswerSchema,
    versioned: true,
    example: {
      body: {
        name: 'Dana Whitfield',
        email: 'dana@fernhill.example',
        street: '18 Alder Row',
        city: 'Oakland',
        region: 'CA',
        postal_code: '94607',
        country: 'US',
      },
    },
  },
} as const satisfies Record<string, Endpoint>;
