import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IDEMPOTENCY_HEADER } from '../../provider/api/endpoints.ts';
import type { Endpoint } from '../../provider/api/endpoint.ts';
import type { ApiContext } from './context.ts';
import { headerValue } from './guard.ts';
import type { Served, Staged } from './handler.ts';
import { Refusal } from './refusal.ts';

type Work = () => object | Staged<object>;

/** A tag of the content alone: the stamp of the reading is left out, else nothing would ever be unchanged. */
function contentTag(value: object): string {
  const { as_of: _stamp, ...content } = value as { as_of?: unknown };
  return `"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22)}"`;
}

function sendJson(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).type('application/json; charset=utf-8').send(text);
}

/** Waits out the fault `latencyMs` where it is meant for this path. */
export async function delayed(context: ApiContext, url: string): Promise<void> {
  const { latencyMs, latencyPath } = context.faults.current();
  if (latencyMs === 0 || !url.startsWith(latencyPath)) return;
  await new Promise<void>((resolve) => void context.clock.after(latencyMs, resolve));
}

/** A list that answers the cursor it was asked with: the fault `repeatCursor`. */
function repeatCursor<T extends object>(value: T, query: unknown): T {
  if (!('next_cursor' in value)) return value;
  const { cursor } = (query ?? {}) as { cursor?: string };
  return { ...value, next_cursor: cursor ?? value.next_cursor };
}

/** Answers a read, or 304 where the client holds it. Versioned resources get a strong tag (RFC 9110 8.8.3). */
export async function serveRead(
  context: ApiContext,
  endpoint: Endpoint,
  served: Served,
  request: FastifyRequest,
  reply: FastifyReply,
  work: Work,
): Promise<FastifyReply> {
  await delayed(context, request.url);
  const value = work();
  const tag = endpoint.versioned ? contentTag(value) : `W/${contentTag(value)}`;
  reply.header('etag', tag);
  if (headerValue(request, 'if-none-match')?.split(/,\s*/).includes(tag) === true) return reply.code(304).send();
  const sent = context.faults.current().repeatCursor ? repeatCursor(value, served.query) : value;
  return sendJson(reply, 200, JSON.stringify(sent));
}

/** Refuses a change of something that was changed since it was read. `read` answers it as it is now. */
function requireCurrent(request: FastifyRequest, read: Work): void {
  const given = headerValue(request, 'if-match');
  if (given === undefined) throw new Refusal('precondition_required');
  if (given !== contentTag(read())) throw new Refusal('precondition_failed');
}

function reserve(context: ApiContext, served: Served, request: FastifyRequest) {
  const { user, idempotencyKey: key, body } = served;
  const state = context.keys.begin({ userId: user.id, key, method: request.method, url: request.url, body });
  if (state.kind === 'reused') throw new Refusal('idempotency_key_reused');
  if (state.kind === 'in_progress') {
    throw new Refusal('conflict', {
      detail: 'The first request with this key is still being served',
      retryAfterSec: 1,
    });
  }
  return state.kind === 'done' ? state.answer : undefined;
}

/** The Idempotency-Key of a write: visible ASCII, at most 255 characters. */
export function requireKey(request: FastifyRequest): string {
  const key = headerValue(request, IDEMPOTENCY_HEADER) ?? '';
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new Refusal('idempotency_key_missing');
  return key;
}

/**
 * Serves a write under its key: the first answer is kept in the transaction of its effect, and given again to whoever
 * repeats the request. `read` answers what a versioned resource is now.
 */
export async function serveWrite(
  context: ApiContext,
  endpoint: Endpoint,
  served: Served,
  request: FastifyRequest,
  reply: FastifyReply,
  work: Work,
  read: Work | undefined,
): Promise<FastifyReply> {
  const known = reserve(context, served, request);
  if (known) {
    reply.header('idempotency-replayed', 'true');
    return sendJson(reply, known.status, known.body);
  }
  const { ledger, keys } = context;
  const { user, idempotencyKey: key } = served;
  const status = endpoint.status ?? 200;
  let text = '';
  const keep = (value: object): void => {
    text = JSON.stringify(value);
    keys.finish(user.id, key, { status, body: text });
  };
  try {
    await delayed(context, request.url);
    const staged = ledger.write(() => {
      if (read) requireCurrent(request, read);
      const outcome = work();
      if ('run' in outcome) return outcome;
      keep(outcome);
      return undefined;
    });
    await staged?.run((last) => ledger.write(() => keep(last())));
    return await sendJson(reply, status, text);
  } catch (fault) {
    keys.release(user.id, key);
    throw fault;
  }
}
