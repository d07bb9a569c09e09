import type { Check } from './check.ts';
import { readClaims } from './titles.ts';
import { findFalseClaims, readRequirements } from './trace.ts';

/** A title may claim only what the list of requirements knows. */
export const claims: Check = {
  name: 'requirement ids in titles',
  async run(root) {
    const [requirements, found] = await Promise.all([readRequirements(root), readClaims(root)]);
    return findFalseClaims(requirements, found).map((says) => ({ file: 'test', line: null, says }));
  },
};
