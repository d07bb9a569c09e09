import { EVENTS_PATH } from '../../api/endpoints.ts';
import type { WireEventName } from '../../api/events.ts';
import { eventSchemas } from '../../api/events.ts';
import type { Case, Kit } from '../kit.ts';
import { expectProblem } from '../kit.ts';
import type { Stream } from '../stream.ts';
import { openStream } from '../stream.ts';
import { Failure, Skip } from '../verdict.ts';

/** How long a first event may take, and how long silence is listened to. */
const FIRST_EVENT_MS = 5000;
const SILENCE_MS = 1500;
/** Fifteen seconds are promised; the rest is for the way. */
const HEARTBEAT_MS = 17_000;

async function withStream(kit: Kit, lastEventId: string | undefined, look: (stream: Stream) => Promise<void>) {
  const stream = await openStream(kit, lastEventId);
  try {
    await look(stream);
  } finally {
    stream.close();
  }
}

/** The place a stream stands at that was opened now. */
const openingPlace = (kit: Kit) =>
  kit.once('events', async () => {
    const stream = await openStream(kit);
    try {
      const came = await stream.until(() => stream.events.length > 0, FIRST_EVENT_MS * kit.patience);
      return { type: stream.contentType, first: came ? stream.events[0] : undefined };
    } finally {
      stream.close();
    }
  });

async function contentType(kit: Kit): Promise<void> {
  const { type } = await openingPlace(kit);
  if (!type.startsWith('text/event-stream'))
    throw new Failure(`GET ${EVENTS_PATH} is ${type || 'of no type'}, not text/event-stream`);
}

async function opened(kit: Kit): Promise<void> {
  const { first } = await openingPlace(kit);
  if (first?.event !== 'stream.opened') {
    throw new Failure(`A new stream begins with ${first?.event ?? 'nothing'}; stream.opened is promised`);
  }
  if (first.id === undefined || first.id === '') throw new Failure('stream.opened has no id to resume from');
}

async function resume(kit: Kit): Promise<void> {
  const { first } = await openingPlace(kit);
  if (first?.id === undefined) throw new Skip('The stream gave no place to resume from');
  await withStream(kit, first.id, async (stream) => {
    const isNew = () => stream.events.some((each) => each.event === 'stream.opened' || each.event === 'resync');
    if (await stream.until(isNew, SILENCE_MS * kit.patience)) {
      throw new Failure('A stream resumed from the place just given begins anew: what happened between would be lost');
    }
  });
}

async function unknownPlace(kit: Kit): Promise<void> {
  await withStream(kit, 'conformance-0', async (stream) => {
    await stream.until(() => stream.events.length > 0, FIRST_EVENT_MS * kit.patience);
    const first = stream.events[0]?.event ?? 'nothing';
    if (first !== 'resync') throw new Failure(`A place nobody gave is answered with ${first}; resync is promised`);
  });
}

async function heartbeat(kit: Kit): Promise<void> {
  await withStream(kit, undefined, async (stream) => {
    await stream.until(() => stream.events.length > 0, FIRST_EVENT_MS * kit.patience);
    const before = stream.comments();
    if (await stream.until(() => stream.comments() > before, HEARTBEAT_MS * kit.patience)) return;
    throw new Failure('No comment came within 15 seconds: a dead connection cannot be told from a quiet one');
  });
}

async function refused(kit: Kit): Promise<void> {
  const headers = { accept: 'text/event-stream' };
  expectProblem(await kit.ask('GET', EVENTS_PATH, { token: 'conformance-conformance', headers }), 'invalid_token');
}

/** Faults of one event's name and data, by the schemas. */
export function eventFault(name: string | undefined, data: string): string | undefined {
  const schema = eventSchemas[name as WireEventName] as (typeof eventSchemas)[WireEventName] | undefined;
  // A newer server may tell more; a client passes over what it does not know.
  if (!schema) return undefined;
  try {
    const parsed = schema.safeParse(JSON.parse(data));
    return parsed.success
      ? undefined
      : `${name}: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}`;
  } catch {
    return `${name}: its data is no JSON`;
  }
}

export const eventCases: readonly Case[] = [
  { id: 'events.type', tag: 'Events', promise: 'Events are text/event-stream', run: contentType },
  { id: 'events.opened', tag: 'Events', promise: 'A new stream begins with stream.opened and its place', run: opened },
  { id: 'events.resume', tag: 'Events', promise: 'Last-Event-ID goes on from that place', run: resume },
  {
    id: 'events.unknown_place',
    tag: 'Events',
    promise: 'A place that is gone is answered with resync',
    run: unknownPlace,
  },
  { id: 'events.token', tag: 'Events', promise: 'A stream needs a token like any read', run: refused },
  {
    id: 'events.heartbeat',
    tag: 'Events',
    promise: 'A comment comes at least every 15 seconds',
    early: true,
    run: heartbeat,
  },
];
