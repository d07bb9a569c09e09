import { test as base, type Page } from '@playwright/test';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startApp, type App, type AppPlan } from '../support/app.ts';
import { browserArgs } from '../support/browser.ts';
import { pageScript } from '../support/page/bundle.ts';
import { openSandboxAdmin, type SandboxAdmin } from '../support/sandbox-admin.ts';
import { screens, type Screens } from '../support/screens/verbs.ts';
import { waitUntil } from '../support/wait-until.ts';
import { writeWav } from '../support/wav.ts';

/** What our microphone hears; the sandbox's echo sends it back. */
export const OWN_TONE_HZ = 440;
const SANDBOX_LIMIT_MS = 20_000;

interface Options {
  readonly appRole: NonNullable<AppPlan['role']>;
  readonly appProfile: string | undefined;
}

interface Fixtures extends Options {
  /** The test's own profile folder. */
  readonly data: string;
  /** Starts the app again on the same folder, for tests that end it themselves; ended with the test in any case. */
  readonly launch: (plan?: Partial<AppPlan>) => Promise<App>;
  readonly app: App;
  readonly sandbox: SandboxAdmin;
  /** Opens another window of an app, with the listener in it. */
  readonly openWindow: (of: App) => Promise<Page>;
  /** The app's first window. */
  readonly ui: Screens;
}

interface WorkerFixtures {
  readonly microphone: string;
}

/** The end-to-end test: the app on a fresh profile with its sandbox, in a browser whose microphone hears our tone. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  appRole: ['owner', { option: true }],
  appProfile: [undefined, { option: true }],
  microphone: [
    // eslint-disable-next-line no-empty-pattern -- the runner wants the pattern
    async ({}, use) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'offhook-microphone-'));
      const file = path.join(folder, 'tone.wav');
      await writeWav(file, 48_000, [{ hz: OWN_TONE_HZ, seconds: 10 }]);
      await use(file);
      await rm(folder, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
  launchOptions: [
    async ({ launchOptions, microphone }, use) => {
      await use({ ...launchOptions, args: [...(launchOptions.args ?? []), ...browserArgs(microphone)] });
    },
    { scope: 'worker' },
  ],
  // eslint-disable-next-line no-empty-pattern -- the runner wants the pattern
  data: async ({}, use, testInfo) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'offhook-e2e-'));
    await use(folder);
    if (testInfo.status !== testInfo.expectedStatus) {
      // A socket cannot be copied.
      const filter = (source: string): boolean => !source.endsWith('.sock');
      await cp(folder, testInfo.outputPath('profile'), { recursive: true, filter });
    }
    await rm(folder, { recursive: true, force: true });
  },
  launch: async ({ data, appRole, appProfile }, use, testInfo) => {
    const started: App[] = [];
    await use(async (plan = {}) => {
      const app = await startApp({
        data,
        role: appRole,
        ...(appProfile === undefined ? {} : { profile: appProfile }),
        logFile: testInfo.outputPath('app.log'),
        ...plan,
      });
      started.push(app);
      return app;
    });
    for (const app of started.toReversed()) if (app.isAlive()) await app.stop();
  },
  app: async ({ launch }, use) => {
    await use(await launch());
  },
  sandbox: async ({ app, data }, use) => {
    const admin = await waitUntil(`sandbox of ${app.name}`, () => openSandboxAdmin(data), SANDBOX_LIMIT_MS);
    await use(admin);
  },
  openWindow: async ({ context }, use) => {
    await context.addInitScript(await pageScript('listener'));
    await use(async (of) => {
      const page = await context.newPage();
      await page.goto(of.address);
      return page;
    });
  },
  ui: async ({ app, openWindow }, use) => {
    await use(screens(await openWindow(app)));
  },
});

export { expect } from '@playwright/test';
