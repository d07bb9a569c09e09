import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { findMarked, startProcess, whenReady, type Managed } from './processes.ts';
import { waitUntil } from './wait-until.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Every process an app starts inherits this variable: what is left of it afterwards can be found. */
const MARK = 'OFFHOOK_TEST_APP';
/** A start that has to build first takes longest. */
const START_LIMIT_MS = 60_000;
const GONE_LIMIT_MS = 5_000;

export interface AppPlan {
  /** The profile's folder; a second start on it finds what the first left. */
  readonly data: string;
  readonly role?: 'owner' | 'admin' | 'user';
  readonly profile?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly logFile?: string;
  /** A program that runs the app with fewer rights, as `nice` would; it must become the app's process. */
  readonly runBy?: readonly string[];
}

/** The app as `npm start -- --headless` runs it. */
export interface App extends Managed {
  /** Opens a window once; the cookie it sets serves from then on. */
  readonly address: string;
  /** Every process that belongs to it now. */
  processes(): Promise<readonly { readonly pid: number; readonly command: string }[]>;
  /** Ends the app as Ctrl-C would, and rejects when a process it started is still there afterwards. */
  stop(): Promise<void>;
  /** SIGKILL to main, as a crash or the out-of-memory killer would; children end by themselves or are named. */
  crash(): Promise<void>;
}

/** Waits for everything that carries the mark to be gone; ends by its pid what stays, and says what it was. */
async function expectNoOrphans(mark: string): Promise<void> {
  const isClean = async (): Promise<boolean> => (await findMarked(MARK, mark)).length === 0;
  await waitUntil('every process of the app gone', isClean, GONE_LIMIT_MS).catch(async () => {
    const left = await findMarked(MARK, mark);
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    throw new Error(`Left behind by the app: ${left.map(({ pid, command }) => `${pid} ${command}`).join('; ')}`);
  });
}

/** Starts the app on a folder of its own, on a free port, with the embedded sandbox; resolves once it has an address. */
export async function startApp(plan: AppPlan): Promise<App> {
  await mkdir(plan.data, { recursive: true });
  const mark = randomUUID();
  const managed = await startProcess({
    name: 'offhook',
    command: plan.runBy?.[0] ?? process.execPath,
    args: [
      ...(plan.runBy ? [...plan.runBy.slice(1), process.execPath] : []),
      path.join(ROOT, 'main/start.mjs'),
      '--headless',
      '--data',
      plan.data,
      ...(plan.role === undefined ? [] : ['--as', plan.role]),
      ...(plan.profile === undefined ? [] : ['--profile', plan.profile]),
    ],
    cwd: ROOT,
    env: { ...process.env, ...plan.env, OFFHOOK_HOST: 'browser', [MARK]: mark },
    ...(plan.logFile === undefined ? {} : { logFile: plan.logFile }),
  });
  const printed = (): string | undefined => /http:\/\/127\.0\.0\.1:\S+/.exec(managed.output())?.[0];
  try {
    const address = await whenReady(managed, printed, START_LIMIT_MS);
    return {
      ...managed,
      address,
      processes: () => findMarked(MARK, mark),
      async stop() {
        await managed.stop();
        await expectNoOrphans(mark);
      },
      async crash() {
        managed.signal('SIGKILL');
        await managed.ended;
        await expectNoOrphans(mark);
      },
    };
  } catch (cause) {
    await managed.stop();
    throw cause;
  }
}
