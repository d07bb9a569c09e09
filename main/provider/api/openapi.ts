import * as z from 'zod';
import { createDocument } from 'zod-openapi';
import {
  API_VERSION,
  DISCOVERY_PATH,
  EVENTS_PATH,
  IDEMPOTENCY_HEADER,
  OAUTH_METADATA_PATH,
  VERSION_HEADER,
  discoverySchema,
  endpoints,
  oauthMetadataSchema,
} from './endpoints.ts';
import { describeSchemas, readComments } from './comments.ts';
import type { EndpointName } from './endpoints.ts';
import type { Endpoint } from './endpoint.ts';
import { eventSchemas } from './events.ts';
import executed from './examples.json' with { type: 'json' };
import { isOptional } from './minimal.ts';
import type { ProblemCode } from './problems.ts';
import { PROBLEM_MEDIA_TYPE, PROBLEMS, problemDocument, problemSchema } from './problems.ts';

const DESCRIPTION = `What a phone company offers to a softphone that knows what every call costs.

Money is decimal text with a currency, never a number. Times are RFC 3339 in UTC. Errors are RFC 9457 documents whose
\`code\` decides. Lists are paged by an opaque cursor and stay stable while rows arrive. Every write carries an
Idempotency-Key: the same key with the same request answers again what it answered first. Versions are dates in the
Offhook-Version header; a server serves the current one when none is asked for and says in every answer which it served.`;

const versionHeader = z
  .string()
  .optional()
  .meta({ description: 'Date version of the API; the current one where missing.', example: API_VERSION });

const idempotencyHeader = z
  .string()
  .min(1)
  .max(255)
  .meta({ description: 'Chosen by the client, new for every intent, the same for every retry of it. Kept 24 hours.' });

const answerHeaders = z.object({
  [VERSION_HEADER]: z.string().meta({ description: 'The version that was served.', example: API_VERSION }),
});

/** Problems any operation may answer, and those of writes alone. */
const COMMON: readonly ProblemCode[] = [
  'invalid_request',
  'unsupported_version',
  'invalid_token',
  'expired_token',
  'role_not_allowed',
  'rate_limited',
  'internal',
  'unavailable',
];
const WRITES: readonly ProblemCode[] = ['idempotency_key_missing', 'idempotency_key_reused', 'conflict'];

const retryAfterHeader = z.object({
  'retry-after': z.string().meta({ description: 'Seconds to wait.', example: '5' }),
});

/** One response for each status, with an example for each code that has it. */
function problemResponses(codes: readonly ProblemCode[]) {
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))].sort((left, right) => left - right);
  return Object.fromEntries(
    statuses.map((status) => {
      const ofStatus = codes.filter((code) => PROBLEMS[code].status === status);
      const examples = Object.fromEntries(ofStatus.map((code) => [code, { value: problemDocument(code) }]));
      const response = {
        description: ofStatus.map((code) => PROBLEMS[code].title).join('; '),
        content: { [PROBLEM_MEDIA_TYPE]: { schema: problemSchema, examples } },
        ...(status === 429 || status === 503 ? { headers: retryAfterHeader } : {}),
      };
      return [String(status), response];
    }),
  );
}

/** A request that was sent to the reference server and what it answered; lists are cut to two rows. */
interface ExecutedExample {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly response: { readonly status: number; readonly body: unknown };
}
const EXAMPLES: Readonly<Partial<Record<string, ExecutedExample>>> = executed;

const LISTS: readonly ProblemCode[] = ['cursor_expired'];
const VERSIONED: readonly ProblemCode[] = ['precondition_required', 'precondition_failed'];

const isWrite = (endpoint: Endpoint): boolean => endpoint.method !== 'GET';

function problemCodes(name: EndpointName): readonly ProblemCode[] {
  const endpoint: Endpoint = endpoints[name];
  const write = isWrite(endpoint);
  const paged = endpoint.query?.shape.cursor !== undefined;
  return [
    ...new Set([
      ...COMMON,
      ...(isOptional(name) ? (['not_offered'] as const) : []),
      ...(write ? WRITES : []),
      ...(paged ? LISTS : []),
      ...(write && endpoint.versioned ? VERSIONED : []),
      ...(endpoint.problems ?? []),
    ]),
  ];
}

