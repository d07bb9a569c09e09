import Fastify from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EVENTS_PATH } from '../../provider/api/endpoints.ts';
import type { ProblemCode } from '../../provider/api/problems.ts';
import type { Clock } from '../../platform/clock.ts';
import { randomToken } from '../../platform/ids.ts';
import { createIdempotencyKeys } from '../ledger/idempotency.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Services } from '../ledger/services.ts';
import { createSignIns } from '../ledger/sign-ins.ts';
import type { FaultSwitch } from '../scenarios/faults.ts';
import { wireFaults } from '../scenarios/wire-faults.ts';
import type { SipControl } from './admin-routes.ts';
import { registerAdmin } from './admin-routes.ts';
import type { ApiContext } from './context.ts';
import { API_PREFIX } from './context.ts';
import { registerDiscovery } from './discovery-routes.ts';
import { registerEndpoints } from './endpoint-routes.ts';
import { registerEvents } from './events.ts';
import { bearerToken } from './guard.ts';
import { registerDocuments } from './invoices.ts';
import { createLists } from './lists.ts';
import { registerHostedPages } from './hosted-page.ts';
import { registerOauth } from './oauth.ts';
import type { RateLimit, RateLimiter } from './rate-limit.ts';
import { RATE_LIMIT, createRateLimiter } from './rate-limit.ts';
import { Refusal, sendRefusal } from './refusal.ts';
import type { Tickets } from './tickets.ts';
import { createTickets } from './tickets.ts';

const BODY_LIMIT_BYTES = 64 * 1024;
const METHODS = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'] as const;

export interface ApiServerOptions {
  readonly ledger: Ledger;
  readonly services: Services;
  readonly faults: FaultSwitch;
  /** Real time and timers. */
  readonly clock: Clock;
  readonly reportFault: (fault: unknown) => void;
  /** RATE_LIMIT where missing. */
  readonly rateLimit?: RateLimit;
}

export interface ApiServer {
  readonly app: FastifyInstance;
  readonly tickets: Tickets;
  readonly adminKey: string;
  /** Listens on 127.0.0.1; port 0 = any free one. Answers the origin. */
  listen(port: number): Promise<string>;
  attachSip(sip: SipControl): void;
  /** Ends the streams and connections, then the server. The ledger stays open. */
  close(): Promise<void>;
}

/** Only names of this machine are served: a page elsewhere must not reach us through a name it controls. */
export function isLocalHost(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/.test(host ?? '');
}

const FAULT_CODES: Readonly<Record<401 | 429 | 500 | 503, ProblemCode>> = {
  401: 'expired_token',
  429: 'rate_limited',
  500: 'internal',
  503: 'unavailable',
};

function applyStatusFault(faults: FaultSwitch, path: string): void {
  const fault = faults.take('status', (each) => path.startsWith(each.path));
  if (!fault) return;
  const retry = fault.code === 429 || fault.code === 503 ? { retryAfterSec: fault.retryAfterSec } : {};
  throw new Refusal(FAULT_CODES[fault.code], { detail: 'Asked for by /sandbox/faults', ...retry });
}

/** Fastify's own faults (a body that is no JSON, too large, of an unknown type) in our shape. */
function refusalOf(fault: FastifyError | Refusal): Refusal | undefined {
  if (fault instanceof Refusal) return fault;
  const status = fault.statusCode ?? 500;
  return status >= 400 && status < 500 ? new Refusal('invalid_request', { detail: fault.code }) : undefined;
}

function refuseUnknown(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const url = request.url.split('?')[0] ?? '/';
  const offered = METHODS.filter((method) => app.findRoute({ url, method }) !== null);
  if (offered.length === 0) return sendRefusal(reply, new Refusal('not_found'), `urn:request:${request.id}`);
  reply.header('allow', offered.join(', '));
  return sendRefusal(reply, new Refusal('method_not_allowed'), `urn:request:${request.id}`);
}

/** True when the answer to this request must never arrive, though its work was done. */
function mustDrop(faults: FaultSwitch, request: FastifyRequest, reply: FastifyReply): boolean {
  if (reply.statusCode >= 300 || request.url.startsWith('/sandbox/')) return false;
  const applies = (each: { readonly method: string | null; readonly path: string }): boolean =>
    (each.method === null || each.method === request.method) && request.url.startsWith(each.path);
  return faults.take('dropReply', applies) !== undefined;
}

