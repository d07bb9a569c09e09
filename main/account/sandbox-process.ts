import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { role } from '../../preload/contract/roles.ts';
import { fail, ok, type Result } from '../../preload/contract/result.ts';
import type { Clock } from '../platform/clock.ts';
import type { RunningSandbox, StartSandbox } from './ports.ts';

/** A cold start with an empty ledger takes about a second; a machine under load much longer. */
const SANDBOX_READY_TIMEOUT_MS = 20_000;
/** A machine under load fills this slowly. */
const FILL_ROW_TIMEOUT_MS = 0.5;

const readySchema = z.object({
  kind: z.literal('ready'),
  address: z.url(),
  adminKey: z.string(),
  tickets: z.record(role, z.string()),
});

interface ChildProcess {
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number | null) => void): void;
  stop(): Promise<void>;
}

/** Where scripts find the running sandbox: its address, and the key of its fault and scenario routes. 0600. */
const RUNNING_FILE = 'running.json';

/** Says where the sandbox is while it is there. One change of the file after the other; a disk that refuses is no fault. */
function createSign(dataDir: string) {
  const file = path.join(dataDir, RUNNING_FILE);
  let changes: Promise<void> = Promise.resolve();
  const change = (run: () => Promise<void>): Promise<void> => (changes = changes.then(run).catch(() => undefined));
  return {
    put: ({ address, adminKey }: z.infer<typeof readySchema>): Promise<void> =>
      change(async () => {
        await mkdir(dataDir, { recursive: true, mode: 0o700 });
        await writeFile(file, JSON.stringify({ address, adminKey }), { mode: 0o600 });
      }),
    takeAway: (): Promise<void> => change(() => rm(file, { force: true })),
  };
}

/**
 * Starts the sandbox as a child of the app, with its books in `dataDir`. It ends with the app, so what an earlier run
 * said about its own is taken away at once.
 */
export function sandboxStarter(deps: {
  readonly spawn: (entry: string, args: readonly string[]) => ChildProcess;
  readonly entry: string;
  readonly dataDir: string;
  /** Rows a new account is filled with, by the scale switch of the sandbox. */
  readonly fill?: number | null;
  /** Where its onboarding stands. */
  readonly accountState?: string | null;
  readonly clock: Clock;
}): StartSandbox {
  const sign = createSign(deps.dataDir);
  void sign.takeAway();
  const startOn = async (profile: string, port: number): Promise<Result<RunningSandbox>> => {
    const fill = deps.fill ?? 0;
    const child = deps.spawn(deps.entry, [
      '--data',
      deps.dataDir,
      '--profile',
      profile,
      '--port',
      String(port),
      ...(fill > 0 ? ['--fill', String(fill)] : []),
      ...(deps.accountState === undefined || deps.accountState === null ? [] : ['--state', deps.accountState]),
    ]);
    const ended = Promise.withResolvers<void>();
    const ready = Promise.withResolvers<Result<RunningSandbox>>();
    const unavailable = (detail: string): void =>
      ready.resolve(fail({ kind: 'provider_unavailable', nextStep: 'retry', detail }));
    const readyTimeoutMs = SANDBOX_READY_TIMEOUT_MS + fill * FILL_ROW_TIMEOUT_MS;
    const cancel = deps.clock.after(readyTimeoutMs, () => unavailable('The sandbox did not become ready'));
    let hasEnded = false;
    child.onExit((code) => {
      hasEnded = true;
      void sign.takeAway();
      unavailable(`The sandbox ended with code ${code}`);
      ended.resolve();
    });
    child.onMessage((message) => {
      const parsed = readySchema.safeParse(message);
      if (!parsed.success) return;
      const { address, tickets } = parsed.data;
      if (!hasEnded) void sign.put(parsed.data);
      ready.resolve(
        ok({
          address,
          port: Number(new URL(address).port),
          tickets,
          ended: ended.promise,
          async stop() {
            await child.stop();
            await sign.takeAway();
          },
        }),
      );
    });
    const result = await ready.promise;
    cancel();
    if (!result.ok) await child.stop();
    return result;
  };
  return async ({ profile, port }) => {
    if (port === null) return startOn(profile, 0);
    // The port of the last run may be taken by now.
    const again = await startOn(profile, port);
    return again.ok ? again : startOn(profile, 0);
  };
}
