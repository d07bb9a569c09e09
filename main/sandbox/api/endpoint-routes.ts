import type { FastifyInstance } from 'fastify';
import type { Endpoint } from '../../provider/api/endpoint.ts';
import type { EndpointName, Endpoints } from '../../provider/api/endpoints.ts';
import { endpoints } from '../../provider/api/endpoints.ts';
import type { ApiContext } from './context.ts';
import { API_PREFIX } from './context.ts';
import { authenticate, authorise, bearerToken, checkVersion } from './guard.ts';
import type { Handlers, Served, Staged } from './handler.ts';
import { accountHandlers } from './handlers/account.ts';
import { addressHandlers } from './handlers/addresses.ts';
import { alertHandlers } from './handlers/alerts.ts';
import { billingHandlers } from './handlers/billing.ts';
import { callHandlers } from './handlers/calls.ts';
import { meteredHandlers } from './handlers/metered.ts';
import { numberHandlers } from './handlers/numbers.ts';
import { orderHandlers } from './handlers/order.ts';
import { planHandlers } from './handlers/plan.ts';
import { statementHandlers } from './handlers/statements.ts';
import { topUpHandlers } from './handlers/top-up.ts';
import { usageHandlers } from './handlers/usage.ts';
import { paymentMethodHandlers } from './handlers/payment-methods.ts';
import { parsePart } from './parse.ts';
import { requireKey, serveRead, serveWrite } from './serve.ts';

function createHandlers(context: ApiContext): Handlers<Endpoints> {
  return {
    ...accountHandlers(context),
    ...usageHandlers(context),
    ...callHandlers(context),
    ...billingHandlers(context),
    ...paymentMethodHandlers(context),
    ...numberHandlers(context),
    ...planHandlers(context),
    ...statementHandlers(context),
    ...orderHandlers(context),
    ...addressHandlers(context),
    ...topUpHandlers(context),
    ...alertHandlers(context),
    ...meteredHandlers(context),
  };
}

type AnyHandler = (served: Served) => object | Staged<object>;

/** The read of the same path: what a versioned write must be based on. */
function readOf(endpoint: Endpoint): EndpointName | undefined {
  const names = Object.keys(endpoints) as EndpointName[];
  return names.find((name) => {
    const other: Endpoint = endpoints[name];
    return other.method === 'GET' && other.path === endpoint.path;
  });
}

/** Registers one route for each row of the endpoint table: version, token, role, schemas, then the handler. */
export function registerEndpoints(app: FastifyInstance, context: ApiContext): void {
  const handlers = createHandlers(context) as Readonly<Record<EndpointName, AnyHandler>>;
  for (const name of Object.keys(endpoints) as EndpointName[]) {
    const endpoint: Endpoint = endpoints[name];
    const isWrite = endpoint.method !== 'GET';
    const reading = isWrite && endpoint.versioned ? readOf(endpoint) : undefined;
    app.route({
      method: endpoint.method,
      url: API_PREFIX + endpoint.path.replace(/\{(\w+)\}/g, ':$1'),
      async handler(request, reply) {
        checkVersion(request, reply);
        const { user, session } = authenticate(context, bearerToken(request));
        authorise(user, endpoint.action);
        const idempotencyKey = isWrite ? requireKey(request) : '';
        const part = (schema: Endpoint['body'], value: unknown): unknown => schema && parsePart(schema, value);
        const served = {
          user,
          session,
          params: part(endpoint.params, request.params),
          query: part(endpoint.query, request.query),
          body: part(endpoint.body, request.body),
          idempotencyKey,
        } as Served;
        const work = (): object | Staged<object> => handlers[name](served);
        if (!isWrite) return serveRead(context, endpoint, served, request, reply, work);
        const read = reading && ((): object => handlers[reading](served));
        return serveWrite(context, endpoint, served, request, reply, work, read);
      },
    });
  }
}
