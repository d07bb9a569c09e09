import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { IDEMPOTENCY_HEADER, endpoints } from '../../provider/api/endpoints.ts';
import type { EndpointName, EndpointResponse } from '../../provider/api/endpoints.ts';
import { listQuery } from '../../provider/api/schemas.ts';
import type { User } from '../ledger/people.ts';
import type { ApiContext } from './context.ts';
import { API_PREFIX } from './context.ts';
import { authenticate, authorise, bearerToken, checkVersion, headerValue } from './guard.ts';
import { Refusal } from './refusal.ts';
import { wireAccount, wireBalance, wireDevice, wirePolicy } from './wire.ts';

/** A request that passed the guards: parsed, and by whom. */
interface Served {
  readonly user: User;
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
}

type Handlers = { readonly [N in EndpointName]: (served: Served) => EndpointResponse<N> };

const instanceId = z.uuid();

/** Turns schema faults into RFC 9457 members: a JSON pointer and words, never the value. */
function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    pointer: `/${issue.path.map(String).join('/')}`,
    detail: issue.message,
  }));
  throw new Refusal('invalid_request', { errors });
}

function createHandlers(context: ApiContext): Handlers {
  const { ledger, people, lists } = context;
  const owner = people.users().find((user) => user.role === 'owner');
  const ownerContact = owner ? `${owner.name}, ${owner.email}` : null;
  return {
    getAccount: ({ user }) => wireAccount(ledger, user, ownerContact),
    getPolicy: () => wirePolicy(ledger),
    getBalance: ({ user }) => wireBalance(ledger, user),
    listUsage: ({ user, query }) => lists.usage(user, parse(listQuery, query)),
    listRates: ({ query }) => lists.rates(parse(listQuery, query)),
    listNumbers: ({ user, query }) => lists.numbers(user, parse(listQuery, query)),
    putDevice({ user, params, body }) {
      const id = instanceId.safeParse(params.instance_id);
      if (!id.success) {
        throw new Refusal('invalid_request', { errors: [{ pointer: '/instance_id', detail: 'Not a UUID' }] });
      }
      const { name } = parse(endpoints.putDevice.body, body);
      return wireDevice(people.provision(user.id, id.data, name), context.origin());
    },
  };
}

/** A tag of the content alone: the stamp of the reading is left out, else nothing would ever be unchanged. */
function entityTag(value: object): string {
  const { as_of: _stamp, ...content } = value as { as_of?: unknown };
  return `W/"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22)}"`;
}

function sendJson(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).type('application/json; charset=utf-8').send(text);
}

function sendRead(request: FastifyRequest, reply: FastifyReply, value: object): FastifyReply {
  const tag = entityTag(value);
  reply.header('etag', tag);
  if (headerValue(request, 'if-none-match')?.split(/,\s*/).includes(tag) === true) return reply.code(304).send();
  return sendJson(reply, 200, JSON.stringify(value));
}

/** A list that answers the cursor it was asked with: the fault `repeatCursor`. */
function repeatCursor<T extends object>(value: T, query: unknown): T {
  if (!('next_cursor' in value)) return value;
  const { cursor } = query as { cursor?: string };
  return { ...value, next_cursor: cursor ?? value.next_cursor };
}

/** Waits out the fault `latencyMs`. */
export async function delayed(context: ApiContext): Promise<void> {
  const { latencyMs } = context.faults.current();
  if (latencyMs === 0) return;
  await new Promise<void>((resolve) => void context.clock.after(latencyMs, resolve));
}

/** A write under its key: the first answer is kept with the effect, and given again to whoever repeats the request. */
async function serveWrite(
  context: ApiContext,
  served: Served,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => object,
): Promise<FastifyReply> {
  const key = headerValue(request, IDEMPOTENCY_HEADER) ?? '';
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new Refusal('idempotency_key_missing');
  const path = request.url.split('?')[0] ?? '';
  const keyed = { userId: served.user.id, key, method: request.method, path, body: served.body };
  const state = context.keys.begin(keyed);
  if (state.kind === 'reused') throw new Refusal('idempotency_key_reused');
  if (state.kind === 'in_progress') {
    throw new Refusal('conflict', {
      detail: 'The first request with this key is still being served',
      retryAfterSec: 1,
    });
  }
  if (state.kind === 'done') {
    reply.header('idempotency-replayed', 'true');
    return sendJson(reply, state.answer.status, state.answer.body);
  }
  try {
    await delayed(context);
    const body = context.ledger.write(() => {
      const text = JSON.stringify(work());
      context.keys.finish(served.user.id, key, { status: 200, body: text });
      return text;
    });
    return await sendJson(reply, 200, body);
  } catch (fault) {
    context.keys.release(served.user.id, key);
    throw fault;
  }
}

/** Registers one route for each row of the endpoint table: version, token, role, schema, then the handler. */
export function registerEndpoints(app: FastifyInstance, context: ApiContext): void {
  const handlers = createHandlers(context);
  for (const name of Object.keys(endpoints) as EndpointName[]) {
    const endpoint = endpoints[name];
    app.route({
      method: endpoint.method,
      url: API_PREFIX + endpoint.path.replace(/\{(\w+)\}/g, ':$1'),
      async handler(request, reply) {
        checkVersion(request, reply);
        const { user } = authenticate(context, bearerToken(request));
        authorise(user, endpoint.action);
        const params = request.params as Readonly<Record<string, string>>;
        const served: Served = { user, params, query: request.query, body: request.body };
        const handler = handlers[name] as (served: Served) => object;
        if (endpoint.method !== 'GET') return serveWrite(context, served, request, reply, () => handler(served));
        await delayed(context);
        const value = handler(served);
        return sendRead(
          request,
          reply,
          context.faults.current().repeatCursor ? repeatCursor(value, served.query) : value,
        );
      },
    });
  }
}
