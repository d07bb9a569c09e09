import type { Endpoint } from '../endpoint.ts';
import { listOf, listQuery } from '../primitives.ts';
import { balanceSchema } from '../resources/balance.ts';
import { rateListQuery, rateSchema } from '../resources/rates.ts';
import { usageRowSchema } from '../resources/usage.ts';

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
  listUsage: {
    method: 'GET',
    tag: 'Usage',
    action: 'usage.own',
    path: '/usage',
    summary: 'Usage rows, newest first',
    query: listQuery,
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
