import type { Endpoint } from '../endpoint.ts';
import { liveCallsSchema, rateLookupQuery, rateLookupSchema, spendControlsSchema } from '../resources/calls.ts';

export const callOperations = {
  listLiveCalls: {
    method: 'GET',
    tag: 'Calls',
    action: 'usage.own',
    path: '/live-calls',
    summary: 'Calls in progress and the channels they hold',
    description:
      'Leg by leg, oldest first: a forwarded call is two legs and two channels (SIPUS-12), a call between two people of ' +
      'the account two legs as well (SCS-09). Somebody without the grant to see all usage gets the own legs only; the ' +
      'use of the channels is everybody’s business. Follow `live_calls.updated` and read again. `estimate` is rated as ' +
      'if the leg ended now; the balance moves only when it does (TOP-10).',
    response: liveCallsSchema,
    example: {},
  },
  lookUpRate: {
    method: 'GET',
    tag: 'Rates',
    action: 'phone.use',
    path: '/rates/lookup',
    summary: 'What a call would be, before it is dialled',
    description:
      'Decided by the rules a call itself is admitted by, in the same order (F-04): emergency first and never refused; ' +
      'the freeze; spend controls and metered services that are off; the channels; the money. `verdict` says what would ' +
      'come of it now and is no promise. Talk time is what can be spent, less the running costs of other calls ' +
      'with their next minute and the reserve, in whole increments. `seconds` times `rate_per_minute` tells the ' +
      'balance, so it is left out for whoever may not see that; they get the level: low is under 5 minutes.',
    query: rateLookupQuery,
    response: rateLookupSchema,
    example: { query: { to: '+442079460018' } },
  },
  getSpendControls: {
    method: 'GET',
    tag: 'Calls',
    action: 'phone.use',
    path: '/spend-controls',
    summary: 'What the account forbids itself',
    versioned: true,
    response: spendControlsSchema,
    example: {},
  },
  putSpendControls: {
    method: 'PUT',
    tag: 'Calls',
    action: 'billing.manage',
    path: '/spend-controls',
    summary: 'Change what the account forbids itself',
    description:
      'Replaces the whole document; holds for the next call, never for a running one. A call it refuses gets 403 with a ' +
      'Reason that says which control. It applies to outgoing calls and to the leg that carries a forwarded call on; ' +
      'emergency calls pass everything. Recorded in the audit trail.',
    versioned: true,
    body: spendControlsSchema,
    response: spendControlsSchema,
    problems: ['out_of_range'],
    example: {
      body: {
        outgoing_enabled: true,
        daily_limit: '25.00',
        max_rate_per_minute: '0.40',
        allowed_destinations: null,
        blocked_destinations: ['+1900', 'CU'],
        concurrent_limit: 10,
        calling_window: null,
      },
    },
  },
} as const satisfies Record<string, Endpoint>;
