import { expect, test } from 'vitest';
import { findNames } from '../check/neutral.ts';

const found = (file: string, text: string) => findNames([{ file, text }]).map((each) => `${each.line} ${each.says}`);

test('a provider named in the client is found, by its id and as people write it', () => {
  expect(found('renderer/x.ts', `if (id === 'sipus')\n  // as SIP.US does`)).toHaveLength(2);
  expect(found('main/rates/x.ts', `const odd = policy.name === 'VoIPtime' || '2600hz';`)).toHaveLength(1);
});

test('requirement ids, the sandbox, tests and the default of a first start are no names', () => {
  expect(found('renderer/x.ts', '// the zero balance sentence (SIPUS-26)')).toEqual([]);
  expect(found('main/sandbox/policies/x.ts', `id: 'sipus'`)).toEqual([]);
  expect(found('test/unit/x.ts', `openBooks('sipus')`)).toEqual([]);
  expect(found('main/compose.ts', `const DEFAULT_PROFILE = 'voiptime';`)).toEqual([]);
});
