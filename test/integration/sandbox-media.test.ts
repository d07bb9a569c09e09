import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { localAddresses } from '../../main/sandbox/sip/media/address.ts';
import { MediaSession } from '../../main/sandbox/sip/media/session.ts';
import { systemClock } from '../../main/platform/clock.ts';
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
let logged: string[];

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
  logged = [];
  sip = await startSipServer({
    listen: { host: '127.0.0.1', port: 0 },
    books,
    announcementsDir,
    log: (_level, event) => logged.push(event),
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
    // Silence alone could be the phone's own muted track: the far end has to stop sending.
    let last = -1;
    const stopped = async (): Promise<boolean> => {
      const before = last;
      last = await page.evaluate(() => globalThis.phone.packetsReceived());
      return last === before;
    };
    await expect.poll(stopped, { timeout: 10_000, interval: 300 }).toBe(true);
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

test('the first audio of an echo comes quickly', { timeout: 60_000 }, async () => {
  const page = await phone('alice');
  const firstAudioMs: number[] = [];
  for (let call = 0; call < 8; call += 1) {
    const timing = await page.evaluate((number) => globalThis.phone.call(number), NUMBERS.echo);
    firstAudioMs.push(Math.round(timing.firstAudioMs));
    await page.evaluate(() => globalThis.phone.hangUp());
    await expect.poll(() => books.openLegs).toBe(0);
  }
  // The goal is 100 ms at p95, measured by the bench; here only that nothing is an order of magnitude off.
  process.stdout.write(`dial to first audio, ms: ${firstAudioMs.join(' ')}\n`);
  expect(Math.min(...firstAudioMs)).toBeLessThan(300);
  await page.context().close();
});

test('early media is heard before the answer, and becomes an echo with it', { timeout: 30_000 }, async () => {
  const page = await phone('alice');
  const call = page.evaluate((number) => globalThis.phone.call(number), NUMBERS.earlyMedia);
  await expect.poll(async () => (await hear(page)).level, { timeout: 10_000 }).toBeGreaterThan(0.01);
  expect(books.events.map((event) => event.kind)).toEqual(['admit']);
  await call;
  await hearsTone(page);
  await page.evaluate(() => globalThis.phone.hangUp());
  await expect.poll(() => books.openLegs).toBe(0);
  await page.context().close();
});

test('an announcement is heard, and its digits are received', { timeout: 30_000 }, async () => {
  const page = await phone('alice');
  await page.evaluate((number) => globalThis.phone.call(number), '+442079460123');
  await expect.poll(async () => (await hear(page)).level, { timeout: 10_000 }).toBeGreaterThan(0.01);
  expect(hasTone(await hear(page), TONE_HZ)).toBe(false);
  for (const digit of ['5', '#']) await page.evaluate((key) => globalThis.phone.dtmf(key), digit);
  await expect.poll(() => logged.filter((event) => event === 'sip.digit').length, { timeout: 10_000 }).toBe(2);
  await page.evaluate(() => globalThis.phone.hangUp());
  await expect.poll(() => books.openLegs).toBe(0);
  await page.context().close();
});

test('call me back speaks, hangs up by itself, rings, speaks again and is an echo', { timeout: 60_000 }, async () => {
  const page = await phone('alice');
  const incoming = page.evaluate(() => globalThis.phone.answerNext());
  await page.evaluate((number) => globalThis.phone.call(number), NUMBERS.callMeBack);
  expect(await page.evaluate(() => globalThis.phone.over())).toBe('ended Terminated');
  expect(await incoming).toBe('Sandbox call back');
  await expect.poll(async () => (await hear(page)).level, { timeout: 10_000 }).toBeGreaterThan(0.01);
  await expect.poll(async () => hasTone(await hear(page), TONE_HZ), { timeout: 20_000 }).toBe(true);
  await page.evaluate(() => globalThis.phone.hangUp());
  await expect.poll(() => books.openLegs).toBe(0);
  expect(books.events.map((event) => event.kind)).toEqual(['admit', 'answered', 'ended', 'admit', 'answered', 'ended']);
  await page.context().close();
});

test('two phones of the account hear each other, and a cut ends both', { timeout: 30_000 }, async () => {
  const [alice, bob] = [await phone('alice'), await phone('bob')];
  const incoming = bob.evaluate(() => globalThis.phone.answerNext());
  await alice.evaluate((number) => globalThis.phone.call(number), NUMBERS.bob);
  await incoming;
  await hearsTone(alice);
  await hearsTone(bob);
  expect(sip.endDialog('leg-1', { sipCode: 402, text: 'Balance used up' })).toBe(true);
  for (const page of [alice, bob]) expect(await page.evaluate(() => globalThis.phone.over())).toBe('ended Terminated');
  for (const page of [alice, bob]) await page.context().close();
});

test(
  'when this machine has changed its address, an ICE restart goes on over a fresh peer',
  { timeout: 30_000 },
  async () => {
    const context = await browser.newContext({ permissions: ['microphone'] });
    const page = await context.newPage();
    await page.goto(origin);
    let addresses = ['127.0.0.1'];
    const session = new MediaSession({
      clock: systemClock,
      codecs: 'any',
      onDigit: () => undefined,
      addresses: () => addresses,
    });
    session.play({ kind: 'echo' });
    const exchange = async (restart: boolean): Promise<string> => {
      const offer = await page.evaluate((iceRestart) => globalThis.phone.rawOffer(iceRestart), restart);
      const answer = (await session.answer(offer)) ?? '';
      await page.evaluate((sdp) => globalThis.phone.rawAnswer(sdp), answer);
      return answer;
    };
    const fingerprint = (sdp: string): string => /a=fingerprint:(.*)/.exec(sdp)?.[1] ?? '';
    const first = await exchange(false);
    await hearsTone(page);
    addresses = [...localAddresses()];
    const second = await exchange(true);
    expect(second).toContain(addresses[0]);
    expect(fingerprint(second)).not.toBe(fingerprint(first));
    const before = await page.evaluate(() => globalThis.phone.packetsReceived());
    await expect
      .poll(() => page.evaluate(() => globalThis.phone.packetsReceived()), { timeout: 10_000 })
      .toBeGreaterThan(before + 50);
    await hearsTone(page);
    await session.close();
    await context.close();
  },
);
