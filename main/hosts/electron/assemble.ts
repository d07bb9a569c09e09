import type { Notification } from 'electron';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { PhoneMirror } from '../../../preload/contract/models.ts';
import { fail, ok } from '../../../preload/contract/result.ts';
import { contentSecurityPolicy, covers } from '../content-policy.ts';
import { externalAddress } from '../external-address.ts';
import type { ContentPolicy, Dispatch, Host, HostOptions, HostStart, TrustedWindow } from '../host.ts';
import { listPageFiles } from '../page-files.ts';
import type { LockAnswer, ProfileLock } from '../profile-lock.ts';
import { lockedStart, lockProfile } from '../profile-lock.ts';
import { onceQuit } from '../quit.ts';
import { watchResume } from '../resume.ts';
import type { ElectronApi } from './api.ts';
import { createChildren } from './children.ts';
import { guardPermissions } from './permissions.ts';
import { createCallPower } from './power.ts';
import { registerScheme, serveScheme } from './scheme.ts';
import { keepSecretsInKeystore } from './secrets.ts';
import { createTray } from './tray.ts';
import { createWindows, lockDown } from './windows.ts';

const APP_ID = 'app.offhook.desktop';

/** What must happen before `ready`, all of it synchronous. False = another instance has the profile. */
function prepare(electron: ElectronApi, options: HostOptions): boolean {
  const { app } = electron;
  registerScheme(electron.protocol);
  app.enableSandbox();
  app.setName('Offhook');
  app.setAppUserModelId(APP_ID);
  app.setPath('userData', path.join(options.dataDir, 'electron'));
  return app.requestSingleInstanceLock();
}

/**
 * Makes the Electron host from the parts of Electron given. No crash reporter is started: a dump holds memory, and with
 * it HA1 and tokens.
 */
export async function assembleElectronHost(electron: ElectronApi, options: HostOptions): Promise<HostStart> {
  mkdirSync(path.join(options.dataDir, 'electron'), { recursive: true, mode: 0o700 });
  if (!prepare(electron, options)) {
    options.say('Offhook runs already; its window was brought to front.');
    return { kind: 'runs_already' };
  }
  let answer: LockAnswer;
  try {
    // The browser host may hold the same profile; Electron's own lock does not know of it.
    answer = await lockProfile(options.dataDir);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return { kind: 'refused', sentence: `The folder ${options.dataDir} cannot be used (${code}).` };
  }
  if (answer.kind !== 'mine') return lockedStart(options, answer);
  await electron.app.whenReady();
  return { kind: 'made', host: await makeHost(electron, options, answer.lock) };
}

async function makeHost(electron: ElectronApi, options: HostOptions, lock: ProfileLock): Promise<Host> {
  const { app, session } = electron;
  const { outDir, clock } = options;
  const kept = await keepSecretsInKeystore(electron, options.dataDir);
  const children = createChildren(electron, outDir, clock);
  const quit = onceQuit();
  const composed = Promise.withResolvers<Dispatch>();
  const goneListeners: ((window: TrustedWindow) => void)[] = [];
  const resumeListeners: (() => void)[] = [];
  const notices = new Set<Notification>();
  const power = createCallPower(electron);
  let policy: ContentPolicy = { connectOrigins: [] };
  let served = policy;
  let ended = false;

  guardPermissions(session.defaultSession);
  const files = listPageFiles(path.join(outDir, 'renderer'));
  serveScheme(session.defaultSession.protocol, files, composed.promise, {
    policy: () => policy,
    onPage: (under) => (served = under),
  });
  app.on('web-contents-created', (_event, contents) => lockDown(contents));
  hideMenu(electron);

  const windows = createWindows(electron, {
    outDir,
    dispatch: composed.promise,
    servedPolicy: () => served,
    onGone: (window) => goneListeners.forEach((listener) => listener(window)),
    mayCloseLast() {
      quit.now();
      return ended;
    },
  });
  const show = (): void => windows.show();
  const resumed = (): void => resumeListeners.forEach((listener) => listener());
  const stopWatching = watchResume(clock, resumed);
  electron.powerMonitor.on('resume', resumed);
  app.on('second-instance', show);
  app.on('activate', show);
  // Ours to decide: the core leaves in order first, then stop() ends the app.
  app.on('window-all-closed', () => undefined);
  app.on('before-quit', (event) => {
    if (ended) return;
    event.preventDefault();
    quit.now();
  });
  lock.onShow(() => {
    show();
    return 'Offhook runs already; its window was brought to front.';
  });
  const tray = createTray(electron, { outDir, show, quit: () => quit.now() });
  windows.open();

  return {
    info: {
      kind: 'electron',
      appVersion: options.appVersion,
      secretKeeping: kept.keeping,
      features: { tray, globalShortcuts: false, loginItem: false, selfUpdate: false, staysAwakeHidden: true },
    },
    secrets: kept.secrets,
    async start(dispatch) {
      composed.resolve(dispatch);
    },
    push(name, payload, only) {
      if (name === 'phone.mirror') power.mirrored(payload as PhoneMirror);
      windows.push(name, payload, only);
    },
    onWindowGone: (listener) => void goneListeners.push(listener),
    onQuit: (listener) => quit.listen(listener),
    onResume: (listener) => void resumeListeners.push(listener),
    setContentPolicy(wanted) {
      contentSecurityPolicy(wanted);
      if (covers(policy, wanted) && covers(wanted, policy)) return;
      policy = wanted;
      windows.reloadMisfits(wanted);
    },
    async openExternal(url) {
      const address = externalAddress(url);
      if (!address) return fail({ kind: 'invalid_request', nextStep: 'check_address', detail: 'Not an https address' });
      try {
        await electron.shell.openExternal(address);
        return ok(null);
      } catch {
        // It rejects where no program opens such an address.
        return fail({ kind: 'unsupported_here', nextStep: 'check_address', detail: 'No browser answers' });
      }
    },
    spawn: (entry, args) => children.spawn(entry, args),
    notify(notice) {
      if (!electron.Notification.isSupported()) return false;
      const shown = new electron.Notification({ title: notice.title, body: notice.body });
      // Without a reference it may be collected before it is clicked.
      notices.add(shown);
      shown.on('click', show);
      shown.on('close', () => notices.delete(shown));
      shown.show();
      return true;
    },
    async stop() {
      ended = true;
      quit.dispose();
      stopWatching();
      power.dispose();
      for (const shown of notices) shown.close();
      windows.destroyAll();
      await children.stopAll();
      lock.release();
      app.quit();
    },
  };
}

/** The default menu holds reload and developer tools. macOS needs one for copy, paste and quit. */
function hideMenu({ Menu }: ElectronApi): void {
  if (process.platform !== 'darwin') Menu.setApplicationMenu(null);
  else {
    const roles = ['appMenu', 'editMenu', 'windowMenu'] as const;
    Menu.setApplicationMenu(Menu.buildFromTemplate(roles.map((role) => ({ role }))));
  }
}
