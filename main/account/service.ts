import type { Account, Session, SignInStanding } from '../../preload/contract/models.ts';
import { fail, ok, type AppError, type Result } from '../../preload/contract/result.ts';
import type { Person, Role } from '../../preload/contract/roles.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Push } from '../platform/push.ts';
import type { ProviderDriver } from '../provider/driver.ts';
import { createBrowserFlow } from './browser-flow.ts';
import type { Connection, InstallState } from './install-state.ts';
import { accountKey, signInSecretName } from './keys.ts';
import { createLeaving } from './leaving.ts';
import type { ApiSignIn, OpenAccount, SignInSecret, SipSignIn, TypedSipAccount } from './ports.ts';
import type { SandboxLink } from './sandbox-link.ts';

type SignedOutReason = Extract<Session, { state: 'signed_out' }>['reason'];

/** What the command line asked of the sandbox; null = not mentioned. */
interface SandboxWish {
  readonly profile: string | null;
  readonly role: Role | null;
}

interface SessionPorts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly push: Push;
  readonly install: InstallState;
  readonly secrets: {
    get(name: string): Promise<string | undefined>;
    set(name: string, value: string): Promise<void>;
    delete(name: string): Promise<void>;
  };
  readonly api: ApiSignIn;
  readonly sip: SipSignIn;
  readonly sandbox: SandboxLink;
  readonly openExternal: (url: string) => Promise<Result<null>>;
  readonly openAccount: (key: string, account: Account) => Promise<OpenAccount>;
  /** Deletes an account's cache, and its history where asked. It is closed. */
  readonly eraseFiles: (key: string, eraseHistory: boolean) => Promise<Result<null>>;
  readonly wish: SandboxWish;
  readonly defaultProfile: string;
}

/** Who is signed in, and every way in and out. One transition at a time. */
export interface SessionService {
  session(): Session;
  person(): Person | null;
  /**
   * Opens the account of the last run from the cache, or says that nobody is signed in, or begins the first sign-in to
   * the sandbox. Resolves once the first state is known; the provider is reached behind it.
   */
  restore(): Promise<void>;
  /** Resolves when the person came back from the browser, gave up, or took too long. */
  signInProvider(address: string): Promise<Result<null>>;
  /** Renews an expired sign-in; account and phone stay open meanwhile. Resolves as signInProvider does. */
  signInAgain(): Promise<Result<null>>;
  cancelSignIn(): Result<null>;
  probeSip(typed: Pick<TypedSipAccount, 'wssUrl' | 'domain' | 'user'>): Promise<Result<{ readonly realm: string }>>;
  signInSip(typed: TypedSipAccount, keepSecret: boolean): Promise<Result<null>>;
  signInSandbox(): Promise<Result<null>>;
  /** Deletes cache and secrets; history only where asked. Refused while a call is up. */
  signOut(eraseHistory: boolean): Promise<Result<null>>;
  /** The provider no longer takes the sign-in. The account stays open from the cache, and the phone as it is. */
  expired(): Promise<void>;
  /** Name, role or rights of the open account changed. */
  accountChanged(account: Account): void;
  stop(): Promise<void>;
}

/** The sandbox hands out a new ticket at every start; a secret of this run only is not kept either. */
const keepNothing = (): Promise<void> => Promise.resolve();

/** A transition that hangs on a silent network does not hold up the end of the app. */
const STOP_PATIENCE_MS = 1_000;

const callUp = (): Result<never> =>
  fail({ kind: 'call_in_progress', nextStep: 'wait', detail: 'A call is up' } satisfies AppError);

