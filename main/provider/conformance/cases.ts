import { closingCases, discoveryCases } from './cases/discovery.ts';
import { errorCases, observedCases } from './cases/errors.ts';
import { eventCases } from './cases/events.ts';
import { listCases } from './cases/lists.ts';
import { quoteCases } from './cases/quotes.ts';
import { readCases } from './cases/reads.ts';
import { roleCases } from './cases/roles.ts';
import { spendingCases } from './cases/spending.ts';
import { writeCases } from './cases/writes.ts';
import type { Case } from './kit.ts';

/** Every case, in the order it is tried: what looks at the whole run, or ends the sign-in, comes last. */
export const CASES: readonly Case[] = [
  ...discoveryCases,
  ...readCases,
  ...listCases,
  ...errorCases,
  ...writeCases,
  ...roleCases,
  ...eventCases,
  ...quoteCases,
  ...spendingCases,
  ...observedCases,
  ...closingCases,
];
