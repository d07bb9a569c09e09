import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fail } from '../../../preload/contract/result.ts';
import { contentSecurityPolicy, covers } from '../content-policy.ts';
import { externalAddress } from '../external-address.ts';
import type { ContentPolicy, Dispatch, Host, HostOptions, HostStart, TrustedWindow } from '../host.ts';
import { listPageFiles, withIcon } from '../page-files.ts';
import type { LockAnswer, ProfileLock } from '../profile-lock.ts';
import { lockedStart, lockProfile } from '../profile-lock.ts';
import { onceQuit } from '../quit.ts';
import { watchResume } from '../resume.ts';
import type { Access } from './access.ts';
import { createAccess } from './access.ts';
import { createBridge } from './bridge.ts';
import { createChildren } from './children.ts';
import type { BrowserProcess } from './launch.ts';
import { closeLeftover, findBrowser, launchBrowser } from './launch.ts';
import { openInSystemBrowser } from './open-external.ts';
import { keepSecretsInFile } from './secrets.ts';
import type { LoopbackServer } from './server.ts';
import { bindLoopback } from './server.ts';

/** How long after the last window closed a reload may still bring one back. */
const LAST_WINDOW_GRACE_MS = 2_000;

/** The port of the last run is tried first: the browser keeps the microphone permission by origin, port included. */
async function bindPort(options: HostOptions): Promise<LoopbackServer> {
  if (options.port !== null) return bindLoopback(options.port);
  const portFile = path.join(options.dataDir, 'port');
  const last = Number(readText(portFile));
  const server = await bindLoopback(Number.isInteger(last) && last > 0 && last < 65_536 ? last : 0).catch(() =>
    bindLoopback(0),
  );
  if (server.port !== last) writeFileSync(portFile, String(server.port));
  return server;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function portSentence(port: number | null, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return `Port ${port} is taken by another program. Choose another one with --port.`;
  if (code === 'EACCES') return `This system does not let you use port ${port}. Choose one above 1023 with --port.`;
  return `No port could be opened on 127.0.0.1 (${code ?? 'unknown error'}).`;
}

/** The window's browser, or the printed address where there is none to start. */
async function openFirstWindow(options: HostOptions, access: Access): Promise<BrowserProcess | undefined> {
  if (options.headless) {
    options.say(`Offhook is at ${access.address('printed')}`);
    return undefined;
  }
  const found = findBrowser();
  if (found.kind === 'none') {
    options.say(`No window can be opened here (${found.why}). Open ${access.address('printed')}`);
    return undefined;
  }
  await closeLeftover(options.dataDir);
  if (process.getuid?.() === 0) {
    options.say(
      'You are root: the browser runs without its sandbox (--no-sandbox). Use an ordinary user for real calls.',
    );
  }
  return launchBrowser(found.program, options.dataDir, access.address('launched'));
}

/**
 * Makes the browser host: a loopback server and the machine's own Chromium, Chrome or Edge in app mode. Takes the
 * profile's lock, binds the port and starts the browser; requests wait for Host.start.
 */
export async function createBrowserHost(options: HostOptions): Promise<HostStart> {
  let answer: LockAnswer;
  try {
    mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
    answer = await lockProfile(options.dataDir);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return { kind: 'refused', sentence: `The folder ${options.dataDir} cannot be used (${code}).` };
  }
  if (answer.kind === 'mine') return makeHost(options, answer.lock);
  return lockedStart(options, answer);
}

async function makeHost(options: HostOptions, lock: ProfileLock): Promise<HostStart> {
  let server: LoopbackServer;
  try {
    server = await bindPort(options);
  } catch (error) {
    lock.release();
    return { kind: 'refused', sentence: portSentence(options.port, error) };
  }
  const access = createAccess(server.port, options.clock);
  const browser = await openFirstWindow(options, access);
  return { kind: 'made', host: assemble(options, lock, server, access, browser) };
}

function assemble(
  options: HostOptions,
  lock: ProfileLock,
  server: LoopbackServer,
  access: Access,
  browser: BrowserProcess | undefined,
): Host {
  const { clock } = options;
  const kept = keepSecretsInFile(options.dataDir);
  const children = createChildren(options.outDir, clock);
  const quit = onceQuit();
  const policies: ContentPolicy[] = [{ connectOrigins: [] }];
  const composed = Promise.withResolvers<Dispatch>();
  const goneListeners: ((window: TrustedWindow) => void)[] = [];
  const resumeListeners: (() => void)[] = [];
  let cancelLastWindow = (): void => undefined;
  const policy = (): ContentPolicy => policies.at(-1) ?? { connectOrigins: [] };

  const bridge = createBridge({
    clock,
    dispatch: composed.promise,
    policyFits: (serial) => covers(policies[serial] ?? { connectOrigins: [] }, policy()),
    onOpened: () => cancelLastWindow(),
    onGone(window, how) {
      for (const listener of goneListeners) listener(window);
      // A page that crashed still has its window; there the browser's own end decides.
      if (browser && how === 'closed' && bridge.windowCount() === 0) {
        cancelLastWindow = clock.after(LAST_WINDOW_GRACE_MS, () => quit.now());
      }
    },
  });
  const stopWatching = watchResume(clock, () => resumeListeners.forEach((listener) => listener()));
  browser?.onExit(() => quit.now());
  // A second Ctrl-C, or a core that fails to start, exits without stop(): no browser and no lock may be left then.
  const onExit = (): void => {
    browser?.drop();
    lock.release();
  };
  process.once('exit', onExit);
  lock.onShow(() => {
    if (!browser) return `Offhook runs already. Open ${access.address('printed')}`;
    browser.openWindow(access.address('launched'));
    return 'Offhook runs already; its window was opened.';
  });

  server.serve({
    access,
    files: withIcon(listPageFiles(path.join(options.outDir, 'renderer')), options.outDir),
    policy: () => ({
      csp: contentSecurityPolicy(policy(), `ws://127.0.0.1:${server.port}`),
      serial: policies.length - 1,
    }),
    ready: composed.promise,
    onBridge: (request, url, socket, head) => bridge.accept(request, url, socket, head),
  });

  return {
    info: {
      kind: 'browser',
      appVersion: options.appVersion,
      secretKeeping: kept.keeping,
      features: {
        tray: false,
        globalShortcuts: false,
        loginItem: false,
        selfUpdate: false,
        staysAwakeHidden: browser !== undefined,
      },
    },
    secrets: kept.secrets,
    async start(dispatch) {
      composed.resolve(dispatch);
    },
    push: (name, payload, only) => bridge.push(name, payload, only),
    onWindowGone: (listener) => void goneListeners.push(listener),
    onQuit: (listener) => quit.listen(listener),
    onResume: (listener) => void resumeListeners.push(listener),
    setContentPolicy(wanted) {
      contentSecurityPolicy(wanted);
      const same = covers(policy(), wanted) && covers(wanted, policy());
      if (same) return;
      policies.push(wanted);
      bridge.reloadMisfits();
    },
    async openExternal(url) {
      const address = externalAddress(url);
      if (!address) return fail({ kind: 'invalid_request', nextStep: 'check_address', detail: 'Not an https address' });
      return openInSystemBrowser(address, clock);
    },
    spawn: (entry, args) => children.spawn(entry, args),
    notify: () => false,
    async stop() {
      quit.dispose();
      cancelLastWindow();
      stopWatching();
      bridge.close();
      await Promise.all([browser?.close(), children.stopAll(), server.close()]);
      process.off('exit', onExit);
      lock.release();
    },
  };
}
