// Takes a picture of every state at three sizes in every theme, for a person to look at.
// Usage: [THEMES=light,forced] node test/support/screen-harness/shots.ts FOLDER [STATE…]
import { chromium } from '@playwright/test';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { browserArgs, findBrowser } from '../browser.ts';
import { serveHarness } from './serve.ts';
import { THEMES } from './themes.ts';
import { STATES } from './states.ts';

const SIZES = { phone: [320, 560], middle: [700, 700], wide: [1280, 800] } as const;

const [folder = 'out/shots', ...only] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const harness = await serveHarness();
const executablePath = await findBrowser();
if (!executablePath) throw new Error('No browser on this machine');
const browser = await chromium.launch({ executablePath, args: [...browserArgs('')] });
const wanted = process.env['THEMES']?.split(',');
for (const [theme, media] of Object.entries(THEMES)) {
  if (wanted && !wanted.includes(theme)) continue;
  const page = await browser.newPage({ ...media, reducedMotion: 'reduce' });
  page.on('console', (message) => {
    if (message.type() === 'error') process.stdout.write(`${message.text()}\n`);
  });
  page.on('pageerror', (error) => process.stdout.write(`${error.stack ?? error.message}\n`));
  for (const name of only.length > 0 ? only : Object.keys(STATES)) {
    for (const [size, [width, height]] of Object.entries(SIZES)) {
      await page.setViewportSize({ width, height });
      await page.goto('about:blank');
      await page.goto(`${harness.url}#${name}`);
      await page.locator(`html[data-shown="${name}"]`).waitFor();
      // React shows a part that was loaded late a moment later than it could.
      await page.waitForLoadState('networkidle');
      await page.screenshot({ path: path.join(folder, `${name}-${size}-${theme}.png`) });
    }
  }
  await page.close();
}
await browser.close();
await harness.close();
