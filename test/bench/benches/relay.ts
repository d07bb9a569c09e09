import { startTurn } from '../../support/live/turn.ts';
import type { Probe } from '../../support/page/probe.ts';
import { hostAddress } from '../../support/ports.ts';
import { screens } from '../../support/screens/verbs.ts';
import { figure, type Bench } from '../bench.ts';
import { createRig, openProbed } from '../rig.ts';
import { appCall, type Sample } from './dial.ts';

declare const benchProbe: Probe;

const CALLS = 10;

/** B1 and B2 on a network that lets nothing but a TURN relay through: that it works, and what it costs. */
export const relay: Bench = {
  name: 'relay',
  about:
    'key press to INVITE and to first audio where only a TURN relay gets through (needs coturn), the open network beside',
  async run() {
    const rig = await createRig();
    const turn = await startTurn(hostAddress(), rig.folder);
    try {
      const app = await rig.startApp('data');
      const page = await openProbed(await rig.openBrowser('app'), app.address);
      await screens(page).shell.expectRegistration('Ready');
      const repeat = async (): Promise<readonly Sample[]> => {
        const samples: Sample[] = [];
        for (let index = 0; index < CALLS; index += 1) samples.push(await appCall(page));
        return samples;
      };
      await appCall(page);
      const open = await repeat();
      await page.evaluate((server) => benchProbe.useRelay(server), turn.server);
      const relayed = await repeat();
      const beside = (of: (sample: Sample) => number) => ({
        baseline: { name: 'open network', samples: open.map(of) },
      });
      return [
        figure(
          'relay only, to INVITE',
          'ms',
          relayed.map((each) => each.inviteMs),
          beside((each) => each.inviteMs),
        ),
        figure(
          'relay only, to first audio',
          'ms',
          relayed.map((each) => each.audioMs),
          beside((each) => each.audioMs),
        ),
      ];
    } finally {
      await turn.stop();
      await rig.stop();
    }
  },
};
