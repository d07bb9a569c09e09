import type { CallLogEntry, UsageRow } from '../../preload/contract/models.ts';
import { toMicros } from '../../preload/contract/money.ts';

/** A usage row; `n` makes it distinct and places it in time. */
export function usageRowOf(n: number, change: Partial<UsageRow> = {}): UsageRow {
  return {
    id: `row-${String(n).padStart(8, '0')}`,
    time: Date.UTC(2026, 0, 1) + n * 1000,
    version: 1,
    kind: 'call',
    direction: 'outbound',
    priceState: 'priced',
    amount: toMicros(-13_000 - n),
    currency: 'USD',
    description: 'Call to the United States',
    from: '+12025550100',
    to: `+1202555${String(n % 10_000).padStart(4, '0')}`,
    durationSec: 61,
    billedSec: 66,
    ratePerMinute: toMicros(13_000),
    userId: 'user-1',
    userName: 'Ada',
    deviceId: 'device-1',
    sipCallId: `call-${n}@offhook.test`,
    leg: 'a',
    ...change,
  };
}

/** A call of the history that has just started. */
export function callOf(n: number, change: Partial<CallLogEntry> = {}): CallLogEntry {
  return {
    id: `call-${n}`,
    accountId: 'account-1',
    sipCallId: `call-${n}@offhook.test`,
    direction: 'outgoing',
    remote: '+12025550123',
    remoteE164: '+12025550123',
    remoteName: null,
    ownNumber: '+12025550100',
    startedAt: Date.UTC(2026, 0, 1) + n * 60_000,
    answeredAt: null,
    endedAt: null,
    outcome: null,
    reason: null,
    sipCode: null,
    isEmergency: false,
    cost: null,
    seen: false,
    ...change,
  };
}
