import { expect, it, onTestFinished } from 'vitest';
import { createCallService } from '../../main/calls/service.ts';
import { createNumberService } from '../../main/numbers/service.ts';
import { silentLogger } from '../../main/platform/logger.ts';
import { createRateService } from '../../main/rates/service.ts';
import type { Store } from '../../main/store/store.ts';
import { openSync } from '../../main/sync/engine.ts';
import { readSyncState } from '../../main/sync/repo.ts';
import { createUsageService } from '../../main/usage/service.ts';
import type { Balance } from '../../preload/contract/models.ts';
import type { SyncStatus } from '../../preload/contract/sync-status.ts';
import { fail, ok, type Result } from '../../preload/contract/result.ts';
import { balanceAt, START, TestProvider } from './core-sync-rig.ts';
import { manualClock, must, openTestStore } from './store-rig.ts';

/** The machine may be busy. */
const PATIENT = { timeout: 20_000 };
const full = fail({ kind: 'store', nextStep: 'free_disk_space', detail: 'full', fault: 'disk_full' });

/** The engine over a real store; `through` may hold or fail what passes. */
async function openEngine(through: {
  readonly saveBalance?: (balance: Balance) => Promise<Result<null>>;
  readonly write?: (write: Store['write']) => Store['write'];
}) {
  const { store: real } = await openTestStore();
  const write: Store['write'] = (file, statements) => real.write(file, statements);
  const store: Store = { ...real, write: through.write?.(write) ?? write };
  const clock = manualClock(START);
  const provider = new TestProvider(() => clock.now());
  provider.hasEvents = true;
  const shown: SyncStatus['state'][] = [];
  const push = (name: string, payload: unknown): void => {
    if (name === 'sync.changed') shown.push((payload as SyncStatus).state);
  };
  const usage = createUsageService({ store, push, partialBefore: () => null });
  const sync = await openSync({
    store,
    clock,
    log: silentLogger,
    push,
    facts: {
      saveAccount: async () => ok(null),
      savePolicy: async () => ok(null),
      saveBalance: through.saveBalance ?? (async () => ok(null)),
    },
    usage,
    rates: createRateService({
      store,
      now: () => clock.now(),
      countryCode: () => 'US',
      isEmergency: () => false,
      balance: () => null,
      policy: () => null,
    }),
    numbers: createNumberService({ store, push }),
    calls: createCallService({
      store,
      push,
      now: () => clock.now(),
      accountId: () => 'a',
      onEnded: () => undefined,
      legsOf: async () => ok([]),
    }),
    onSignInExpired: () => undefined,
    random: () => 0,
  });
  onTestFinished(() => sync.stop());
  return { sync, provider, clock, shown, store };
}

it('a balance of an event that is not on disk is not acknowledged, and is read again until it is', async () => {
  const newer = balanceAt(START + 5, 7);
  const saved: Balance[] = [];
  let isFull = false;
  const { sync, provider, clock, shown, store } = await openEngine({
    async saveBalance(balance) {
      if (isFull) return full;
      saved.push(balance);
      return ok(null);
    },
  });
  sync.connect(provider.driver());
  await expect.poll(() => shown.at(-1), PATIENT).toBe('idle');
  provider.listener?.({ kind: 'numbers' }, 'e1');
  await expect.poll(async () => must(await readSyncState(store)).lastEventId, PATIENT).toBe('e1');
  isFull = true;
  provider.balance = newer;
  provider.listener?.({ kind: 'balance', balance: { value: newer, asOf: newer.asOf, serverNow: START } }, 'e2');
  await expect.poll(() => shown.at(-1), PATIENT).toBe('failed');
  expect(must(await readSyncState(store)).lastEventId).toBe('e1');
  expect(saved).not.toContainEqual(newer);
  isFull = false;
  clock.advance(5_000);
  await expect.poll(() => saved.at(-1), PATIENT).toEqual(newer);
});

it('is not idle while another run is on', async () => {
  let isHeld = false;
  const held = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  let ended = Promise.withResolvers<void>();
  const { sync, provider, shown } = await openEngine({
    write: (write) => async (file, statements) => {
      const isEnd = statements.some(({ rows }) => rows.some((row) => Array.isArray(row) && row[0] === 'lastSuccessAt'));
      if (isHeld && isEnd) {
        reached.resolve();
        await held.promise;
      }
      const written = await write(file, statements);
      if (isEnd) ended.resolve();
      return written;
    },
  });
  const numbers = Promise.withResolvers<void>();
  let isSlow = false;
  const driver = provider.driver();
  sync.connect({
    ...driver,
    async numbers() {
      if (isSlow) await numbers.promise;
      return driver.numbers();
    },
  });
  await expect.poll(() => shown.at(-1), PATIENT).toBe('idle');
  isHeld = true;
  sync.refresh();
  await reached.promise;
  // The first run ends while the second one waits for the provider.
  isHeld = false;
  isSlow = true;
  provider.listener?.({ kind: 'numbers' }, null);
  await expect.poll(() => sync.status().state, PATIENT).toBe('syncing');
  ended = Promise.withResolvers();
  held.resolve();
  await ended.promise;
  await new Promise((resolve) => setImmediate(resolve));
  expect(sync.status().state).toBe('syncing');
  numbers.resolve();
  await expect.poll(() => sync.status().state, PATIENT).toBe('idle');
});
