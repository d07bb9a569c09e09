import { createParser } from 'eventsource-parser';
import type { EventSourceMessage } from 'eventsource-parser';
import { assertNever } from '../../../../preload/contract/result.ts';
import { backoffMs } from '../../../platform/backoff.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { ApiClient } from '../../api/client.ts';
import { eventSchemas } from '../../api/events.ts';
import type { WireEventName } from '../../api/events.ts';
import type { EventStream, ProviderEvent } from '../../driver.ts';
import { WireFault, toBalance, toUsageRow } from './mapping.ts';
import type { TokenSource } from './tokens.ts';

/** Servers send a heartbeat every 15 s: three missed ones mean that the connection is dead, whatever TCP says. */
const IDLE_LIMIT_MS = 45_000;
const RECONNECT = { baseMs: 1_000, maxMs: 30_000 };
/** A single event larger than this is no event of ours. */
const MAX_EVENT_BYTES = 4 * 1024 * 1024;

interface StreamOptions {
  readonly api: ApiClient;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  readonly random?: () => number;
}

type Listener = (event: ProviderEvent, eventId: string | null) => void;

function isWireEvent(name: string): name is WireEventName {
  return Object.hasOwn(eventSchemas, name);
}

/** undefined = nothing to tell: an event of a later version, or one that only carries a place. */
function toProviderEvent(name: WireEventName, data: unknown, serverNow: number): ProviderEvent | undefined {
  switch (name) {
    case 'stream.opened':
    case 'charge.updated':
    case 'alert.raised':
    case 'alerts.updated':
    case 'top_up.updated':
    case 'order.updated':
    case 'plan.updated':
    case 'statements.updated':
    case 'payment_methods.updated':
    case 'live_calls.updated':
      return undefined;
    case 'balance.updated': {
      const balance = toBalance(eventSchemas[name].parse(data));
      return { kind: 'balance', balance: { value: balance, asOf: balance.asOf, serverNow } };
    }
    case 'usage.upserted':
      return { kind: 'usage', rows: eventSchemas[name].parse(data).rows.map(toUsageRow) };
    case 'numbers.updated':
      return { kind: 'numbers' };
    case 'policy.updated':
      return { kind: 'policy' };
    case 'account.updated':
      return { kind: 'account' };
    case 'resync':
      return { kind: 'resync' };
    default:
      return assertNever(name);
  }
}

/**
 * Follows the provider's events until closed: reconnects with jittered back-off of 1 to 30 s, resumes by Last-Event-ID,
 * drops a connection that was silent for 45 s. An event that cannot be read becomes `resync`, so nothing is missed.
 * Without `lastEventId` the stream begins now: read everything after `open`.
 */
export function followEvents(
  options: StreamOptions,
  lastEventId: string | null,
  listener: Listener,
  onState: (state: 'open' | 'lost') => void,
): EventStream {
  const { api, tokens, clock } = options;
  let place = lastEventId;
  let closed = false;
  let attempt = 0;
  let connection = new AbortController();
  let cancelRetry = (): void => undefined;

  function deliver(message: EventSourceMessage, serverOffsetMs: number): void {
    if (closed) return;
    attempt = 0;
    const id = message.id ?? null;
    const name = message.event ?? 'message';
    let event: ProviderEvent | undefined;
    if (isWireEvent(name)) {
      try {
        event = toProviderEvent(name, JSON.parse(message.data), clock.now() + serverOffsetMs);
      } catch (fault) {
        if (!(fault instanceof SyntaxError || fault instanceof WireFault || isSchemaFault(fault))) throw fault;
        event = { kind: 'resync' };
      }
    }
    if (event) listener(event, id);
    // Only now: a listener that throws must see the event again.
    if (id !== null) place = id;
  }

  async function readStream(response: Response, serverNow: number, abort: AbortController): Promise<void> {
    const reader = response.body?.getReader();
    if (!reader) return;
    const serverOffsetMs = serverNow - clock.now();
    const decoder = new TextDecoder();
    const parser = createParser({
      maxBufferSize: MAX_EVENT_BYTES,
      onEvent: (message) => deliver(message, serverOffsetMs),
      onError: (error) => {
        if (error.type === 'max-buffer-size-exceeded') abort.abort();
      },
    });
    for (;;) {
      const chunk = await readChunk(reader, abort);
      if (!chunk || closed) return;
      parser.feed(decoder.decode(chunk, { stream: true }));
    }
  }

  /** undefined = the connection ended: by the server, by a fault on the way, or by the idle limit. */
  async function readChunk(reader: ReadableStreamDefaultReader<Uint8Array>, abort: AbortController) {
    const cancelIdle = clock.after(IDLE_LIMIT_MS, () => abort.abort());
    try {
      const { done, value } = await reader.read();
      return done ? undefined : value;
    } catch {
      return undefined;
    } finally {
      cancelIdle();
    }
  }

  /** One connection from opening to its end. True when it was open. */
  async function connect(abort: AbortController): Promise<boolean> {
    const token = await tokens.accessToken();
    if (!token.ok || closed) return false;
    let outcome = await api.openEvents(token.value, place, abort.signal);
    if (outcome.kind === 'problem' && outcome.status === 401) {
      const renewed = await tokens.renewed(token.value);
      if (!renewed.ok || closed) return false;
      outcome = await api.openEvents(renewed.value, place, abort.signal);
    }
    if (outcome.kind !== 'answer') return false;
    onState('open');
    await readStream(outcome.value, outcome.serverNow, abort).finally(() => abort.abort());
    return true;
  }

  async function run(): Promise<void> {
    connection = new AbortController();
    const wasOpen = await connect(connection).finally(() => {
      if (!closed) retry();
    });
    if (wasOpen && !closed) onState('lost');
  }

  function retry(): void {
    const delayMs = backoffMs(RECONNECT, attempt, options.random);
    attempt += 1;
    cancelRetry = clock.after(delayMs, () => void run());
  }

  void run();
  return {
    close() {
      closed = true;
      cancelRetry();
      connection.abort();
    },
  };
}

function isSchemaFault(fault: unknown): boolean {
  return fault instanceof Error && fault.name === 'ZodError';
}
