import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const LINUX_NAMES = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge-stable',
  'microsoft-edge',
];
const MAC_PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];
const WINDOWS_PATHS = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];

/** How long a browser has to close before it is killed. */
const CLOSE_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 50;

type Environment = Readonly<Record<string, string | undefined>>;

function candidates(platform: NodeJS.Platform, env: Environment): readonly string[] {
  if (platform === 'darwin') return MAC_PATHS;
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter((root) => root);
    return WINDOWS_PATHS.flatMap((below) => roots.map((root) => path.win32.join(root ?? '', below)));
  }
  const folders = (env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return LINUX_NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
}

/** Where a window can come from, or the sentence that says why there is none. */
type BrowserFound =
  { readonly kind: 'found'; readonly program: string } | { readonly kind: 'none'; readonly why: string };

/** Looks for Chrome, Chromium or Edge where each system keeps it. OFFHOOK_BROWSER names another Chromium outright. */
export function findBrowser(
  platform: NodeJS.Platform = process.platform,
  env: Environment = process.env,
  exists: (file: string) => boolean = existsSync,
): BrowserFound {
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return { kind: 'none', why: 'no display' };
  const chosen = env['OFFHOOK_BROWSER'];
  const program = chosen ? [chosen].find(exists) : candidates(platform, env).find(exists);
  return program
    ? { kind: 'found', program }
    : { kind: 'none', why: chosen ? `no browser at ${chosen}` : 'no Chrome, Chromium or Edge' };
}

/** The browser's arguments: an app window, a profile of its own, awake when hidden, silent on the network. */
export function browserArguments(url: string, profileDir: string, isRoot: boolean): readonly string[] {
  return [
    `--app=${url}`,
    `--user-data-dir=${profileDir}`,
    '--window-size=1080,760',
    '--no-first-run',
    '--no-default-browser-check',
    '--hide-crash-restore-bubble',
    '--disable-background-timer-throttling',
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    '--autoplay-policy=no-user-gesture-required',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-features=Translate',
    // Nothing secret is kept in this profile; the desktop's keyring would only ask questions.
    '--password-store=basic',
    '--class=Offhook',
    ...(isRoot ? ['--no-sandbox'] : []),
  ];
}

/** The browser we started; its windows are the app's. */
export interface BrowserProcess {
  /** Opens one more window in the same profile. */
  openWindow(url: string): void;
  onExit(listener: () => void): void;
  close(): Promise<void>;
  /** Ends it without waiting: for a process that exits this moment. */
  drop(): void;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(pid), '/t', '/f']);
    // The group: a browser is many processes, and it leads them.
    else process.kill(-pid, name);
  } catch {
    // It is gone.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function end(pid: number): Promise<void> {
  signal(pid, 'SIGTERM');
  for (let waited = 0; isAlive(pid) && waited < CLOSE_WITHIN_MS; waited += LOOK_EVERY_MS) await delay(LOOK_EVERY_MS);
  if (isAlive(pid)) signal(pid, 'SIGKILL');
}

/** The command line of a process, or '' where it cannot be read. */
function commandLine(pid: number): string {
  if (process.platform === 'win32') return '';
  if (process.platform === 'linux' && existsSync(`/proc/${pid}/cmdline`)) {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  }
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
}

/**
 * Closes the browser of a run that was killed: its page has lost its main for good, and a running browser would take
 * over the new window and leave us without a process to watch. The pid is trusted only if it runs on our profile.
 */
export async function closeLeftover(dataDir: string): Promise<void> {
  const pidFile = path.join(dataDir, 'browser.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  if (Number.isInteger(pid) && pid > 1 && commandLine(pid).includes(path.join(dataDir, 'browser'))) await end(pid);
  rmSync(pidFile, { force: true });
}

/** Starts the browser on `url`, in a process group of its own so that a Ctrl-C reaches only us. */
export function launchBrowser(program: string, dataDir: string, url: string): BrowserProcess {
  const profileDir = path.join(dataDir, 'browser');
  const pidFile = path.join(dataDir, 'browser.pid');
  mkdirSync(profileDir, { recursive: true, mode: 0o700 });
  const isRoot = process.getuid?.() === 0;
  const start = (target: string): ChildProcess =>
    spawn(program, browserArguments(target, profileDir, isRoot), {
      detached: process.platform !== 'win32',
      stdio: 'ignore',
    });
  const browser = start(url);
  if (browser.pid !== undefined) writeFileSync(pidFile, String(browser.pid), { mode: 0o600 });
  const gone = new Promise<void>((resolve) => {
    browser.once('exit', () => resolve());
    browser.once('error', () => resolve());
  });
  void gone.then(() => rmSync(pidFile, { force: true }));
  return {
    // With the profile in use, this process hands its address to the running browser and ends.
    openWindow: (target) => void start(target).on('error', () => undefined),
    onExit: (listener) => void gone.then(listener),
    async close() {
      if (browser.exitCode === null && browser.signalCode === null && browser.pid !== undefined) await end(browser.pid);
      await gone;
    },
    drop() {
      if (browser.exitCode === null && browser.pid !== undefined) signal(browser.pid, 'SIGTERM');
    },
  };
}
