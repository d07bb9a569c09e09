import { fail, type Result } from '../../preload/contract/result.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { openLoopbackRedirect } from './loopback-redirect.ts';
import type { ApiSignIn, SignInSecret } from './ports.ts';

/** How long a person may take in the browser. */
export const BROWSER_SIGN_IN_TIMEOUT_MS = 10 * 60_000;

/** How a wait for the browser ended. */
type BrowserOutcome =
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly result: Result<never> }
  | { readonly kind: 'done'; readonly secret: SignInSecret };

/** One sign-in in the system browser; `cancel` may come at any time and wins. */
export interface BrowserWait {
  readonly outcome: Promise<BrowserOutcome>;
  cancel(): void;
}

interface Ports {
  readonly api: ApiSignIn;
  readonly clock: Clock;
  readonly log: Logger;
  readonly openExternal: (url: string) => Promise<Result<null>>;
  /** Called once the page is known; the person may also open it by hand. */
  readonly onWaiting: (authorizationUrl: string) => void;
}

/** Listens for the way back, opens the provider's sign-in page, and waits for the person (RFC 8252). */
export function signInByBrowser(address: string, ports: Ports): BrowserWait {
  const stopped = Promise.withResolvers<BrowserOutcome>();
  let ended = false;

  /** The screen shows the address as well, so a missing browser does not end the sign-in. */
  const openPage = async (url: string): Promise<void> => {
    const opened = await ports.openExternal(url);
    if (!opened.ok) ports.log.warn('The system browser could not be opened', { detail: opened.error.detail });
  };

  const run = async (): Promise<BrowserOutcome> => {
    const redirect = await openLoopbackRedirect();
    const cancelTimer = ports.clock.after(BROWSER_SIGN_IN_TIMEOUT_MS, () => {
      const detail = 'Nobody came back from the sign-in page';
      stopped.resolve({ kind: 'failed', result: fail({ kind: 'timed_out', nextStep: 'sign_in', detail }) });
    });
    try {
      const started = await ports.api.start(address, redirect.redirectUri);
      if (!started.ok) return { kind: 'failed', result: started };
      if (ended) return { kind: 'cancelled' };
      const { authorizationUrl, state } = started.value;
      const returned = redirect.returned(state);
      ports.onWaiting(authorizationUrl);
      // Not waited for: an opener that stays with its browser says nothing for a while.
      void openPage(authorizationUrl);
      const first = await Promise.race([returned, stopped.promise]);
      if (!(first instanceof URLSearchParams)) return first;
      const secret = await started.value.finish(first);
      return secret.ok ? { kind: 'done', secret: secret.value } : { kind: 'failed', result: secret };
    } finally {
      cancelTimer();
      redirect.close();
    }
  };

  const outcome = Promise.race([run(), stopped.promise]).then((result) => {
    ended = true;
    return result;
  });
  return {
    outcome,
    cancel: () => {
      ended = true;
      stopped.resolve({ kind: 'cancelled' });
    },
  };
}