/** Takes one request off the caller's allowance. The stream of events is one request for hours: it is not counted. */
function limitRate(limiter: RateLimiter, request: FastifyRequest, reply: FastifyReply): void {
  const counted = request.url.startsWith(`${API_PREFIX}/`) && !request.url.startsWith(API_PREFIX + EVENTS_PATH);
  const token = counted ? bearerToken(request) : '';
  if (token === '') return;
  const { headers, retryAfterSec } = limiter.take(token);
  reply.headers(headers);
  if (retryAfterSec !== undefined) throw new Refusal('rate_limited', { retryAfterSec });
}

interface HookOptions {
  readonly faults: FaultSwitch;
  readonly limiter: RateLimiter;
  readonly beforeWrite: ReturnType<typeof wireFaults>;
  readonly reportFault: (fault: unknown) => void;
}

function addHooks(app: FastifyInstance, { faults, limiter, beforeWrite, reportFault }: HookOptions): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(body as string)));
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    reply.header('x-content-type-options', 'nosniff');
    const { dateOffsetSec } = faults.current();
    if (dateOffsetSec !== 0) reply.header('date', new Date(Date.now() + dateOffsetSec * 1000).toUTCString());
    if (!isLocalHost(request.headers.host)) throw new Refusal('invalid_request', { detail: 'Unknown host' });
    if (!request.url.startsWith('/sandbox/')) applyStatusFault(faults, request.url);
    limitRate(limiter, request, reply);
  });
  app.addHook('preHandler', async ({ method, url, body }) => {
    if (method === 'POST' && url.startsWith(API_PREFIX)) beforeWrite({ path: url.slice(API_PREFIX.length), body });
  });
  app.addHook('onSend', async (request, reply, payload) => {
    if (mustDrop(faults, request, reply)) request.raw.socket.destroy();
    if (typeof payload !== 'string' || request.url.startsWith('/sandbox/')) return payload;
    const fault = faults.take('malformed', (each) => request.url.startsWith(each.path));
    return fault ? payload.slice(0, Math.ceil(payload.length / 2)) : payload;
  });
  app.setErrorHandler(async (fault: FastifyError | Refusal, request, reply) => {
    const refusal = refusalOf(fault);
    if (!refusal) reportFault(fault);
    return sendRefusal(reply, refusal ?? new Refusal('internal'), `urn:request:${request.id}`);
  });
}

/** Builds the HTTP side of the sandbox on an open ledger. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const { ledger, services, faults, clock } = options;
  const app = Fastify({ bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true, genReqId: () => randomToken(9) });
  const adminKey = randomToken();
  const tickets = createTickets();
  const epoch = ledger.db.prepare<[], string>('SELECT epoch FROM account').pluck().get() ?? '';
  const now = (): number => clock.now();
  let origin = '';
  let sip: SipControl | undefined;
  const context: ApiContext = {
    ledger,
    services,
    signIns: createSignIns(ledger, now),
    keys: createIdempotencyKeys(ledger, now),
    lists: createLists(ledger, epoch),
    faults,
    tickets,
    clock,
    epoch,
    adminKey,
    origin: () => origin,
  };
  const limiter = createRateLimiter(options.rateLimit ?? RATE_LIMIT, clock);
  const beforeWrite = wireFaults(ledger, services, faults);
  addHooks(app, { faults, limiter, beforeWrite, reportFault: options.reportFault });
  app.setNotFoundHandler(async (request, reply) => refuseUnknown(app, request, reply));
  registerDiscovery(app, context);
  registerOauth(app, context);
  registerHostedPages(app, context);
  registerEndpoints(app, context);
  registerDocuments(app, context);
  const streams = registerEvents(app, context);
  registerAdmin(app, context, streams, () => sip);
  return {
    app,
    tickets,
    adminKey,
    async listen(port) {
      origin = await app.listen({ host: '127.0.0.1', port });
      return origin;
    },
    attachSip(control) {
      sip = control;
    },
    close: async () => {
      await app.close();
    },
  };
}
