import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { DEFAULT_SETTINGS, type Snapshot } from '../preload/contract/models.ts';
import { NEVER_SYNCED } from '../preload/contract/sync-status.ts';
import { fail, ok, type Result } from '../preload/contract/result.ts';
import type { Role } from '../preload/contract/roles.ts';
import { accountHandlers } from './account/handlers.ts';
import { openInstallState } from './account/install-state.ts';
import { createSandboxLink } from './account/sandbox-link.ts';
import { sandboxStarter } from './account/sandbox-process.ts';
import { createSessionService } from './account/service.ts';
import { callHandlers } from './calls/handlers.ts';
import { openAccountRoom, type AccountRoom, type AccountSlices } from './compose-account.ts';
import { eraseAccountFiles } from './compose-erase.ts';
import { createApiSignIn, createSipSignIn } from './compose-drivers.ts';
import { phoneHandlers } from './devices/handlers.ts';
import { createPhoneService } from './devices/service.ts';
import type { Dispatch, Host } from './hosts/host.ts';
import type { Clock } from './platform/clock.ts';
import type { Handlers } from './platform/handlers.ts';
import type { Logger } from './platform/logger.ts';
import type { Push } from './platform/push.ts';
import { rateHandlers } from './rates/handlers.ts';
import { createRouter } from './router.ts';
import { settingsHandlers } from './settings/handlers.ts';
import { createSettingsService } from './settings/service.ts';
import { usageHandlers } from './usage/handlers.ts';

/** The sandbox a first start signs in to. */
const DEFAULT_PROFILE = 'voiptime';

export interface ComposeOptions {
  readonly host: Host;
  /** Absolute; made when missing. */
  readonly dataDir: string;
  /** Sandbox profile and role named on the command line; null = not named. */
  readonly profile: string | null;
  readonly role: Role | null;
  /** Rows a new sandbox account is filled with; nothing = its small history. */
  readonly fill?: number | null;
  /** Where the onboarding of a new sandbox account stands; nothing = as its profile says. */
  readonly accountState?: string | null;
  readonly clock: Clock;
  readonly log: Logger;
  readonly storeWorkerUrl: URL;
  /** The sandbox's entry, as Host.spawn takes it. */
  readonly sandboxEntry: string;
  /** Tests hold every answer against its schema. */
  readonly checkResponses?: boolean;
  readonly fetch?: typeof fetch;
}

/** The running core. */
export interface Composition {
  readonly dispatch: Dispatch;
  /** Paints from the cache first; resolves once windows can load. The provider is reached behind it. */
  start(): Promise<void>;
  /** Un-registers the phone, finishes writes, ends the sandbox, stops the host. Nothing is left running. */
  stop(): Promise<void>;
}

const NO_SLICES: AccountSlices = {
  balance: null,
  policy: null,
  numbers: [],
  sync: NEVER_SYNCED,
  storeNotices: [],
  history: [],
  usage: { rows: [], next: null, partialBefore: null },
};

