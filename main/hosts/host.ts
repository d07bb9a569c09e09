import type { EventName, EventOf } from '../../preload/contract/channels.ts';
import type { HostInfo } from '../../preload/contract/models.ts';
import type { Result } from '../../preload/contract/result.ts';
import type { Clock } from '../platform/clock.ts';

/** A window that passed the host's sender check. `id` is stable while the window lives. */
export interface TrustedWindow {
  readonly id: string;
}

/** What the host calls when a trusted window asks. Parsing, roles and answers are the router's. */
export type Dispatch = (window: TrustedWindow, name: string, payload: unknown) => Promise<Result<unknown>>;

/** Text secrets under short names; the host decides how they are protected (HostInfo.secretKeeping). */
export interface SecretStore {
  /** undefined = none stored, or no longer readable (then it is deleted and the person signs in again). */
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
}

/** A child process speaking the structured-clone messages of child_process IPC. Ends when the app ends. */
export interface Child {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number | null) => void): void;
  /** SIGTERM, then SIGKILL after 3 s; resolves when it is gone. */
  stop(): Promise<void>;
}

/** The origins a window may reach beside its own; the host builds the page's CSP from them (design 8). */
export interface ContentPolicy {
  readonly connectOrigins: readonly string[];
}

/** What the app runs in. MUST NOT let a request of an untrusted sender reach Dispatch. */
export interface Host {
  readonly info: HostInfo;
  readonly secrets: SecretStore;
  /** Serves the page, takes requests, opens the first window. Resolves once a window can load. */
  start(dispatch: Dispatch): Promise<void>;
  /** Pushes an event to every trusted window, or to one. A vanished window is not an error. */
  push<N extends EventName>(name: N, payload: EventOf<N>, only?: TrustedWindow): void;
  /** Called with the window when it closes, crashes or reloads: its lease ends. */
  onWindowGone(listener: (window: TrustedWindow) => void): void;
  /** Called once when the person or the system wants the app to end. */
  onQuit(listener: () => void): void;
  onResume(listener: () => void): void;
  /**
   * What pages are served under from now on. A window whose page may not reach all of it loads anew and hears nothing
   * more before it has. Throws RangeError for an origin no window may reach.
   */
  setContentPolicy(policy: ContentPolicy): void;
  /** Opens https or (for the loopback sandbox) http pages in the system browser; anything else is refused. */
  openExternal(url: string): Promise<Result<null>>;
  /** Runs an entry of out/ with Node, as a child of the app. */
  spawn(entry: string, args: readonly string[]): Child;
  /** A notification is a hint only; false = not shown. */
  notify(notice: { readonly title: string; readonly body: string }): boolean;
  /** Closes windows and servers. After it the process can end by itself. */
  stop(): Promise<void>;
}

/** What both hosts are made from. Paths are absolute. */
export interface HostOptions {
  /** The profile's folder; made when missing. Lock, secrets and the browser's own profile live in it. */
  readonly dataDir: string;
  /** The built files: renderer/, preload/, main/, sandbox/. */
  readonly outDir: string;
  readonly appVersion: string;
  /** Serve only: open no window, never end because the last window closed. */
  readonly headless: boolean;
  /** The port asked for, which must then be free; null = any (the last one used, where it is free). */
  readonly port: number | null;
  readonly clock: Clock;
  /** One line for the person at the terminal. */
  readonly say: (line: string) => void;
}

/**
 * What making a host comes to. Both hosts have `(options: HostOptions) => Promise<HostStart>`; the profile's lock is
 * taken before it resolves, so nothing of the profile may be opened earlier.
 */
export type HostStart =
  | { readonly kind: 'made'; readonly host: Host }
  /** Another start of this profile runs; it was asked to show its window and a line was said. Exit code 0. */
  | { readonly kind: 'runs_already' }
  /** A plain sentence for the terminal. Exit code 1. */
  | { readonly kind: 'refused'; readonly sentence: string };
