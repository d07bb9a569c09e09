import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startApp, type App } from '../support/app.ts';
import { browserArgs, findBrowser } from '../support/browser.ts';
import { pageScript } from '../support/page/bundle.ts';
import { writeWav } from '../support/wav.ts';

const TONE_HZ = 440;

/** A folder, a browser with our microphone, and apps: everything is ended and removed by `stop`. */
export interface BenchRig {
  readonly folder: string;
  /** A browser window of its own; `profile` keeps it between launches, as a person's second start has it. */
  openBrowser(profile: string): Promise<BrowserContext>;
  startApp(data: string): Promise<App>;
  stop(): Promise<void>;
}

export async function createRig(): Promise<BenchRig> {
  const folder = await mkdtemp(path.join(tmpdir(), 'offhook-bench-'));
  const microphone = path.join(folder, 'microphone.wav');
  await writeWav(microphone, 48_000, [{ hz: TONE_HZ, seconds: 10 }]);
  const executablePath = await findBrowser();
  if (executablePath === undefined) throw new Error('No Chromium, Chrome or Edge on this machine');
  const contexts: BrowserContext[] = [];
  const apps: App[] = [];
  return {
    folder,
    async openBrowser(profile) {
      const context = await chromium.launchPersistentContext(path.join(folder, profile), {
        executablePath,
        headless: true,
        permissions: ['microphone'],
        args: [...browserArgs(microphone), '--ignore-certificate-errors'],
      });
      contexts.push(context);
      return context;
    },
    async startApp(data) {
      const app = await startApp({ data: path.join(folder, data), env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
      apps.push(app);
      return app;
    },
    async stop() {
      for (const context of contexts) await context.close().catch(() => undefined);
      for (const app of apps) if (app.isAlive()) await app.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A page with the probe in it, opened on the address. */
export async function openProbed(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(await pageScript('probe'));
  await page.goto(address);
  return page;
}
