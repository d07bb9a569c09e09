import type {
  Balance,
  CallLogEntry,
  CallPrice,
  CallView,
  HostInfo,
  OwnedNumber,
  Policy,
  Registration,
  Session,
  Settings,
  UsageRow,
} from '../../preload/contract/models.ts';
import type { StoreNotice, SyncStatus } from '../../preload/contract/sync-status.ts';
import type { AppError } from '../../preload/contract/result.ts';
import type { Refusal } from '../telephony/phone.ts';

/** How far a list is read. `unread`: it may hold rows of the snapshot, but not yet the way to the next page. */
export type ListPhase =
  | { readonly kind: 'unread' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly error: AppError };

/** A list read page by page, newest first. `next` null = the end, once the phase is ready. */
export interface ListState<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
  readonly phase: ListPhase;
}

export type Boot =
  { readonly kind: 'starting' } | { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly error: AppError };

/** Whether this window is the phone. HA1 is no part of it: credentials go from main's answer straight to the phone. */
export type LeaseView =
  | { readonly state: 'none' }
  | { readonly state: 'mine' }
  | { readonly state: 'elsewhere'; readonly busy: boolean }
  | { readonly state: 'unavailable'; readonly reason: 'signed_out' | 'no_device' | 'not_offered' }
  | { readonly state: 'failed'; readonly error: AppError };

/** Why the last command was not carried out. */
export type CommandFailure =
  { readonly kind: 'refused'; readonly refusal: Refusal } | { readonly kind: 'error'; readonly error: AppError };

/** A price with the target it was asked for. */
export interface PricedTarget {
  readonly target: string;
  readonly price: CallPrice;
}

export interface DialState {
  readonly text: string;
  /** The own number chosen for this call; null = the default. */
  readonly ownNumber: string | null;
  /** The latest answer. It outlives the text, so that the call just dialled keeps its rule. */
  readonly priced: PricedTarget | null;
  readonly priceError: AppError | null;
  readonly failure: CommandFailure | null;
}

export type Pane = 'phone' | 'history' | 'usage' | 'settings';

export type Selection =
  { readonly kind: 'call'; readonly id: string } | { readonly kind: 'usage'; readonly id: string } | null;

/** An emergency call that did not go through: the whole window says so until it is closed. */
export interface EmergencyFailure {
  readonly number: string;
  /** There was no phone to give it to: it goes out as soon as this window is one. */
  readonly isWaiting: boolean;
}

export interface AppState {
  readonly boot: Boot;
  /** False while main does not answer; the last known state stays on screen. */
  readonly isMainReachable: boolean;
  readonly host: HostInfo | null;
  readonly session: Session;
  readonly settings: Settings;
  readonly balance: Balance | null;
  readonly policy: Policy | null;
  readonly numbers: readonly OwnedNumber[];
  readonly sync: SyncStatus;
  readonly storeNotices: readonly StoreNotice[];

  readonly history: ListState<CallLogEntry>;
  readonly usage: ListState<UsageRow>;
  /** Usage older than this is still loading; null = complete. */
  readonly usagePartialBefore: number | null;

  readonly registration: Registration;
  readonly calls: readonly CallView[];
  readonly lease: LeaseView;
  /** The rule each call was dialled under, by call id; null = asked and not known. */
  readonly callPrices: Readonly<Record<string, CallPrice | null>>;
  /** Ended calls whose last words were read or have stood long enough. */
  readonly closedCallIds: readonly string[];
  readonly callFailure: CommandFailure | null;
  readonly emergencyFailure: EmergencyFailure | null;

  readonly dial: DialState;

  readonly pane: Pane;
  readonly selection: Selection;
  readonly callKeypadId: string | null;
  /** What a request outside a form ended in; shown until closed. */
  readonly fault: AppError | null;
}
