import { phoneCredentials, type PhoneCredentials } from '../../preload/contract/models.ts';
import type { AppError } from '../../preload/contract/result.ts';
import { backoffMs, type BackoffRule } from '../platform/backoff.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { ProviderDriver } from '../provider/driver.ts';
import type { Credentials } from './service.ts';

/** As long as a window waits for its first credentials before it is told that there are none. */
const CREDENTIALS_WAIT_MS = 20_000;

const RETRY: BackoffRule = { baseMs: 1_000, maxMs: 60_000 };

/** The device of this install at the provider of one account. */
export interface Provisioning {
  /** Cached credentials at once; else waits for the provider, at most CREDENTIALS_WAIT_MS. */
  credentials(): Promise<Credentials>;
  /** Where the window will register as far as the last run knew; null = never provisioned. */
  readonly cachedUrl: string | null;
  /** Provisions through a driver and tries again until it answers. */
  connect(driver: ProviderDriver): void;
  stop(): void;
}

function parseCached(text: string | undefined): PhoneCredentials | null {
  if (text === undefined) return null;
  try {
    return phoneCredentials.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * Reads the cached credentials, so that a start without the provider's API can register. `onChanged` runs when the
 * provider answers with others than the known ones.
 */
export async function openProvisioning(deps: {
  readonly instanceId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly secrets: { get(name: string): Promise<string | undefined>; set(name: string, value: string): Promise<void> };
  readonly secretName: string;
  /** False where the SIP server only exists once the provider answered (the sandbox): nothing to register at before. */
  readonly useCached: boolean;
  readonly onChanged: (credentials: PhoneCredentials) => void;
}): Promise<Provisioning> {
  const log = deps.log.part('device');
  const cached = parseCached(await deps.secrets.get(deps.secretName).catch(() => undefined));
  const usable = cached?.instanceId === deps.instanceId ? cached : null;
  let known = deps.useCached ? usable : null;
  let noDevice: AppError | null = null;
  let generation = 0;
  let cancelRetry = (): void => undefined;
  const waiters = new Set<() => void>();
  const settle = (): void => {
    for (const resolve of waiters) resolve();
    waiters.clear();
  };

  const take = async (credentials: PhoneCredentials): Promise<void> => {
    const text = JSON.stringify(credentials);
    const isNew = text !== JSON.stringify(known);
    known = credentials;
    noDevice = null;
    // Before a window gets them: it may have to load anew to be let through to where they lead.
    if (isNew) deps.onChanged(credentials);
    settle();
    if (!isNew) return;
    await deps.secrets.set(deps.secretName, text).catch((cause: unknown) => {
      log.warn('The device credentials hold for this run only', { cause: String(cause) });
    });
  };

  const provision = async (driver: ProviderDriver, mine: number, attempt: number): Promise<void> => {
    const answer = await driver.provisionDevice(deps.instanceId);
    if (mine !== generation) return;
    if (answer.ok) {
      await take(answer.value);
      return;
    }
    log.warn('The device is not provisioned', { kind: answer.error.kind, detail: answer.error.detail });
    if (answer.error.kind === 'forbidden' || answer.error.kind === 'unsupported_here') {
      noDevice = answer.error;
      settle();
      return;
    }
    // The sync tells the session; a new sign-in connects anew.
    if (answer.error.kind === 'sign_in_expired') return;
    cancelRetry = deps.clock.after(backoffMs(RETRY, attempt), () => void provision(driver, mine, attempt + 1));
  };

  return {
    cachedUrl: usable?.wssUrl ?? null,
    async credentials() {
      if (!known && !noDevice) {
        await new Promise<void>((resolve) => {
          const done = (): void => {
            cancel();
            waiters.delete(done);
            resolve();
          };
          const cancel = deps.clock.after(CREDENTIALS_WAIT_MS, done);
          waiters.add(done);
        });
      }
      return known ? { kind: 'ready', credentials: known } : { kind: 'unavailable', reason: 'no_device' };
    },
    connect(driver) {
      generation += 1;
      cancelRetry();
      void provision(driver, generation, 0);
    },
    stop() {
      generation += 1;
      cancelRetry();
      settle();
    },
  };
}
