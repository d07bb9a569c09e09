import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { assertNever } from '../../../preload/contract/result.ts';
import type { WireEventName } from '../../provider/api/events.ts';
import { EVENTS_PATH } from '../../provider/api/endpoints.ts';
import type { User } from '../ledger/people.ts';
import type { OutboxRow } from '../ledger/outbox.ts';
import type { ApiContext } from './context.ts';
import { API_PREFIX } from './context.ts';
import { authenticate, authorise, bearerToken, checkVersion, headerValue } from './guard.ts';
import { seesCharge } from './handlers/billing.ts';
import { Refusal } from './refusal.ts';
import { delayed } from './serve.ts';
import { wireBalance } from './wire-balance.ts';
import { wireCharge } from './wire-commerce.ts';

export const HEARTBEAT_MS = 15_000;
const BATCH = 200;
/** A reader this far behind is cut off; it resumes from its place. */
const MAX_UNSENT_BYTES = 1_000_000;
/** Of one sign-in: an app keeps one. With more the oldest is ended, whose reader has most likely gone. */
export const MAX_STREAMS = 10;

/** The open streams of the server. */
export interface EventStreams {
  /** Ends every stream; clients come back and resume. */
  drop(): void;
  count(): number;
}

interface Stream {
  readonly user: User;
  readonly token: string;
  /** The sign-in it is read with. */
  readonly session: string;
  readonly raw: ServerResponse;
  place: number;
  /** Events after which the fault `cutEventsAfter` ends it; undefined = never. */
  cutAfter: number | undefined;
}

/** The data of an event as this person may see it; undefined = not for them. */
function eventData(context: ApiContext, user: User, row: OutboxRow): object | undefined {
  switch (row.kind) {
    case 'usage.upserted': {
      const usage = row.usageId === null ? undefined : context.lists.usageRow(user, row.usageId);
      return usage && { rows: [usage] };
    }
    case 'balance.updated':
      return wireBalance(context.ledger, user, context.services);
    case 'alert.raised':
      return { alert_id: row.subject ?? '' };
    case 'charge.updated': {
      const charge = row.subject === null ? undefined : context.services.commerce.charge(row.subject);
      return charge && seesCharge(user, charge) ? wireCharge(context, charge) : undefined;
    }
    case 'alerts.updated':
    case 'top_up.updated':
    case 'numbers.updated':
    case 'order.updated':
    case 'plan.updated':
    case 'statements.updated':
    case 'payment_methods.updated':
    case 'live_calls.updated':
    case 'policy.updated':
    case 'account.updated':
      return {};
    default:
      return assertNever(row.kind);
  }
}

/**
 * GET /events: what happened, in order, each with an id to resume from (WHATWG server-sent events). A stream without
 * Last-Event-ID begins now, with `stream.opened` carrying the place; one whose place is gone gets `resync`.
 */
export function registerEvents(app: FastifyInstance, context: ApiContext): EventStreams {
  const { ledger, clock } = context;
  const streams = new Set<Stream>();

  function send(stream: Stream, name: WireEventName, data: object): void {
    const id = `${context.epoch}-${stream.place}`;
    const text = `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
    stream.raw.write(context.faults.current().duplicateEvents ? text + text : text);
    if (stream.cutAfter === undefined) return;
    stream.cutAfter -= 1;
    if (stream.cutAfter === 0) end(stream);
  }

  function end(stream: Stream): void {
    streams.delete(stream);
    stream.raw.end();
  }

  /** Sends all that is new. The outbox is the truth: nothing is sent from memory, so nothing can be lost or doubled. */
  function flush(stream: Stream): void {
    for (;;) {
      if (stream.raw.writableLength > MAX_UNSENT_BYTES) return end(stream);
      const rows = ledger.outbox.after(stream.place, BATCH);
      if (rows === 'gone') {
        stream.place = ledger.outbox.newest();
        return send(stream, 'resync', {});
      }
      for (const row of rows) {
        stream.place = row.id;
        // Read anew: a role that was revoked sees nothing more.
        const user = context.services.people.user(stream.user.id) ?? stream.user;
        const data = eventData(context, user, row);
        if (data) send(stream, row.kind, data);
        if (!streams.has(stream)) return;
      }
      if (rows.length < BATCH) return;
    }
  }

  function beat(stream: Stream): void {
    if (!streams.has(stream)) return;
    // A stream lives no longer than the right to read it.
    if (context.signIns.authenticate(stream.token).kind !== 'valid') return end(stream);
    stream.raw.write(': heartbeat\n\n');
    clock.after(HEARTBEAT_MS, () => beat(stream));
  }

  function place(lastEventId: string | undefined): number | undefined {
    const [epoch, id = ''] = lastEventId?.split('-') ?? [];
    return epoch === context.epoch && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
  }

  app.get(API_PREFIX + EVENTS_PATH, async (request, reply) => {
    checkVersion(request, reply);
    const { user, token, session } = authenticate(context, bearerToken(request));
    authorise(user, 'usage.own');
    await delayed(context, request.url);
    if (context.faults.current().refuseEvents) throw new Refusal('unavailable', { retryAfterSec: 1 });
    const lastEventId = headerValue(request, 'last-event-id');
    const known = place(lastEventId);

    const headers = reply.getHeaders() as Record<string, string>;
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    // Node holds the head back until there is a body: without this a quiet stream would look like a dead server.
    raw.write(': open\n\n');
    const cutAfter = context.faults.take('cutEventsAfter')?.events;
    const stream: Stream = { user, token, session, raw, place: known ?? ledger.outbox.newest(), cutAfter };
    const [oldest, ...others] = [...streams].filter((each) => each.session === session);
    if (oldest && others.length >= MAX_STREAMS - 1) end(oldest);
    streams.add(stream);
    raw.on('close', () => streams.delete(stream));
    raw.on('error', () => streams.delete(stream));
    if (lastEventId === undefined) send(stream, 'stream.opened', {});
    else if (known === undefined) send(stream, 'resync', {});
    if (streams.has(stream)) flush(stream);
    clock.after(HEARTBEAT_MS, () => beat(stream));
  });

  const stopListening = ledger.onWrite(() => {
    for (const stream of streams) flush(stream);
  });
  const drop = (): void => {
    for (const stream of streams) end(stream);
  };
  app.addHook('preClose', async () => {
    stopListening();
    drop();
  });
  return { drop, count: () => streams.size };
}
