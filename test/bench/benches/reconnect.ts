import path from 'node:path';
import type { Probe } from '../../support/page/probe.ts';
import { openSandboxAdmin } from '../../support/sandbox-admin.ts';
import { screens } from '../../support/screens/verbs.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { figure, type Bench } from '../bench.ts';
import { createRig, openProbed } from '../rig.ts';

declare const benchProbe: Probe;

const CUTS = 15;
const LIMIT_MS = 30_000;

/** From the moment the socket is closed under an idle phone to the registrar's 200. */
export const reconnect: Bench = {
  name: 'reconnect',
  about: 'WebSocket cut to registered again',
  async run() {
    const rig = await createRig();
    try {
      const app = await rig.startApp('data');
      const page = await openProbed(await rig.openBrowser('app'), app.address);
      await screens(page).shell.expectRegistration('Ready');
      const sandbox = await openSandboxAdmin(path.join(rig.folder, 'data'));
      const samples: number[] = [];
      for (let index = 0; index < CUTS; index += 1) {
        await page.evaluate(() => benchProbe.reset());
        await sandbox.dropSipConnections();
        const marks = await waitUntil(
          'registered again',
          async () => {
            const now = await page.evaluate(() => benchProbe.marks());
            return now.socketClosedAt !== null && now.registeredAt !== null ? now : undefined;
          },
          LIMIT_MS,
        );
        samples.push((marks.registeredAt ?? NaN) - (marks.socketClosedAt ?? NaN));
        await screens(page).shell.expectRegistration('Ready');
      }
      const target = { words: 'at most 1000 ms p95', of: 'p95', max: 1000 } as const;
      return [figure('cut to registered', 'ms', samples, { target })];
    } finally {
      await rig.stop();
    }
  },
};
