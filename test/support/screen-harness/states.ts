import type { CallPrice, PhoneLease, PhoneMirror, Snapshot } from '../../../preload/contract/models.ts';
import type { Micros } from '../../../preload/contract/money.ts';
import type { AppError } from '../../../preload/contract/result.ts';
import { ACCOUNT, makeSnapshot } from '../contract-double.ts';
import { BALANCE, HISTORY, makeCall, NOW, NUMBERS, POLICY, PREMIUM_PRICE, PRICE, USAGE } from './data.ts';

/** One state of the window that is looked at and checked. */
export interface ScreenState {
  readonly snapshot: Snapshot;
  readonly lease: PhoneLease | 'mine';
  readonly price: CallPrice;
  readonly pane: 'phone' | 'history' | 'usage' | 'settings';
  readonly typed: string;
  readonly opensKeypad: boolean;
  readonly selects: 'call' | 'usage' | null;
  /** Answers of app.snapshot and of the pages instead of values. */
  readonly snapshotError: AppError | null;
  readonly pageError: AppError | null;
  /** True: the first snapshot never comes. */
  readonly hangs: boolean;
}

const ready: PhoneMirror = { registration: { state: 'ready' }, calls: [] };

const synced: Snapshot['sync'] = {
  state: 'idle',
  lastSuccessAt: NOW - 20_000,
  rowsDone: 120,
  rowsTotal: 120,
  partialBefore: null,
  serverOffsetMs: 0,
  errorKind: null,
};

const full: Snapshot = makeSnapshot({
  balance: BALANCE,
  policy: POLICY,
  numbers: NUMBERS,
  sync: synced,
  history: HISTORY,
  usage: { rows: USAGE, next: null, partialBefore: null },
  phone: ready,
});

const base: ScreenState = {
  snapshot: full,
  lease: 'mine',
  price: PRICE,
  pane: 'phone',
  typed: '',
  opensKeypad: false,
  selects: null,
  snapshotError: null,
  pageError: null,
  hangs: false,
};

type Changes = Omit<Partial<ScreenState>, 'snapshot'> & { readonly snapshot?: Partial<Snapshot> };
const state = ({ snapshot, ...rest }: Changes): ScreenState => ({
  ...base,
  ...rest,
  snapshot: { ...full, ...snapshot },
});
const withCall = (...calls: Parameters<typeof makeCall>) =>
  state({ snapshot: { phone: { registration: { state: 'ready' }, calls: [makeCall(...calls)] } } });

const USER = {
  ...ACCOUNT,
  ownerContact: 'olivia@example.com',
  user: { id: 'u2', name: 'Uma User', role: 'user', grants: [] },
} as const;
const REAL = { ...ACCOUNT, isSandbox: false, providerName: 'Bay Telecom', name: 'Bay Harbor Dental' };
const ended = { state: 'ended', endedAt: NOW } as const;

