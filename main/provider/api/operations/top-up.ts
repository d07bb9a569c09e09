import type { Endpoint } from '../endpoint.ts';
import { topUpHistoryQuery, topUpHistorySchema, topUpSettingsSchema, topUpStatusSchema } from '../resources/top-up.ts';

export const topUpOperations = {
  getTopUp: {
    method: 'GET',
    tag: 'Automatic top-up',
    action: 'billing.manage',
    path: '/top-up',
    summary: 'The settings of automatic top-up',
    description:
      'A new account answers `enabled: false` (EXT-14). Comparator, mode and cap are the provider’s and are in the ' +
      'policy (POL-03 to POL-06). `not_offered` where the policy has no `top_up`.',
    versioned: true,
    response: topUpSettingsSchema,
    problems: ['not_offered'],
    example: {},
  },
  putTopUp: {
    method: 'PUT',
    tag: 'Automatic top-up',
    action: 'billing.manage',
    path: '/top-up',
    summary: 'Change the settings where nothing is charged at once',
    description:
      'Replaces the whole document. `out_of_range` names the field below its minimum (POL-06), a target that is not above ' +
      'the threshold, or a monthly limit below one top-up. Switching it on, or a threshold at or above the balance, would ' +
      'charge now: that is refused with `quote_required`, and a quote of kind `top_up` with the same values says how much ' +
      'and saves them when it is executed (TOP-21). `payment_method_required` while no method can be charged; `in_use` ' +
      'for switching it off while a metered service is on (TOP-04). Saving ends a pause after refused payments ' +
      '(EXT-13).\n\n' +
      'From then on, after each posting: read the balance, add what is on its way, and if that is at or below the ' +
      'threshold (POL-03) begin one payment in the transaction that checked the cap; never a second while the outcome of ' +
      'one is not known (F-09). Refused tries count against the cap where `top_up.cap` says so; after a refused one wait before ' +
      'the next, after `pause_after_failures` in a row wait for a person. If a payment went through and the balance did ' +
      'not rise, stop (R60). `top_up.updated` says that settings or state changed.',
    versioned: true,
    body: topUpSettingsSchema,
    response: topUpSettingsSchema,
    problems: ['not_offered', 'out_of_range', 'quote_required', 'payment_method_required', 'in_use'],
    example: {
      body: {
        enabled: true,
        threshold: '5.00',
        amount: '25.00',
        target: null,
        monthly_max: '200.00',
        payment_method_id: null,
        schedule: null,
      },
    },
  },
  getTopUpStatus: {
    method: 'GET',
    tag: 'Automatic top-up',
    action: 'billing.manage',
    path: '/top-up/status',
    summary: 'Where automatic top-up stands, and what it can cost',
    description:
      '`capped` and `cooling_down` say until when: a rolling window frees when its oldest try leaves it, one of calendar ' +
      'days a minute after midnight of the account’s zone (F-10). The ceilings are of charges at the threshold (F-18).',
    response: topUpStatusSchema,
    problems: ['not_offered'],
    example: {},
  },
  listTopUps: {
    method: 'GET',
    tag: 'Automatic top-up',
    action: 'billing.manage',
    path: '/top-up/history',
    summary: 'Top-ups that were tried, newest first',
    description:
      'Each with what began it and the charge that paid it, whose `usage_ids` are its rows on the ledger (R71). What ' +
      'people added by hand is not here.',
    query: topUpHistoryQuery,
    response: topUpHistorySchema,
    problems: ['not_offered'],
    example: {},
  },
} as const satisfies Record<string, Endpoint>;
