import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isUdpFree } from '../ports.ts';
import { startProcess, whenReady, type Managed } from '../processes.ts';
import { calledParty, type Step } from './scenarios.ts';

/** Starts sipp as a party that takes one call and does the steps; resolves once its port is open. */
export async function startScenario(
  address: string,
  port: number,
  folder: string,
  steps: readonly Step[],
): Promise<Managed> {
  const file = path.join(folder, `scenario-${port}.xml`);
  await writeFile(file, calledParty(steps));
  const managed = await startProcess({
    name: 'sipp',
    command: 'sipp',
    args: ['-sf', file, '-i', address, '-p', String(port), '-m', '1', '-nostdin', '-timeout', '60'],
    cwd: folder,
    env: { ...process.env, TERM: 'dumb' },
    logFile: path.join(folder, 'sipp.log'),
  });
  await whenReady(managed, async () => !(await isUdpFree(address, port)));
  return managed;
}
