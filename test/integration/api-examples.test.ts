import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { systemClock } from '../../main/platform/clock.ts';
import { endpoints } from '../../main/provider/api/endpoints.ts';
import type { EndpointName } from '../../main/provider/api/endpoints.ts';
import { plainExample } from '../support/plain-example.ts';
import { WITHOUT, ask, endpointOf, prepareOf, profileOf } from './api-examples-prepared.ts';
import type { Rig } from './sandbox-api-rig.ts';
import { startRig } from './sandbox-api-rig.ts';

/** The moment every example happens at: a Sunday morning of the default account. */
const NOW = Date.UTC(2026, 10, 22, 15, 0, 0);
const clock = { now: () => NOW, after: (_delayMs: number, run: () => void) => systemClock.after(0, run) };

const names = Object.keys(endpoints) as EndpointName[];

/** Executes the example of one operation. */
async function execute(rig: Rig, name: EndpointName) {
  const owner = await rig.signIn('owner');
  const example = (await prepareOf(name)?.(rig, owner)) ?? endpointOf(name).example;
  if (!example) throw new Error(`${name} has no example`);
  const { path, headers, status, body } = await ask(rig, owner, name, example);
  const { method } = endpointOf(name);
  return {
    request: { method, path: `/api${path}`, headers, ...('body' in example ? { body: example.body } : {}) },
    response: { status, body },
  };
}

const shown = names.filter((name) => WITHOUT[name] === undefined);
const reads = shown.filter((name) => endpointOf(name).method === 'GET' && !prepareOf(name));
const executed: Partial<Record<EndpointName, Awaited<ReturnType<typeof execute>>>> = {};

/** What is wrong with an answer; undefined = it is the success the table promises, and holds nothing else. */
function faultOf(name: EndpointName): unknown {
  const endpoint = endpointOf(name);
  const { status, body } = executed[name]?.response ?? { status: 0, body: {} };
  if (status !== (endpoint.status ?? 200)) return { name, status, body };
  const parsed = endpoint.response.safeParse(body);
  if (!parsed.success) return { name, issues: parsed.error.issues };
  // What was parsed holds what the schema knows: a member it does not know would be missing.
  return isDeepStrictEqual(parsed.data, body) ? undefined : { name, parsed: parsed.data, body };
}

test('every operation has an example or a reason why not', () => {
  const without = names.filter((name) => !endpointOf(name).example && !prepareOf(name));
  expect(without.toSorted()).toEqual(Object.keys(WITHOUT).toSorted());
});

const onNewAccount = async (profile: string, work: (rig: Rig) => Promise<void>): Promise<void> => {
  const rig = await startRig({ clock, profile });
  try {
    await work(rig);
  } finally {
    await rig.stop();
  }
};

test.each([...new Set(reads.map(profileOf))])('the examples of reads work on a new account at %s', async (profile) => {
  const own = reads.filter((name) => profileOf(name) === profile);
  await onNewAccount(profile, async (rig) => {
    for (const name of own) executed[name] = await execute(rig, name);
  });
  expect(own.map(faultOf).filter((fault) => fault !== undefined)).toEqual([]);
});

test.each(shown.filter((name) => !reads.includes(name)))('the example of %s works on a new account', async (name) => {
  await onNewAccount(profileOf(name), async (rig) => {
    executed[name] = await execute(rig, name);
  });
  expect(faultOf(name)).toBeUndefined();
});

/** `vitest run test/integration/api-examples.test.ts -u` writes the file anew. */
test('the checked-in examples are what the sandbox answers', async () => {
  // A file with holes is worse than the old one.
  expect(shown.filter((name) => !executed[name])).toEqual([]);
  const written = Object.fromEntries(shown.map((name) => [name, executed[name]]));
  await expect(`${JSON.stringify(plainExample(written), null, 2)}\n`).toMatchFileSnapshot(
    '../../main/provider/api/examples.json',
  );
});