/** A port that is free at this moment, so that the page's policy can name it before the sandbox listens there. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** Builds every service of the app and wires them; nothing runs before `start`. */
export async function compose(options: ComposeOptions): Promise<Composition> {
  const { host, clock, log, dataDir } = options;
  const push: Push = (name, payload, only) => host.push(name, payload, only);
  const install = await openInstallState(dataDir, log);
  let room: AccountRoom | null = null;
  const restored = Promise.withResolvers<void>();
  let isRestored = false;

  const allowOrigin = (sipUrl: string): void => {
    const { protocol, host: authority } = new URL(sipUrl);
    host.setContentPolicy({ connectOrigins: [`${protocol}//${authority}`] });
  };

  const phone = createPhoneService({
    push,
    clock,
    credentials: async () => (await room?.provisioning.credentials()) ?? { kind: 'unavailable', reason: 'signed_out' },
    onPhoneGone: () => void room?.calls.closeLost(),
  });
  const settings = createSettingsService({
    push,
    initial: install.get().settings ?? DEFAULT_SETTINGS,
    remember: (next) => install.set({ settings: next }),
    numbers: async () => {
      const listed = await room?.numbers.list();
      return listed?.ok ? listed.value : [];
    },
  });

  /** A window that is already open learns what the cache of a newly opened account holds. */
  const announce = async (opened: AccountRoom): Promise<void> => {
    const slices = await opened.slices();
    if (room !== opened) return;
    push('balance.changed', slices.balance);
    push('policy.changed', slices.policy);
    push('numbers.changed', slices.numbers);
    push('sync.changed', slices.sync);
    push('store.changed', slices.storeNotices);
    for (const entry of slices.history.toReversed()) push('calls.changed', entry);
    push('usage.changed', { newestTime: slices.usage.rows[0]?.time ?? null });
  };

  const api = createApiSignIn(clock, options.fetch);
  const session = createSessionService({
    log,
    clock,
    push,
    install,
    secrets: host.secrets,
    api,
    sip: createSipSignIn(clock),
    sandbox: createSandboxLink({
      api,
      clock,
      log,
      start: sandboxStarter({
        spawn: (entry, args) => host.spawn(entry, args),
        entry: options.sandboxEntry,
        dataDir: path.join(dataDir, 'sandbox'),
        fill: options.fill ?? null,
        accountState: options.accountState ?? null,
        clock,
      }),
      port: () => install.get().sandboxPort,
      rememberPort: (sandboxPort) => install.set({ sandboxPort }),
    }),
    openExternal: (url) => host.openExternal(url),
    eraseFiles: (key, eraseHistory) => eraseAccountFiles(key, eraseHistory, options),
    wish: { profile: options.profile, role: options.role },
    defaultProfile: DEFAULT_PROFILE,
    async openAccount(key, account) {
      const opened = await openAccountRoom(key, account, {
        dataDir,
        storeWorkerUrl: options.storeWorkerUrl,
        clock,
        log,
        push,
        secrets: host.secrets,
        phone,
        settings,
        onAccount: (changed) => session.accountChanged(changed),
        onSignInExpired: () => void session.expired(),
        onSipOrigin: allowOrigin,
      });
      room = opened;
      if (isRestored) void announce(opened);
      return {
        ...opened,
        close: async () => {
          if (room === opened) room = null;
          await opened.close();
        },
      };
    },
  });

  const snapshot = async (): Promise<Snapshot> => {
    await restored.promise;
    return {
      host: host.info,
      session: session.session(),
      settings: settings.current(),
      phone: phone.mirror(),
      ...((await room?.slices()) ?? NO_SLICES),
    };
  };

  const handlers: Handlers = {
    ...accountHandlers({
      session,
      log,
      snapshot,
      refresh: (): Result<null> => {
        if (!room) return fail({ kind: 'not_signed_in', nextStep: 'sign_in', detail: 'No account' });
        room.sync.refresh();
        return ok(null);
      },
      openExternal: (url) => host.openExternal(url),
      portalUrl: () => room?.portalUrl() ?? null,
    }),
    ...settingsHandlers(settings),
    ...rateHandlers(() => room?.rates),
    ...usageHandlers(() => (room && { usage: room.usage, userId: room.account().user.id }) || undefined),
    ...callHandlers(() => room?.calls),
    ...phoneHandlers(phone, log),
  };
  const dispatch = createRouter(handlers, () => session.person(), {
    log,
    checkResponses: options.checkResponses ?? false,
  });

  host.onWindowGone((window) => phone.windowGone(window));
  host.onResume(() => {
    push('host.resumed', null);
    room?.sync.refresh();
  });

  return {
    dispatch,
    async start() {
      const startedAt = clock.now();
      if (install.get().sandboxPort === null) install.set({ sandboxPort: await freePort() });
      await session.restore();
      // A first start: the page is served while the sandbox comes up, and must be allowed to reach it.
      if (session.session().state === 'starting') allowOrigin(`ws://127.0.0.1:${install.get().sandboxPort}`);
      isRestored = true;
      restored.resolve();
      log.info('Ready to be painted', { afterStartMs: Math.round(clock.now() - startedAt), host: host.info.kind });
      await host.start(dispatch);
    },
    async stop() {
      try {
        await session.stop();
      } finally {
        await host.stop();
      }
    },
  };
}
