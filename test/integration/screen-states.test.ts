import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from '@playwright/test';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserArgs, findBrowser } from '../support/browser.ts';
import { serveHarness } from '../support/screen-harness/serve.ts';
import type { Harness } from '../support/screen-harness/serve.ts';
import type { StateName } from '../support/screen-harness/states.ts';
import { STATES } from '../support/screen-harness/states.ts';
import { THEMES } from '../support/screen-harness/themes.ts';

const NAMES = Object.keys(STATES) as StateName[];
/** What the dialer and the call must fit in without a scroll (look.md). */
const SMALLEST = { width: 320, height: 560 };
const WIDE = { width: 1280, height: 800 };
/** The states that show every kind of control: drawn with the system's own colours and with more contrast as well. */
const EVERY_CONTROL = [
  'phone-typed',
  'phone-refused',
  'call-held-muted',
  'ring',
  'emergency-failed',
  'history-detail',
  'usage-detail',
  'store-trouble',
  'settings',
  'sign-in',
] as const satisfies readonly StateName[];
const NO_SCROLL = NAMES.filter((name) => /^(phone|call)-?/.test(name) && name !== 'call-on-history');

let harness: Harness;
let browser: Browser;
let context: BrowserContext;
const problems: string[] = [];

beforeAll(async () => {
  harness = await serveHarness();
  const executablePath = await findBrowser();
  browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: [...browserArgs('')] });
  context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce', colorScheme: 'light' });
});

afterAll(async () => {
  await browser.close();
  await harness.close();
});

async function open(name: StateName): Promise<Page> {
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

const axeFindings = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join('\n')}`,
  );

/** Elements that stick out of the window. */
const tooWide = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((each) => {
        const { left, right, width } = each.getBoundingClientRect();
        return width > 1 && (right > innerWidth + 1 || left < -1);
      })
      .map((each) => each.className),
  );

/** How much further than its own height the window could be scrolled, by a focus say: its header would leave it. */
const windowScroll = (page: Page) =>
  page.evaluate(() => (document.scrollingElement?.scrollHeight ?? 0) - window.innerHeight);

/** Parts of the phone that would have to be scrolled. */
const scrolling = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('.dialer, .dock')]
      .filter((each) => each.scrollHeight > each.clientHeight + 1)
      .map((each) => `${each.className} ${each.scrollHeight} > ${each.clientHeight}`),
  );

/** Things to press that are under 24 px one way (WCAG 2.2, 2.5.8); a control that is only for screen readers is none. */
const tooSmall = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('button, a, input:not([type=checkbox], [type=radio], [type=range]), summary')]
      .map((each) => ({ name: each.className || each.textContent, box: each.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 1 && box.height > 1 && (box.width < 24 || box.height < 20))
      .map(({ name, box }) => `${name} ${box.width}x${box.height}`),
  );

describe('every state of the window', () => {
  test.each(NAMES)(
    '%s: axe finds nothing, nothing is cut off, too small, or out of reach',
    { timeout: 60_000 },
    async (name) => {
      const page = await open(name);
      expect((await axeFindings(page)).join('\n')).toBe('');
      await page.setViewportSize(SMALLEST);
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      expect((await axeFindings(page)).join('\n')).toBe('');
      expect((await tooWide(page)).join('\n')).toBe('');
      expect((await tooSmall(page)).join('\n')).toBe('');
      expect(await windowScroll(page)).toBe(0);
      const scrolls = NO_SCROLL.includes(name) ? await scrolling(page) : [];
      expect(scrolls.join('\n')).toBe('');
      expect(problems.splice(0)).toEqual([]);
      await page.close();
    },
  );
});

describe('the system’s own colours and more contrast', () => {
  test.each(EVERY_CONTROL)('%s: axe finds nothing', { timeout: 60_000 }, async (name) => {
    const page = await open(name);
    for (const theme of ['forced', 'contrast'] as const) {
      await page.emulateMedia({ ...THEMES[theme], reducedMotion: 'reduce' });
      expect((await axeFindings(page)).join('\n'), theme).toBe('');
    }
    expect(problems.splice(0)).toEqual([]);
    await page.close();
  });
});

describe('the fixed mark of the sandbox', () => {
  test('stands on header, dialer and call, and nowhere for a real account', async () => {
    const page = await open('call-active');
    for (const place of ['.header', '.dialer', '.dock']) {
      await page.locator(place).getByText('Sandbox: no real calls').waitFor();
    }
    await page.close();
    const real = await open('phone-real');
    expect(await real.getByText('Sandbox').count()).toBe(0);
    await real.close();
  });
});
