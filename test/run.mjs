// npm test: everything, suite by suite, each with its time. Usage: node test/run.mjs [suite …]
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { endMarked, runIn } from './run/children.mjs';
import { installMissing } from './run/machine.mjs';
import { countChecks, countPlaywright, countVitest } from './run/tally.mjs';

const MIN_NODE = 22;
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const isCi = process.env.CI === 'true';
const mark = randomUUID();

const say = (text) => process.stdout.write(`${text}\n`);
const bin = (name) => path.join(root, 'node_modules', name);
// Node below 22.18 runs TypeScript only when asked to.
const node = process.features.typescript ? [process.execPath] : [process.execPath, '--experimental-strip-types'];

const check = (...flags) => ({
  command: [...node, path.join(root, 'test/check/all.ts'), ...flags],
  count: ({ output }) => countChecks(output),
});
const vitest = (...folders) => ({
  command: [...node, bin('vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', ...folders],
  reportFlag: (file) => [`--outputFile.json=${file}`],
  count: ({ report }) => countVitest(report),
});
const playwright = (project) => ({
  command: node.concat(
    [bin('@playwright/test/cli.js'), 'test', '--pass-with-no-tests'],
    [`--config=${path.join(root, 'test/playwright.config.ts')}`, `--project=${project}`],
  ),
  reportEnv: (file) => ({ PLAYWRIGHT_JSON_OUTPUT_NAME: file }),
  count: ({ report }) => countPlaywright(report),
});

const electronBinary = () =>
  ['electron', 'electron.exe', 'Electron.app'].some((name) => existsSync(path.join(bin('electron/dist'), name)));

/** `needs` names what of the machine the suite cannot do without; see run/machine.mjs. */
const SUITES = [
  { name: 'check', needs: [], ...check('--quick') },
  { name: 'unit', needs: [], ...vitest('test/unit', 'test/contract') },
  { name: 'integration', needs: [], ...vitest('test/integration') },
  { name: 'live', needs: ['browser', 'telephony'], ...playwright('live') },
  { name: 'e2e', needs: ['browser'], ...playwright('e2e') },
  {
    name: 'electron',
    needs: [],
    ...playwright('electron'),
    skip: () => (electronBinary() ? undefined : 'the Electron binary is not here; the same specs ran in the browser'),
  },
  { name: 'install', needs: [], ...check('--install') },
];

/** Builds out/ once for all suites. Sources that do not build fail the run, but hide no other failure. */
async function build() {
  const { buildAll, isFresh } = await import(path.join(root, 'esbuild.config.mjs'));
  try {
    if (!(await isFresh())) await buildAll();
    return true;
  } catch (cause) {
    say(`build: failed\n${cause instanceof Error ? cause.message : String(cause)}`);
    return false;
  }
}

async function readReport(file) {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Runs one suite; a suite that ends badly without naming a failed test counts as one failure. */
async function runSuite(suite, folder) {
  const startedAt = Date.now();
  const file = path.join(folder, `${suite.name}.json`);
  const [command, ...args] = [...suite.command, ...(suite.reportFlag?.(file) ?? [])];
  const env = { ...process.env, OFFHOOK_TEST_RUN: mark, ...suite.reportEnv?.(file) };
  const { code, output } = await runIn(root, command, args, env);
  const counted = suite.count({ output, report: await readReport(file) });
  const leftBehind = await endMarked('OFFHOOK_TEST_RUN', mark);
  for (const each of leftBehind) say(`  left behind by ${suite.name}, ended: ${each.pid} ${each.command}`);
  const failed = Math.max(counted.failed, code === 0 ? 0 : 1) + leftBehind.length;
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(0);
  say(`${suite.name}: ${counted.passed} passed, ${failed} failed (${seconds} s)\n`);
  return { passed: counted.passed, failed };
}

async function main() {
  if (Number(process.versions.node.split('.')[0]) < MIN_NODE) {
    say(`Offhook's tests need Node ${MIN_NODE} or newer; this is ${process.version}.`);
    return 1;
  }
  const asked = process.argv.slice(2);
  const suites = asked.length === 0 ? SUITES : SUITES.filter((suite) => asked.includes(suite.name));
  const missing = await installMissing(new Set(suites.flatMap((suite) => suite.needs)), say);
  const built = await build();
  const folder = await mkdtemp(path.join(tmpdir(), 'offhook-test-'));
  const total = { passed: 0, failed: built ? 0 : 1 };
  for (const suite of suites) {
    const lacks = suite.needs.filter((need) => missing.has(need));
    const reason = suite.skip?.() ?? (lacks.length > 0 ? `this machine lacks its ${lacks.join(' and ')}` : undefined);
    if (reason !== undefined && (!isCi || suite.skip)) {
      say(`${suite.name}: skipped, ${reason}\n`);
      continue;
    }
    const { passed, failed } = reason === undefined ? await runSuite(suite, folder) : { passed: 0, failed: 1 };
    if (reason !== undefined) say(`${suite.name}: failed, ${reason}\n`);
    total.passed += passed;
    total.failed += failed;
  }
  await rm(folder, { recursive: true, force: true });
  say(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

process.exitCode = await main();
