import * as z from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { accountSchema } from '../resources/account.ts';
import { deviceSchema } from '../resources/devices.ts';
import { policySchema } from '../resources/policy.ts';

export const accountOperations = {
  getAccount: {
    method: 'GET',
    tag: 'Account',
    action: 'settings.own',
    path: '/account',
    summary: 'The account and who is signed in',
    response: accountSchema,
    example: {},
  },
  getPolicy: {
    method: 'GET',
    tag: 'Account',
    action: 'phone.use',
    path: '/policy',
    summary: 'The rules of the account',
    response: policySchema,
    example: {},
  },
  putDevice: {
    method: 'PUT',
    tag: 'Devices',
    action: 'phone.use',
    path: '/devices/{instance_id}',
    summary: 'Provision this install once; the same instance gets the same device again',
    params: z.object({ instance_id: z.uuid() }),
    body: z.object({ name: z.string().min(1).max(256) }),
    response: deviceSchema,
    example: {
      path: { instance_id: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' },
      body: { name: 'Dana on the workshop PC' },
    },
  },
} as const satisfies Record<string, Endpoint>;
