import type {
  Account,
  Balance,
  OwnedNumber,
  PhoneCredentials,
  Policy,
  Rate,
  UsageRow,
} from '../../preload/contract/models.ts';
import type { Result } from '../../preload/contract/result.ts';

/** Where a capability is done: not at all, read here, or on the provider's own page. */
export type Capability =
  { readonly kind: 'none' } | { readonly kind: 'read' } | { readonly kind: 'portal'; readonly url: string };

export interface Capabilities {
  readonly balance: Capability;
  readonly usage: Capability;
  readonly rates: Capability;
  readonly numbers: Capability;
  /** True where the provider pushes changes; else the sync polls. */
  readonly events: boolean;
}

/** An answer with the provider's own stamp. A lower `asOf` never overwrites a higher (3.3). */
export interface Stamped<T> {
  readonly value: T;
  readonly asOf: number;
  /** Real time at the provider when it answered, for the skew of this machine's clock. */
  readonly serverNow: number;
}

export interface Page<T> {
  readonly rows: readonly T[];
  /** Opaque; null = the end. */
  readonly next: string | null;
  readonly asOf: number;
  readonly serverNow: number;
  /** Known total, for progress; null where the provider does not say. */
  readonly total: number | null;
}

export type ProviderEvent =
  | { readonly kind: 'balance'; readonly balance: Stamped<Balance> }
  | { readonly kind: 'usage'; readonly rows: readonly UsageRow[] }
  | { readonly kind: 'numbers' }
  | { readonly kind: 'policy' }
  | { readonly kind: 'account' }
  /** The stream lost its place: read everything that may have changed. */
  | { readonly kind: 'resync' };

export interface EventStream {
  /** Ends the stream; no event is delivered afterwards. */
  close(): void;
}

/**
 * One phone company, as the core sees it. A driver holds the credentials of one sign-in; it keeps nothing on disk and
 * never retries a write. Every method answers a Result and is bounded in time.
 */
export interface ProviderDriver {
  readonly id: 'offhook' | 'portal';
  readonly capabilities: Capabilities;
  account(): Promise<Result<Account>>;
  policy(): Promise<Result<Stamped<Policy>>>;
  balance(): Promise<Result<Stamped<Balance>>>;
  /** Newest first. `cursor` null = from the newest. */
  usagePage(cursor: string | null, limit: number): Promise<Result<Page<UsageRow>>>;
  /** The whole deck in force and to come. */
  ratesPage(cursor: string | null, limit: number): Promise<Result<Page<Rate>>>;
  numbers(): Promise<Result<Stamped<readonly OwnedNumber[]>>>;
  /** Creates or re-reads the device of this install; the SIP password stays inside main (HA1 leaves it). */
  provisionDevice(instanceId: string): Promise<Result<PhoneCredentials>>;
  /** Follows the provider from `lastEventId`; reconnects and resumes by itself until closed. */
  events(
    lastEventId: string | null,
    listener: (event: ProviderEvent, eventId: string | null) => void,
    onState: (state: 'open' | 'lost') => void,
  ): EventStream;
  /** Ends the sign-in at the provider (token revocation); best effort, bounded. */
  signOut(): Promise<void>;
  /** Origins the window or main reaches for this account; for the CSP. */
  origins(): readonly string[];
}
