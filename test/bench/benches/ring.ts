import type { Probe } from '../../support/page/probe.ts';
import { screens } from '../../support/screens/verbs.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { figure, type Bench } from '../bench.ts';
import { createRig, openProbed } from '../rig.ts';

declare const benchProbe: Probe;

const RINGS = 8;
const CALL_BACK = '*50';
const RING_LIMIT_MS = 20_000;

/** From the INVITE's arrival on the socket to the frame with the ring card. */
export const ring: Bench = {
  name: 'ring',
  about: 'INVITE received to ring card painted',
  async run() {
    const rig = await createRig();
    try {
      const app = await rig.startApp('data');
      const page = await openProbed(await rig.openBrowser('app'), app.address);
      const ui = screens(page);
      await ui.shell.expectRegistration('Ready');
      const samples: number[] = [];
      for (let index = 0; index < RINGS; index += 1) {
        await ui.dialer.call(CALL_BACK);
        await ui.call.expectActive();
        await ui.call.hangUp();
        await page.evaluate(() => benchProbe.reset());
        const marks = await waitUntil(
          'ring card',
          async () => {
            const now = await page.evaluate(() => benchProbe.marks());
            return now.ringPaintedAt === null ? undefined : now;
          },
          RING_LIMIT_MS,
        );
        samples.push((marks.ringPaintedAt ?? NaN) - (marks.inviteReceivedAt ?? NaN));
        await ui.ringCard.decline();
        await ui.ringCard.at.card.waitFor({ state: 'hidden' });
      }
      const target = { words: 'at most 150 ms p95', of: 'p95', max: 150 } as const;
      return [figure('INVITE to ring card', 'ms', samples, { target })];
    } finally {
      await rig.stop();
    }
  },
};
