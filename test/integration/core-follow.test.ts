import { describe, expect, it } from 'vitest';
import { CHARGE_LOOKS_MS, POLL_MS } from '../../main/sync/engine.ts';
import type { CallLogEntry } from '../../preload/contract/models.ts';
import { toMicros } from '../../preload/contract/money.ts';
import { tempFolder } from './core-rig.ts';
import { balanceAt, isDone, many, openRoom, START, TestProvider, usageRow, usd } from './core-sync-rig.ts';

describe('following the provider', { timeout: 60_000 }, () => {
  it('takes rows from events, and resumes after the last one at the next start', async () => {
    const dataDir = tempFolder();
    const first = await openRoom(dataDir);
    const provider = new TestProvider(() => first.clock.now());
    provider.hasEvents = true;
    first.room.connect(provider.driver());
    await first.pushes.untilSync(isDone);
    provider.listener?.({ kind: 'usage', rows: [usageRow(1)] }, 'e7');
    await expect.poll(() => first.allRows()).toEqual([usageRow(1)]);
    await first.close();
    const second = await openRoom(dataDir);
    second.room.connect(provider.driver());
    expect(provider.askedFrom).toEqual([null, 'e7']);
    await second.pushes.untilSync(isDone);
  });

  it('asks every minute where there are no events, or the stream is lost', async () => {
    for (const hasEvents of [false, true]) {
      const { room, pushes, clock, allRows, close } = await openRoom(tempFolder());
      const provider = new TestProvider(() => clock.now());
      provider.hasEvents = hasEvents;
      room.connect(provider.driver());
      await pushes.untilSync(isDone);
      provider.onState?.('lost');
      provider.rows = [usageRow(1)];
      clock.advance(POLL_MS);
      await expect.poll(() => allRows()).toEqual([usageRow(1)]);
      await close();
    }
  });

  it('reads again what it may have missed when the stream lost its place', async () => {
    const { room, pushes, clock, allRows } = await openRoom(tempFolder());
    const provider = new TestProvider(() => clock.now());
    provider.hasEvents = true;
    // More than one page lies between the newest row and the late one.
    provider.rows = many(250);
    room.connect(provider.driver());
    await pushes.untilSync(isDone);
    // A late row: below the newest one, posted now.
    provider.rows.push(usageRow(3, { id: 'late', time: usageRow(3).time + 1 }));
    provider.listener?.({ kind: 'resync' }, null);
    await expect.poll(async () => (await allRows()).length).toBe(251);
  });
});

describe('an own call', { timeout: 60_000 }, () => {
  const entry: CallLogEntry = {
    id: 'c1',
    accountId: 'acct',
    sipCallId: 'call-1',
    direction: 'outgoing',
    remote: '+14155550123',
    remoteE164: '+14155550123',
    remoteName: null,
    ownNumber: null,
    startedAt: usageRow(1).time - 60_000,
    answeredAt: usageRow(1).time - 59_000,
    endedAt: null,
    outcome: null,
    reason: null,
    sipCode: null,
    isEmergency: false,
    cost: null,
    seen: true,
  };

  it('has its charge looked for when it ends, until the priced row is there', async () => {
    const { room, pushes, clock } = await openRoom(tempFolder());
    const provider = new TestProvider(() => clock.now());
    room.connect(provider.driver());
    await pushes.untilSync(isDone);
    await room.calls.record(entry);
    await room.calls.record({ ...entry, endedAt: usageRow(1).time, outcome: 'answered' });
    const costs = () =>
      pushes.all.flatMap(([name, payload]) => (name === 'calls.changed' ? [(payload as CallLogEntry).cost] : []));
    provider.rows = [usageRow(1, { priceState: 'price_pending', amount: toMicros(0) })];
    const served = provider.pagesServed;
    clock.advance(CHARGE_LOOKS_MS[0]);
    await expect.poll(() => provider.pagesServed).toBe(served + 1);
    await pushes.untilSync(isDone);
    expect(costs()).toEqual([null, null]);
    provider.rows = [usageRow(1, { version: 2, amount: toMicros(-26_000) })];
    provider.balance = balanceAt(START + 5, 974_000);
    await expect
      .poll(() => {
        clock.advance(1_000);
        return costs().at(-1);
      })
      .toEqual(usd(26_000));
    await expect.poll(async () => (await room.slices()).balance?.asOf).toBe(START + 5);
    // A correction changes the history line too.
    provider.rows = [usageRow(1, { version: 3, priceState: 'corrected', amount: toMicros(-13_000) })];
    room.sync.refresh();
    await expect.poll(() => costs().at(-1)).toEqual(usd(13_000));
  });

  it('gets its charge also when that is known before its end is written down', async () => {
    const { room, pushes, clock } = await openRoom(tempFolder());
    const provider = new TestProvider(() => clock.now());
    room.connect(provider.driver());
    await pushes.untilSync(isDone);
    await room.calls.record(entry);
    provider.rows = [usageRow(1, { amount: toMicros(-26_000) })];
    room.sync.refresh();
    await expect.poll(async () => (await room.slices()).usage.rows).toHaveLength(1);
    await pushes.untilSync(isDone);
    await room.calls.record({ ...entry, endedAt: usageRow(1).time, outcome: 'answered' });
    clock.advance(CHARGE_LOOKS_MS[0]);
    await expect.poll(async () => (await room.slices()).history[0]?.cost).toEqual(usd(26_000));
  });

  it('that was up when the app died is closed as lost at the next start', async () => {
    const dataDir = tempFolder();
    const first = await openRoom(dataDir);
    await first.room.calls.record(entry);
    await first.close();
    const second = await openRoom(dataDir);
    const [line] = (await second.room.slices()).history;
    expect(line).toMatchObject({ outcome: 'lost', endedAt: entry.answeredAt });
  });

  it('of another account is refused', async () => {
    const { room } = await openRoom(tempFolder());
    expect(await room.calls.record({ ...entry, accountId: 'other' })).toMatchObject({ error: { kind: 'conflict' } });
  });
});
