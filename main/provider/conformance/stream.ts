import { createParser } from 'eventsource-parser';
import type { EventSourceMessage } from 'eventsource-parser';
import { EVENTS_PATH } from '../api/endpoints.ts';
import type { Kit } from './kit.ts';
import { Failure } from './verdict.ts';

/** An open stream of events; `close` ends it. */
export interface Stream {
  readonly contentType: string;
  readonly events: readonly EventSourceMessage[];
  /** How many comments came (heartbeats are comments). */
  comments(): number;
  /** Waits until what came fulfils the condition; false when it does not within the time. */
  until(fulfilled: () => boolean, withinMs: number): Promise<boolean>;
  close(): void;
}

/** Opens GET /events, from the place `lastEventId` or from now. Throws Failure where it is refused. */
export async function openStream(kit: Kit, lastEventId?: string): Promise<Stream> {
  const ending = new AbortController();
  const url = kit.apiBase.replace(/\/+$/, '') + EVENTS_PATH;
  const headers = {
    accept: 'text/event-stream',
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  };
  const response = await kit.wire.open({ method: 'GET', url, token: kit.owner.token, headers }, ending.signal);
  if (response.status !== 200 || response.body === null) {
    ending.abort();
    throw new Failure(`GET ${EVENTS_PATH} answered ${response.status}; 200 and a stream are promised`);
  }
  const events: EventSourceMessage[] = [];
  let comments = 0;
  const waiting = new Set<() => void>();
  const parser = createParser({
    onEvent: (event) => void events.push(event),
    onComment: () => {
      comments += 1;
    },
  });
  const read = async (body: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body) {
        parser.feed(decoder.decode(chunk, { stream: true }));
        for (const look of waiting) look();
      }
    } catch {
      // Aborted by us, or cut by the server: what came until then is what there is.
    }
  };
  void read(response.body);

  return {
    contentType: response.headers.get('content-type') ?? '',
    events,
    comments: () => comments,
    async until(fulfilled, withinMs) {
      if (fulfilled()) return true;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const look = (): void => {
        if (fulfilled()) resolve(true);
      };
      const timer = setTimeout(() => resolve(false), withinMs);
      waiting.add(look);
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        waiting.delete(look);
      }
    },
    close: () => ending.abort(),
  };
}
