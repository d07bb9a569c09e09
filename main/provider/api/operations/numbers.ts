import type { Endpoint } from '../endpoint.ts';
import { listOf, listQuery } from '../primitives.ts';
import { numberSchema } from '../resources/numbers.ts';

export const numberOperations = {
  listNumbers: {
    method: 'GET',
    tag: 'Numbers',
    action: 'numbers.see',
    path: '/numbers',
    summary: 'Numbers of the account',
    query: listQuery,
    response: listOf(numberSchema),
    example: {},
  },
} as const satisfies Record<string, Endpoint>;
