import type { Endpoint } from '../endpoint.ts';
import { entitlementsSchema, initialOrderSchema, orderDraftSchema } from '../resources/order.ts';

export const orderOperations = {
  getInitialOrder: {
    method: 'GET',
    tag: 'Initial order',
    action: 'account.manage',
    path: '/initial-order',
    summary: 'The first order of a new account: what can be chosen, the draft, and the order once it is placed',
    description:
      'For the owner alone (SIPUS-01). Where the provider asks for no initial order the answer is 404 `not_offered`. ' +
      'While the account is `applied` or `vetting` it is 409 `account_not_ready`, with what is waited for in `detail` ' +
      '(SIPUS-02); `GET /account` tells the same to everybody. Afterwards it answers in every state: the choices with ' +
      'their prices, the saved draft, and, once placed, the order with what became of each line (SIPUS-36).\n\n' +
      'Placing it is a quote of kind `initial_order` and its charge, so that channels, numbers by type, funds and ' +
      'payment method are one order under one Idempotency-Key (SIPUS-04). Funds are paid by card today, all else is on ' +
      'the first statement (SIPUS-32). A stored card is required even where nothing is due today, and becomes the ' +
      'default method (SIPUS-34). What cannot be delivered is a failed line and is not charged; a refused card leaves ' +
      'the draft as it is and provisions nothing. Of two devices that place it at the same time one gets 409 ' +
      '`conflict` or `already_placed`. Follow `order.updated`.',
    response: initialOrderSchema,
    problems: ['not_offered', 'account_not_ready'],
  },
  getInitialOrderDraft: {
    method: 'GET',
    tag: 'Initial order',
    action: 'account.manage',
    path: '/initial-order/draft',
    summary: 'The order as far as it was filled in; empty before anybody began',
    versioned: true,
    response: orderDraftSchema,
    problems: ['not_offered', 'account_not_ready'],
  },
  putInitialOrderDraft: {
    method: 'PUT',
    tag: 'Initial order',
    action: 'account.manage',
    path: '/initial-order/draft',
    summary: 'Keep the draft, so that any device goes on where this one stopped',
    description:
      'Nothing is checked against prices or stock. An acknowledged emergency notice is kept with time and person, the ' +
      'first time it is sent (SIPUS-20), and stays acknowledged. 409 `already_placed` after the order was placed, ' +
      '`conflict` while its charge is not final.',
    versioned: true,
    body: orderDraftSchema,
    response: orderDraftSchema,
    problems: ['not_offered', 'account_not_ready', 'already_placed'],
  },
  getEntitlements: {
    method: 'GET',
    tag: 'Initial order',
    action: 'numbers.search',
    path: '/entitlements',
    summary: 'Numbers that are paid for and still to be chosen, by type',
    description:
      'What the initial order paid for and no number has used up (SIPUS-39, SIPUS-41). A quote for numbers takes them ' +
      'into account: lines they cover are `entitled` and cost nothing; a number of another type is charged in full. ' +
      'One is used up in the moment a number is delivered, so that a number that could not be had uses none.',
    response: entitlementsSchema,
    problems: ['not_offered'],
  },
} as const satisfies Record<string, Endpoint>;
