// npm run bench -- [--only NAME] [--json FILE]: measures, prints figures beside their baselines, keeps JSON.
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeFigure, type Bench, type Figure } from './bench.ts';
import { calls } from './benches/calls.ts';
import { dial } from './benches/dial.ts';
import { memory } from './benches/memory.ts';
import { postings } from './benches/postings.ts';
import { relay } from './benches/relay.ts';
import { reconnect } from './benches/reconnect.ts';
import { ring } from './benches/ring.ts';
import { sipCalls, sipDevices } from './benches/sip-load.ts';
import { start } from './benches/start.ts';
import { usagePages } from './benches/usage-pages.ts';

const BENCHES: readonly Bench[] = [
  dial,
  relay,
  ring,
  reconnect,
  start,
  memory,
  calls,
  usagePages,
  postings,
  sipCalls,
  sipDevices,
];

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, json: { type: 'string' } } });
const chosen = values.only === undefined ? BENCHES : BENCHES.filter((bench) => values.only?.includes(bench.name));
if (chosen.length === 0) {
  say(`No such bench. There are: ${BENCHES.map((bench) => bench.name).join(', ')}`);
  process.exitCode = 2;
}

const results: { bench: string; seconds: number; figures: readonly Figure[] }[] = [];
for (const bench of chosen) {
  const startedAt = performance.now();
  say(`${bench.name}: ${bench.about}`);
  try {
    const figures = await bench.run((line) => say(`  ${line}`));
    for (const each of figures) say(`  ${describeFigure(each)}`);
    results.push({ bench: bench.name, seconds: (performance.now() - startedAt) / 1000, figures });
  } catch (cause) {
    say(`  failed: ${cause instanceof Error ? cause.message : String(cause)}`);
    process.exitCode = 1;
  }
}

const file = path.resolve(values.json ?? `test-results/bench-${Date.now()}.json`);
await mkdir(path.dirname(file), { recursive: true });
const machine = {
  cpu: os.cpus()[0]?.model ?? '',
  cores: os.cpus().length,
  node: process.version,
  platform: os.platform(),
};
await writeFile(file, `${JSON.stringify({ at: new Date().toISOString(), machine, results }, null, 2)}\n`);
say(`Kept in ${path.relative(process.cwd(), file)}`);
