import { setTimeout as delay } from 'node:timers/promises';
import type { CDPSession } from '@playwright/test';
import type { Probe } from '../../support/page/probe.ts';
import { screens } from '../../support/screens/verbs.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { figure, type Bench } from '../bench.ts';
import { rssMb } from '../pss.ts';
import { createRig, openProbed } from '../rig.ts';

declare const benchProbe: Probe;

const CALLS = 50;
const SETTLED_AFTER = 5;
const ECHO = '+15005550001';
const CALL_LIMIT_MS = 20_000;
/** A SIP transaction may live 64 x T1 after its end (RFC 3261 17.1.1.2), and so long the call's words stay to be seen. */
const FORGOTTEN_AFTER_MS = 35_000;

async function heapMb(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.collectGarbage');
  return (await cdp.send('Runtime.getHeapUsage')).usedSize / 1024 / 1024;
}

/** 50 calls in a row: what stays behind in the page's heap and in main, and what is still open. */
export const calls: Bench = {
  name: 'calls',
  about: '50 calls in a row: JS heap, main RSS, and what is left open',
  async run(say) {
    const rig = await createRig();
    try {
      const app = await rig.startApp('data');
      const page = await openProbed(await rig.openBrowser('app'), app.address);
      const ui = screens(page);
      const cdp = await page.context().newCDPSession(page);
      await ui.shell.expectRegistration('Ready');
      let [settledHeap, settledRss] = [0, 0];
      for (let index = 1; index <= CALLS; index += 1) {
        await page.evaluate(() => benchProbe.reset());
        await ui.dialer.call(ECHO);
        await waitUntil('audio', () => page.evaluate(() => benchProbe.marks().firstAudioAt), CALL_LIMIT_MS);
        await ui.call.hangUp();
        await ui.call.at.close.click();
        if (index !== SETTLED_AFTER) continue;
        await delay(FORGOTTEN_AFTER_MS);
        [settledHeap, settledRss] = [await heapMb(cdp), await rssMb(app.pid)];
      }
      await delay(FORGOTTEN_AFTER_MS);
      const [heap, rss] = [await heapMb(cdp), await rssMb(app.pid)];
      const open = await page.evaluate(() => benchProbe.open());
      say(`open at the end: ${JSON.stringify(open)}`);
      const within = { words: 'within 10 % of the fifth call', of: 'ratio', max: 1.1 } as const;
      const none = { words: 'none', of: 'p50', max: 0 } as const;
      const fifth = (value: number) => ({ baseline: { name: 'after the fifth call', samples: [value] } });
      return [
        figure('JS heap after 50 calls', 'MB', [heap], { ...fifth(settledHeap), target: within }),
        figure('main RSS after 50 calls', 'MB', [rss], { ...fifth(settledRss), target: within }),
        figure('peer connections left open', '', [open.connections], { target: none }),
        figure('microphone tracks left open', '', [open.tracks], { target: none }),
        figure('audio contexts left open', '', [open.contexts], { target: none }),
        figure('SIP sockets beside the one', '', [open.sipSockets - 1], { target: none }),
      ];
    } finally {
      await rig.stop();
    }
  },
};
