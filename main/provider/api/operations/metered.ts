import type { Endpoint } from '../endpoint.ts';
import { meteredServicesSchema } from '../resources/metered.ts';

export const meteredOperations = {
  listMeteredServices: {
    method: 'GET',
    tag: 'Metered services',
    action: 'plan.see',
    path: '/metered-services',
    summary: 'Services sold apart and paid from the balance',
    description:
      'Switched on and off by a quote of kind `metered_service` (TOP-02). The first one ever switched on charges ' +
      '`first_charge` into the balance at once; a refused charge leaves it off (TOP-06). Switching any on switches ' +
      'automatic top-up on, which the quote warns of as `top_up_switched_on`; top-up stays on as long as one is ' +
      '(TOP-04). At a balance of 0 nothing new begins and running calls go on (TOP-15). `plan.updated` says that one ' +
      'changed. `not_offered` where the provider sells nothing apart.',
    response: meteredServicesSchema,
    problems: ['not_offered'],
    example: {},
  },
} as const satisfies Record<string, Endpoint>;
