import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CASES } from '../../main/provider/conformance/cases.ts';
import { WRONG_SERVERS } from '../support/wrong-cases.ts';
import { wrongFetch } from '../support/wrong-server.ts';
import { failures, of, startConformance } from './conformance-rig.ts';

let conformance: Awaited<ReturnType<typeof startConformance>>;
/** Ids that pass on the sandbox once somebody bought something. */
let passing: readonly string[];
beforeAll(async () => {
  conformance = await startConformance();
  await conformance.run({ spend: true });
  const lines = await conformance.run({ spend: true });
  expect(failures(lines)).toEqual([]);
  passing = of(lines, 'passed');
});
afterAll(() => conformance.stop());

/** Cases the sandbox's account gives nothing to try on, and why. */
const UNTRIED: Readonly<Record<string, string>> = {};

/** What the kit leaves alone on every server: a line of the report, not a promise it tries. */
const isLeftAlone = (id: string): boolean => id.startsWith('write.');
const tried = CASES.map((each) => each.id).filter((id) => !isLeftAlone(id));

test('every case is tried on the sandbox, or is named with a reason', () => {
  const untried = tried.filter((id) => !passing.includes(id));
  expect(untried.toSorted()).toEqual(Object.keys(UNTRIED).toSorted());
});

test('every case has a wrong server, and every wrong server its case', () => {
  expect(Object.keys(WRONG_SERVERS).toSorted()).toEqual(tried.toSorted());
});

describe('a server that breaks one promise fails its case and no other', () => {
  test.each(Object.keys(WRONG_SERVERS).filter((id) => UNTRIED[id] === undefined))('%s', async (id) => {
    const wrong = WRONG_SERVERS[id]!();
    const lines = await conformance.run({ spend: true, fetch: wrongFetch(conformance.rig.origin, wrong) });
    expect(failures(lines)).toEqual([expect.stringContaining(`${id}: `)]);
  });
});
