import { _electron, expect, test, type ElectronApplication, type Page } from '@playwright/test';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { screens } from '../support/screens/verbs.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const ECHO = '+15005550001';

/** The Electron program of this checkout; undefined where its binary was never fetched. */
function electronProgram(): string | undefined {
  const folder = path.join(ROOT, 'node_modules/electron');
  if (!existsSync(path.join(folder, 'path.txt'))) return undefined;
  const program = path.join(folder, 'dist', readFileSync(path.join(folder, 'path.txt'), 'utf8'));
  return existsSync(program) ? program : undefined;
}

const program = electronProgram();
test.skip(program === undefined, 'The Electron binary is not on this machine');

let folder: string;
let app: ElectronApplication;
let page: Page;

function launch(): Promise<ElectronApplication> {
  const isRoot = process.getuid?.() === 0;
  return _electron.launch({
    executablePath: program ?? '',
    args: [
      ...(isRoot ? ['--no-sandbox'] : []),
      '--password-store=basic',
      '--use-fake-device-for-media-stream',
      ROOT,
      '--data',
      path.join(folder, 'data'),
    ],
  });
}

test.beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'offhook-electron-'));
  app = await launch();
  page = app.windows()[0] ?? (await app.waitForEvent('window'));
});
test.afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

test('registers, calls the echo, and ends the call', async () => {
  const ui = screens(page);
  await ui.shell.expectRegistration('Ready');
  await ui.dialer.call(ECHO);
  await ui.call.expectActive();
  await ui.call.hangUp();
  await ui.call.expectEnded('You hung up');
});

test('the page has the contract and nothing of Node or Electron', async () => {
  await screens(page).shell.expectRegistration('Ready');
  const seen = await page.evaluate(() => ({
    address: location.href,
    isSecure: isSecureContext,
    bridge: Object.keys(window.offhook ?? {}).sort(),
    globals: ['process', 'require', 'module', 'Buffer', 'global'].filter((name) => name in window),
  }));
  expect(seen).toEqual({
    address: 'app://offhook/',
    isSecure: true,
    bridge: ['invoke', 'subscribe'],
    globals: [],
  });
  const refused = await page.evaluate(() => window.offhook?.invoke('fs.read', '/etc/passwd'));
  expect(refused).toMatchObject({ ok: false, error: { kind: 'invalid_request' } });
  const snapshot = await page.evaluate(() => window.offhook?.invoke('app.snapshot', null));
  expect(snapshot).toMatchObject({ ok: true, value: { host: { kind: 'electron' } } });
});

test('the page cannot leave, open a window, or use the camera', async () => {
  await screens(page).shell.expectRegistration('Ready');
  const outcome = await page.evaluate(async () => {
    const opened = window.open('https://example.com/') !== null;
    location.assign('https://example.com/');
    const camera = await navigator.mediaDevices.getUserMedia({ video: true }).then(
      () => 'granted',
      (error: DOMException) => error.name,
    );
    return { opened, camera };
  });
  expect(outcome).toEqual({ opened: false, camera: 'NotAllowedError' });
  expect(page.url()).toBe('app://offhook/');
  expect(app.windows()).toHaveLength(1);
});

test('a second start brings the first to front and ends', async () => {
  await screens(page).shell.expectRegistration('Ready');
  const second = await launch().catch(() => undefined);
  await second?.waitForEvent('close').catch(() => undefined);
  expect(app.windows()).toHaveLength(1);
  await screens(page).shell.expectRegistration('Ready');
});

test('closing the window ends the app in order', async () => {
  await screens(page).shell.expectRegistration('Ready');
  const ended = new Promise<number | null>((resolve) => app.process().once('exit', resolve));
  await page.evaluate(() => window.close());
  expect(await ended).toBe(0);
});