/** Builds the session. Nothing happens before `restore`. */
export function createSessionService(ports: SessionPorts): SessionService {
  const { install, secrets, log: rootLog } = ports;
  const log = rootLog.part('session');
  let session: Session = { state: 'starting' };
  let open: OpenAccount | null = null;
  let driver: ProviderDriver | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  let stopped = false;
  const leaving = createLeaving({ ...ports, log });

  const show = (next: Session): void => {
    session = next;
    log.info('Session', { session: next.state, ...(next.state === 'signed_out' ? { reason: next.reason } : {}) });
    ports.push('session.changed', next);
  };

  /** One transition after the other; a failed one does not hold up the next. */
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const result = turn.then(run, run);
    turn = result.catch((cause: unknown) => log.error('A session transition failed', {}, cause));
    return result;
  };

  const leave = async (): Promise<void> => {
    const left = open;
    open = null;
    driver = null;
    await left?.close();
  };

  const showAccount = (account: Account, signIn: SignInStanding): void => show({ state: 'signed_in', account, signIn });

  const toSignedOut = (reason: SignedOutReason): void => {
    install.set({ last: null, signedOut: reason });
    show({ state: 'signed_out', reason });
  };

  /** The driver answers for an account: open it, remember it, follow it. `keep` stores the sign-in under its key. */
  const enter = async (
    next: ProviderDriver,
    connection: Connection,
    keep: (key: string) => Promise<void>,
  ): Promise<Result<null>> => {
    const answered = await next.account();
    if (!answered.ok) return answered;
    const account = answered.value;
    const key = accountKey(account, connection, next.origins()[0] ?? '');
    // Whoever signed in again may be somebody else: no call ends by that.
    if (open && open.key !== key && open.isCallUp()) return callUp();
    // A sandbox that could not start is tried again by its link: it must not take the place of this account later.
    if (connection.kind !== 'sandbox') await ports.sandbox.close();
    // Nothing may delete later what this sign-in writes now.
    leaving.forget(key);
    await keep(key);
    if (open?.key !== key) {
      // The windows forget what they show of the other account.
      if (open) show({ state: 'starting' });
      await leave();
      open = await ports.openAccount(key, account);
    }
    driver = next;
    install.set({ last: { key, account, connection }, signedOut: 'never' });
    showAccount(account, { state: 'valid' });
    open.connect(next);
    return ok(null);
  };

  /** A renewed secret goes to where the last one is; before the account is known it waits in memory for `keep`. */
  const linkApi = (secret: SignInSecret, knownKey: string | null) => {
    let [latest, key] = [secret, knownKey];
    const connected = ports.api.connect(secret, async (renewed) => {
      latest = renewed;
      if (key !== null) await secrets.set(signInSecretName(key), renewed);
    });
    const keep = async (found: string): Promise<void> => {
      key = found;
      await secrets.set(signInSecretName(found), latest);
    };
    return { connected, keep };
  };

  /** `opened`: the cached account is being opened beside the start of the process. */
  const enterSandbox = async (profile: string, role: Role, opened?: Promise<void>): Promise<Result<null>> => {
    const linking = ports.sandbox.open(profile, role, (again, isCurrent) => {
      // The sandbox process died and is back: the same person, a new sign-in. Not after a sign-out that came first.
      void inTurn(async () => {
        if (!stopped && isCurrent()) await enter(again, { kind: 'sandbox', profile, role }, keepNothing);
      });
    });
    await opened;
    const linked = await linking;
    if (!linked.ok) {
      log.warn('The sandbox cannot be reached', { kind: linked.error.kind, detail: linked.error.detail });
      open?.cannotConnect(linked);
      return linked;
    }
    return enter(linked.value, { kind: 'sandbox', profile, role }, keepNothing);
  };

  const showExpired = (): void => {
    if (session.state === 'signed_in') showAccount(session.account, { state: 'expired' });
  };

  /** Finds the way back to the provider of the last run. The cached account is on screen already. */
  const reconnect = async (key: string, connection: Connection, opened: Promise<void>): Promise<void> => {
    if (connection.kind === 'sandbox') {
      await enterSandbox(connection.profile, connection.role, opened);
      return;
    }
    await opened;
    const secret = await secrets.get(signInSecretName(key));
    const connected =
      secret === undefined
        ? undefined
        : connection.kind === 'sip'
          ? ports.sip.connect(secret)
          : linkApi(secret, key).connected;
    if (!connected?.ok) {
      if (connection.kind === 'provider') return showExpired();
      await leave();
      toSignedOut('expired');
      return;
    }
    driver = connected.value;
    open?.connect(connected.value);
  };

  const wished = (): { readonly profile: string; readonly role: Role } => ({
    profile: ports.wish.profile ?? ports.defaultProfile,
    role: ports.wish.role ?? 'owner',
  });

  /** True where the command line names another sandbox than the account of the last run. */
  const wishesAnother = (connection: Connection): boolean => {
    const { profile, role } = ports.wish;
    if (profile === null && role === null) return false;
    if (connection.kind !== 'sandbox') return true;
    return (profile ?? connection.profile) !== connection.profile || (role ?? connection.role) !== connection.role;
  };

  const firstSignIn = async (): Promise<void> => {
    const { profile, role } = wished();
    const entered = await enterSandbox(profile, role);
    if (!entered.ok) toSignedOut('never');
  };

  const browser = createBrowserFlow({
    ...ports,
    log,
    enter: async (secret, address) => {
      const { connected, keep } = linkApi(secret, null);
      if (!connected.ok) return connected;
      return inTurn(() => enter(connected.value, { kind: 'provider', address }, keep));
    },
  });

  /** A wait for the browser that a fault ended is over all the same. */
  const browse = (address: string, screen: Parameters<typeof browser.run>[1]): Promise<Result<null>> =>
    browser.run(address, screen).catch((cause: unknown) => {
      const standing = session.state === 'signed_in' ? session.signIn : session;
      if (standing.state === 'waiting_for_browser') screen.back();
      throw cause;
    });

  return {
    session: () => session,
    person: () => (session.state === 'signed_in' ? session.account.user : null),

    async restore() {
      const { last, signedOut } = install.get();
      // What a sign-out of an earlier run could not delete, before anybody can be signed in again.
      void inTurn(() => leaving.finish());
      const isWishNamed = ports.wish.profile !== null || ports.wish.role !== null;
      if (last && !wishesAnother(last.connection)) {
        const opened = ports.openAccount(last.key, last.account).then((account) => void (open = account));
        void inTurn(() => reconnect(last.key, last.connection, opened));
        await opened;
        showAccount(last.account, { state: 'valid' });
        return;
      }
      if (signedOut !== 'never' && !isWishNamed) {
        show({ state: 'signed_out', reason: signedOut });
        return;
      }
      show({ state: 'starting' });
      void inTurn(firstSignIn);
    },

    async signInProvider(address) {
      if (open) return fail({ kind: 'conflict', nextStep: 'sign_in', detail: 'Somebody is signed in' });
      const before: Session =
        session.state === 'waiting_for_browser' ? { state: 'signed_out', reason: 'never' } : session;
      return browse(address, {
        waiting: show,
        refused: () => toSignedOut('refused'),
        back: () => show(before),
      });
    },

    async signInAgain() {
      const { last } = install.get();
      const isExpired = session.state === 'signed_in' && session.signIn.state !== 'valid';
      const address = last?.connection.kind === 'provider' ? last.connection.address : null;
      if (!isExpired || address === null) {
        return fail({ kind: 'conflict', nextStep: 'sign_in', detail: 'There is no sign-in to renew' });
      }
      return browse(address, {
        waiting: (waiting) => {
          if (session.state === 'signed_in') showAccount(session.account, waiting);
        },
        refused: showExpired,
        back: showExpired,
      });
    },

    cancelSignIn() {
      browser.cancel();
      return ok(null);
    },

    probeSip: (typed) => ports.sip.probe(typed),

    async signInSip(typed, keepSecret) {
      if (open?.isCallUp()) return callUp();
      const verified = await ports.sip.verify(typed);
      if (!verified.ok) return verified;
      return inTurn(async () => {
        const connected = ports.sip.connect(verified.value);
        if (!connected.ok) return connected;
        return enter(connected.value, { kind: 'sip' }, (key) =>
          keepSecret ? secrets.set(signInSecretName(key), verified.value) : secrets.delete(signInSecretName(key)),
        );
      });
    },

    signInSandbox: () =>
      inTurn(async () => {
        if (open?.isCallUp()) return callUp();
        const { profile, role } = wished();
        const before = session;
        show({ state: 'starting' });
        const entered = await enterSandbox(profile, role);
        if (!entered.ok) show(before);
        return entered;
      }),

    signOut: (eraseHistory) =>
      inTurn(async () => {
        if (!open) return ok(null);
        if (open.isCallUp()) return callUp();
        const [left, ending] = [open, driver];
        toSignedOut('by_person');
        await leaving.begin(left.key, eraseHistory);
        await left.releasePhone();
        await ending?.signOut();
        try {
          await leave();
          return await leaving.finish();
        } finally {
          await ports.sandbox.close();
        }
      }),

    async expired() {
      const [expiring, refused] = [open, driver];
      const { last } = install.get();
      if (last?.connection.kind !== 'sandbox') {
        await inTurn(async () => {
          // Said again while the first was waiting: the sign-in is a new one by now.
          if (stopped || !expiring || open !== expiring || driver !== refused) return;
          if (session.state !== 'signed_in' || session.signIn.state !== 'valid') return;
          await secrets
            .delete(signInSecretName(expiring.key))
            .catch((cause: unknown) => log.error('A refused sign-in cannot be deleted', {}, cause));
          showExpired();
        });
        return;
      }
      const { profile, role } = last.connection;
      await expiring?.whenIdle();
      await inTurn(async () => {
        if (stopped || !expiring || open !== expiring || driver !== refused) return;
        await enterSandbox(profile, role);
      });
    },

    accountChanged(account) {
      const { last } = install.get();
      if (last) install.set({ last: { ...last, account } });
      if (session.state === 'signed_in') showAccount(account, session.signIn);
    },

    async stop() {
      stopped = true;
      browser.cancel();
      await open?.releasePhone();
      await ports.sandbox.close();
      await Promise.race([turn, new Promise<void>((resolve) => ports.clock.after(STOP_PATIENCE_MS, resolve))]);
      await leave();
      await install.flush();
    },
  };
}
