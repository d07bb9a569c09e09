import type { Session, Snapshot } from '../../preload/contract/models.ts';
import { fail, ok, type Result } from '../../preload/contract/result.ts';
import type { HandlersOf } from '../platform/handlers.ts';
import type { Logger } from '../platform/logger.ts';
import type { SessionService } from './service.ts';

interface AccountHandlerPorts {
  readonly session: SessionService;
  readonly log: Logger;
  /** Everything the cache knows, in one answer. */
  readonly snapshot: () => Promise<Snapshot>;
  /** Reads again from the provider what may have changed. */
  readonly refresh: () => Result<null>;
  readonly openExternal: (url: string) => Promise<Result<null>>;
  /** The provider's own page; null where it has none. */
  readonly portalUrl: () => string | null;
}

const noPage = (): Result<never> =>
  fail({ kind: 'not_found', nextStep: 'wait', detail: 'There is no such page for this account' });

/** The page a sign-in waits on, of the first one or of one again; null where none waits. */
function signInPage(session: Session): string | null {
  const waiting = session.state === 'signed_in' ? session.signIn : session;
  return waiting.state === 'waiting_for_browser' ? waiting.authorizationUrl : null;
}

export function accountHandlers(
  ports: AccountHandlerPorts,
): HandlersOf<
  | 'app.snapshot'
  | 'app.painted'
  | 'app.openExternal'
  | 'session.signInProvider'
  | 'session.signInAgain'
  | 'session.cancelSignIn'
  | 'session.probeSip'
  | 'session.signInSip'
  | 'session.signInSandbox'
  | 'session.signOut'
  | 'account.refresh'
> {
  const { session } = ports;
  return {
    'app.snapshot': async () => ok(await ports.snapshot()),
    'app.painted': ({ sincePageStartMs }) => {
      ports.log.info('Painted', { sincePageStartMs: Math.round(sincePageStartMs) });
      return ok(null);
    },
    'app.openExternal': ({ page }) => {
      const url = page === 'sign_in' ? signInPage(session.session()) : ports.portalUrl();
      return url === null ? noPage() : ports.openExternal(url);
    },
    'session.signInProvider': ({ address }) => session.signInProvider(address),
    'session.signInAgain': () => session.signInAgain(),
    'session.cancelSignIn': () => session.cancelSignIn(),
    'session.probeSip': (typed) => session.probeSip(typed),
    'session.signInSip': ({ keepSecret, ...typed }) => session.signInSip(typed, keepSecret),
    'session.signInSandbox': () => session.signInSandbox(),
    'session.signOut': ({ eraseHistory }) => session.signOut(eraseHistory),
    'account.refresh': () => ports.refresh(),
  };
}
