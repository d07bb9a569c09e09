import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSyncState, saveSyncState, syncStateStatements } from '../../main/sync/repo.ts';
import { countUsage, newestUsageTime, upsertUsage, usageOfCall, usagePage } from '../../main/usage/repo.ts';
import type { UsageRow } from '../../preload/contract/models.ts';
import { toMicros } from '../../preload/contract/money.ts';
import { must, openTestStore } from '../integration/store-rig.ts';
import { usageRowOf } from '../integration/store-rows.ts';

const ALL = { kind: 'all' } as const;

test('a row comes back exactly as it was put in, nulls and all', async () => {
  const { store } = await openTestStore();
  const bare = usageRowOf(2, {
    kind: 'topup',
    direction: null,
    priceState: 'corrected',
    amount: toMicros(25_000_000),
    currency: 'EUR',
    description: '',
    from: null,
    to: null,
    durationSec: null,
    billedSec: null,
    ratePerMinute: null,
    userId: null,
    userName: null,
    deviceId: null,
    sipCallId: null,
    leg: null,
  });
  const full = usageRowOf(1, { direction: 'inbound', leg: 'b', priceState: 'price_pending', kind: 'other' });
  must(await upsertUsage(store, [full, bare]));
  expect(must(await usagePage(store, { cursor: null, limit: 10, scope: ALL }))).toEqual({
    rows: [bare, full],
    next: null,
  });
  expect(must(await newestUsageTime(store))).toBe(bare.time);
  expect(must(await countUsage(store))).toBe(2);
});

test('every word of the contract survives the way through the file', async () => {
  const { store } = await openTestStore();
  const kinds = ['call', 'number', 'topup', 'fee', 'credit', 'adjustment', 'other'] as const;
  const states = ['priced', 'price_pending', 'included', 'corrected'] as const;
  const rows = kinds.flatMap((kind, k) => states.map((priceState, s) => usageRowOf(k * 10 + s, { kind, priceState })));
  must(await upsertUsage(store, rows));
  const page = must(await usagePage(store, { cursor: null, limit: 100, scope: ALL }));
  expect(page.rows.toReversed()).toEqual(rows);
});

test('only a higher version replaces a row; a page that repeats changes nothing', async () => {
  const { store } = await openTestStore();
  const pending = usageRowOf(1, { version: 2, priceState: 'price_pending', amount: toMicros(0) });
  const priced = usageRowOf(1, { version: 3, priceState: 'priced', amount: toMicros(-14_300), userName: 'Ada L.' });
  const late = usageRowOf(1, { version: 1, amount: toMicros(-99) });
  expect(must(await upsertUsage(store, [pending])).changed).toBe(true);
  expect(must(await upsertUsage(store, [pending])).changed).toBe(false);
  expect(must(await upsertUsage(store, [priced])).changed).toBe(true);
  expect(must(await upsertUsage(store, [late, pending])).changed).toBe(false);
  expect(must(await usagePage(store, { cursor: null, limit: 5, scope: ALL })).rows).toEqual([priced]);
});

test('the place of the sync commits with the rows or not at all', async () => {
  const { store } = await openTestStore();
  must(await upsertUsage(store, [usageRowOf(1)], syncStateStatements({ backfillCursor: 'page-2', rowsDone: 1 })));
  const broken = await upsertUsage(store, [usageRowOf(2)], [{ sql: 'INSERT INTO nowhere VALUES (1)', rows: [[]] }]);
  expect(broken).toMatchObject({ ok: false, error: { kind: 'internal' } });
  expect(must(await countUsage(store))).toBe(1);
  expect(must(await readSyncState(store))).toMatchObject({
    backfillCursor: 'page-2',
    rowsDone: 1,
    backfillDone: false,
  });
});

