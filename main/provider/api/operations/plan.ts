import * as z from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { monthOfMetersSchema, planSchema, trunksSchema } from '../resources/plan.ts';

export const planOperations = {
  getPlan: {
    method: 'GET',
    tag: 'Plan',
    action: 'plan.see',
    path: '/plan',
    summary: 'What is paid every month, and when',
    description:
      'One item for each kind of thing there is at least one of; `total_due` is the exact sum of their totals, before ' +
      'taxes and fees, which the statement adds. Items charged by use show the month to date. While something has to be ' +
      'set up first, `state` is `not_set_up`, `missing` names it and there are no items (KZ-05). `plan.updated` says that ' +
      'it changed.',
    response: planSchema,
    example: {},
  },
  getTrunks: {
    method: 'GET',
    tag: 'Plan',
    action: 'plan.see',
    path: '/trunks',
    summary: 'Channels: limits, prices and what is in use',
    description:
      'A limit of -1 is unlimited and MUST stay so: it is neither 0 nor a number to count with (KZ-21). Change limits with ' +
      'a quote of kind `channels`, which names the limits there shall be and leaves out those that stay. A limit below ' +
      'what is in use is allowed with the warning `below_active_use`: running calls stay up, new ones wait. Where ' +
      '`lowered` is `at_period_end`, the lower limit is in `pending` until then.',
    response: trunksSchema,
    example: {},
  },
  getMeters: {
    method: 'GET',
    tag: 'Plan',
    action: 'plan.see',
    path: '/meters',
    summary: 'What this month is billed for by use, so far and as it looks',
    description:
      'All five meters, billed or not. Devices and trunks are counted by the rule policy `meters` names, over what was provisioned, ' +
      'switched on or not; giving one back does not lower a peak that was reached. A call between two people of the ' +
      'account counts twice as VoIP minutes, and is doubled here and nowhere else (SCS-09). Transcoding counts calls over ' +
      'a trunk only (SCS-12).',
    response: monthOfMetersSchema,
    example: {},
  },
  getMetersOfMonth: {
    method: 'GET',
    tag: 'Plan',
    action: 'plan.see',
    path: '/meters/{month}',
    summary: 'The meters of one month',
    description:
      'A month of the account’s time zone, as in 2026-11. One that is to come, or before the account, is not_found.',
    params: z.object({ month: z.string().regex(/^\d{4}-\d{2}$/) }),
    response: monthOfMetersSchema,
    problems: ['not_found'],
  },
} as const satisfies Record<string, Endpoint>;
