import type { EndpointName } from './endpoints.ts';

/**
 * What a provider must serve for a phone that knows its costs: who is signed in, the rules, a device to call with, the
 * balance, and what calls cost before and after. Everything else is optional: a server without it answers 404
 * not_offered, and the client leaves that screen away.
 */
const MINIMAL: readonly EndpointName[] = [
  'getAccount',
  'getPolicy',
  'putDevice',
  'getBalance',
  'listUsage',
  'listRates',
  'listNumbers',
];

/** True for an operation a server may answer with 404 not_offered. */
export const isOptional = (name: EndpointName): boolean => !MINIMAL.includes(name);
