import * as z from 'zod/mini';
import { currencyCode, micros, money } from './money.ts';
import { shortText, utcMs } from './primitives.ts';
import { grant, role } from './roles.ts';
import { storeNotice, syncStatus } from './sync-status.ts';

/** A phone number in E.164 form: + and 3 to 15 digits. Stored and matched in this form only. */
export const e164 = z.string().check(z.regex(/^\+\d{3,15}$/));

/** ISO 3166-1 alpha-2. */
export const countryCode = z.string().check(z.regex(/^[A-Z]{2}$/));

// ---------------------------------------------------------------- session

/** What a provider driver is. Screens never branch on it; they read capabilities and policy. */
export const driverId = z.enum(['offhook', 'portal']);

/** Who is signed in where. `isSandbox` puts the fixed mark "Sandbox: no real calls" on header, dialer and call bar. */
export const account = z.object({
  id: shortText,
  name: shortText,
  driver: driverId,
  isSandbox: z.boolean(),
  providerName: shortText,
  timeZone: shortText,
  countryCode,
  currency: z.nullable(currencyCode),
  ownerContact: z.nullable(shortText),
  user: z.object({ id: shortText, name: shortText, role, grants: z.readonly(z.array(grant)) }),
  /** Per capability: whether it exists and where else it is done (design 4). */
  capabilities: z.object({
    balance: z.enum(['none', 'read', 'portal']),
    usage: z.enum(['none', 'read', 'portal']),
    rates: z.enum(['none', 'read', 'portal']),
    numbers: z.enum(['none', 'read', 'portal']),
  }),
});
export type Account = z.infer<typeof account>;

/** Where secrets are kept on this host; said on the sign-in screen. */
export const secretKeeping = z.enum(['os_keystore', 'file_0600', 'this_run_only']);

const waitingForBrowser = z.object({
  state: z.literal('waiting_for_browser'),
  authorizationUrl: z.string(),
  startedAt: utcMs,
});

/**
 * How the sign-in of the open account stands at its provider. The phone has credentials of its own and goes on while it
 * is expired; what came from the provider is as old as its age says.
 */
export const signInStanding = z.discriminatedUnion('state', [
  z.object({ state: z.literal('valid') }),
  z.object({ state: z.literal('expired') }),
  waitingForBrowser,
]);
export type SignInStanding = z.infer<typeof signInStanding>;

export const session = z.discriminatedUnion('state', [
  z.object({ state: z.literal('starting') }),
  z.object({ state: z.literal('signed_out'), reason: z.enum(['never', 'by_person', 'expired', 'refused']) }),
  waitingForBrowser,
  z.object({ state: z.literal('signed_in'), account, signIn: signInStanding }),
]);
export type Session = z.infer<typeof session>;

// ---------------------------------------------------------------- money, as shown

/** F-14 levels. A user without the grant to see the balance gets this and nothing exact. */
export const balanceLevel = z.enum(['ok', 'low', 'zero', 'negative']);

/**
 * `exact` is null for a person who may not see it (design 9). `asOf` is the provider's stamp; ages are computed with
 * the server offset of `clock`.
 */
export const balance = z.object({
  level: balanceLevel,
  exact: z.nullable(z.object({ balance: money, pending: money, available: money, creditLimit: money })),
  asOf: utcMs,
});
export type Balance = z.infer<typeof balance>;

/** The part of the provider's policy (POL-xx) the ground floor needs; screens write their sentences from it. */
export const policy = z.object({
  /** POL-25, or the built-in list of the account's country. */
  emergency: z.object({ numbers: z.readonly(z.array(shortText)), testNumber: z.nullable(shortText) }),
  /** Numbers the provider keeps for trying the phone, with what happens there; empty = none. */
  testNumbers: z.readonly(z.array(z.object({ number: e164, shortCode: z.nullable(shortText), label: shortText }))),
  /** POL-27: decides which candidate suffices for the first offer. */
  media: z.enum(['anchored', 'endToEnd', 'relayOnly']),
  /** POL-11 */
  inboundRated: z.enum(['never', 'tollfree_only', 'always']),
  /** POL-26 */
  admissionReserve: z.nullable(money),
  /** POL-02: which new calls stop when the credit is used up; missing = not known. */
  newCallsAtZero: z.optional(z.enum(['none', 'outbound_metered', 'all_metered', 'all_incl_inbound'])),
  fetchedAt: utcMs,
});
export type Policy = z.infer<typeof policy>;

/** How a destination is rated: POL-07 fields with the rate per minute. */
export const rate = z.object({
  prefix: z.string().check(z.regex(/^\d{1,15}$/)),
  countryCode: z.nullable(countryCode),
  destination: shortText,
  direction: z.enum(['outbound', 'inbound']),
  kind: z.enum(['standard', 'toll_free', 'premium', 'satellite', 'emergency', 'test']),
  perMinute: micros,
  setupFee: micros,
  currency: currencyCode,
  minSec: z.int(),
  incSec: z.int(),
  freeSec: z.int(),
  /** True where the plan covers it: costs 0. */
  included: z.boolean(),
  effectiveFrom: utcMs,
});
export type Rate = z.infer<typeof rate>;

