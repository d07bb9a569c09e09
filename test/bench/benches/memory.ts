import { startProcess } from '../../support/processes.ts';
import { servePage } from '../../support/page/server.ts';
import { screens } from '../../support/screens/verbs.ts';
import { figure, type Bench } from '../bench.ts';
import { pidsWith, pssMb, treeOf } from '../pss.ts';
import { createRig, openProbed } from '../rig.ts';

const SAMPLES = 10;
const EVERY_MS = 500;

async function sample(pids: () => Promise<readonly number[]>): Promise<number[]> {
  const samples: number[] = [];
  for (let index = 0; index < SAMPLES; index += 1) {
    const parts = await Promise.all((await pids()).map(pssMb));
    samples.push(parts.reduce((sum, part) => sum + part, 0));
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  return samples;
}

/** What the app adds, each sample over the median of its baseline. */
function above(samples: readonly number[], baseline: readonly number[]): number[] {
  const floor = baseline.toSorted((a, b) => a - b)[Math.floor(baseline.length / 2)] ?? 0;
  return samples.map((each) => each - floor);
}

/** B13: what the window adds to an empty page and main to bare Node, idle and registered; the sandbox apart. */
export const memory: Bench = {
  name: 'memory',
  about: 'PSS of window and main above an empty page and bare Node (B13)',
  async run() {
    const rig = await createRig();
    const empty = await servePage('');
    const node = await startProcess({
      name: 'node',
      command: process.execPath,
      args: ['-e', 'setInterval(()=>{},1e6)'],
    });
    try {
      const emptyContext = await rig.openBrowser('empty');
      await openProbed(emptyContext, empty.url);
      const emptyPss = await sample(() => pidsWith(`${rig.folder}/empty`).then(familyOf));
      await emptyContext.close();
      const nodePss = await sample(async () => [node.pid]);

      const app = await rig.startApp('data');
      const page = await openProbed(await rig.openBrowser('window'), app.address);
      await screens(page).shell.expectRegistration('Ready');
      const windowPss = await sample(() => pidsWith(`${rig.folder}/window`).then(familyOf));
      const mainPss = await sample(async () => [app.pid]);
      const sandbox = (await app.processes()).find((each) => each.command.includes('sandbox/index'));
      const sandboxPss = sandbox ? await sample(async () => [sandbox.pid]) : [0];

      const at60 = { words: 'at most +60 MB', of: 'p50', max: 60 } as const;
      return [
        figure('window', 'MB PSS', windowPss, { baseline: { name: 'empty page', samples: emptyPss } }),
        figure('B13 window above an empty page', 'MB', above(windowPss, emptyPss), { target: at60 }),
        figure('main', 'MB PSS', mainPss, { baseline: { name: 'bare Node', samples: nodePss } }),
        figure('B13 main above bare Node', 'MB', above(mainPss, nodePss), { target: at60 }),
        figure('sandbox, apart', 'MB PSS', sandboxPss),
      ];
    } finally {
      await node.stop();
      await empty.stop();
      await rig.stop();
    }
  },
};

/** Not every process of a browser names the profile: renderers are found below those that do. */
async function familyOf(pids: readonly number[]): Promise<readonly number[]> {
  const trees = await Promise.all(pids.map(treeOf));
  return [...new Set(trees.flat())];
}
