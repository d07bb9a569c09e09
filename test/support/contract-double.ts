import type { EventName, EventOf, InvokeName, ParsedRequestOf, ResponseOf } from '../../preload/contract/channels.ts';
import { eventChannels, invokeChannels } from '../../preload/contract/channels.ts';
import type { OffhookClient } from '../../preload/contract/client.ts';
import { createClient } from '../../preload/contract/client.ts';
import type { Account, Settings, Snapshot } from '../../preload/contract/models.ts';
import { DEFAULT_SETTINGS } from '../../preload/contract/models.ts';
import { NEVER_SYNCED } from '../../preload/contract/sync-status.ts';
import type { Result } from '../../preload/contract/result.ts';
import { fail, ok } from '../../preload/contract/result.ts';
import type { Link, LinkedTransport } from '../../renderer/api/link.ts';

type Answer<N extends InvokeName> = Result<ResponseOf<N>> | Promise<Result<ResponseOf<N>>>;
type Handler<N extends InvokeName> = (request: ParsedRequestOf<N>) => Answer<N>;
type Handlers = { [N in InvokeName]: Handler<N> };

/** One request the window made, in order. */
export type Call = { [N in InvokeName]: { readonly name: N; readonly request: ParsedRequestOf<N> } }[InvokeName];

/** A main made of the contract table alone: it parses requests, checks its own answers, records, and pushes. */
export interface ContractDouble {
  readonly transport: LinkedTransport;
  readonly client: OffhookClient;
  /** Everything asked so far. */
  readonly calls: readonly Call[];
  callsOf<N extends InvokeName>(name: N): readonly ParsedRequestOf<N>[];
  /** Replaces the answer of one row; before that it answers like a signed-in sandbox with nothing in it. */
  handle<N extends InvokeName>(name: N, handler: Handler<N>): void;
  /** Pushes an event. Throws when the payload does not fit the table: a test must not show what main cannot send. */
  notify<N extends EventName>(name: N, payload: EventOf<N>): void;
  /** Breaks the link (requests answer `offline`) or brings it back. */
  link(state: Link): void;
  /** How many listeners are left; 0 after everything was disposed of. */
  listenerCount(): number;
}

/** The owner of the sandbox account. */
export const ACCOUNT: Account = {
  id: 'acc-1',
  name: 'Sandbox Ltd',
  driver: 'offhook',
  isSandbox: true,
  providerName: 'Offhook sandbox',
  timeZone: 'America/New_York',
  countryCode: 'US',
  currency: 'USD',
  ownerContact: null,
  user: { id: 'user-1', name: 'Olivia Owner', role: 'owner', grants: [] },
  capabilities: { balance: 'read', usage: 'read', rates: 'read', numbers: 'read' },
};

/** The state of a fresh, signed-in sandbox, with what a test changes. */
export function makeSnapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    host: {
      kind: 'browser',
      appVersion: '0.0.0-test',
      secretKeeping: 'file_0600',
      features: { tray: false, globalShortcuts: false, loginItem: false, selfUpdate: false, staysAwakeHidden: true },
    },
    session: { state: 'signed_in', account: ACCOUNT, signIn: { state: 'valid' } },
    settings: DEFAULT_SETTINGS,
    balance: null,
    policy: null,
    numbers: [],
    sync: NEVER_SYNCED,
    storeNotices: [],
    history: [],
    usage: { rows: [], next: null, partialBefore: null },
    phone: { registration: { state: 'connecting' }, calls: [] },
    ...changes,
  };
}

function defaultHandlers(snapshot: Snapshot): Handlers {
  let settings: Settings = snapshot.settings;
  const done = (): Result<null> => ok(null);
  return {
    'app.snapshot': () => ok({ ...snapshot, settings }),
    'app.painted': done,
    'app.openExternal': done,
    'session.signInProvider': done,
    'session.signInAgain': done,
    'session.cancelSignIn': done,
    'session.probeSip': () => ok({ realm: 'sip.example.com' }),
    'session.signInSip': done,
    'session.signInSandbox': done,
    'session.signOut': done,
    'settings.set': (changes) => {
      settings = { ...settings, ...(changes as Partial<Settings>) };
      return ok(settings);
    },
    'account.refresh': done,
    'rates.priceCall': () => ok({ kind: 'unknown', reason: 'no_rates' }),
    'usage.page': () => ok(snapshot.usage),
    'calls.page': () => ok({ rows: snapshot.history, next: null }),
    'calls.record': done,
    'calls.markSeen': done,
    'phone.lease': () => ok({ state: 'unavailable', reason: 'no_device' }),
    'phone.release': done,
    'phone.report': done,
    'phone.command': () => ok({ refusal: null }),
    'phone.answer': done,
    'phone.fault': done,
  };
}

/** Makes a double whose `app.snapshot` and pages answer `snapshot`. */
export function createContractDouble(snapshot: Snapshot = makeSnapshot()): ContractDouble {
  const handlers = defaultHandlers(snapshot);
  const calls: Call[] = [];
  const listeners = new Set<(name: string, payload: unknown) => void>();
  const linkListeners = new Set<(link: Link) => void>();
  let isUp = true;

  const answer = async (name: InvokeName, payload: unknown): Promise<Result<unknown>> => {
    const request = invokeChannels[name].request.safeParse(payload);
    if (!request.success) {
      return fail({ kind: 'invalid_request', nextStep: 'report_bug', detail: request.error.message });
    }
    calls.push({ name, request: request.data } as Call);
    const result = await (handlers[name] as Handler<InvokeName>)(request.data);
    // Only what main could send: parsing throws where a test answers something else.
    return result.ok ? ok(invokeChannels[name].response.parse(result.value)) : result;
  };

  const transport: LinkedTransport = {
    async invoke(name, payload) {
      if (!isUp) return fail({ kind: 'offline', nextStep: 'restart_app', detail: 'The link is down' });
      if (!Object.hasOwn(invokeChannels, name)) throw new Error(`The contract has no channel ${name}`);
      return answer(name as InvokeName, payload);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onLink(listener) {
      linkListeners.add(listener);
      return () => linkListeners.delete(listener);
    },
  };

  return {
    transport,
    client: createClient(transport),
    calls,
    callsOf: <N extends InvokeName>(name: N) =>
      calls.filter((call) => call.name === name).map((call) => call.request as ParsedRequestOf<N>),
    handle(name, handler) {
      handlers[name] = handler as Handlers[typeof name];
    },
    notify(name, payload) {
      const checked = eventChannels[name].parse(payload);
      for (const listener of listeners) listener(name, checked);
    },
    link(state) {
      isUp = state === 'up';
      for (const listener of linkListeners) listener(state);
    },
    listenerCount: () => listeners.size + linkListeners.size,
  };
}
