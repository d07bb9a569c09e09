import * as z from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { idSchema } from '../primitives.ts';
import { alertListSchema, alertQuery, alertSchema, alertSettingsSchema } from '../resources/alerts.ts';

export const alertOperations = {
  listAlerts: {
    method: 'GET',
    tag: 'Alerts',
    action: 'balance.state',
    path: '/alerts',
    summary: 'What was told about the balance, newest first',
    description:
      'Each level fires once when the balance comes down to it and is armed again only when the balance is above ' +
      '(F-14); what one posting crosses is one alert. While a top-up that may help is under way nothing is told; a top-up ' +
      'that worked leaves a receipt and no alert, one that was refused is named in it, one nobody knows about is ' +
      '`top_up_checking` (F-15). Everybody gets the state of the balance; amounts need the grant to see them, and ' +
      'reasons of top-ups and spending the grant to see invoices. `alert.raised` carries the id of a new one; ' +
      '`alerts.updated` says that one was acknowledged or is over.',
    query: alertQuery,
    response: alertListSchema,
    example: {},
  },
  acknowledgeAlert: {
    method: 'POST',
    tag: 'Alerts',
    action: 'balance.state',
    path: '/alerts/{alert_id}/acknowledge',
    summary: 'I have seen it',
    description: 'For the person who asks; others still see it as new. Again is the same.',
    params: z.object({ alert_id: idSchema }),
    response: alertSchema,
    problems: ['not_found'],
  },
  getAlertSettings: {
    method: 'GET',
    tag: 'Alerts',
    action: 'balance.exact',
    path: '/alerts/settings',
    summary: 'When people are told, and how',
    description: 'A new account begins with levels of the provider’s. Those in force are in the policy as well.',
    versioned: true,
    response: alertSettingsSchema,
    example: {},
  },
  putAlertSettings: {
    method: 'PUT',
    tag: 'Alerts',
    action: 'billing.manage',
    path: '/alerts/settings',
    summary: 'Change when people are told, and how',
    description:
      'Replaces the whole document. A level the balance is under already is not told: it was not crossed. The alert of a ' +
      'balance below 0 cannot be switched off (EXT-11). `out_of_range` names the field. Changes the level of the balance ' +
      'and the policy too: `policy.updated` and `balance.updated` follow.',
    versioned: true,
    body: alertSettingsSchema,
    response: alertSettingsSchema,
    problems: ['out_of_range'],
    example: {
      body: {
        levels: ['10.00', '2.50', '0.00'],
        channels: ['in_app', 'mail', 'webhook'],
        sms_to: null,
        webhook_url: 'https://fernhill.example/hooks/balance',
        hourly_spend: null,
        daily_spend: '20.00',
      },
    },
  },
} as const satisfies Record<string, Endpoint>;
