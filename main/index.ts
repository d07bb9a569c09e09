import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArguments, type StartOptions } from './arguments.ts';
import type { HostOptions, HostStart } from './hosts/host.ts';
import { systemClock as clock } from './platform/clock.ts';
import { createLogBook, fileSink } from './platform/logger.ts';

const isElectron = process.versions['electron'] !== undefined;
const isUnpackaged = !isElectron || 'defaultApp' in process;
const outDir = path.resolve(import.meta.dirname, '..');

// Electron's `ready` waits for the awaits of this file: the import is one of them, what it makes is not.
const createHost: (options: HostOptions) => Promise<HostStart> = isElectron
  ? (await import('./hosts/electron/electron-host.ts')).createElectronHost
  : (await import('./hosts/browser/browser-host.ts')).createBrowserHost;

function end(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

async function run({ headless, port, dataDir, ...account }: StartOptions): Promise<void> {
  const { version } = JSON.parse(readFileSync(path.join(outDir, '../package.json'), 'utf8')) as { version: string };
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const making = createHost({ dataDir, outDir, appVersion: version, headless, port, clock, say });
  // The browser starts while the core loads.
  const loading = import('./compose.ts');
  const made = await making;
  if (made.kind === 'refused') end(made.sentence);
  if (made.kind === 'runs_already') process.exit(0);
  const { host } = made;
  const log = createLogBook({ clock, level: 'info', sinks: [fileSink(path.join(dataDir, 'logs', 'offhook.log'))] });
  process.on('unhandledRejection', (cause) => log.error('A promise was rejected unheard', {}, cause));
  const storeWorkerUrl = new URL('store-worker.js', import.meta.url);
  const sandboxEntry = 'sandbox/index.js';
  const { compose } = await loading;
  const app = await compose({ host, dataDir, ...account, clock, log, storeWorkerUrl, sandboxEntry });
  host.onQuit(() => {
    void app
      .stop()
      .catch((cause: unknown) => log.error('The end was not orderly', {}, cause))
      .then(() => log.close())
      .finally(() => process.exit(0));
  });
  await app.start();
}

const parsed = parseArguments(process.argv.slice(isUnpackaged ? 2 : 1), !isElectron);
if (!parsed.ok) end(parsed.sentence);
run(parsed.options).catch((cause: unknown) => end(`Offhook cannot start: ${String(cause)}`));
