import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assembleElectronHost } from '../../main/hosts/electron/assemble.ts';
import { keepSecretsInKeystore } from '../../main/hosts/electron/secrets.ts';
import type { Host, HostOptions } from '../../main/hosts/host.ts';
import { ok } from '../../preload/contract/result.ts';
import { made, makeOptions, makeOut } from '../support/browser-host.ts';
import { ElectronFake, type FakeSender, preventable } from '../support/electron-fake.ts';

const OWN = 'app://offhook/';

let fake: ElectronFake;
let folder: string;
let options: HostOptions;
let host: Host;
let dispatched: unknown[];
let said: string[];

async function start(): Promise<Host> {
  const started = made(await assembleElectronHost(fake.api(), options));
  await started.start(async (window, name, payload) => {
    dispatched.push({ window, name, payload });
    if (name === 'throws') throw new Error('bug');
    return ok(payload);
  });
  return started;
}

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'offhook-electron-'));
  fake = new ElectronFake();
  dispatched = [];
  said = [];
  options = makeOptions(said, { dataDir: path.join(folder, 'data'), outDir: makeOut(folder) });
  host = await start();
});
afterEach(async () => {
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

const top = (url: string): FakeSender => ({
  sender: { id: fake.window().webContents.id },
  senderFrame: { url, parent: null },
});

test('the scheme and the sandbox are set before ready, the profile lies in the data folder', () => {
  expect(fake.schemes).toMatchObject([{ scheme: 'app', privileges: { standard: true, secure: true, stream: true } }]);
  expect(fake.app.calls).toEqual(['enableSandbox', 'whenReady']);
  expect([...fake.app.paths]).toEqual([['userData', path.join(options.dataDir, 'electron')]]);
  expect(host.info).toMatchObject({ kind: 'electron', secretKeeping: 'os_keystore' });
});

test('the window is sandboxed, isolated, awake when hidden, and loads our page only', () => {
  const window = fake.window();
  expect(window.options.webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    backgroundThrottling: false,
    devTools: false,
    preload: path.join(options.outDir, 'preload/bridge.cjs'),
  });
  expect(window.url).toBe(OWN);
  expect(fake.menu).toBe(process.platform === 'darwin' ? fake.menu : null);
});

test('our page is heard, with the window it is', async () => {
  expect(await fake.invoke(top(OWN), 'app.snapshot')).toEqual(ok(null));
  expect(dispatched).toEqual([{ window: { id: 'page-1' }, name: 'app.snapshot', payload: null }]);
  expect(await fake.invoke(top(OWN), 'throws')).toMatchObject({ error: { kind: 'internal' } });
});

const destroyed = {
  get url(): string {
    throw new Error('Render frame was disposed');
  },
  parent: null,
};

test.each<[string, (id: number) => FakeSender]>([
  ['no frame', (id) => ({ sender: { id }, senderFrame: null })],
  ['a destroyed frame', (id) => ({ sender: { id }, senderFrame: destroyed })],
  ['a subframe of our own page', (id) => ({ sender: { id }, senderFrame: { url: OWN, parent: {} } })],
  ['about:blank', (id) => ({ sender: { id }, senderFrame: { url: 'about:blank', parent: null } })],
  ['a web page', (id) => ({ sender: { id }, senderFrame: { url: 'https://evil.example/', parent: null } })],
  ['a look-alike host', (id) => ({ sender: { id }, senderFrame: { url: 'app://offhook.evil/', parent: null } })],
  ['our host under https', (id) => ({ sender: { id }, senderFrame: { url: 'https://offhook/', parent: null } })],
  ['our host as user name', (id) => ({ sender: { id }, senderFrame: { url: 'app://offhook@evil/', parent: null } })],
  ['our host with a port', (id) => ({ sender: { id }, senderFrame: { url: 'app://offhook:80/', parent: null } })],
  ['a data: page', (id) => ({ sender: { id }, senderFrame: { url: 'data:text/html,app://offhook/', parent: null } })],
  ['a file', (id) => ({ sender: { id }, senderFrame: { url: 'file:///offhook/', parent: null } })],
  ['an empty address', (id) => ({ sender: { id }, senderFrame: { url: '', parent: null } })],
  ['contents that are no window of ours', () => ({ sender: { id: -1 }, senderFrame: { url: OWN, parent: null } })],
])('a hostile sender gets an error and never reaches the router: %s', async (_name, make) => {
  const answer = await fake.invoke(make(fake.window().webContents.id), 'app.snapshot');
  expect(answer).toMatchObject({ ok: false, error: { kind: 'wrong_sender' } });
  expect(dispatched).toEqual([]);
});

test('a name that is no text is refused', async () => {
  expect(await fake.invoke(top(OWN), { toString: () => 'app.snapshot' })).toMatchObject({
    error: { kind: 'wrong_sender' },
  });
});

/** Every permission Electron names, read from its own types, and one it does not know yet. */
const declared = /setPermissionCheckHandler\(.*?permission: ([^,]+),/.exec(
  readFileSync('node_modules/electron/electron.d.ts', 'utf8'),
);
const NAMES = [...(declared?.[1] ?? '').matchAll(/'([^']+)'/g)]
  .map((name) => name[1] ?? '')
  .concat('invented-tomorrow');
const ALWAYS = ['local-network', 'local-network-access', 'loopback-network', 'notifications', 'speaker-selection'];
const WITH_AUDIO = [...ALWAYS, 'media'].sort();

function mayRequest(permission: string, details: object): boolean {
  let granted = false;
  fake.requestPermission?.(null, permission, (answer) => (granted = answer), details);
  return granted;
}

test('the permission matrix: microphone, speaker, notices and its servers for our page; nothing else, nobody else', () => {
  const granted = (url: string, mediaTypes: string[], isMainFrame = true): string[] =>
    NAMES.filter((name) => mayRequest(name, { requestingUrl: url, isMainFrame, mediaTypes })).sort();
  const checked = (url: string, mediaType: string): string[] =>
    NAMES.filter((name) => fake.checkPermission?.(null, name, url, { isMainFrame: true, mediaType })).sort();
  expect(NAMES.length).toBeGreaterThan(40);
  expect(granted(OWN, ['audio'])).toEqual(WITH_AUDIO);
  expect(checked(OWN, 'audio')).toEqual(WITH_AUDIO);
  for (const media of [[], ['video'], ['audio', 'video'], ['audio', 'audio']]) {
    expect(granted(OWN, media)).toEqual(ALWAYS);
  }
  for (const media of ['video', 'unknown']) expect(checked(OWN, media)).toEqual(ALWAYS);
  for (const url of ['https://evil.example/', 'app://evil/', 'about:blank', '']) {
    expect(granted(url, ['audio'])).toEqual([]);
    expect(checked(url, 'audio')).toEqual([]);
  }
  expect(granted(OWN, ['audio'], false)).toEqual([]);
});

test('the page cannot navigate away, open windows or embed pages', () => {
  const { webContents } = fake.window();
  const tryEvent = (name: string, details: object): boolean => {
    const event = preventable(details);
    webContents.emit(name, event);
    return event.prevented();
  };
  expect(tryEvent('will-navigate', { url: 'https://evil.example/' })).toBe(true);
  expect(tryEvent('will-navigate', { url: OWN })).toBe(false);
  expect(tryEvent('will-frame-navigate', { url: OWN, isMainFrame: false })).toBe(true);
  expect(tryEvent('will-redirect', { url: OWN })).toBe(true);
  expect(tryEvent('will-attach-webview', {})).toBe(true);
  expect(webContents.openHandler?.({ url: 'https://evil.example/' })).toEqual({ action: 'deny' });
});

test('the page is served with its policy; nothing outside it is', async () => {
  host.setContentPolicy({ connectOrigins: ['wss://sip.example.com'] });
  const page = await fake.scheme?.(new Request(OWN));
  expect(page?.status).toBe(200);
  expect(await page?.text()).toContain('<title>Offhook</title>');
  expect(page?.headers.get('content-security-policy')).toContain("connect-src 'self' wss://sip.example.com;");
  expect(page?.headers.get('x-content-type-options')).toBe('nosniff');
  const hostile = ['app://offhook/../data/electron', 'app://offhook/%2e%2e/x', 'app://evil/', 'app://offhook:1/'];
  for (const url of hostile) expect((await fake.scheme?.(new Request(url)))?.status).toBe(404);
});

test('an account that needs another origin reloads the window, and its page counts as gone', () => {
  const gone: unknown[] = [];
  host.onWindowGone((window) => gone.push(window));
  host.setContentPolicy({ connectOrigins: ['wss://sip.example.com'] });
  host.setContentPolicy({ connectOrigins: ['wss://sip.example.com'] });
  expect(fake.window().webContents.reloads).toBe(1);
  expect(gone).toEqual([{ id: 'page-1' }]);
});

test('a window whose page may reach all of it is not loaded anew', async () => {
  const { webContents } = fake.window();
  const [a, b] = ['wss://a.example.com', 'wss://b.example.com'];
  host.setContentPolicy({ connectOrigins: [a, b] });
  await fake.scheme?.(new Request(OWN));
  webContents.emit('did-navigate', {});
  expect(webContents.reloads).toBe(1);
  host.setContentPolicy({ connectOrigins: [a] });
  host.setContentPolicy({ connectOrigins: [a, b] });
  expect(webContents.reloads).toBe(1);
  host.setContentPolicy({ connectOrigins: [a, 'wss://c.example.com'] });
  expect(webContents.reloads).toBe(2);
});

test('what becomes wanted while a page loads is looked at when it is there', () => {
  const { webContents } = fake.window();
  webContents.reload = () => (webContents.reloads += 1);
  host.setContentPolicy({ connectOrigins: ['wss://a.example.com'] });
  host.setContentPolicy({ connectOrigins: ['wss://b.example.com'] });
  expect(webContents.reloads).toBe(1);
  webContents.emit('did-navigate', {});
  expect(webContents.reloads).toBe(2);
});

test('a page that is being loaded anew is given nothing to begin with', async () => {
  fake.window().webContents.reload = () => undefined;
  host.setContentPolicy({ connectOrigins: ['wss://sip.example.com'] });
  expect(await fake.invoke(top(OWN), 'phone.lease')).toMatchObject({ error: { kind: 'offline' } });
});

test('a crashed page is gone; the next one has another id', async () => {
  const gone: unknown[] = [];
  host.onWindowGone((window) => gone.push(window));
  fake.window().webContents.emit('render-process-gone', {}, { reason: 'crashed' });
  expect(gone).toEqual([{ id: 'page-1' }]);
  await fake.invoke(top(OWN), 'app.snapshot');
  expect(dispatched).toMatchObject([{ window: { id: 'page-2' } }]);
});

test('closing the last window, and quitting, wait for the core to leave in order', async () => {
  let asked = 0;
  host.onQuit(() => asked++);
  fake.window().close();
  expect([asked, fake.window().done]).toEqual([1, ['hide']]);
  fake.app.quit();
  expect([asked, fake.app.calls.includes('quit')]).toEqual([1, false]);
  await host.stop();
  expect(fake.window().done).toEqual(['hide', 'destroy']);
  expect(fake.app.calls).toContain('quit');
});

test('a second instance is turned away by Electron, and the first shows its window', async () => {
  fake.app.emit('second-instance');
  expect(fake.window().done).toEqual(['show', 'focus']);
  const other = new ElectronFake();
  other.app.hasLock = false;
  expect(await assembleElectronHost(other.api(), options)).toEqual({ kind: 'runs_already' });
});

test('a profile that the other host holds is asked to show itself', async () => {
  const second = new ElectronFake();
  expect(await assembleElectronHost(second.api(), options)).toEqual({ kind: 'runs_already' });
  expect(said).toEqual(['Offhook runs already; its window was brought to front.']);
  expect(fake.window().done).toEqual(['show', 'focus']);
});

test('events reach the page they are for', () => {
  host.push('host.resumed', null, { id: 'page-1' });
  host.push('host.resumed', null, { id: 'page-9' });
  expect(fake.window().webContents.sent).toEqual([['offhook:event', 'host.resumed', null]]);
});

test('waking up is told', () => {
  let resumed = 0;
  host.onResume(() => resumed++);
  fake.powerMonitor.emit('resume');
  expect(resumed).toBe(1);
});

test('the machine is kept awake during a call only', () => {
  const mirror = (...states: string[]): void =>
    host.push('phone.mirror', { registration: { state: 'ready' }, calls: states.map((state) => ({ state })) } as never);
  mirror('ringing');
  mirror('active', 'ended');
  expect(fake.blockers.size).toBe(1);
  mirror('ended');
  expect(fake.blockers.size).toBe(0);
});

test('only https opens outside', async () => {
  expect(await host.openExternal('https://portal.example.com/')).toEqual(ok(null));
  expect(await host.openExternal('file:///etc/passwd')).toMatchObject({ error: { kind: 'invalid_request' } });
  expect(fake.opened).toEqual(['https://portal.example.com/']);
});

test('a machine without a browser answers so, and nothing throws', async () => {
  fake.hasBrowser = false;
  expect(await host.openExternal('https://portal.example.com/')).toMatchObject({ error: { kind: 'unsupported_here' } });
});

test('a notice is shown and brings the window when clicked', () => {
  expect(host.notify({ title: 'Call', body: '+1' })).toBe(true);
  expect(fake.notices).toEqual([{ title: 'Call', body: '+1' }]);
});

test('children are utility processes, and end with the app', async () => {
  const child = host.spawn('sandbox/index.js', ['--port', '0']);
  const heard: unknown[] = [];
  child.onMessage((message) => heard.push(message));
  child.send({ kind: 'start' });
  const [utility] = fake.utilities;
  utility?.emit('message', 'ready');
  expect(utility?.module).toBe(path.join(options.outDir, 'main/child-entry.js'));
  expect(utility?.args).toEqual([path.join(options.outDir, 'sandbox/index.js'), '--port', '0']);
  expect([utility?.posted, heard]).toEqual([[{ kind: 'start' }], ['ready']]);
  const exits: unknown[] = [];
  child.onExit((code) => exits.push(code));
  await host.stop();
  expect(exits).toEqual([0]);
});

test('a secret is kept encrypted; one that cannot be read any more is forgotten', async () => {
  await host.secrets.set('refresh', 'hunter2');
  const file = path.join(options.dataDir, 'secrets.enc.json');
  expect(readFileSync(file, 'utf8')).not.toContain('hunter2');
  expect(await host.secrets.get('refresh')).toBe('hunter2');
  fake.vault.broken = true;
  expect(await host.secrets.get('refresh')).toBeUndefined();
  fake.vault.broken = false;
  expect(await host.secrets.get('refresh')).toBeUndefined();
});

test('without a keystore that protects, secrets live for this run and the host says so', async () => {
  await host.secrets.set('refresh', 'old');
  fake.vault.backend = 'basic_text';
  const { secrets, keeping } = await keepSecretsInKeystore(fake.api(), options.dataDir, 'linux');
  expect(keeping).toBe('this_run_only');
  expect(await secrets.get('refresh')).toBeUndefined();
  await secrets.set('refresh', 'new');
  expect(await secrets.get('refresh')).toBe('new');
  const { entries } = JSON.parse(readFileSync(path.join(options.dataDir, 'secrets.enc.json'), 'utf8')) as {
    entries: Record<string, string>;
  };
  expect(Buffer.from(entries['refresh'] ?? '', 'base64').toString()).toBe('dlo');
});
