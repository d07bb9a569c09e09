import type { Endpoint } from '../endpoint.ts';
import { listOf } from '../primitives.ts';
import { balanceSchema } from '../resources/balance.ts';
import { creditsSchema } from '../resources/credit.ts';
import { rateListQuery, rateSchema } from '../resources/rates.ts';
import { usageListQuery, usageRowSchema } from '../resources/usage.ts';

export const usageOperations = {
  getBalance: {
    method: 'GET',
    tag: 'Balance',
    action: 'balance.state',
    path: '/balance',
    summary: 'The balance, or its state only',
    response: balanceSchema,
    example: {},
  },
  getCredits: {
    method: 'GET',
    tag: 'Balance',
    action: 'balance.exact',
    path: '/credits',
    summary: 'Free credit: what is left of each grant, when it expires, and the next grant with its formula',
    description:
      'Every row that takes money is paid from the parts of the balance in their order (POL-19): with `free_first` from ' +
      'the lot that expires first, one row from several parts where one is not enough. With `rollover` what is left of ' +
      'a month stays, else it is gone when the next one is granted. Low-balance levels look at the sum.',
    response: creditsSchema,
    example: {},
  },
  listUsage: {
    method: 'GET',
    tag: 'Usage',
    action: 'usage.own',
    path: '/usage',
    summary: 'Usage rows, newest first, all or of some days, a person, a kind, a direction',
    description:
      'Days count whole and both ends count, in the account’s time zone; there is no limit to the range. Rows tell when a ' +
      'call was made and by whom (KZ-07). Who may not see all usage gets their own rows, whomever they ask for.',
    query: usageListQuery,
    response: listOf(usageRowSchema),
    example: { query: { limit: 2 } },
  },
  listRates: {
    method: 'GET',
    tag: 'Rates',
    action: 'phone.use',
    path: '/rates',
    summary: 'The rate deck, in force and to come',
    query: rateListQuery,
    response: listOf(rateSchema),
    example: { query: { limit: 2 } },
  },
} as const satisfies Record<string, Endpoint>;
