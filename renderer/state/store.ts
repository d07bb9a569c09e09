import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import type { Snapshot } from '../../preload/contract/models.ts';
import { DEFAULT_SETTINGS } from '../../preload/contract/models.ts';
import { NEVER_SYNCED } from '../../preload/contract/sync-status.ts';
import type { AppState, ListState } from './model.ts';

export type AppStore = StoreApi<AppState>;

const unread: ListState<never> = { rows: [], next: null, phase: { kind: 'unread' } };

/** What belongs to the window, whoever is signed in. */
const INITIAL_WINDOW = {
  boot: { kind: 'starting' },
  isMainReachable: true,
  host: null,
  session: { state: 'starting' },
  settings: DEFAULT_SETTINGS,
  sync: NEVER_SYNCED,
  storeNotices: [],
  fault: null,
  // An emergency call that found no phone is no matter of an account: its words outlive a sign-in that expires.
  emergencyFailure: null,
} as const satisfies Partial<AppState>;

/** What belongs to one account: it leaves nothing behind for the next one, or for nobody. */
const INITIAL_ACCOUNT = {
  balance: null,
  policy: null,
  numbers: [],
  history: unread,
  usage: unread,
  usagePartialBefore: null,
  registration: { state: 'signed_out' },
  calls: [],
  lease: { state: 'none' },
  callPrices: {},
  closedCallIds: [],
  callFailure: null,
  dial: { text: '', ownNumber: null, priced: null, priceError: null, failure: null },
  pane: 'phone',
  selection: null,
  callKeypadId: null,
} as const satisfies Partial<AppState>;

/** The window's state. One per window; a test makes its own. */
export function createAppStore(): AppStore {
  return createStore<AppState>(() => ({ ...INITIAL_WINDOW, ...INITIAL_ACCOUNT }));
}

/** What a snapshot says about the slices main owns. The window's own slices stay. */
export function fromSnapshot(snapshot: Snapshot): Partial<AppState> {
  const { usage, history, phone, ...slices } = snapshot;
  return {
    ...slices,
    boot: { kind: 'ready' },
    history: { rows: history, next: null, phase: { kind: 'unread' } },
    usage: { rows: usage.rows, next: usage.next, phase: { kind: 'ready' } },
    usagePartialBefore: usage.partialBefore,
    registration: phone.registration,
    calls: phone.calls,
  };
}

/** The state after a sign-out, but for the session itself. */
export function forgottenAtSignOut(): Partial<AppState> {
  return INITIAL_ACCOUNT;
}
