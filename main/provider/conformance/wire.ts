import { setTimeout as delay } from 'node:timers/promises';
import { API_VERSION, IDEMPOTENCY_HEADER, VERSION_HEADER } from '../api/endpoints.ts';
import { Failure } from './verdict.ts';

const TIMEOUT_MS = 30_000;
/** A limit that asks for longer than this is not waited out. */
const MAX_RETRY_AFTER_SEC = 60;
const TRIES = 5;

/** One request of the kit. */
export interface Ask {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  /** null = none is sent. */
  readonly token: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`, as JSON or what `headers` say. */
  readonly rawBody?: string;
  readonly key?: string;
}

/** One answer, read to its end. */
export interface Answer {
  /** As in "GET /usage?limit=1". */
  readonly asked: string;
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** undefined where the body is no JSON. */
  readonly json: unknown;
}

/** Sends requests and remembers every answer: some promises are about all of them. */
export interface Wire {
  /** Waits out 429 and asks again; throws Failure when there is no answer at all. */
  ask(ask: Ask): Promise<Answer>;
  /** Opens a stream; the caller aborts it. */
  open(ask: Ask, signal: AbortSignal): Promise<Response>;
  readonly seen: readonly Answer[];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function headersOf(ask: Ask): Record<string, string> {
  const hasBody = ask.body !== undefined || ask.rawBody !== undefined;
  return {
    accept: 'application/json, application/problem+json',
    [VERSION_HEADER]: API_VERSION,
    ...(hasBody ? { 'content-type': 'application/json' } : {}),
    ...(ask.token === null ? {} : { authorization: `Bearer ${ask.token}` }),
    ...(ask.key === undefined ? {} : { [IDEMPOTENCY_HEADER]: ask.key }),
    ...ask.headers,
  };
}

function initOf(ask: Ask, signal: AbortSignal): RequestInit {
  const body = ask.rawBody ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body));
  return {
    method: ask.method,
    headers: headersOf(ask),
    redirect: 'manual',
    signal,
    ...(body === undefined ? {} : { body }),
  };
}

/** How a request is named in sentences. */
export function nameOf(ask: Pick<Ask, 'method' | 'url'>): string {
  const { pathname, search } = new URL(ask.url);
  return `${ask.method} ${pathname}${search}`;
}

/** The code of a problem document; undefined where there is none. */
export function codeOf(answer: Pick<Answer, 'json'>): string | undefined {
  const { json } = answer;
  const code = typeof json === 'object' && json !== null ? (json as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

export function createWire(send: typeof fetch): Wire {
  const seen: Answer[] = [];

  async function once(ask: Ask): Promise<Answer> {
    try {
      const response = await send(ask.url, initOf(ask, AbortSignal.timeout(TIMEOUT_MS)));
      const text = await response.text();
      const { status, headers } = response;
      return { asked: nameOf(ask), url: ask.url, status, headers, text, json: parseJson(text) };
    } catch (cause) {
      const reason = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : '';
      throw new Failure(`${nameOf(ask)} got no answer (${reason})`, { cause });
    }
  }

  return {
    seen,
    async ask(ask) {
      for (let tries = 1; ; tries += 1) {
        const answer = await once(ask);
        seen.push(answer);
        const waitSec = Number(answer.headers.get('retry-after') ?? '1');
        if (answer.status !== 429 || tries === TRIES || !(waitSec <= MAX_RETRY_AFTER_SEC)) return answer;
        await delay(waitSec * 1000);
      }
    },
    open: (ask, signal) => send(ask.url, initOf(ask, signal)),
  };
}
