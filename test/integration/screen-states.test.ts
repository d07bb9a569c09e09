import AxeBuilder from '@axe-core/playwright';
import { chromium } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { browserArgs, findBrowser } from '../support/browser.ts';
import { serveHarness } from '../support/screen-harness/serve.ts';
import type { Harness } from '../support/screen-harness/serve.ts';
import type { StateName } from '../support/screen-harness/states.ts';
import { STATES } from '../support/screen-harness/states.ts';

const NAMES = Object.keys(STATES) as StateName[];
/** What the dialer and the call must fit in without a scroll (look.md). */
const SMALLEST = { width: 320, height: 560 };
const WIDE = { width: 1280, height: 800 };
const NO_SCROLL = NAMES.filter((name) => /^(phone|call)-?/.test(name) && name !== 'call-on-history');

let harness: Harness;
let browser: Browser;
const problems: string[] = [];

beforeAll(async () => {
  harness = await serveHarness();
  const executablePath = await findBrowser();
  browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: [...browserArgs('')] });
});

afterAll(async () => {
  await browser.close();
  await harness.close();
});

afterEach(() => {
  expect(problems.splice(0)).toEqual([]);
});

async function open(name: StateName, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  // A blocked style or script of the content policy is an error on the console.
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(`${harness.url}#${name}`);
  await page.locator(`html[data-shown="${name}"]`).waitFor();
  return page;
}

async function close(page: Page): Promise<void> {
  await page.context().close();
}

describe('every state of the window', () => {
  test.each(NAMES)('%s: axe finds nothing, wide and light, narrow and dark', async (name) => {
    const page = await open(name, { colorScheme: 'light' });
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.setViewportSize(SMALLEST);
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await close(page);
  });

  test.each(NAMES)('%s: nothing is wider than a 320 px window', async (name) => {
    const page = await open(name, { viewport: SMALLEST });
    const tooWide = await page.evaluate(() => {
      const wide = [...document.querySelectorAll('body *')].filter((each) => {
        const { left, right, width } = each.getBoundingClientRect();
        return width > 1 && (right > innerWidth + 1 || left < -1);
      });
      return wide.map((each) => each.className);
    });
    expect(tooWide).toEqual([]);
    await close(page);
  });

  test.each(NO_SCROLL)('%s: fits into 320 x 560 without a scroll', async (name) => {
    const page = await open(name, { viewport: SMALLEST });
    const scrolls = await page.evaluate(() =>
      [...document.querySelectorAll('.dialer, .dock, .pane')]
        .filter((each) => each.scrollHeight > each.clientHeight + 1)
        .map((each) => each.className),
    );
    expect(scrolls).toEqual([]);
    await close(page);
  });

  test.each(NAMES)('%s: every button is at least 24 px each way', async (name) => {
    const page = await open(name, { viewport: SMALLEST });
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('button, a, input, summary')]
        .map((each) => ({ name: each.className || each.textContent, box: each.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 1 && (box.width < 24 || box.height < 24))
        .map(({ name: which, box }) => `${which} ${box.width}x${box.height}`),
    );
    expect(small).toEqual([]);
    await close(page);
  });
});

describe('the fixed mark of the sandbox', () => {
  test('stands on header, dialer and call, and nowhere for a real account', async () => {
    const page = await open('call-active');
    for (const place of ['.header', '.dialer', '.dock']) {
      await page.locator(place).getByText('Sandbox: no real calls').waitFor();
    }
    await close(page);
    const real = await open('phone-real');
    expect(await real.getByText('Sandbox').count()).toBe(0);
    await close(real);
  });
});
