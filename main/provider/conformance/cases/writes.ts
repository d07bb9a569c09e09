import * as z from 'zod';
import type { Endpoint } from '../../api/endpoint.ts';
import type { EndpointName } from '../../api/endpoints.ts';
import type { Case, Kit } from '../kit.ts';
import {
  KIT_DEVICE_NAME,
  KIT_INSTANCE,
  endpointNames,
  endpointOf,
  expectProblem,
  expectSuccess,
  isRead,
  may,
  operationsThat,
} from '../kit.ts';
import { sampleOf } from '../samples.ts';
import { Failure, Skip, failOn } from '../verdict.ts';
import type { Answer } from '../wire.ts';
import { codeOf } from '../wire.ts';

const DEVICE = `/devices/${KIT_INSTANCE}`;
const BODY = { name: KIT_DEVICE_NAME };
const newKey = (): string => crypto.randomUUID();

const put = (kit: Kit, key: string, body: object = BODY): Promise<Answer> => kit.ask('PUT', DEVICE, { key, body });

/** The first provisioning of the run, under a key of its own. */
const provisioned = (kit: Kit) =>
  kit.once('device', async () => {
    const key = newKey();
    const answer = await put(kit, key);
    expectSuccess(answer, 'putDevice');
    return { key, answer };
  });

const deviceOf = (answer: Answer) =>
  (answer.json ?? {}) as { id?: unknown; instance_id?: unknown; sip?: { user?: unknown } };

async function deviceShape(kit: Kit): Promise<void> {
  const { answer } = await provisioned(kit);
  const parsed = endpointOf('putDevice').response.safeParse(answer.json);
  failOn(
    parsed.error?.issues.map((issue) => `${answer.asked} answered ${issue.path.join('.')}: ${issue.message}`) ?? [],
  );
}

async function provisionedOnce(kit: Kit): Promise<void> {
  const first = deviceOf((await provisioned(kit)).answer);
  const again = deviceOf(await put(kit, newKey()));
  if (first.id !== again.id || first.sip?.user !== again.sip?.user) {
    throw new Failure('The same install was given another device the second time: calls would be billed for two');
  }
}

async function sameAnswer(kit: Kit): Promise<void> {
  const { key, answer } = await provisioned(kit);
  const again = await put(kit, key);
  if (again.status !== answer.status || again.text !== answer.text) {
    throw new Failure('The same request under the same key is not answered as it was first');
  }
}

async function otherBody(kit: Kit): Promise<void> {
  const { key } = await provisioned(kit);
  expectProblem(await put(kit, key, { name: `${KIT_DEVICE_NAME} (other)` }), 'idempotency_key_reused');
}

async function noKey(kit: Kit): Promise<void> {
  expectProblem(await kit.ask('PUT', DEVICE, { body: BODY }), 'idempotency_key_missing');
}

async function atOnce(kit: Kit): Promise<void> {
  const key = newKey();
  const answers = await Promise.all(Array.from({ length: 5 }, () => put(kit, key)));
  const served = answers.filter((each) => each.status < 300);
  const told = answers.filter((each) => each.status === 409 && codeOf(each) === 'conflict');
  const same = new Set(served.map((each) => each.text)).size === 1;
  if (!same || served.length + told.length !== answers.length) {
    throw new Failure('Five equal requests at once under one key are not one answer, or 409 conflict while it is made');
  }
}

/** A write that takes If-Match, with what its resource is now as its body: writing it changes nothing. */
interface WriteBack {
  readonly name: EndpointName;
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly body: unknown;
  readonly before: unknown;
}

/** The members of an answer that a write takes. */
function bodyFrom(endpoint: Endpoint, json: unknown): unknown {
  if (!(endpoint.body instanceof z.ZodObject)) return undefined;
  const given = (json ?? {}) as Readonly<Record<string, unknown>>;
  const taken = Object.keys(endpoint.body.shape).filter((key) => key in given);
  const parsed = endpoint.body.safeParse(Object.fromEntries(taken.map((key) => [key, given[key]])));
  return parsed.success ? Object.fromEntries(taken.map((key) => [key, given[key]])) : undefined;
}

const isVersionedWrite = (endpoint: Endpoint): boolean =>
  !isRead(endpoint) && endpoint.versioned === true && !endpoint.spends;

