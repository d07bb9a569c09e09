import { test as base, expect, type Page } from '@playwright/test';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startApp } from '../support/app.ts';
import { browserArgs } from '../support/browser.ts';
import { OWN_TONE_HZ, startBed, type Bed } from '../support/live/bed.ts';
import { pageScript } from '../support/page/bundle.ts';
import { servePage } from '../support/page/server.ts';
import { screens, type Screens } from '../support/screens/verbs.ts';
import { writeWav } from '../support/wav.ts';

interface WorkerFixtures {
  readonly folder: string;
  readonly bed: Bed;
}

interface TestFixtures {
  /** Keeps every part's log and recording beside the trace when the test fails. */
  readonly keepLogs: void;
  /** The app on a fresh profile, signed out, in its window. */
  readonly ui: Screens;
  /** The same, signed in at the bed's proxy as a person would, and registered. */
  readonly signedIn: Screens;
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
    async ({ folder, bed, launchOptions }, use) => {
      const microphone = path.join(folder, 'microphone.wav');
      await writeWav(microphone, 48_000, [{ hz: OWN_TONE_HZ, seconds: 10 }]);
      const trust = `--ignore-certificate-errors-spki-list=${bed.kamailio.certificate.spkiHash}`;
      await use({ ...launchOptions, args: [...(launchOptions.args ?? []), ...browserArgs(microphone), trust] });
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
  ui: async ({ bed, page }, use, testInfo) => {
    const app = await startApp({
      data: testInfo.outputPath('profile'),
      env: { NODE_EXTRA_CA_CERTS: bed.kamailio.certificate.certificateFile },
      logFile: testInfo.outputPath('app.log'),
    });
    await page.addInitScript(await pageScript('listener'));
    await page.goto(app.address);
    const ui = screens(page);
    await ui.shell.signOut();
    await expect(ui.signIn.at.title).toBeVisible();
    await use(ui);
    await app.stop();
  },
  signedIn: async ({ bed, ui }, use) => {
    await ui.signIn.withSip({ ...bed.account, wsUrl: bed.kamailio.wssUrl }, bed.kamailio.realm);
    await ui.shell.expectRegistration('Ready');
    await use(ui);
  },
  rawPage: async ({ page }, use) => {
    const server = await servePage(await pageScript('raw-phone'));
    await page.addInitScript(await pageScript('listener'));
    await page.goto(server.url);
    await use(page);
    await server.stop();
  },
});

export { expect };
