import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { compose, type ComposeOptions, type Composition } from '../../main/compose.ts';
import type { Child, ContentPolicy, Host, TrustedWindow } from '../../main/hosts/host.ts';
import { systemClock } from '../../main/platform/clock.ts';
import { createLogBook, type LogBook } from '../../main/platform/logger.ts';
import {
  eventChannels,
  type EventName,
  type EventOf,
  type InvokeName,
  type RequestOf,
  type ResponseOf,
} from '../../preload/contract/channels.ts';
import type { Session } from '../../preload/contract/models.ts';
import { ok, type AppError, type Result } from '../../preload/contract/result.ts';

const SOURCES = fileURLToPath(new URL('../../main/', import.meta.url));

interface Pushed {
  readonly name: EventName;
  readonly payload: unknown;
  readonly only: string | undefined;
}

/** A host without windows: requests come from the test, pushes are recorded, children are real processes. */
export interface TestHost extends Host {
  readonly pushed: readonly Pushed[];
  readonly policies: readonly ContentPolicy[];
  readonly opened: readonly string[];
  readonly children: readonly { readonly pid: number | undefined; readonly args: readonly string[] }[];
  closeWindow(window: TrustedWindow): void;
  resume(): void;
  /** Resolves with the first push of this name that fits, past or to come. */
  until<N extends EventName>(name: N, fits?: (payload: EventOf<N>) => boolean): Promise<EventOf<N>>;
  /** Forgets the pushes so far, so that `until` waits for new ones. */
  forget(): void;
  /** What the system browser does with an address. */
  browse: (url: string) => Promise<void>;
}

function spawnSource(entry: string, args: readonly string[]): Child & { readonly pid: number | undefined } {
  const forked = fork(path.join(SOURCES, entry), args, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const gone = new Promise<void>((resolve) => forked.once('exit', () => resolve()));
  return {
    pid: forked.pid,
    send: (message) => void forked.send(message as never),
    onMessage: (listener) => void forked.on('message', listener),
    onExit: (listener) => void forked.on('exit', listener),
    async stop() {
      forked.kill('SIGTERM');
      await gone;
    },
  };
}

/** Makes the host; `secrets` may outlive one run. */
export function createTestHost(secrets: Map<string, string> = new Map()): TestHost {
  let pushed: Pushed[] = [];
  const policies: ContentPolicy[] = [];
  const opened: string[] = [];
  const children: { pid: number | undefined; args: readonly string[]; child: Child }[] = [];
  const gone: ((window: TrustedWindow) => void)[] = [];
  const resumed: (() => void)[] = [];
  const waiting = new Set<(push: Pushed) => void>();
  const host: TestHost = {
    info: {
      kind: 'browser',
      appVersion: '0.0.0',
      secretKeeping: 'file_0600',
      features: { tray: false, globalShortcuts: false, loginItem: false, selfUpdate: false, staysAwakeHidden: true },
    },
    secrets: {
      get: (name) => Promise.resolve(secrets.get(name)),
      set: (name, value) => Promise.resolve(void secrets.set(name, value)),
      delete: (name) => Promise.resolve(void secrets.delete(name)),
    },
    get pushed() {
      return pushed;
    },
    policies,
    opened,
    children,
    start: () => Promise.resolve(),
    push(name, payload, only) {
      // What main sends must fit the table.
      eventChannels[name].parse(payload);
      const push = { name, payload, only: only?.id };
      pushed.push(push);
      for (const look of waiting) look(push);
    },
    onWindowGone: (listener) => void gone.push(listener),
    onQuit: () => undefined,
    onResume: (listener) => void resumed.push(listener),
    setContentPolicy: (policy) => void policies.push(policy),
    async openExternal(url) {
      opened.push(url);
      void host.browse(url);
      return ok(null);
    },
    spawn(entry, args) {
      const child = spawnSource(entry, args);
      children.push({ pid: child.pid, args, child });
      return child;
    },
    notify: () => false,
    async stop() {
      await Promise.all(children.map(({ child }) => child.stop()));
    },
    closeWindow: (window) => gone.forEach((listener) => listener(window)),
    resume: () => resumed.forEach((listener) => listener()),
    until(name, fits = () => true) {
      const isIt = (push: Pushed): boolean => push.name === name && fits(push.payload as never);
      const found = pushed.find(isIt);
      if (found) return Promise.resolve(found.payload as never);
      return new Promise((resolve) => {
        const look = (push: Pushed): void => {
          if (!isIt(push)) return;
          waiting.delete(look);
          resolve(push.payload as never);
        };
        waiting.add(look);
      });
    },
    forget() {
      pushed = [];
    },
    browse: () => Promise.resolve(),
  };
  return host;
}

export interface TestCore {
  readonly dataDir: string;
  readonly host: TestHost;
  readonly core: Composition;
  readonly log: LogBook;
  readonly window: TrustedWindow;
  ask<N extends InvokeName>(name: N, payload: RequestOf<N>, window?: TrustedWindow): Promise<Result<ResponseOf<N>>>;
  /** The value of a success. */
  get<N extends InvokeName>(name: N, payload: RequestOf<N>): Promise<ResponseOf<N>>;
  signedIn(): Promise<Extract<Session, { state: 'signed_in' }>>;
}

/** A folder that is gone after the test. */
export function tempFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'offhook-core-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The value of a Result a test counts on. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.kind}: ${result.error.detail}`);
  return result.value;
}

/** The error of a Result that has to fail. */
export function errorOf(result: Result<unknown>): AppError {
  if (result.ok) throw new Error('Expected an error');
  return result.error;
}

/** The whole core over real parts, with the test as its window. Stopped after the test at the latest. */
export async function startCore(
  options: Partial<ComposeOptions> & { readonly dataDir: string; readonly secrets?: Map<string, string> },
): Promise<TestCore & { stop(): Promise<void> }> {
  const host = createTestHost(options.secrets);
  const clock = options.clock ?? systemClock;
  const log = createLogBook({ clock, level: 'debug', sinks: [] });
  const core = await compose({
    host,
    profile: null,
    role: null,
    clock,
    log,
    storeWorkerUrl: new URL('../../main/store/worker.ts', import.meta.url),
    sandboxEntry: 'sandbox/index.ts',
    checkResponses: true,
    ...options,
  });
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= core.stop());
  onTestFinished(stop);
  const window = { id: 'window-1' };
  const ask: TestCore['ask'] = async (name, payload, from = window) =>
    (await core.dispatch(from, name, payload)) as never;
  return {
    dataDir: options.dataDir,
    host,
    core,
    log,
    window,
    ask,
    get: async (name, payload) => valueOf(await ask(name, payload)),
    signedIn: async () =>
      (await host.until('session.changed', (session) => session.state === 'signed_in')) as Extract<
        Session,
        { state: 'signed_in' }
      >,
    stop,
  };
}
