import { chromium, type Browser, type Page } from '@playwright/test';
import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../preload/contract/models.ts';
import { ok } from '../../preload/contract/result.ts';
import type { HostRig } from '../support/browser-host.ts';
import { makeOut, startHost } from '../support/browser-host.ts';
import { makeSnapshot } from '../support/contract-double.ts';

/** A loaded machine is slow; a broken one never gets there. */
const SOON = { timeout: 10_000 };

/** A page that asks once and shows what it hears, with the renderer's own transport. */
const PAGE = `
import { connectTransport } from './renderer/api/transport.ts';
const transport = connectTransport();
const heard = [];
transport.subscribe((name, payload) => heard.push([name, payload]));
transport.onLink((link) => heard.push(['link', link]));
Object.assign(window, { transport, heard, loadedAt: performance.timeOrigin });
document.querySelector('#state').textContent = JSON.stringify(await transport.invoke('app.painted', { sincePageStartMs: 1 }));
`;

let browser: Browser;
let folder: string;
let script: string;
let rig: HostRig;
let page: Page;
let faults: string[];

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
  const built = await build({
    stdin: { contents: PAGE, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    format: 'esm',
    write: false,
  });
  script = built.outputFiles[0]?.text ?? '';
});
afterAll(() => browser.close());

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'offhook-chromium-'));
  faults = [];
  rig = await startHost(
    async (_window, name, payload) => ok(name === 'app.snapshot' ? makeSnapshot() : { name, payload }),
    { outDir: makeOut(folder, script) },
  );
  page = await browser.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  page.on(
    'console',
    (message) => message.type() === 'error' && faults.push(`${message.text()} ${message.location().url}`),
  );
});
afterEach(async () => {
  await page.close();
  await rig.stop();
  rmSync(folder, { recursive: true, force: true });
});

const state = (): Promise<string | null> => page.textContent('#state');
const heard = (): Promise<unknown> => page.evaluate('heard');

test('the page loads through the host under its policy and makes a round trip', async () => {
  await page.goto(rig.address());
  await expect.poll(state, SOON).toContain('sincePageStartMs');
  expect(JSON.parse((await state()) ?? '')).toEqual({
    ok: true,
    value: { name: 'app.painted', payload: { sincePageStartMs: 1 } },
  });
  expect(page.url()).toBe(`http://127.0.0.1:${rig.port}/`);
  expect(await page.evaluate('window.isSecureContext && typeof navigator.mediaDevices.getUserMedia')).toBe('function');
  rig.host.push('settings.changed', DEFAULT_SETTINGS);
  await expect.poll(heard, SOON).toEqual([['settings.changed', DEFAULT_SETTINGS]]);
  expect(faults).toEqual([]);
});

test('inline script, eval, foreign images and foreign connections are stopped by the policy', async () => {
  await page.goto(rig.address());
  await expect.poll(state, SOON).toContain('sincePageStartMs');
  const outcome = await page.evaluate(async () => {
    const inline = document.createElement('script');
    inline.textContent = 'window.injected = true';
    document.body.append(inline);
    const image = new Image();
    const imageFailed = new Promise((resolve) => {
      image.addEventListener('error', () => resolve(true));
      image.addEventListener('load', () => resolve(false));
    });
    image.src = 'http://127.0.0.1:9/x.png';
    const fetched = await fetch('http://127.0.0.1:9/').then(
      () => 'fetched',
      () => 'stopped',
    );
    return { injected: 'injected' in window, image: await imageFailed, fetched };
  });
  expect(outcome).toEqual({ injected: false, image: true, fetched: 'stopped' });
  expect(faults.filter((fault) => fault.includes('Content Security Policy')).length).toBeGreaterThanOrEqual(3);
});

test('the address cannot be used by a second browser', async () => {
  const address = rig.address();
  await page.goto(address);
  const other = await browser.newContext();
  const thief = await other.newPage();
  expect((await thief.goto(address))?.status()).toBe(403);
  expect((await thief.goto(`http://127.0.0.1:${rig.port}/`))?.status()).toBe(403);
  await other.close();
});

test('a change of account that needs another origin reloads the page', async () => {
  await page.goto(rig.address());
  await expect.poll(state, SOON).toContain('sincePageStartMs');
  const before = await page.evaluate('loadedAt');
  rig.host.setContentPolicy({ connectOrigins: ['wss://sip.example.com'] });
  await expect.poll(() => page.evaluate('loadedAt').catch(() => before), SOON).not.toBe(before);
  await expect.poll(state, SOON).toContain('sincePageStartMs');
  const reloaded = await page.evaluate('loadedAt');
  rig.host.push('host.resumed', null);
  await expect.poll(heard, SOON).toEqual([['host.resumed', null]]);
  expect(await page.evaluate('loadedAt')).toBe(reloaded);
});

test('a host that ends leaves a page that answers `offline`, and says that the link is down', async () => {
  await page.goto(rig.address());
  await expect.poll(state, SOON).toContain('sincePageStartMs');
  await rig.host.stop();
  await expect.poll(heard, SOON).toEqual([['link', 'down']]);
  expect(await page.evaluate(`transport.invoke('app.snapshot', null)`)).toMatchObject({ error: { kind: 'offline' } });
});
