import type { SignInStanding } from '../../preload/contract/models.ts';
import { assertNever, ok, type Result } from '../../preload/contract/result.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { signInByBrowser, type BrowserWait } from './browser-sign-in.ts';
import type { ApiSignIn, SignInSecret } from './ports.ts';

type Waiting = Extract<SignInStanding, { state: 'waiting_for_browser' }>;

interface BrowserFlowPorts {
  readonly api: ApiSignIn;
  readonly clock: Clock;
  readonly log: Logger;
  readonly openExternal: (url: string) => Promise<Result<null>>;
  /** Enters the account the browser came back with. */
  readonly enter: (secret: SignInSecret, address: string) => Promise<Result<null>>;
}

/** What one sign-in in the browser shows of itself. */
interface BrowserFlowScreen {
  readonly waiting: (waiting: Waiting) => void;
  /** The person, or the provider for them, said no. */
  readonly refused: () => void;
  /** It came to nothing: show what stood before. */
  readonly back: () => void;
}

/** Sign-ins in the system browser: one at a time, a new one gives up the one before. */
export interface BrowserFlow {
  /** Resolves when the person came back, gave up, or took too long. */
  run(address: string, screen: BrowserFlowScreen): Promise<Result<null>>;
  cancel(): void;
}

export function createBrowserFlow(ports: BrowserFlowPorts): BrowserFlow {
  let current: BrowserWait | null = null;

  const finish = async (wait: BrowserWait, address: string, screen: BrowserFlowScreen): Promise<Result<null>> => {
    const outcome = await wait.outcome.finally(() => {
      if (current === wait) current = null;
    });
    switch (outcome.kind) {
      case 'cancelled':
        screen.back();
        return ok(null);
      case 'failed':
        if (!outcome.result.ok && outcome.result.error.kind === 'forbidden') screen.refused();
        else screen.back();
        return outcome.result;
      case 'done': {
        const entered = await ports.enter(outcome.secret, address);
        if (!entered.ok) screen.back();
        return entered;
      }
      default:
        return assertNever(outcome);
    }
  };

  return {
    async run(address, screen) {
      current?.cancel();
      const wait = signInByBrowser(address, {
        ...ports,
        onWaiting: (authorizationUrl) =>
          screen.waiting({ state: 'waiting_for_browser', authorizationUrl, startedAt: ports.clock.now() }),
      });
      current = wait;
      return finish(wait, address, screen);
    },
    cancel: () => current?.cancel(),
  };
}
