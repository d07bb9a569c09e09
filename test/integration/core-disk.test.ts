import { expect, it } from 'vitest';
import { callsPage } from '../../main/calls/repo.ts';
import { createCallService } from '../../main/calls/service.ts';
import { toMicros } from '../../preload/contract/money.ts';
import { ok } from '../../preload/contract/result.ts';
import { must, openTestStore } from './store-rig.ts';
import { callOf, usageRowOf } from './store-rows.ts';
import { smallDisk } from './store-small-disk.ts';

const FIRST = { cursor: null, limit: 200 } as const;
/** More calls than fit in the last page of a full disk. */
const MANY = 400;
const endedCall = (n: number) => callOf(n, { cost: null, endedAt: callOf(n).startedAt + 60_000, outcome: 'answered' });

it('a call the disk does not take is shown, its end is followed, and it is written with its price when there is room', async () => {
  const disk = smallDisk();
  const { store } = await openTestStore(disk);
  const shown: unknown[] = [];
  const endings: string[] = [];
  const charge = usageRowOf(1, { kind: 'call', priceState: 'priced', amount: toMicros(-13_000), leg: 'a' });
  const calls = createCallService({
    store,
    push: (name, payload) => void shown.push([name, payload]),
    now: () => 0,
    accountId: () => callOf(1).accountId,
    onEnded: (entry) => void endings.push(entry.id),
    legsOf: async (sipCallId) => ok([{ ...charge, sipCallId }]),
  });
  must(await calls.record(endedCall(1)));
  disk.fill();
  let refused = endedCall(1);
  for (let n = 2; n < MANY; n += 1) {
    const entry = endedCall(n);
    if ((await calls.record(entry)).ok) continue;
    refused = entry;
    break;
  }
  expect(refused.id).not.toBe(callOf(1).id);
  expect(shown.at(-1)).toEqual(['calls.changed', refused]);
  expect(endings.at(-1)).toBe(refused.id);
  expect(must(await calls.page(FIRST)).rows).toContainEqual(refused);
  expect(must(await callsPage(store, FIRST)).rows).not.toContainEqual(refused);

  disk.free();
  must(await calls.record(endedCall(MANY)));
  const stored = must(await callsPage(store, FIRST)).rows.find((row) => row.id === refused.id);
  expect(stored).toEqual({ ...refused, cost: { micros: 13_000, currency: charge.currency } });
});
