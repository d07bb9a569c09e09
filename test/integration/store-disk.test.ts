import { describe, expect, test } from 'vitest';
import { callsPage, recordCall } from '../../main/calls/repo.ts';
import { prepareIntent } from '../../main/money/repo.ts';
import { countUsage, upsertUsage, usagePage } from '../../main/usage/repo.ts';
import { must, openTestStore } from './store-rig.ts';
import { callOf, usageRowOf } from './store-rows.ts';
import { smallDisk } from './store-small-disk.ts';

const FIRST = { cursor: null, limit: 10 } as const;
const FIRST_USAGE = { ...FIRST, scope: { kind: 'all' } } as const;
const intent = (n: number) => ({ key: `k-${n}`, kind: 'topup', body: { text: 'x'.repeat(9_000) }, at: n });
const PAGE = Array.from({ length: 5_000 }, (_, n) => usageRowOf(n));

describe('a full disk', () => {
  test('in a run: what was there is read on, writes say so, and go on when there is room again', async () => {
    const disk = smallDisk();
    const { store } = await openTestStore(disk);
    must(await upsertUsage(store, [usageRowOf(1)]));
    must(await recordCall(store, callOf(1)));
    must(await prepareIntent(store, intent(1)));
    disk.fill();

    const full = { ok: false, error: { kind: 'store', fault: 'disk_full', nextStep: 'free_disk_space' } };
    expect(await upsertUsage(store, PAGE)).toMatchObject(full);
    expect(await prepareIntent(store, intent(2))).toMatchObject(full);
    expect(must(await usagePage(store, FIRST_USAGE)).rows).toEqual([usageRowOf(1)]);
    expect(must(await callsPage(store, FIRST)).rows).toEqual([callOf(1)]);
    expect(store.notices()).toEqual([
      { file: 'cache', fault: 'disk_full', outcome: 'memory_only' },
      { file: 'intents', fault: 'disk_full', outcome: 'unavailable' },
    ]);

    disk.free();
    must(await upsertUsage(store, PAGE));
    must(await prepareIntent(store, intent(2)));
    expect(must(await countUsage(store))).toBe(PAGE.length);
    expect(store.notices()).toEqual([]);
    for (const file of ['cache', 'intents', 'keep'] as const) {
      expect(must(await store.read(file, 'PRAGMA integrity_check'))).toEqual([{ integrity_check: 'ok' }]);
    }
  });

  test('at start: the last state is shown, money waits, nothing is lost', async () => {
    const disk = smallDisk();
    const before = await openTestStore(disk);
    must(await upsertUsage(before.store, [usageRowOf(1)]));
    must(await recordCall(before.store, callOf(1)));
    await before.store.close();
    disk.fill();

    const { store } = await openTestStore(disk);
    expect(must(await usagePage(store, FIRST_USAGE)).rows).toEqual([usageRowOf(1)]);
    expect(must(await callsPage(store, FIRST)).rows).toEqual([callOf(1)]);
    expect(await prepareIntent(store, intent(1))).toMatchObject({ ok: false, error: { fault: 'disk_full' } });
    const written = await recordCall(store, callOf(2, { remoteName: 'x'.repeat(250) }));
    // Kept in memory, or on a page the file still had room in, or refused with the reason: never anything else.
    expect(written.ok ? 'disk_full' : written.error.kind === 'store' && written.error.fault).toBe('disk_full');
    expect(store.notices()).toContainEqual({ file: 'intents', fault: 'disk_full', outcome: 'unavailable' });
    await store.close();

    disk.free();
    const after = await openTestStore(disk);
    expect(must(await callsPage(after.store, FIRST)).rows).toContainEqual(callOf(1));
    must(await prepareIntent(after.store, intent(1)));
    expect(after.store.notices()).toEqual([]);
  });

  test('at the very first start: the phone works in memory', async () => {
    const disk = smallDisk();
    disk.fill();
    const { store } = await openTestStore(disk);
    must(await upsertUsage(store, PAGE));
    must(await recordCall(store, callOf(1)));
    expect(must(await countUsage(store))).toBe(PAGE.length);
    expect(must(await callsPage(store, FIRST)).rows).toEqual([callOf(1)]);
    expect(await prepareIntent(store, intent(1))).toMatchObject({ ok: false, error: { fault: 'disk_full' } });
    expect(store.notices()).toEqual([
      { file: 'cache', fault: 'disk_full', outcome: 'memory_only' },
      { file: 'intents', fault: 'disk_full', outcome: 'unavailable' },
      { file: 'keep', fault: 'disk_full', outcome: 'memory_only' },
    ]);
  });
});
