import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CASES } from '../../main/provider/conformance/cases.ts';
import { WRONG_SERVERS } from '../support/wrong-cases.ts';
import { wrongFetch } from '../support/wrong-server.ts';
import type { Conformance } from './conformance-rig.ts';
import { failures, of, startConformance } from './conformance-rig.ts';

/** Where a case is tried: the default provider, or the first of the others that offers what it is about. */
const PROFILES = ['voiptime', 'sipstation', 'sipus'] as const;

const servers = new Map<string, Conformance>();
/** Ids that pass at a provider once somebody bought something. */
const passing = new Map<string, readonly string[]>();

const failing: string[] = [];

beforeAll(async () => {
  for (const profile of PROFILES) {
    const server = await startConformance(profile);
    servers.set(profile, server);
    await server.run({ spend: true, chosen: (each) => each.id === 'charges.shape' });
    const lines = await server.run({ spend: true });
    failing.push(...failures(lines).map((each) => `${profile}: ${each}`));
    passing.set(profile, of(lines, 'passed'));
  }
}, 60_000);
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

const serverFor = (id: string): Conformance | undefined => {
  const profile = PROFILES.find((each) => passing.get(each)?.includes(id) === true);
  return profile === undefined ? undefined : servers.get(profile);
};

/** Cases no account of the sandbox gives anything to try on, and why. */
const UNTRIED: Readonly<Record<string, string>> = {};

/** What the kit leaves alone on every server: a line of the report, not a promise it tries. */
const isLeftAlone = (id: string): boolean => id.startsWith('write.');
const tried = CASES.map((each) => each.id).filter((id) => !isLeftAlone(id));

test('the sandbox keeps every promise, at each of these providers', () => {
  expect(failing).toEqual([]);
});

test('every case is tried on the sandbox, or is named with a reason', () => {
  expect(tried.filter((id) => !serverFor(id)).toSorted()).toEqual(Object.keys(UNTRIED).toSorted());
});

test('every case has a wrong server, and every wrong server its case', () => {
  expect(Object.keys(WRONG_SERVERS).toSorted()).toEqual(tried.toSorted());
});

/** What looks at the answers of reads; the other half of the kit cannot see what is wrong with one. */
const LOOKS_AT_READS =
  /^(?:read|format|cache|lists|versioned|roles\.balance|roles\.usage|quotes|version\.said|limits)\b/;
const isRead = (id: string): boolean => id.startsWith('read.');

describe('a server that breaks one promise fails its case and no other', () => {
  test.each(Object.keys(WRONG_SERVERS).filter((id) => UNTRIED[id] === undefined))(
    '%s',
    async (id) => {
      const server = serverFor(id);
      if (!server) throw new Error(`${id} is tried nowhere`);
      const wrong = WRONG_SERVERS[id]!();
      const chosen = (each: { readonly id: string }): boolean => !isRead(id) || LOOKS_AT_READS.test(each.id);
      const lines = await server.run({ spend: !isRead(id), chosen, fetch: wrongFetch(server.rig.origin, wrong) });
      expect(failures(lines)).toEqual([expect.stringContaining(`${id}: `)]);
    },
    60_000,
  );
});