export const STATES = {
  starting: state({ hangs: true }),
  'start-failed': state({
    snapshotError: { kind: 'store', nextStep: 'free_disk_space', detail: 'SQLITE_FULL', fault: 'disk_full' },
  }),
  'sign-in': state({ snapshot: { session: { state: 'signed_out', reason: 'never' } } }),
  'sign-in-expired': state({ snapshot: { session: { state: 'signed_out', reason: 'expired' } } }),
  'sign-in-waiting': state({
    snapshot: {
      session: { state: 'waiting_for_browser', authorizationUrl: 'https://example.com/authorize', startedAt: NOW },
    },
  }),
  phone: state({}),
  'phone-expired': state({
    snapshot: { session: { state: 'signed_in', account: REAL, signIn: { state: 'expired' } } },
  }),
  'phone-signing-in-again': state({
    snapshot: {
      session: {
        state: 'signed_in',
        account: REAL,
        signIn: {
          state: 'waiting_for_browser',
          authorizationUrl: 'https://phone.example.com/oauth/authorize?client_id=offhook-desktop&state=abc',
          startedAt: NOW - 20_000,
        },
      },
    },
  }),
  'phone-real': state({ snapshot: { session: { state: 'signed_in', account: REAL, signIn: { state: 'valid' } } } }),
  'phone-typed': state({ typed: '2125550147' }),
  'phone-premium': state({ typed: '19005550111', price: PREMIUM_PRICE }),
  'phone-included': state({
    typed: '18005550155',
    price: {
      kind: 'included',
      rate: { ...PREMIUM_PRICE.rate, kind: 'toll_free', destination: 'Toll-free', included: true },
      fetchedAt: NOW,
    },
  }),
  'phone-unknown-price': state({ typed: '+442079460018', price: { kind: 'unknown', reason: 'no_match' } }),
  'phone-emergency': state({ typed: '911', price: { kind: 'emergency' } }),
  'phone-user': state({
    typed: '2125550147',
    price: { kind: 'rated', rate: PRICE.rate, fetchedAt: NOW, talkTimeSec: null, enoughFor: 'plenty' },
    snapshot: {
      session: { state: 'signed_in', account: USER, signIn: { state: 'valid' } },
      balance: { level: 'low', exact: null, asOf: NOW - 130_000 },
    },
  }),
  'phone-empty': state({ snapshot: { history: [] } }),
  'phone-connecting': state({
    typed: '2125550147',
    snapshot: { phone: { registration: { state: 'connecting' }, calls: [] } },
  }),
  'phone-reconnecting': state({
    typed: '2125550147',
    snapshot: { phone: { registration: { state: 'reconnecting', retryAt: null }, calls: [] } },
  }),
  'phone-refused': state({
    typed: '2125550147',
    snapshot: { phone: { registration: { state: 'refused', reason: 'wrong_password', sipCode: 401 }, calls: [] } },
  }),
  'phone-elsewhere': state({ lease: { state: 'elsewhere', busy: false } }),
  'phone-elsewhere-busy': state({ lease: { state: 'elsewhere', busy: true } }),
  'phone-no-device': state({
    lease: { state: 'unavailable', reason: 'no_device' },
    snapshot: { phone: { registration: { state: 'signed_out' }, calls: [] } },
  }),
  'phone-incomplete': state({ typed: '2125550', price: { kind: 'unknown', reason: 'not_a_number' } }),
  'store-trouble': state({
    snapshot: {
      storeNotices: [
        { file: 'cache', fault: 'corrupt', outcome: 'rebuilt' },
        { file: 'keep', fault: 'disk_full', outcome: 'memory_only' },
      ],
    },
  }),
  'call-dialling': withCall({ state: 'dialling', answeredAt: null, media: 'none', microphone: 'opening' }),
  'call-ringing': withCall({ state: 'ringing', answeredAt: null, media: 'none', remoteName: 'Harbour Logistics' }),
  'call-active': withCall(),
  'call-held-muted': withCall({ hold: 'local', muted: true }),
  'call-keypad': { ...withCall({ sentDigits: '12#' }), opensKeypad: true },
  'call-no-microphone': withCall({ microphone: 'refused', media: 'interrupted' }),
  'call-on-history': { ...withCall(), pane: 'history' },
  'call-ended': withCall({ ...ended, reason: 'far_end_hung_up' }),
  'call-failed': withCall({
    ...ended,
    answeredAt: null,
    reason: 'no_credit',
    sipCode: 402,
    sipReason: 'Payment Required',
  }),
  ring: withCall({
    direction: 'incoming',
    state: 'incoming',
    answeredAt: null,
    remoteName: 'Harbour Logistics',
    remote: '+442079460018',
    ownNumber: '+14155550123',
    media: 'none',
  }),
  'ring-rated': {
    ...withCall({
      direction: 'incoming',
      state: 'incoming',
      answeredAt: null,
      remote: '+442079460018',
      ownNumber: '+14155550123',
      media: 'none',
    }),
    price: { ...PRICE, rate: { ...PRICE.rate, direction: 'inbound', perMinute: 6_500 as Micros } },
  },
  'emergency-sandbox': withCall({ isEmergency: true, remote: '911', state: 'ringing', answeredAt: null }),
  'emergency-waiting': state({
    snapshot: {
      session: { state: 'signed_in', account: REAL, signIn: { state: 'valid' } },
      phone: {
        registration: { state: 'reconnecting', retryAt: null },
        calls: [
          makeCall({
            isEmergency: true,
            remote: '911',
            answeredAt: null,
            state: 'dialling',
            reason: 'emergency_no_path',
          }),
        ],
      },
    },
  }),
  'emergency-failed': state({
    snapshot: {
      session: { state: 'signed_in', account: REAL, signIn: { state: 'valid' } },
      phone: {
        registration: { state: 'reconnecting', retryAt: null },
        calls: [
          makeCall({ ...ended, isEmergency: true, remote: '911', answeredAt: null, reason: 'emergency_no_path' }),
        ],
      },
    },
  }),
  history: state({ pane: 'history' }),
  'history-detail': state({ pane: 'history', selects: 'call' }),
  'history-empty': state({ pane: 'history', snapshot: { history: [] } }),
  'history-error': state({
    pane: 'history',
    snapshot: { history: [] },
    pageError: { kind: 'store', nextStep: 'make_folder_writable', detail: 'SQLITE_READONLY', fault: 'read_only' },
  }),
  usage: state({ pane: 'usage' }),
  'usage-detail': state({ pane: 'usage', selects: 'usage' }),
  'usage-empty': state({ pane: 'usage', snapshot: { usage: { rows: [], next: null, partialBefore: null } } }),
  'usage-loading': state({
    pane: 'usage',
    snapshot: {
      usage: { rows: [], next: null, partialBefore: NOW },
      sync: { ...synced, state: 'syncing', lastSuccessAt: null },
    },
  }),
  'usage-partial-offline': state({
    pane: 'usage',
    snapshot: {
      usage: { rows: USAGE, next: null, partialBefore: NOW - 9 * 24 * 3_600_000 },
      sync: { ...synced, state: 'offline', lastSuccessAt: NOW - 5 * 3_600_000, errorKind: 'offline' },
    },
  }),
  'usage-error': state({
    pane: 'usage',
    snapshot: { usage: { rows: [], next: null, partialBefore: null } },
    pageError: { kind: 'provider_unavailable', nextStep: 'wait', detail: 'HTTP 503' },
  }),
  'usage-forbidden': state({
    pane: 'usage',
    snapshot: {
      session: { state: 'signed_in', account: USER, signIn: { state: 'valid' } },
      usage: { rows: [], next: null, partialBefore: null },
    },
    pageError: { kind: 'forbidden', nextStep: 'ask_owner', detail: 'usage.own', who: 'owner' },
  }),
  'usage-portal': state({
    pane: 'usage',
    snapshot: {
      session: {
        state: 'signed_in',
        account: {
          ...REAL,
          driver: 'portal',
          capabilities: { balance: 'portal', usage: 'portal', rates: 'none', numbers: 'none' },
        },
        signIn: { state: 'valid' },
      },
      balance: null,
      usage: { rows: [], next: null, partialBefore: null },
    },
  }),
  settings: state({ pane: 'settings' }),
} as const satisfies Record<string, ScreenState>;

export type StateName = keyof typeof STATES;
