import type {
  Balance,
  CallLogEntry,
  CallPrice,
  CallView,
  OwnedNumber,
  Policy,
  Rate,
  UsageRow,
} from '../../../preload/contract/models.ts';
import { parseDecimal } from '../../../preload/contract/money.ts';
import type { Micros, Money } from '../../../preload/contract/money.ts';

/** The moment all fixed data is told from. */
export const NOW = Date.now();
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** "12.41" as micros; throws for what is no amount. */
export function amount(text: string): Micros {
  const micros = parseDecimal(text);
  if (micros === undefined) throw new Error(`Not an amount: ${text}`);
  return micros;
}

/** "12.41" as US dollars. */
export function usd(text: string): Money {
  return { micros: amount(text), currency: 'USD' };
}

export const NUMBERS: readonly OwnedNumber[] = [
  {
    number: '+14155550100',
    label: 'Main',
    countryCode: 'US',
    capabilities: ['voice', 'emergency'],
    state: 'active',
    emergency: 'registered',
    isDefaultCallerId: true,
  },
  {
    number: '+14155550123',
    label: 'Sales',
    countryCode: 'US',
    capabilities: ['voice'],
    state: 'active',
    emergency: 'none',
    isDefaultCallerId: false,
  },
];

export const BALANCE: Balance = {
  level: 'ok',
  exact: { balance: usd('12.4153'), pending: usd('0'), available: usd('12.4153'), creditLimit: usd('0') },
  asOf: NOW - 20 * SECOND_MS,
};

export const POLICY: Policy = {
  emergency: { numbers: ['911', '112'], testNumber: '933' },
  testNumbers: [
    { number: '+15005550001', shortCode: '*43', label: 'Echo' },
    { number: '+15005550008', shortCode: '*50', label: 'Calls you back in 5 seconds' },
  ],
  media: 'anchored',
  inboundRated: 'never',
  admissionReserve: null,
  fetchedAt: NOW - HOUR_MS,
};

export const RATE: Rate = {
  prefix: '1212',
  countryCode: 'US',
  destination: 'New York',
  direction: 'outbound',
  kind: 'standard',
  perMinute: amount('0.013'),
  setupFee: amount('0'),
  currency: 'USD',
  minSec: 60,
  incSec: 60,
  freeSec: 0,
  included: false,
  effectiveFrom: NOW - 90 * 24 * HOUR_MS,
};

export const PRICE: Extract<CallPrice, { kind: 'rated' }> = {
  kind: 'rated',
  rate: RATE,
  fetchedAt: NOW - HOUR_MS,
  talkTimeSec: 42 * 60,
  enoughFor: 'plenty',
};

export const PREMIUM_PRICE: Extract<CallPrice, { kind: 'rated' }> = {
  kind: 'rated',
  rate: {
    ...RATE,
    prefix: '1900',
    destination: 'Premium services',
    kind: 'premium',
    perMinute: amount('2.5'),
    setupFee: amount('0.5'),
  },
  fetchedAt: NOW - HOUR_MS,
  talkTimeSec: 4 * 60,
  enoughFor: 'under_5_min',
};

/** A call in progress with what a test changes. */
export function makeCall(changes: Partial<CallView> = {}): CallView {
  return {
    id: 'call-1',
    direction: 'outgoing',
    remote: '+12125550147',
    remoteName: null,
    ownNumber: '+14155550100',
    state: 'active',
    hold: 'none',
    muted: false,
    isEmergency: false,
    startedAt: NOW - 80 * SECOND_MS,
    answeredAt: NOW - 72 * SECOND_MS,
    endedAt: null,
    reason: null,
    sipCode: null,
    sipReason: null,
    media: 'flowing',
    microphone: 'open',
    sentDigits: '',
    ...changes,
  };
}

/** One line of the history with what a test changes. */
export function makeEntry(changes: Partial<CallLogEntry> = {}): CallLogEntry {
  return {
    id: 'entry-1',
    accountId: 'acc-1',
    sipCallId: null,
    direction: 'outgoing',
    remote: '+12125550147',
    remoteE164: '+12125550147',
    remoteName: null,
    ownNumber: '+14155550100',
    startedAt: NOW - 12 * MINUTE_MS,
    answeredAt: NOW - 12 * MINUTE_MS + 5 * SECOND_MS,
    endedAt: NOW - 10 * MINUTE_MS,
    outcome: 'answered',
    reason: 'far_end_hung_up',
    sipCode: null,
    isEmergency: false,
    cost: usd('0.026'),
    seen: true,
    ...changes,
  };
}

