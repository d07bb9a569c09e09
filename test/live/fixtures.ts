import { test as base, type Page } from '@playwright/test';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { browserArgs } from '../support/browser.ts';
import { OWN_TONE_HZ, startBed, type Bed } from '../support/live/bed.ts';
import { pageScript } from '../support/page/bundle.ts';
import { servePage } from '../support/page/server.ts';
import { writeWav } from '../support/wav.ts';

interface WorkerFixtures {
  readonly folder: string;
  readonly bed: Bed;
}

interface TestFixtures {
  /** Keeps every part's log and recording beside the trace when the test fails. */
  readonly keepLogs: void;
  /** The page with JsSIP as it comes, loaded. */
  readonly rawPage: Page;
}

/** The live suite's test: a telephone network, and a browser whose microphone hears our tone. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  folder: [
    // eslint-disable-next-line no-empty-pattern -- the runner wants the pattern
    async ({}, use) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'offhook-live-'));
      await use(folder);
      await rm(folder, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
  bed: [
    async ({ folder }, use) => {
      const bed = await startBed(folder);
      await use(bed);
      await bed.stop();
    },
    { scope: 'worker' },
  ],
  launchOptions: [
    async ({ folder, launchOptions }, use) => {
      const microphone = path.join(folder, 'microphone.wav');
      await writeWav(microphone, 48_000, [{ hz: OWN_TONE_HZ, seconds: 10 }]);
      await use({ ...launchOptions, args: [...(launchOptions.args ?? []), ...browserArgs(microphone)] });
    },
    { scope: 'worker' },
  ],
  keepLogs: [
    async ({ folder, bed }, use, testInfo) => {
      await use();
      if (testInfo.status !== testInfo.expectedStatus && bed.peer.pid > 0) {
        const skipBig = (file: string): boolean => !file.endsWith('tone.wav') && !file.includes('/run');
        await cp(folder, testInfo.outputPath('bed'), { recursive: true, filter: skipBig });
      }
    },
    { auto: true },
  ],
  rawPage: async ({ page }, use) => {
    const server = await servePage(await pageScript('raw-phone'));
    await page.addInitScript(await pageScript('listener'));
    await page.goto(server.url);
    await use(page);
    await server.stop();
  },
});

export { expect } from '@playwright/test';