function requestHeaders(endpoint: Endpoint): z.ZodObject {
  const write = isWrite(endpoint);
  return z.object({
    [VERSION_HEADER]: versionHeader,
    ...(write ? { [IDEMPOTENCY_HEADER]: idempotencyHeader } : {}),
    ...(write && endpoint.versioned
      ? { 'if-match': z.string().meta({ description: 'The ETag that was read; another one answers 412.' }) }
      : {}),
  });
}

function operation(name: EndpointName) {
  const endpoint: Endpoint = endpoints[name];
  const example = EXAMPLES[name];
  return {
    operationId: name,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
    'x-offhook-action': endpoint.action,
    'x-offhook-optional': isOptional(name),
    ...(endpoint.spends ? { 'x-offhook-spends': true } : {}),
    ...(endpoint.versioned ? { 'x-offhook-versioned': true } : {}),
    ...(example ? { 'x-offhook-example': example.request } : {}),
    security: [{ signIn: [] }],
    requestParams: {
      header: requestHeaders(endpoint),
      ...(endpoint.query ? { query: endpoint.query } : {}),
      ...(endpoint.params ? { path: endpoint.params } : {}),
    },
    ...(endpoint.body
      ? {
          requestBody: {
            content: {
              'application/json': {
                schema: endpoint.body,
                ...(example?.request.body === undefined ? {} : { example: example.request.body }),
              },
            },
          },
        }
      : {}),
    responses: {
      [String(endpoint.status ?? 200)]: {
        description: endpoint.summary,
        headers: answerHeaders,
        content: {
          'application/json': { schema: endpoint.response, ...(example ? { example: example.response.body } : {}) },
        },
      },
      ...problemResponses(problemCodes(name)),
    },
  };
}

function eventsOperation() {
  const kinds = Object.entries(eventSchemas).map(([event, data]) =>
    z.object({ event: z.literal(event), id: z.string(), data }),
  );
  return {
    operationId: 'followEvents',
    summary: 'What changes, as server-sent events',
    description:
      'Resumes after Last-Event-ID. Without it the stream begins now, with stream.opened. A place that is no longer ' +
      'known answers resync: read everything again. A comment is sent at least every 15 seconds.',
    'x-offhook-action': 'usage.own',
    security: [{ signIn: [] }],
    requestParams: {
      header: z.object({
        [VERSION_HEADER]: versionHeader,
        'last-event-id': z.string().optional().meta({ description: 'The id of the last event that was handled.' }),
      }),
    },
    responses: {
      '200': {
        description: 'The stream. Each event as an object of its three fields; data is JSON on the wire.',
        headers: answerHeaders,
        content: { 'text/event-stream': { schema: z.union(kinds).meta({ id: 'Event' }) } },
      },
      ...problemResponses(COMMON),
    },
  };
}

function openPath(summary: string, schema: z.ZodType) {
  const content = { 'application/json': { schema } };
  return { get: { summary, security: [], responses: { '200': { description: summary, content } } } };
}

/** The OpenAPI 3.1 document of the Provider API, made from the same schemas the server and the client use. */
export function openApiDocument(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const name of Object.keys(endpoints) as EndpointName[]) {
    const { path, method } = endpoints[name];
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(name) };
  }
  const wellKnown = { servers: [{ url: '/', description: 'The address the person typed' }] };
  const document = createDocument({
    openapi: '3.1.0',
    info: { title: 'Offhook Provider API', version: API_VERSION, description: DESCRIPTION },
    servers: [{ url: '/api', description: 'api_base of the discovery document' }],
    paths: {
      [DISCOVERY_PATH]: { ...openPath('Where the API is', discoverySchema), ...wellKnown },
      [OAUTH_METADATA_PATH]: { ...openPath('How to sign in (RFC 8414)', oauthMetadataSchema), ...wellKnown },
      ...paths,
      [EVENTS_PATH]: { get: eventsOperation() },
    },
    components: {
      securitySchemes: {
        signIn: {
          type: 'oauth2',
          description: 'Authorization code with PKCE S256 in the system browser (RFC 8252); rotating refresh tokens.',
          flows: {
            authorizationCode: {
              authorizationUrl: '/oauth/authorize',
              tokenUrl: '/oauth/token',
              refreshUrl: '/oauth/token',
              scopes: {},
            },
          },
        },
      },
    },
  });
  const schemas = (document.components?.schemas ?? {}) as Parameters<typeof describeSchemas>[0];
  describeSchemas(schemas, readComments(new URL('resources/', import.meta.url)));
  return document;
}