test('a sync value that cannot be read starts afresh and takes no other with it', async () => {
  const { store } = await openTestStore();
  must(await saveSyncState(store, { lastEventId: 'e-7', rowsDone: 12, serverOffsetMs: -250, backfillDone: true }));
  must(
    await store.write('cache', [
      { sql: `UPDATE sync_state SET value = ? WHERE name = 'rowsDone'`, rows: [['"many"']] },
      { sql: `INSERT INTO sync_state VALUES ('unheard_of', '1')`, rows: [[]] },
    ]),
  );
  expect(must(await readSyncState(store))).toEqual({
    newestSyncedTime: null,
    backfillCursor: null,
    backfillDone: true,
    partialBefore: null,
    rowsDone: 0,
    rowsTotal: null,
    lastEventId: 'e-7',
    lastSuccessAt: null,
    serverOffsetMs: -250,
  });
});

test('pages by any size give every row once, newest first, equal times and all', async () => {
  const { store } = await openTestStore();
  const rowArbitrary = fc.record({
    second: fc.nat(20),
    id: fc.string({ minLength: 1, maxLength: 4, unit: 'grapheme' }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(rowArbitrary, { maxLength: 60 }),
      fc.integer({ min: 1, max: 7 }),
      async (seeds, limit) => {
        must(await store.write('cache', [{ sql: 'DELETE FROM usage', rows: [[]] }]));
        const rows = seeds.map(({ second, id }) => usageRowOf(second, { id }));
        must(await upsertUsage(store, rows));
        const keys = new Set(rows.map((row) => `${row.time} ${row.id}`));
        const got: UsageRow[] = [];
        let cursor: string | null = null;
        do {
          const page: { rows: readonly UsageRow[]; next: string | null } = must(
            await usagePage(store, { cursor, limit, scope: ALL }),
          );
          expect(page.rows.length).toBeLessThanOrEqual(limit);
          got.push(...page.rows);
          cursor = page.next;
        } while (cursor !== null);
        expect(got.map((row) => `${row.time} ${row.id}`).sort()).toEqual([...keys].sort());
        expect(got.map((row) => row.time)).toEqual(got.map((row) => row.time).toSorted((a, b) => b - a));
      },
    ),
    { numRuns: 25 },
  );
});

test("a person's scope holds that person's rows only", async () => {
  const { store } = await openTestStore();
  const rows = [1, 2, 3, 4].map((n) => usageRowOf(n, { userId: n % 2 ? 'user-1' : 'user-2' }));
  must(await upsertUsage(store, rows));
  const scope = { kind: 'user', userId: 'user-1' } as const;
  const page = must(await usagePage(store, { cursor: null, limit: 1, scope }));
  expect(page.rows).toEqual([rows[2]]);
  expect(must(await usagePage(store, { cursor: page.next, limit: 5, scope })).rows).toEqual([rows[0]]);
  const nobody = { kind: 'user', userId: 'stranger' } as const;
  expect(must(await usagePage(store, { cursor: null, limit: 5, scope: nobody })).rows).toEqual([]);
});

test('the rows of a call are found by its Call-ID near its time', async () => {
  const { store } = await openTestStore();
  const legA = usageRowOf(10, { id: 'a', sipCallId: 'x@y', leg: 'a' });
  const legB = usageRowOf(11, { id: 'b', sipCallId: 'x@y', leg: 'b' });
  must(await upsertUsage(store, [legA, legB, usageRowOf(12)]));
  const between = { fromMs: legA.time - 1000, toMs: legB.time };
  expect(must(await usageOfCall(store, 'x@y', between))).toEqual([legA, legB]);
  expect(must(await usageOfCall(store, 'x@y', { ...between, toMs: legA.time }))).toEqual([legA]);
});

test('a row nobody could have written is a damaged file, not a wrong ledger', async () => {
  const { store } = await openTestStore();
  must(await upsertUsage(store, [usageRowOf(1)]));
  must(await store.write('cache', [{ sql: 'UPDATE usage SET kind = 99', rows: [[]] }]));
  expect(await usagePage(store, { cursor: null, limit: 5, scope: ALL })).toMatchObject({
    ok: false,
    error: { kind: 'store', fault: 'corrupt' },
  });
});

test('a cursor of somewhere else is refused', async () => {
  const { store } = await openTestStore();
  expect(await usagePage(store, { cursor: '!', limit: 5, scope: ALL })).toMatchObject({
    ok: false,
    error: { kind: 'invalid_request', field: 'cursor' },
  });
});
