import type * as z from 'zod';
import { API_VERSION, EVENTS_PATH, IDEMPOTENCY_HEADER, VERSION_HEADER, endpoints } from './endpoints.ts';
import type { EndpointName, EndpointResponse } from './endpoints.ts';
import type { Problem } from './problems.ts';
import { problemSchema } from './problems.ts';

/** How long connecting and reading one answer may take together. */
export const REQUEST_TIMEOUT_MS = 15_000;
/** Larger than any page the API allows; a server that sends more is broken or hostile. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Everything that can come of one request. Nothing is thrown and nothing is tried again here. */
export type ApiOutcome<T> =
  | { readonly kind: 'answer'; readonly value: T; readonly serverNow: number }
  | {
      readonly kind: 'problem';
      readonly status: number;
      /** null where the body is no RFC 9457 document of ours (a proxy's page, an empty 500). */
      readonly problem: Problem | null;
      readonly retryAfterMs: number | null;
    }
  /** A success whose body is not what the API promises. */
  | { readonly kind: 'malformed'; readonly detail: string }
  | { readonly kind: 'network'; readonly cause: unknown };

export interface ApiRequest {
  readonly accessToken: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | null>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  /** ETag a change is based on (RFC 9110 If-Match). */
  readonly ifMatch?: string;
}

export interface ApiClient {
  /** One request for one row of the endpoint table; the answer is parsed by that row's schema. */
  call<N extends EndpointName>(name: N, request: ApiRequest): Promise<ApiOutcome<EndpointResponse<N>>>;
  /** Opens the event stream. The answer's body is text/event-stream and lives until `signal` aborts. */
  openEvents(accessToken: string, lastEventId: string | null, signal: AbortSignal): Promise<ApiOutcome<Response>>;
}

export interface ApiClientOptions {
  readonly apiBase: string;
  readonly fetch: typeof fetch;
  /** UTC ms of this machine; stands in where an answer has no usable Date header. */
  readonly now: () => number;
  readonly timeoutMs?: number;
}

/** The server's real-time stamp (RFC 9110 Date, whole seconds), or this machine's time where it is missing. */
export function serverTime(headers: Headers, now: () => number): number {
  const stamp = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(stamp) ? now() : stamp;
}

/** Retry-After of RFC 9110 section 10.2.3 (seconds or a date) as milliseconds from now; null where absent. */
export function retryAfterMs(headers: Headers, now: () => number): number | null {
  const text = headers.get('retry-after')?.trim();
  if (text === undefined || text === '') return null;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - serverTime(headers, now));
}

async function readText(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_ANSWER_BYTES) {
      await reader.cancel();
      throw new RangeError('Answer too large');
    }
    text += decoder.decode(value, { stream: true });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Names the places a schema was broken at, never the values: they may be numbers or secrets. */
function faultPlaces(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.map(String).join('.') || '(whole)'}: ${issue.code}`)
    .join('; ');
}

/**
 * Sends one bounded request and parses its JSON answer. Redirects are refused: a token must not follow one.
 * Shared by the API client and the OAuth and discovery requests of a driver.
 */
export async function requestJson<S extends z.ZodType>(
  options: Pick<ApiClientOptions, 'fetch' | 'now' | 'timeoutMs'>,
  url: string,
  init: RequestInit,
  schema: S,
): Promise<ApiOutcome<z.output<S>>> {
  try {
    const response = await options.fetch(url, {
      redirect: 'error',
      ...init,
      signal: AbortSignal.timeout(options.timeoutMs ?? REQUEST_TIMEOUT_MS),
    });
    const text = await readText(response);
    if (!response.ok) return problemOutcome(response, text, options.now);
    const parsed = schema.safeParse(parseJson(text));
    if (!parsed.success) return { kind: 'malformed', detail: faultPlaces(parsed.error) };
    return { kind: 'answer', value: parsed.data, serverNow: serverTime(response.headers, options.now) };
  } catch (cause) {
    return { kind: 'network', cause };
  }
}

function problemOutcome(response: Response, text: string, now: () => number): ApiOutcome<never> {
  const problem = problemSchema.safeParse(parseJson(text));
  return {
    kind: 'problem',
    status: response.status,
    problem: problem.success ? problem.data : null,
    retryAfterMs: retryAfterMs(response.headers, now),
  };
}

function fillPath(path: string, values: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`Path parameter missing: ${name}`);
    return encodeURIComponent(value);
  });
}

function fillQuery(query: NonNullable<ApiRequest['query']>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== null) search.set(name, String(value));
  return search.size === 0 ? '' : `?${search}`;
}

/** Makes the typed client of the Provider API at `apiBase`. It holds no token and no state. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const base = options.apiBase.replace(/\/+$/, '');
  const headers = (accessToken: string): Record<string, string> => ({
    accept: 'application/json, application/problem+json',
    authorization: `Bearer ${accessToken}`,
    [VERSION_HEADER]: API_VERSION,
  });
  return {
    call(name, request) {
      const endpoint = endpoints[name];
      const sent = headers(request.accessToken);
      const init: RequestInit = { method: endpoint.method, headers: sent };
      if (request.body !== undefined) {
        init.body = JSON.stringify(request.body);
        sent['content-type'] = 'application/json';
      }
      if (request.idempotencyKey !== undefined) sent[IDEMPOTENCY_HEADER] = request.idempotencyKey;
      if (request.ifMatch !== undefined) sent['if-match'] = request.ifMatch;
      const url = base + fillPath(endpoint.path, request.path ?? {}) + fillQuery(request.query ?? {});
      return requestJson(options, url, init, endpoint.response) as Promise<ApiOutcome<never>>;
    },

    async openEvents(accessToken, lastEventId, signal) {
      const opening = new AbortController();
      const timer = setTimeout(
        () => opening.abort(new DOMException('Timed out', 'TimeoutError')),
        options.timeoutMs ?? REQUEST_TIMEOUT_MS,
      );
      try {
        const response = await options.fetch(base + EVENTS_PATH, {
          redirect: 'error',
          headers: {
            ...headers(accessToken),
            accept: 'text/event-stream',
            ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
          },
          signal: AbortSignal.any([signal, opening.signal]),
        });
        if (!response.ok) return problemOutcome(response, await readText(response), options.now);
        if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
          await response.body?.cancel();
          return { kind: 'malformed', detail: 'not an event stream' };
        }
        return { kind: 'answer', value: response, serverNow: serverTime(response.headers, options.now) };
      } catch (cause) {
        return { kind: 'network', cause };
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
