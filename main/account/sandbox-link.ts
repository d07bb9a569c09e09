import { fail, type Result } from '../../preload/contract/result.ts';
import type { Role } from '../../preload/contract/roles.ts';
import { backoffMs, type BackoffRule } from '../platform/backoff.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { ProviderDriver } from '../provider/driver.ts';
import type { ApiSignIn, RunningSandbox, StartSandbox } from './ports.ts';

/** A sandbox that dies at once must not be started in a circle. */
const RESTART: BackoffRule = { baseMs: 1_000, maxMs: 60_000 };

/** The embedded sandbox and the sign-in to it; started again when it dies. */
export interface SandboxLink {
  /**
   * Starts the sandbox afresh and signs in as `role`. `onReturn` gets a new driver after each restart; who takes it up
   * later asks `isCurrent` first, for the link may have been closed or opened anew by then.
   */
  open(
    profile: string,
    role: Role,
    onReturn: (driver: ProviderDriver, isCurrent: () => boolean) => void,
  ): Promise<Result<ProviderDriver>>;
  /** Ends the process; nothing is called afterwards. */
  close(): Promise<void>;
}

/** Nothing runs before `open`. */
export function createSandboxLink(deps: {
  readonly start: StartSandbox;
  readonly api: ApiSignIn;
  readonly clock: Clock;
  readonly log: Logger;
  readonly port: () => number | null;
  readonly rememberPort: (port: number) => void;
}): SandboxLink {
  const log = deps.log.part('sandbox');
  let running: RunningSandbox | null = null;
  let cancelRestart = (): void => undefined;
  /** Counts opens and closes: what belongs to an earlier one is stale. */
  let generation = 0;

  const close = async (): Promise<void> => {
    generation += 1;
    cancelRestart();
    const ending = running;
    running = null;
    await ending?.stop();
  };

  const signIn = async (profile: string, role: Role, mine: number): Promise<Result<ProviderDriver>> => {
    const started = await deps.start({ profile, port: deps.port() });
    if (!started.ok) return started;
    if (mine !== generation) {
      await started.value.stop();
      return fail({ kind: 'conflict', nextStep: 'retry', detail: 'Another sign-in took its place' });
    }
    running = started.value;
    deps.rememberPort(started.value.port);
    const secret = await deps.api.withTicket(started.value.address, started.value.tickets[role]);
    // Its tokens live as long as the process: the next start has a new ticket.
    if (secret.ok) return deps.api.connect(secret.value, () => Promise.resolve());
    // A ticket is good once: only another start has another one, and `watch` sees to it.
    await started.value.stop();
    return secret;
  };

  return {
    async open(profile, role, onReturn) {
      await close();
      const mine = generation;
      let attempt = 0;

      const restart = async (): Promise<void> => {
        attempt += 1;
        const driver = await signIn(profile, role, mine);
        if (mine !== generation) return;
        void watch();
        if (driver.ok) onReturn(driver.value, () => mine === generation);
      };
      const watch = async (): Promise<void> => {
        await running?.ended;
        if (mine !== generation) return;
        log.warn('The sandbox ended by itself and is started again', { attempt });
        running = null;
        cancelRestart = deps.clock.after(backoffMs(RESTART, attempt), () => void restart());
      };

      const driver = await signIn(profile, role, mine);
      if (mine === generation) void watch();
      return driver;
    },
    close,
  };
}
