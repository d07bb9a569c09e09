import type { Account } from '../../preload/contract/models.ts';
import type { Result } from '../../preload/contract/result.ts';
import type { Role } from '../../preload/contract/roles.ts';
import type { ProviderDriver } from '../provider/driver.ts';

/** What a sign-in leaves behind to connect again with: text of the driver's own making, kept as a secret. */
export type SignInSecret = string;

/** A sign-in that waits for the system browser. */
interface BrowserSignIn {
  readonly authorizationUrl: string;
  readonly state: string;
  /** Takes the query the browser brought back. */
  finish(returned: URLSearchParams): Promise<Result<SignInSecret>>;
}

/** The ways into a provider that speaks our API. */
export interface ApiSignIn {
  start(address: string, redirectUri: string): Promise<Result<BrowserSignIn>>;
  withTicket(address: string, ticket: string): Promise<Result<SignInSecret>>;
  /** `save` stores a renewed secret and MUST be done before the driver uses it. */
  connect(secret: SignInSecret, save: (secret: SignInSecret) => Promise<void>): Result<ProviderDriver>;
}

/** A plain SIP account as typed. */
export interface TypedSipAccount {
  readonly wssUrl: string;
  readonly domain: string;
  readonly user: string;
  readonly authorizationUser: string | null;
  readonly password: string;
  readonly realm: string;
  readonly displayName: string;
}

/** The way in with SIP credentials alone. */
export interface SipSignIn {
  probe(typed: Pick<TypedSipAccount, 'wssUrl' | 'domain' | 'user'>): Promise<Result<{ readonly realm: string }>>;
  /** Proves the credentials at the server before anything is kept. */
  verify(typed: TypedSipAccount): Promise<Result<SignInSecret>>;
  connect(secret: SignInSecret): Result<ProviderDriver>;
}

/** The embedded sandbox, running. */
export interface RunningSandbox {
  readonly address: string;
  readonly port: number;
  /** One-time tickets, one a role. */
  readonly tickets: Readonly<Record<Role, string>>;
  /** Resolves when the process has ended, whatever the cause. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Starts the embedded sandbox in its own process; `port` is a wish. */
export type StartSandbox = (options: {
  readonly profile: string;
  readonly port: number | null;
}) => Promise<Result<RunningSandbox>>;

/** The account that is open: its databases and everything that works on them. */
export interface OpenAccount {
  readonly key: string;
  account(): Account;
  /** Begins to follow the provider; replaces an earlier driver. */
  connect(driver: ProviderDriver): void;
  /** The provider cannot be reached at all for now. */
  cannotConnect(result: Result<never>): void;
  isCallUp(): boolean;
  /** Resolves once no call is up. */
  whenIdle(): Promise<void>;
  /** Asks the phone to un-REGISTER and waits for it, at most 2.5 s. */
  releasePhone(): Promise<void>;
  /** Stops everything and closes the files. */
  close(): Promise<void>;
}