function at(hoursAgo: number, changes: Partial<CallLogEntry>): CallLogEntry {
  const startedAt = NOW - hoursAgo * HOUR_MS;
  const talked = changes.answeredAt !== null;
  return makeEntry({
    id: `entry-${hoursAgo}h`,
    startedAt,
    ...changes,
    answeredAt: talked ? startedAt + 6 * SECOND_MS : null,
    endedAt: startedAt + (talked ? 193 : 20) * SECOND_MS,
  });
}

export const HISTORY: readonly CallLogEntry[] = [
  makeEntry(),
  at(1, {
    direction: 'incoming',
    remote: '+442079460018',
    remoteName: 'Harbour Logistics',
    ownNumber: '+14155550123',
    answeredAt: null,
    outcome: 'missed',
    reason: 'missed',
    cost: null,
    seen: false,
  }),
  at(3, { remote: '+14155550199', remoteName: 'Echo test', cost: usd('0.0065') }),
  at(5, { remote: '+19005550111', outcome: 'failed', reason: 'no_credit', sipCode: 402, answeredAt: null, cost: null }),
  at(26, { direction: 'incoming', remote: '+14085550142', outcome: 'answered', cost: null }),
  at(27, { direction: 'incoming', remote: '+13105550188', outcome: 'declined', answeredAt: null, cost: null }),
  at(30, { remote: '+498963648018', remoteName: 'Büro München', cost: usd('0.0684') }),
  at(55, { direction: 'incoming', remote: 'anonymous', outcome: 'missed', answeredAt: null, cost: null }),
  at(76, { remote: '+18005550155', outcome: 'answered', cost: usd('0') }),
  at(100, { remote: '+81355550123', outcome: 'cancelled', answeredAt: null, cost: null }),
  at(300, { direction: 'incoming', remote: '+442079460018', remoteName: 'Harbour Logistics', cost: null }),
];

/** One usage row with what a test changes. */
export function makeUsage(changes: Partial<UsageRow> = {}): UsageRow {
  return {
    id: 'usage-1',
    time: NOW - 10 * MINUTE_MS,
    version: 1,
    kind: 'call',
    direction: 'outbound',
    priceState: 'priced',
    amount: amount('-0.026'),
    currency: 'USD',
    description: 'New York',
    from: '+14155550100',
    to: '+12125550147',
    durationSec: 115,
    billedSec: 120,
    ratePerMinute: amount('0.013'),
    userId: 'user-1',
    userName: 'Olivia Owner',
    deviceId: 'device-1',
    sipCallId: '3848276298220188511',
    leg: 'a',
    ...changes,
  };
}

const bare = { from: null, to: null, durationSec: null, billedSec: null, ratePerMinute: null, direction: null };

export const USAGE: readonly UsageRow[] = [
  makeUsage(),
  makeUsage({ id: 'usage-2', time: NOW - 3 * HOUR_MS, priceState: 'price_pending', durationSec: 31, billedSec: null }),
  makeUsage({
    id: 'usage-3',
    time: NOW - 5 * HOUR_MS,
    to: '+18005550155',
    priceState: 'included',
    amount: amount('0'),
  }),
  makeUsage({
    ...bare,
    id: 'usage-4',
    time: NOW - 26 * HOUR_MS,
    kind: 'topup',
    amount: amount('25'),
    description: 'Top-up by card',
  }),
  makeUsage({
    ...bare,
    id: 'usage-5',
    time: NOW - 50 * HOUR_MS,
    kind: 'number',
    amount: amount('-1'),
    description: 'Monthly fee for +1 415 555 0123',
  }),
  ...Array.from({ length: 24 }, (_, index) =>
    makeUsage({
      id: `usage-old-${index}`,
      time: NOW - (60 + index * 7) * HOUR_MS,
      to: '+498963648018',
      durationSec: 40 + index * 31,
      billedSec: 60 * Math.ceil((40 + index * 31) / 60),
      ratePerMinute: amount('0.0171'),
      amount: amount(`-0.${String(171 * Math.ceil((40 + index * 31) / 60)).padStart(4, '0')}`),
      priceState: index === 3 ? 'corrected' : 'priced',
    }),
  ),
];
