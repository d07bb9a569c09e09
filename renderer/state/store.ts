import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import type { Snapshot } from '../../preload/contract/models.ts';
import { DEFAULT_SETTINGS } from '../../preload/contract/models.ts';
import type { AppState, ListState } from './model.ts';

export type AppStore = StoreApi<AppState>;

const unread: ListState<never> = { rows: [], next: null, phase: { kind: 'unread' } };

const INITIAL: AppState = {
  boot: { kind: 'starting' },
  isMainReachable: true,
  host: null,
  session: { state: 'starting' },
  settings: DEFAULT_SETTINGS,
  balance: null,
  policy: null,
  numbers: [],
  sync: {
    state: 'idle',
    lastSuccessAt: null,
    rowsDone: 0,
    rowsTotal: null,
    partialBefore: null,
    serverOffsetMs: 0,
    errorKind: null,
  },
  storeNotices: [],
  history: unread,
  usage: unread,
  usagePartialBefore: null,
  registration: { state: 'signed_out' },
  calls: [],
  lease: { state: 'none' },
  callPrices: {},
  closedCallIds: [],
  callFailure: null,
  emergencyFailure: null,
  dial: { text: '', ownNumber: null, priced: null, priceError: null, failure: null },
  pane: 'phone',
  selection: null,
  callKeypadId: null,
  fault: null,
};

/** The window's state. One per window; a test makes its own. */
export function createAppStore(): AppStore {
  return createStore<AppState>(() => INITIAL);
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

/** What no account may leave behind for the next one, or for nobody. */
export function forgottenAtSignOut(): Partial<AppState> {
  const { balance, policy, numbers, history, usage, usagePartialBefore, dial, selection, lease } = INITIAL;
  const { registration, calls, callPrices, closedCallIds, callKeypadId, callFailure, pane } = INITIAL;
  return {
    ...{ balance, policy, numbers, history, usage, usagePartialBefore, dial, selection, lease },
    ...{ registration, calls, callPrices, closedCallIds, callKeypadId, callFailure, pane },
  };
}
