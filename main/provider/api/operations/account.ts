import * as z from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { idSchema, listOf, listQuery } from '../primitives.ts';
import { accountSchema } from '../resources/account.ts';
import { deviceSchema } from '../resources/devices.ts';
import { policySchema } from '../resources/policy.ts';
import {
  accountChangeSchema,
  accountSettingsSchema,
  auditEntrySchema,
  auditQuery,
  changedAccountSettingsSchema,
  deviceSummarySchema,
  personChangeSchema,
  personSchema,
  userChangeSchema,
  userSettingsSchema,
} from '../resources/settings.ts';

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
  getAccountSettings: {
    method: 'GET',
    tag: 'Account',
    action: 'settings.own',
    path: '/account/settings',
    summary: 'Name, realm, technical contact, time zone and language of the account',
    response: accountSettingsSchema,
    versioned: true,
    example: {},
  },
  patchAccountSettings: {
    method: 'PATCH',
    tag: 'Account',
    action: 'settings.own',
    path: '/account/settings',
    summary: 'Change settings of the account',
    description:
      'For the owner and admins; the realm for the owner alone. A new realm has to be typed again as `confirm_realm`: ' +
      'without it the answer is invalid_request with the number of devices it drops, and nothing changed. It takes effect ' +
      'at once: every registration is dropped and devices get the new realm when they provision again; while calls are up ' +
      'it is refused with in_use. A new time zone moves no statement that was issued. `account.updated` follows.',
    body: accountChangeSchema,
    response: changedAccountSettingsSchema,
    versioned: true,
    problems: ['in_use', 'role_not_allowed'],
  },
  getUserSettings: {
    method: 'GET',
    tag: 'Account',
    action: 'settings.own',
    path: '/user/settings',
    summary: 'Settings of who is signed in',
    response: userSettingsSchema,
    versioned: true,
    example: {},
  },
  patchUserSettings: {
    method: 'PATCH',
    tag: 'Account',
    action: 'settings.own',
    path: '/user/settings',
    summary: 'Change settings of who is signed in',
    description:
      'A new e-mail address is `pending_email` until both addresses gave their code (`confirmUserEmail`); the present one ' +
      'withdraws it. A new password needs the old one, else wrong_password and nothing of the request is done; five wrong ' +
      'ones in a quarter of an hour are rate_limited. With it every other session of the person ends, this one stays.',
    body: userChangeSchema,
    response: userSettingsSchema,
    versioned: true,
    problems: ['wrong_password', 'conflict', 'rate_limited'],
  },
  confirmUserEmail: {
    method: 'POST',
    tag: 'Account',
    action: 'settings.own',
    path: '/user/settings/email-confirmation',
    summary: 'Give a code that was mailed to the old or the new address',
    description:
      'The address changes with the second of the two codes. A code nobody was sent, or an old one, is not_found.',
    body: z.strictObject({ code: z.string().regex(/^\d{8}$/) }),
    response: userSettingsSchema,
    problems: ['not_found', 'conflict'],
  },
  listPeople: {
    method: 'GET',
    tag: 'People',
    action: 'usage.all',
    path: '/people',
    summary: 'People of the account with role, grants and spend limit',
    query: listQuery,
    response: listOf(personSchema),
    example: {},
  },
  getPerson: {
    method: 'GET',
    tag: 'People',
    action: 'account.manage',
    path: '/people/{user_id}',
    summary: 'One person of the account',
    params: z.object({ user_id: idSchema }),
    response: personSchema,
    problems: ['not_found'],
    versioned: true,
    example: { path: { user_id: 'usr_marcus' } },
  },
  patchPerson: {
    method: 'PATCH',
    tag: 'People',
    action: 'account.manage',
    path: '/people/{user_id}',
    summary: 'Change role, grants or spend limit of a person',
    description:
      'Takes effect with the next request of that person, and open event streams tell only what is left to see. The owner ' +
      'stays the owner, and nobody becomes a second one: conflict (EXT-34). A spend limit is for a calendar month of the ' +
      'account; a charge beyond it is refused with role_not_allowed. `account.updated` follows.',
    params: z.object({ user_id: idSchema }),
    body: personChangeSchema,
    response: personSchema,
    problems: ['not_found', 'conflict'],
    versioned: true,
  },
  listAudit: {
    method: 'GET',
    tag: 'Account',
    action: 'account.manage',
    path: '/audit',
    summary: 'Who changed what, newest first',
    description:
      'Settings, channels, people, top-up, spend controls, numbers. Days count whole, both ends too (EXT-35).',
    query: auditQuery,
    response: listOf(auditEntrySchema),
    example: { query: { limit: 2 } },
  },
  listDevices: {
    method: 'GET',
    tag: 'Devices',
    action: 'phone.use',
    path: '/devices',
    summary: 'Devices: everybody’s for who sees all usage, else one’s own',
    description: 'Each install with credentials of its own is a device, switched on or not (SCS-05).',
    query: listQuery,
    response: listOf(deviceSummarySchema),
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
  deleteDevice: {
    method: 'DELETE',
    tag: 'Devices',
    action: 'phone.use',
    path: '/devices/{instance_id}',
    summary: 'Take a device back: its credentials end',
    description:
      'One’s own, or with `user_id` another person’s, which needs account.manage. Its registration is dropped; a call that ' +
      'is up goes on. The same install may be provisioned again and is then a new device. This month’s peak stays (SCS-04).',
    params: z.object({ instance_id: z.uuid() }),
    query: z.object({ user_id: idSchema.optional() }),
    response: z.object({ devices: z.int().min(0) }).meta({ id: 'DevicesLeft' }),
    problems: ['not_found'],
  },
} as const satisfies Record<string, Endpoint>;