/**
 * What a call would cost, for the line under the dial field (EXT-03). `talkTimeSec` is F-07, null where the person may
 * not see it (design 9) or the call costs nothing; `enoughFor` is the coarse answer such a person gets instead.
 */
export const callPrice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('emergency') }),
  z.object({ kind: z.literal('included'), rate, fetchedAt: utcMs }),
  z.object({
    kind: z.literal('rated'),
    rate,
    fetchedAt: utcMs,
    talkTimeSec: z.nullable(z.int()),
    enoughFor: z.enum(['plenty', 'under_5_min', 'nothing', 'unknown']),
  }),
  z.object({ kind: z.literal('unknown'), reason: z.enum(['no_rates', 'no_match', 'not_a_number']) }),
]);
export type CallPrice = z.infer<typeof callPrice>;

export const usageKind = z.enum(['call', 'number', 'topup', 'fee', 'credit', 'adjustment', 'other']);

/** One ledger-explaining row (VTC-15). Amount is signed: a charge is negative. Upserted by (time, id) with `version`. */
export const usageRow = z.object({
  id: shortText,
  time: utcMs,
  version: z.int(),
  kind: usageKind,
  direction: z.nullable(z.enum(['outbound', 'inbound'])),
  priceState: z.enum(['priced', 'price_pending', 'included', 'corrected']),
  amount: micros,
  currency: currencyCode,
  description: shortText,
  from: z.nullable(shortText),
  to: z.nullable(shortText),
  durationSec: z.nullable(z.int()),
  billedSec: z.nullable(z.int()),
  ratePerMinute: z.nullable(micros),
  userId: z.nullable(shortText),
  userName: z.nullable(shortText),
  deviceId: z.nullable(shortText),
  sipCallId: z.nullable(shortText),
  leg: z.nullable(z.enum(['a', 'b'])),
});
export type UsageRow = z.infer<typeof usageRow>;

/** A page, newest first. `next` is opaque; null = the end. `partialBefore`: history older than this is still loading. */
export const usagePage = z.object({
  rows: z.readonly(z.array(usageRow)),
  next: z.nullable(z.string()),
  partialBefore: z.nullable(utcMs),
});
export type UsagePage = z.infer<typeof usagePage>;

export const ownedNumber = z.object({
  number: e164,
  label: shortText,
  countryCode,
  capabilities: z.readonly(z.array(z.enum(['voice', 'emergency', 'sms', 'fax']))),
  state: z.enum(['provisioning', 'active', 'suspended', 'released']),
  /** 3.10 */
  emergency: z.enum([
    'none',
    'entered',
    'validating',
    'suggestion',
    'valid',
    'registering',
    'registered',
    'failed',
    'removing',
  ]),
  isDefaultCallerId: z.boolean(),
});
export type OwnedNumber = z.infer<typeof ownedNumber>;

// ---------------------------------------------------------------- phone

/**
 * What the window needs to register. No password: HA1 for the pinned realm only (design 7). Never stored by the
 * window, never logged.
 */
export const phoneCredentials = z.object({
  wssUrl: z.string(),
  domain: shortText,
  user: shortText,
  authorizationUser: shortText,
  realm: shortText,
  ha1: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  /** RFC 5626 +sip.instance, stable per install and account: a bare UUID. */
  instanceId: z.string(),
  displayName: shortText,
  registerExpiresSec: z.int(),
  iceServers: z.readonly(
    z.array(
      z.object({
        urls: z.readonly(z.array(z.string())),
        username: z.optional(z.string()),
        credential: z.optional(z.string()),
      }),
    ),
  ),
  media: z.enum(['anchored', 'endToEnd', 'relayOnly']),
});
export type PhoneCredentials = z.infer<typeof phoneCredentials>;

export const callDirection = z.enum(['outgoing', 'incoming']);

/** How a call ended, in our words (the complete SIP table is in renderer/telephony/reasons). */
export const callOutcome = z.enum([
  'answered',
  'missed',
  'declined',
  'cancelled',
  'failed',
  'answered_elsewhere',
  'lost',
]);

/** One line of the call history, ours alone. Written when the call starts, then updated; `endedAt` null = in progress. */
export const callLogEntry = z.object({
  id: shortText,
  accountId: shortText,
  sipCallId: z.nullable(shortText),
  direction: callDirection,
  /** As dialled or as received; may be no E.164 number. */
  remote: shortText,
  remoteE164: z.nullable(e164),
  remoteName: z.nullable(shortText),
  /** The own number called from, or that was called. */
  ownNumber: z.nullable(shortText),
  startedAt: utcMs,
  answeredAt: z.nullable(utcMs),
  endedAt: z.nullable(utcMs),
  outcome: z.nullable(callOutcome),
  /** A reason id of renderer/telephony/reasons, and the SIP code behind it. */
  reason: z.nullable(shortText),
  sipCode: z.nullable(z.int()),
  isEmergency: z.boolean(),
  /** Filled from the provider's usage row with the same Call-ID; null until known. */
  cost: z.nullable(money),
  seen: z.boolean(),
});
export type CallLogEntry = z.infer<typeof callLogEntry>;

