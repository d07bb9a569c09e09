import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { toMicros } from '../../preload/contract/money.ts';
import { fail, ok, type AppError } from '../../preload/contract/result.ts';
import { tempFolder } from './core-rig.ts';
import { balanceAt, isDone, many, newestFirst, openRoom, START, TestProvider, usageRow } from './core-sync-rig.ts';

const unavailable: AppError = { kind: 'provider_unavailable', nextStep: 'retry', detail: '500' };

describe('the sync', { timeout: 60_000 }, () => {
  it('shows the newest page first, then fills the history behind it, with progress', async () => {
    const { room, pushes, clock, allRows } = await openRoom(tempFolder());
    const provider = new TestProvider(() => clock.now());
    provider.rows = many(2_500);
    room.connect(provider.driver());
    const partial = await pushes.untilSync((status) => status.rowsDone === 100);
    expect(partial).toMatchObject({ rowsTotal: 2_500, partialBefore: usageRow(2_400).time });
    await pushes.untilSync(isDone);
    expect(await allRows()).toEqual(newestFirst(provider.rows));
    expect(room.sync.status()).toMatchObject({ rowsDone: 2_500, errorKind: null });
    // Balance was not kept waiting by the history.
    const names = pushes.all.map(([name]) => name);
    expect(names.indexOf('balance.changed')).toBeLessThan(names.indexOf('usage.changed'));
  });

  it.each([
    [1, 8],
    [2, 8],
    [3, 7],
    [5, 5],
  ])('cut off after page %i, resumes to what an undisturbed sync has in %i more', async (stopAfter, pages) => {
    const rows = many(5_300);
    const dataDir = tempFolder();
    const first = await openRoom(dataDir);
    const provider = new TestProvider(() => first.clock.now());
    provider.rows = rows.slice(0, 5_000);
    const stopped = new Promise<void>((resolve) => {
      provider.onPage = () => {
        if (provider.pagesServed === stopAfter) resolve(first.close());
      };
    });
    first.room.connect(provider.driver());
    await stopped;
    provider.onPage = undefined;
    // More came while the app was closed, and one price was corrected.
    provider.rows = rows.with(4_990, usageRow(4_990, { version: 2, priceState: 'corrected', amount: toMicros(-7) }));
    const served = provider.pagesServed;
    const second = await openRoom(dataDir);
    second.room.connect(provider.driver());
    await second.pushes.untilSync(isDone);
    expect(await second.allRows()).toEqual(newestFirst(provider.rows));
    expect(provider.pagesServed - served).toBeLessThanOrEqual(pages);
  });

  it.each([
    ['a 500', fail(unavailable), 'failed', 'provider_unavailable'],
    [
      'a malformed page',
      fail({ kind: 'provider_protocol', nextStep: 'wait', detail: 'x' }),
      'failed',
      'provider_protocol',
    ],
    ['a silent server', fail({ kind: 'timed_out', nextStep: 'retry', detail: 'x' }), 'offline', 'timed_out'],
    ['no network', fail({ kind: 'offline', nextStep: 'retry', detail: 'x' }), 'offline', 'offline'],
  ] as const)('keeps the last good data through %s and goes on by itself', async (_name, bad, state, errorKind) => {
    const { room, pushes, clock, allRows } = await openRoom(tempFolder());
    const provider = new TestProvider(() => clock.now());
    provider.rows = many(3_000);
    provider.badPages.set(2, bad);
    room.connect(provider.driver());
    expect(await pushes.untilSync((status) => status.state === state)).toMatchObject({ errorKind });
    expect(await allRows()).toHaveLength(100);
    clock.advance(5 * 60_000);
    await pushes.untilSync(isDone);
    expect(await allRows()).toEqual(newestFirst(provider.rows));
  });

  it('names a page that repeats, and does not go round', async () => {
    const { room, pushes, clock, allRows } = await openRoom(tempFolder());
    const provider = new TestProvider(() => clock.now());
    provider.rows = many(3_000);
    const newest = newestFirst(provider.rows).slice(0, 1_000);
    provider.badPages.set(3, ok({ rows: newest, next: '1', total: 3_000, asOf: clock.now(), serverNow: clock.now() }));
    room.connect(provider.driver());
    expect(await pushes.untilSync((status) => status.state === 'failed')).toMatchObject({
      errorKind: 'provider_protocol',
    });
    const served = provider.pagesServed;
    expect(served).toBe(3);
    clock.advance(5 * 60_000);
    await pushes.untilSync(isDone);
    expect(await allRows()).toEqual(newestFirst(provider.rows));
  });

  it('begins again where the provider no longer knows the cursor', async () => {
    const { room, pushes, clock, allRows } = await openRoom(tempFolder());
    const provider = new TestProvider(() => clock.now());
    provider.rows = many(3_000);
    provider.badPages.set(2, fail({ kind: 'not_found', nextStep: 'retry', detail: 'cursor_expired' }));
    room.connect(provider.driver());
    await pushes.untilSync(isDone);
    expect(await allRows()).toEqual(newestFirst(provider.rows));
  });

  it('goes on with other topics when one fails, and honours Retry-After', async () => {
    const { room, pushes, clock } = await openRoom(tempFolder());
    const provider = new TestProvider(() => clock.now());
    provider.rows = many(50);
    provider.balanceError = { ...unavailable, retryAfterMs: 30_000 };
    room.connect(provider.driver());
    await pushes.untilSync((status) => status.state === 'failed');
    expect(room.sync.status().rowsDone).toBe(50);
    provider.balanceError = undefined;
    clock.advance(29_000);
    expect(room.sync.status().state).toBe('failed');
    clock.advance(1_000);
    await pushes.untilSync(isDone);
    expect((await room.slices()).balance).toEqual(provider.balance);
  });

  it('reads again what a bug of a driver kept it from, and does not call itself done before', async () => {
    const { room, pushes, clock, allRows } = await openRoom(tempFolder());
    const provider = new TestProvider(() => clock.now());
    provider.rows = many(50);
    provider.onPage = () => {
      throw new Error('A bug');
    };
    room.connect(provider.driver());
    await pushes.untilSync((status) => status.state === 'failed');
    expect(room.sync.status()).toMatchObject({ errorKind: 'internal', lastSuccessAt: null });
    provider.onPage = undefined;
    const after = pushes.all.length;
    clock.advance(5_000);
    await expect.poll(() => pushes.all.slice(after).some(([name]) => name === 'usage.changed')).toBe(true);
    await pushes.untilSync(isDone);
    expect(await allRows()).toEqual(newestFirst(provider.rows));
  });

  it('never lets a lower as-of overwrite a higher', async () => {
    const { room, pushes, clock } = await openRoom(tempFolder());
    const provider = new TestProvider(() => clock.now());
    provider.hasEvents = true;
    room.connect(provider.driver());
    await pushes.untilSync(isDone);
    const newer = balanceAt(START + 10, 5);
    provider.listener?.({ kind: 'balance', balance: { value: newer, asOf: newer.asOf, serverNow: clock.now() } }, 'e1');
    await expect.poll(async () => (await room.slices()).balance).toEqual(newer);
    room.sync.refresh();
    await pushes.untilSync((status) => status.state === 'syncing');
    await pushes.untilSync(isDone);
    expect((await room.slices()).balance).toEqual(newer);
  });

  it('asks for a new sign-in when the old one is no longer taken', async () => {
    const { room, pushes, clock, expired } = await openRoom(tempFolder());
    const provider = new TestProvider(() => clock.now());
    provider.balanceError = { kind: 'sign_in_expired', nextStep: 'sign_in', detail: 'invalid_grant' };
    room.connect(provider.driver());
    await pushes.untilSync((status) => status.errorKind === 'sign_in_expired');
    expect(expired()).toBe(1);
  });

  it('writes nothing once the account was left in the middle of an answer', async () => {
    const dataDir = tempFolder();
    const first = await openRoom(dataDir);
    const provider = new TestProvider(() => first.clock.now());
    provider.rows = many(10);
    const left = new Promise<void>((resolve) => {
      provider.onPage = () => resolve(first.close());
    });
    first.room.connect(provider.driver());
    await left;
    const second = await openRoom(dataDir);
    expect(await second.allRows()).toEqual([]);
  });

  it('takes nothing from a provider that was replaced in the middle of its answer', async () => {
    const { room, pushes, clock, allRows } = await openRoom(tempFolder());
    const before = new TestProvider(() => clock.now());
    const after = new TestProvider(() => clock.now());
    before.rows = many(10);
    after.rows = [usageRow(500)];
    const replaced = new Promise<void>((resolve) => {
      before.onPage = () => {
        room.connect(after.driver());
        resolve();
      };
    });
    room.connect(before.driver());
    await replaced;
    await pushes.untilSync(isDone);
    expect(await allRows()).toEqual([usageRow(500)]);
  });

  it('knows the clock of the provider', async () => {
    const { room, pushes, clock } = await openRoom(tempFolder());
    const provider = new TestProvider(() => clock.now());
    provider.serverAheadMs = 6 * 60_000;
    room.connect(provider.driver());
    expect(await pushes.untilSync(isDone)).toMatchObject({ serverOffsetMs: 6 * 60_000 });
  });
});

it('keeps each account in a folder of its own', async () => {
  const dataDir = tempFolder();
  const { room } = await openRoom(dataDir);
  expect(room.key).toBe('key');
  expect(existsSync(path.join(dataDir, 'accounts', 'key', 'keep.db'))).toBe(true);
});
