import { onTestFinished } from 'vitest';
import { builtInPolicy } from '../../main/calls/emergency-numbers.ts';
import { openAccountRoom, type AccountRoom } from '../../main/compose-account.ts';
import { createPhoneService } from '../../main/devices/service.ts';
import { silentLogger } from '../../main/platform/logger.ts';
import type { Page, ProviderDriver, ProviderEvent } from '../../main/provider/driver.ts';
import { createSettingsService } from '../../main/settings/service.ts';
import type { EventName } from '../../preload/contract/channels.ts';
import { DEFAULT_SETTINGS, type Account, type Balance, type UsageRow } from '../../preload/contract/models.ts';
import { type SyncStatus } from '../../preload/contract/sync-status.ts';
import { toMicros } from '../../preload/contract/money.ts';
import { fail, ok, type AppError, type Result } from '../../preload/contract/result.ts';
import { valueOf } from './core-rig.ts';
import { manualClock, WORKER_URL } from './store-rig.ts';

export const START = Date.UTC(2026, 10, 21, 12);

const account: Account = {
  id: 'acct',
  name: 'Ann',
  driver: 'offhook',
  isSandbox: false,
  providerName: 'Test',
  timeZone: 'UTC',
  countryCode: 'US',
  currency: 'USD',
  ownerContact: null,
  user: { id: 'u1', name: 'Ann', role: 'owner', grants: [] },
  capabilities: { balance: 'read', usage: 'read', rates: 'read', numbers: 'read' },
};

export function usageRow(index: number, change: Partial<UsageRow> = {}): UsageRow {
  return {
    id: `row-${index}`,
    time: START - 1_800_000_000 + index * 300_000,
    version: 1,
    kind: 'call',
    direction: 'outbound',
    priceState: 'priced',
    amount: toMicros(-index),
    currency: 'USD',
    description: 'Call',
    from: '+14155550100',
    to: '+14155550123',
    durationSec: 60,
    billedSec: 60,
    ratePerMinute: toMicros(13_000),
    userId: 'u1',
    userName: 'Ann',
    deviceId: null,
    sipCallId: `call-${index}`,
    leg: 'a',
    ...change,
  };
}

export const usd = (micros: number) => ({ micros: toMicros(micros), currency: 'USD' });
export const balanceAt = (asOf: number, micros: number): Balance => ({
  level: 'ok',
  exact: { balance: usd(micros), pending: usd(0), available: usd(micros), creditLimit: usd(0) },
  asOf,
});

/** A provider with a ledger of its own, and bad days to order. Cursors are places in time, as at a real one. */
export class TestProvider {
  rows: UsageRow[] = [];
  balance = balanceAt(START, 1_000_000);
  pagesServed = 0;
  /** Answers instead of page number n (counted over all requests). */
  badPages = new Map<number, Result<Page<UsageRow>>>();
  balanceError: AppError | undefined;
  hasEvents = false;
  serverAheadMs = 0;
  onPage: (() => void) | undefined;
  listener: ((event: ProviderEvent, id: string | null) => void) | undefined;
  onState: ((state: 'open' | 'lost') => void) | undefined;
  askedFrom: (string | null)[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  driver(): ProviderDriver {
    const stamp = () => ({ asOf: this.#now(), serverNow: this.#now() + this.serverAheadMs });
    const read = { kind: 'read' } as const;
    return {
      id: 'offhook',
      capabilities: { balance: read, usage: read, rates: read, numbers: read, events: this.hasEvents },
      account: async () => ok(account),
      policy: async () => ok({ value: builtInPolicy('US', this.#now()), ...stamp() }),
      balance: async () => (this.balanceError ? fail(this.balanceError) : ok({ value: this.balance, ...stamp() })),
      usagePage: async (cursor, limit) => {
        this.pagesServed += 1;
        const bad = this.badPages.get(this.pagesServed);
        this.onPage?.();
        if (bad) return bad;
        const newestFirst = this.rows.toSorted((a, b) => b.time - a.time);
        const from = cursor === null ? newestFirst : newestFirst.filter((row) => row.time < Number(cursor));
        const rows = from.slice(0, limit);
        const next = from.length > limit ? String(rows.at(-1)?.time) : null;
        return ok({ rows, next, total: this.rows.length, ...stamp() });
      },
      ratesPage: async () => ok({ rows: [], next: null, total: 0, ...stamp() }),
      numbers: async () => ok({ value: [], ...stamp() }),
      provisionDevice: async () => fail({ kind: 'forbidden', nextStep: 'ask_owner', detail: '', who: 'owner' }),
      events: (lastEventId, listener, onState) => {
        this.askedFrom.push(lastEventId);
        this.listener = listener;
        this.onState = onState;
        return { close: () => (this.listener = undefined) };
      },
      signOut: async () => undefined,
      origins: () => [],
    };
  }
}

interface Pushes {
  readonly all: (readonly [EventName, unknown])[];
  /** Resolves with the first status that fits, from now on or as it stands. */
  untilSync(fits: (status: SyncStatus) => boolean): Promise<SyncStatus>;
}

export async function openRoom(dataDir: string, clock = manualClock(START)) {
  const all: (readonly [EventName, unknown])[] = [];
  const looks = new Set<(status: SyncStatus) => void>();
  let expired = 0;
  const push = (name: EventName, payload: unknown): void => {
    all.push([name, payload]);
    if (name === 'sync.changed') for (const look of looks) look(payload as SyncStatus);
  };
  const phone = createPhoneService({
    push,
    clock,
    credentials: async () => ({ kind: 'unavailable', reason: 'no_device' }),
    onPhoneGone: () => undefined,
  });
  const settings = createSettingsService({
    push,
    initial: DEFAULT_SETTINGS,
    remember: () => undefined,
    numbers: async () => [],
  });
  const room: AccountRoom = await openAccountRoom('key', account, {
    dataDir,
    storeWorkerUrl: WORKER_URL,
    clock,
    log: silentLogger,
    push,
    secrets: { get: async () => undefined, set: async () => undefined },
    phone,
    settings,
    onAccount: () => undefined,
    onSignInExpired: () => (expired += 1),
    onSipOrigin: () => undefined,
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= room.close());
  onTestFinished(close);
  const pushes: Pushes = {
    all,
    untilSync: (fits) =>
      new Promise((resolve) => {
        const look = (status: SyncStatus): void => {
          if (!fits(status)) return;
          looks.delete(look);
          resolve(status);
        };
        looks.add(look);
        look(room.sync.status());
      }),
  };
  const allRows = async (): Promise<readonly UsageRow[]> => {
    const rows: UsageRow[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof room.usage.page>> = await room.usage.page(
        { cursor, limit: 500 },
        { ...account.user, userId: account.user.id },
      );
      const value = valueOf(page);
      rows.push(...value.rows);
      cursor = value.next;
    } while (cursor !== null);
    return rows;
  };
  return { room, pushes, clock, close, allRows, expired: () => expired };
}

export const isDone = (status: SyncStatus): boolean => status.state === 'idle' && status.partialBefore === null;
export const newestFirst = (rows: readonly UsageRow[]): readonly UsageRow[] => rows.toSorted((a, b) => b.time - a.time);
export const many = (count: number): UsageRow[] => Array.from({ length: count }, (_, index) => usageRow(index));
