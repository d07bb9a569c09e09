import type { Page } from '@playwright/test';
import { startBed } from '../../support/live/bed.ts';
import { pageScript } from '../../support/page/bundle.ts';
import type { RawPhone } from '../../support/page/raw-phone.ts';
import { servePage } from '../../support/page/server.ts';
import { screens } from '../../support/screens/verbs.ts';
import { figure, type Bench } from '../bench.ts';
import { createRig, openProbed, type BenchRig } from '../rig.ts';

declare const rawPhone: RawPhone;

const STARTS = 8;

/** The frame with the largest text or image so far, which is the state and not a skeleton of it; as UTC ms. */
async function paintedAt(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const last = list.getEntries().at(-1);
          if (last) resolve(performance.timeOrigin + last.startTime);
        }).observe({ type: 'largest-contentful-paint', buffered: true });
      }),
  );
}

/** A browser launched on its kept profile straight into the page; answers ms from launch to paint. */
async function launchToPaint(rig: BenchRig, profile: string, address: string, shows: RegExp): Promise<number> {
  const startedAt = Date.now();
  const context = await rig.openBrowser(profile);
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(address, { waitUntil: 'commit' });
  await page.getByText(shows).first().waitFor();
  const at = await paintedAt(page);
  await context.close();
  return at - startedAt;
}

async function windows(rig: BenchRig) {
  const empty = await servePage("addEventListener('DOMContentLoaded',()=>document.body.append('Empty'))");
  const app = await rig.startApp('painted');
  const first = await openProbed(await rig.openBrowser('painted-window'), app.address);
  await screens(first).shell.expectRegistration('Ready');
  await first.context().close();
  const [own, bare]: [number[], number[]] = [[], []];
  await app.stop();
  for (let index = 0; index <= STARTS; index += 1) {
    bare.push(await launchToPaint(rig, 'empty-window', empty.url, /Empty/));
    // An address opens one window once: each launch is a start of the app, as it is for a person.
    const again = await rig.startApp('painted');
    own.push(await launchToPaint(rig, 'painted-window', again.address, /\d+\.\d{2} [A-Z]{3}/));
    await again.stop();
  }
  await empty.stop();
  // The first launch of a profile writes it: it is no start as a person knows it.
  return { own: own.slice(1), bare: bare.slice(1) };
}

/** Start of the processes to a registered phone, as UTC ms apart; the raw page is the same browser and no app. */
async function registrations(rig: BenchRig) {
  const bed = await startBed(`${rig.folder}/bed`);
  try {
    const server = await servePage(await pageScript('raw-phone'));
    const setUp = await rig.startApp('registered');
    const ui = screens(await openProbed(await rig.openBrowser('registered-window'), setUp.address));
    await ui.shell.signOut();
    await ui.signIn.withSip({ ...bed.account, wsUrl: bed.kamailio.wssUrl }, bed.kamailio.realm);
    await ui.shell.expectRegistration('Ready');
    await ui.page.context().close();
    await setUp.stop();

    const [own, bare]: [number[], number[]] = [[], []];
    for (let index = 0; index < STARTS; index += 1) {
      const bareStart = Date.now();
      const context = await rig.openBrowser('raw-window');
      const page = context.pages()[0] ?? (await context.newPage());
      await page.goto(server.url);
      await page.evaluate((account) => rawPhone.register(account), { ...bed.account, wsUrl: bed.kamailio.wssUrl });
      bare.push(Date.now() - bareStart);
      await context.close();

      const ownStart = Date.now();
      const [app, window] = await Promise.all([rig.startApp('registered'), rig.openBrowser('registered-window')]);
      const first = window.pages()[0] ?? (await window.newPage());
      await first.goto(app.address, { waitUntil: 'commit' });
      await screens(first).shell.expectRegistration('Ready');
      own.push(Date.now() - ownStart);
      await window.close();
      await app.stop();
    }
    await server.stop();
    return { own, bare };
  } finally {
    await bed.stop();
  }
}

/** B14: the painted window against an empty page, and the registered phone against a page of raw JsSIP. */
export const start: Bench = {
  name: 'start',
  about: 'window painted against an empty page, process start to registered against a raw JsSIP page (B14)',
  async run() {
    const rig = await createRig();
    try {
      const painted = await windows(rig);
      const registered = await registrations(rig);
      const target = { words: 'at most 1.5 x', of: 'ratio', max: 1.5 } as const;
      return [
        figure('B14 window painted', 'ms', painted.own, {
          baseline: { name: 'empty page', samples: painted.bare },
          target,
        }),
        figure('B14 start to registered', 'ms', registered.own, {
          baseline: { name: 'raw JsSIP page', samples: registered.bare },
          target,
        }),
      ];
    } finally {
      await rig.stop();
    }
  },
};