/** Registration as the header says it (design 7): one table of words. */
export const registration = z.discriminatedUnion('state', [
  z.object({ state: z.literal('ready') }),
  z.object({ state: z.literal('connecting') }),
  z.object({ state: z.literal('reconnecting'), retryAt: z.nullable(utcMs) }),
  z.object({ state: z.literal('signed_out') }),
  z.object({ state: z.literal('refused'), reason: shortText, sipCode: z.nullable(z.int()) }),
]);
export type Registration = z.infer<typeof registration>;

/** One call as every surface renders it. Times are UTC ms of this machine. */
export const callView = z.object({
  id: shortText,
  direction: callDirection,
  remote: shortText,
  remoteName: z.nullable(shortText),
  ownNumber: z.nullable(shortText),
  state: z.enum(['dialling', 'ringing', 'early_media', 'incoming', 'answering', 'active', 'ending', 'ended']),
  hold: z.enum(['none', 'holding', 'local', 'remote', 'both', 'resuming']),
  muted: z.boolean(),
  isEmergency: z.boolean(),
  startedAt: utcMs,
  answeredAt: z.nullable(utcMs),
  endedAt: z.nullable(utcMs),
  reason: z.nullable(shortText),
  sipCode: z.nullable(z.int()),
  sipReason: z.nullable(shortText),
  /** True while the media path is proven (DTLS connected); `no_audio` asks for words on screen. */
  media: z.enum(['none', 'connecting', 'flowing', 'interrupted']),
  microphone: z.enum(['opening', 'open', 'refused', 'missing', 'closed']),
  sentDigits: shortText,
});
export type CallView = z.infer<typeof callView>;

/** What the phone window tells main, and main tells every other surface. */
export const phoneMirror = z.object({ registration, calls: z.readonly(z.array(callView)) });
export type PhoneMirror = z.infer<typeof phoneMirror>;

/** A command any surface may give; the lease holder's machine decides. */
export const phoneCommand = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('dial'), target: shortText, ownNumber: z.nullable(shortText) }),
  z.object({ kind: z.literal('answer'), callId: shortText }),
  z.object({ kind: z.literal('decline'), callId: shortText }),
  z.object({ kind: z.literal('hang_up'), callId: shortText }),
  z.object({ kind: z.literal('mute'), callId: shortText, on: z.boolean() }),
  z.object({ kind: z.literal('hold'), callId: shortText, on: z.boolean() }),
  z.object({ kind: z.literal('digits'), callId: shortText, digits: z.string().check(z.regex(/^[0-9A-D*#,]{1,64}$/)) }),
]);
export type PhoneCommand = z.infer<typeof phoneCommand>;

export const phoneLease = z.discriminatedUnion('state', [
  z.object({ state: z.literal('mine'), credentials: phoneCredentials }),
  z.object({ state: z.literal('elsewhere'), busy: z.boolean() }),
  z.object({ state: z.literal('unavailable'), reason: z.enum(['signed_out', 'no_device', 'not_offered']) }),
]);
export type PhoneLease = z.infer<typeof phoneLease>;

// ---------------------------------------------------------------- settings, host

export const settings = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  microphoneId: z.nullable(shortText),
  speakerId: z.nullable(shortText),
  ringerId: z.nullable(shortText),
  ringerVolume: z.int().check(z.minimum(0), z.maximum(100)),
  defaultCallerId: z.nullable(e164),
  /** Country for numbers typed without +. Null = the account's. */
  dialCountry: z.nullable(countryCode),
  language: z.enum(['en']),
});
export type Settings = z.infer<typeof settings>;

export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  microphoneId: null,
  speakerId: null,
  ringerId: null,
  ringerVolume: 80,
  defaultCallerId: null,
  dialCountry: null,
  language: 'en',
};

/** What this host is and can do; the screen says what it lacks (design 8). */
export const hostInfo = z.object({
  kind: z.enum(['electron', 'browser']),
  appVersion: shortText,
  secretKeeping,
  features: z.object({
    tray: z.boolean(),
    globalShortcuts: z.boolean(),
    loginItem: z.boolean(),
    selfUpdate: z.boolean(),
    /** False in a tab opened by address: it may miss calls when hidden. */
    staysAwakeHidden: z.boolean(),
  }),
});
export type HostInfo = z.infer<typeof hostInfo>;

/** All that is needed to paint the last known state in one answer. */
export const snapshot = z.object({
  host: hostInfo,
  session,
  settings,
  balance: z.nullable(balance),
  policy: z.nullable(policy),
  numbers: z.readonly(z.array(ownedNumber)),
  sync: syncStatus,
  storeNotices: z.readonly(z.array(storeNotice)),
  history: z.readonly(z.array(callLogEntry)),
  usage: usagePage,
  phone: phoneMirror,
});
export type Snapshot = z.infer<typeof snapshot>;
