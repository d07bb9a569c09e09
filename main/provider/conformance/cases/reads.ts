import type { EndpointName } from '../../api/endpoints.ts';
import type { Case, Kit } from '../kit.ts';
import { endpointOf, isRead, operationsThat, outcomeOf } from '../kit.ts';
import { answeredReads, sampleOf } from '../samples.ts';
import { shapeFaults } from '../shapes.ts';
import { Failure, NotOffered, Skip, failOn } from '../verdict.ts';
import type { ShapeFaults } from '../shapes.ts';

async function readOne(kit: Kit, name: EndpointName): Promise<void> {
  const sample = await sampleOf(kit, name);
  if (sample.kind === 'not_offered') throw new NotOffered();
  if (sample.kind === 'missing') throw new Skip(sample.says);
  const { answer } = sample;
  if (answer.status !== 200) throw new Failure(`${answer.asked} answered ${outcomeOf(answer)}; 200 is promised`);
  if (answer.json === undefined) throw new Failure(`${answer.asked} answered something that is no JSON`);
  const { shape } = shapeFaults(endpointOf(name).response, answer.json);
  failOn(shape.map((fault) => `${answer.asked} answered ${fault}`));
}

/** One case for each read of the table. */
const perOperation = operationsThat(isRead).map((name): Case => {
  const { tag, summary, path } = endpointOf(name);
  return {
    id: `read.${name}`,
    tag,
    promise: `GET ${path} answers its schema: ${summary}`,
    run: (kit) => readOne(kit, name),
  };
});

async function noFaultsOf(kit: Kit, kind: keyof ShapeFaults): Promise<void> {
  const reads = await answeredReads(kit);
  if (reads.length === 0) throw new Skip('Nothing could be read');
  failOn(
    reads.flatMap(({ name, answer }) =>
      shapeFaults(endpointOf(name).response, answer.json)[kind].map((fault) => `${answer.asked} answered ${fault}`),
    ),
  );
}

async function notModified(kit: Kit): Promise<void> {
  const faults: string[] = [];
  for (const { path, answer } of await answeredReads(kit)) {
    const tag = answer.headers.get('etag');
    if (tag === null) {
      faults.push(`${answer.asked} answered without an ETag`);
      continue;
    }
    const again = await kit.ask('GET', path, { headers: { 'if-none-match': tag } });
    if (again.status === 304 ? again.text !== '' : again.headers.get('etag') === tag) {
      faults.push(`${answer.asked} answered ${again.status} with a body to the ETag it gave; 304 is promised`);
    }
  }
  failOn(faults);
}

async function strongTags(kit: Kit): Promise<void> {
  const versioned = (await answeredReads(kit)).filter(({ name }) => endpointOf(name).versioned);
  if (versioned.length === 0) throw new Skip('No resource of this server is changed by If-Match');
  failOn(
    versioned
      .filter(({ answer }) => answer.headers.get('etag')?.startsWith('W/'))
      .map(({ answer }) => `${answer.asked} has a weak ETag: If-Match compares strong ones`),
  );
}

export const readCases: readonly Case[] = [
  ...perOperation,
  {
    id: 'format.money',
    tag: 'Conventions',
    promise: 'Money is decimal text with an ISO 4217 currency, never a JSON number',
    run: (kit) => noFaultsOf(kit, 'money'),
  },
  {
    id: 'format.time',
    tag: 'Conventions',
    promise: 'Times are RFC 3339 in UTC with milliseconds',
    run: (kit) => noFaultsOf(kit, 'time'),
  },
  {
    id: 'cache.not_modified',
    tag: 'Conventions',
    promise: 'Every read has an ETag and answers 304 without a body to If-None-Match',
    run: notModified,
  },
  {
    id: 'cache.strong',
    tag: 'Conventions',
    promise: 'What is changed by If-Match has a strong ETag',
    run: strongTags,
  },
];
