import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startSipServer, type SipServer } from '../../main/sandbox/sip/server.ts';
import { browserArgs, findBrowser } from '../support/browser.ts';
import { FakeBooks, NUMBERS } from '../support/fake-books.ts';
import { hasTone, isSilent, type Heard } from '../support/tones.ts';
import { writeWav } from '../support/wav.ts';

const TONE_HZ = 440;
const OTHER_HZ = 1_000;
const announcementsDir = new URL('../../assets/announcements/', import.meta.url);

let folder: string;
let pages: Server;
let origin: string;
let browser: Browser;
let books: FakeBooks;
let sip: SipServer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'offhook-media-'));
  const microphone = path.join(folder, 'tone.wav');
  await writeWav(microphone, 48_000, [{ hz: TONE_HZ, seconds: 4 }]);
  const bundle = await build({
    entryPoints: [new URL('../support/media-page.ts', import.meta.url).pathname],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    logLevel: 'error',
  });
  const script = bundle.outputFiles[0]?.text ?? '';
  pages = createServer((request, response) => {
    const js = request.url === '/page.js';
    response.setHeader('content-type', js ? 'text/javascript' : 'text/html');
    response.end(js ? script : '<!doctype html><script src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => void pages.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  const executablePath = await findBrowser();
  if (executablePath === undefined) throw new Error('no Chromium, Chrome or Edge on this machine');
  browser = await chromium.launch({ executablePath, args: [...browserArgs(microphone)] });
}, 60_000);

afterAll(async () => {
  await browser?.close();
  pages?.closeAllConnections();
  pages?.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  books = new FakeBooks();
  sip = await startSipServer({
    listen: { host: '127.0.0.1', port: 0 },
    books,
    announcementsDir,
    log: () => undefined,
    timings: { ringMs: 0, earlyMediaMs: 1_500, callBackAfterMs: 200 },
  });
  return async () => {
    await sip.close();
    assert.deepEqual(sip.openResources(), { sockets: 0, timers: 0, transactions: 0, agentCalls: 0 });
    assert.deepEqual(books.faults, []);
    assert.equal(books.openLegs, 0);
  };
});

async function phone(user: string): Promise<Page> {
  const context = await browser.newContext({ permissions: ['microphone'] });
  const page = await context.newPage();
  await page.goto(origin);
  await page.evaluate((config) => globalThis.phone.register(config), {
    url: sip.url,
    user,
    password: `secret of ${user}`,
    realm: books.realm,
  });
  return page;
}

function hear(page: Page): Promise<Heard> {
  return page.evaluate((frequencies) => globalThis.phone.hear(frequencies), [TONE_HZ, OTHER_HZ]);
}

async function hearsTone(page: Page): Promise<void> {
  await expect.poll(async () => hasTone(await hear(page), TONE_HZ), { timeout: 10_000 }).toBe(true);
}

test(
  'an echo call gives the tone of the microphone back, is silent on hold, and survives an ICE restart',
  { timeout: 60_000 },
  async () => {
    const page = await phone('alice');
    await page.evaluate((number) => globalThis.phone.call(number), NUMBERS.echo);
    await hearsTone(page);
    expect(hasTone(await hear(page), OTHER_HZ)).toBe(false);

    await page.evaluate(() => globalThis.phone.hold(true));
    await expect.poll(async () => isSilent(await hear(page)), { timeout: 10_000 }).toBe(true);
    await page.evaluate(() => globalThis.phone.hold(false));
    await hearsTone(page);

    const before = await page.evaluate(() => globalThis.phone.localUfrag());
    await page.evaluate(() => globalThis.phone.restartIce());
    expect(await page.evaluate(() => globalThis.phone.localUfrag())).not.toBe(before);
    const received = await page.evaluate(() => globalThis.phone.packetsReceived());
    await expect
      .poll(() => page.evaluate(() => globalThis.phone.packetsReceived()), { timeout: 10_000 })
      .toBeGreaterThan(received + 50);
    expect(await page.evaluate(() => globalThis.phone.iceState())).toMatch(/connected|completed/);
    await hearsTone(page);

    await page.evaluate(() => globalThis.phone.hangUp());
    await expect
      .poll(() => books.events.at(-1))
      .toMatchObject({ kind: 'ended', sipCode: 200, cause: 'caller_hung_up' });
    await page.context().close();
  },
);