async function writeBackOf(kit: Kit, name: EndpointName): Promise<WriteBack | undefined> {
  const endpoint = endpointOf(name);
  const reading = endpointNames.find((each) => isRead(endpointOf(each)) && endpointOf(each).path === endpoint.path);
  if (reading === undefined || !may(kit.owner, endpoint.action) || endpoint.method === 'DELETE') return undefined;
  const sample = await sampleOf(kit, reading);
  if (sample.kind !== 'answer') return undefined;
  const now = await kit.ask('GET', sample.path);
  const [tag, body] = [now.headers.get('etag'), bodyFrom(endpoint, now.json)];
  if (now.status !== 200 || tag === null || body === undefined) return undefined;
  return { name, method: endpoint.method, path: sample.path, tag, body, before: now.json };
}

async function writeBacks(kit: Kit): Promise<readonly WriteBack[]> {
  const found: WriteBack[] = [];
  for (const name of operationsThat(isVersionedWrite)) {
    const each = await writeBackOf(kit, name);
    if (each) found.push(each);
  }
  if (found.length === 0) throw new Skip('Nothing of this account can be written back as it was read');
  return found;
}

async function withoutIfMatch(kit: Kit): Promise<void> {
  for (const { method, path, body } of await writeBacks(kit)) {
    expectProblem(await kit.ask(method, path, { key: newKey(), body }), 'precondition_required');
  }
}

async function outdatedIfMatch(kit: Kit): Promise<void> {
  for (const { method, path, body } of await writeBacks(kit)) {
    const headers = { 'if-match': '"conformance"' };
    expectProblem(await kit.ask(method, path, { key: newKey(), body, headers }), 'precondition_failed');
  }
}

/** An answer without the moment it was read at. */
function content(json: unknown): string {
  const { as_of: _stamp, ...rest } = (json ?? {}) as { as_of?: unknown };
  return JSON.stringify(rest);
}

async function currentIfMatch(kit: Kit): Promise<void> {
  const faults: string[] = [];
  for (const { name, method, path, tag, body, before } of await writeBacks(kit)) {
    const answer = await kit.ask(method, path, { key: newKey(), body, headers: { 'if-match': tag } });
    // What the account's state forbids now is forbidden with a documented code: there is nothing to write back then.
    if (endpointOf(name).problems?.some((each) => each === codeOf(answer))) continue;
    expectSuccess(answer, name);
    const after = await kit.ask('GET', path);
    if (content(after.json) !== content(before))
      faults.push(`${answer.asked} changed what it was given back unchanged`);
  }
  failOn(faults);
}

/** Every write that is left alone, so that the report says what was not tried. */
const untried = operationsThat((endpoint) => !isRead(endpoint) && !isVersionedWrite(endpoint))
  .filter((name) => !['putDevice', 'createQuote', 'createCharge'].includes(name))
  .map((name): Case => {
    const { tag, method, path, summary } = endpointOf(name);
    return {
      id: `write.${name}`,
      tag,
      promise: `${method} ${path}: ${summary}`,
      run: () => Promise.reject(new Skip('Changes the account: the kit leaves it alone')),
    };
  });

export const writeCases: readonly Case[] = [
  {
    id: 'device.shape',
    tag: 'Devices',
    promise: 'An install is given SIP credentials by the schema',
    run: deviceShape,
  },
  {
    id: 'device.once',
    tag: 'Devices',
    promise: 'The same install is given the same device again',
    run: provisionedOnce,
  },
  {
    id: 'idempotency.same_answer',
    tag: 'Writes',
    promise: 'The same key answers what it answered first',
    run: sameAnswer,
  },
  {
    id: 'idempotency.other_body',
    tag: 'Writes',
    promise: 'A key used for another request is 422 idempotency_key_reused',
    run: otherBody,
  },
  {
    id: 'idempotency.missing',
    tag: 'Writes',
    promise: 'A write without a key is 400 idempotency_key_missing',
    run: noKey,
  },
  {
    id: 'idempotency.at_once',
    tag: 'Writes',
    promise: 'Equal requests at once under one key are served once',
    run: atOnce,
  },
  {
    id: 'versioned.required',
    tag: 'Writes',
    promise: 'A change without If-Match is 428 precondition_required',
    run: withoutIfMatch,
  },
  {
    id: 'versioned.outdated',
    tag: 'Writes',
    promise: 'A change of something older is 412 precondition_failed',
    run: outdatedIfMatch,
  },
  {
    id: 'versioned.current',
    tag: 'Writes',
    promise: 'What was read and is written back changes nothing',
    run: currentIfMatch,
  },
  ...untried,
];
