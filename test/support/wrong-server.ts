import { API_VERSION, VERSION_HEADER } from '../../main/provider/api/endpoints.ts';
import type { ProblemCode } from '../../main/provider/api/problems.ts';
import { PROBLEM_MEDIA_TYPE, problemDocument } from '../../main/provider/api/problems.ts';

/** One request on its way to the real server. */
export interface Ask {
  readonly method: string;
  readonly url: URL;
  /** Lower case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string | undefined;
}

/** One answer on its way back. */
export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export type Next = (ask: Ask) => Promise<Told>;

/** One wrong behaviour: stands between a client and the real server, as a proxy would. */
export interface Wrong {
  /** Answers instead of the server, or changes what is asked or told. Streams do not come here. */
  serve?(ask: Ask, next: Next): Promise<Told>;
  /** Changes one block of an event stream (an event, or a comment); '' swallows it. */
  block?(block: string, ask: Ask): string;
  /** Changes what a stream is opened with. */
  opening?(ask: Ask): Ask;
  /** Sent before everything else of a stream. */
  before?(ask: Ask): string;
  readonly streamType?: string;
}

/** A host of the wrong server that is not this machine; what is sent there reaches the real one. */
export const ELSEWHERE = 'http://voice.example';

export const told = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Told => ({
  status,
  headers: { 'content-type': 'application/json', [VERSION_HEADER]: API_VERSION, ...headers },
  text: JSON.stringify(body),
});

export const problem = (code: ProblemCode): Told => {
  const document = problemDocument(code);
  return told(document.status, document, { 'content-type': PROBLEM_MEDIA_TYPE });
};

export const jsonOf = (text: string | undefined): Record<string, unknown> => {
  try {
    return JSON.parse(text ?? '') as Record<string, unknown>;
  } catch {
    return {};
  }
};

/** The answer with another body. */
export const changed = (answer: Told, change: (json: Record<string, unknown>) => unknown): Told => ({
  ...answer,
  text: JSON.stringify(change(jsonOf(answer.text))),
});

export const withHeader = (ask: Ask, name: string, value: string | undefined): Ask => {
  const { [name]: _old, ...rest } = ask.headers;
  return { ...ask, headers: value === undefined ? rest : { ...rest, [name]: value } };
};

function initOf(ask: Ask, signal: AbortSignal | null): RequestInit {
  return {
    method: ask.method,
    headers: ask.headers,
    redirect: 'manual',
    signal,
    ...(ask.text === undefined ? {} : { body: ask.text }),
  };
}

/** Cuts a stream into its blocks, however the network cut it, and passes each on as `change` says. */
function blocks(change: (block: string) => string, before: string): TransformStream<string, string> {
  let rest = '';
  return new TransformStream({
    start(controller) {
      if (before !== '') controller.enqueue(before);
    },
    transform(chunk, controller) {
      const parts = (rest + chunk).split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const text = change(part);
        if (text !== '') controller.enqueue(`${text}\n\n`);
      }
    },
  });
}

/** A `fetch` whose server behaves wrongly in one way. `real` is the origin of the right one. */
export function wrongFetch(real: string, wrong: Wrong): typeof fetch {
  const targetOf = (url: URL): URL => (url.origin === ELSEWHERE ? new URL(url.pathname + url.search, real) : url);

  const next: Next = async (ask) => {
    const response = await fetch(targetOf(ask.url), initOf(ask, null));
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text: await response.text(),
    };
  };

  async function stream(ask: Ask, signal: AbortSignal | null): Promise<Response> {
    const response = await fetch(ask.url, initOf(wrong.opening?.(ask) ?? ask, signal));
    if (!response.body || response.status !== 200) return response;
    const change = (block: string): string => wrong.block?.(block, ask) ?? block;
    const body = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(blocks(change, wrong.before?.(ask) ?? ''))
      .pipeThrough(new TextEncoderStream());
    return new Response(body, { status: 200, headers: { 'content-type': wrong.streamType ?? 'text/event-stream' } });
  }

  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = Object.fromEntries(new Headers(init.headers));
    const text = typeof init.body === 'string' ? init.body : undefined;
    const ask: Ask = { method: init.method ?? 'GET', url, headers, text };
    const isStream =
      headers['accept'] === 'text/event-stream' && headers['authorization']?.includes('conformance') === false;
    if (isStream) return stream(ask, init.signal ?? null);
    const answer = await (wrong.serve ? wrong.serve(ask, next) : next(ask));
    const {
      'content-length': _length,
      'content-encoding': _coding,
      'transfer-encoding': _transfer,
      ...rest
    } = answer.headers;
    const empty = answer.status === 304 || answer.status === 204;
    return new Response(empty ? null : answer.text, { status: answer.status, headers: rest });
  };
}
