import { expect, test } from 'vitest';
import {
  callsPage,
  callsWithoutCost,
  closeLostCalls,
  eraseCalls,
  markCallsSeen,
  recordCall,
  setCallCosts,
} from '../../main/calls/repo.ts';
import { toMicros } from '../../preload/contract/money.ts';
import { must, openTestStore } from '../integration/store-rig.ts';
import { callOf } from '../integration/store-rows.ts';

const FIRST = { cursor: null, limit: 10 } as const;
const COST = { micros: toMicros(14_300), currency: 'USD' };

test('a call is written at start, answer and end, and comes back as it is', async () => {
  const { store } = await openTestStore();
  const started = callOf(1, { remoteName: 'Grace', isEmergency: true });
  const answered = { ...started, answeredAt: started.startedAt + 2_000 };
  const ended = {
    ...answered,
    endedAt: started.startedAt + 63_000,
    outcome: 'answered' as const,
    reason: 'remote_hung_up',
    sipCode: 200,
  };
  for (const step of [started, answered, ended]) expect(must(await recordCall(store, step))).toEqual(step);
  expect(must(await callsPage(store, FIRST))).toEqual({ rows: [ended], next: null });
});

test('an ended call is never un-ended, and what is known once is kept', async () => {
  const { store } = await openTestStore();
  const started = callOf(1);
  const ended = {
    ...started,
    answeredAt: started.startedAt + 1,
    endedAt: started.startedAt + 2,
    outcome: 'answered' as const,
  };
  must(await recordCall(store, ended));
  expect(must(await recordCall(store, started))).toEqual(ended);
  must(await setCallCosts(store, [{ sipCallId: 'call-1@offhook.test', cost: COST }]));
  must(await markCallsSeen(store));
  const again = { ...ended, answeredAt: null, cost: null, seen: false, reason: 'late' };
  expect(must(await recordCall(store, again))).toEqual({ ...ended, cost: COST, seen: true, reason: 'late' });
});

test('calls left open by a crash end as lost at the last moment known', async () => {
  const { store } = await openTestStore();
  const ringing = callOf(1);
  const talking = callOf(2, { answeredAt: callOf(2).startedAt + 5_000 });
  const done = callOf(3, { endedAt: callOf(3).startedAt + 9_000, outcome: 'missed' });
  for (const each of [ringing, talking, done]) must(await recordCall(store, each));
  expect(must(await closeLostCalls(store))).toEqual({ closed: 2 });
  expect(must(await closeLostCalls(store))).toEqual({ closed: 0 });
  const { rows } = must(await callsPage(store, FIRST));
  expect(rows).toEqual([
    done,
    { ...talking, endedAt: talking.answeredAt, outcome: 'lost' },
    { ...ringing, endedAt: ringing.startedAt, outcome: 'lost' },
  ]);
});

test('a cost finds its call by Call-ID and says what changed', async () => {
  const { store } = await openTestStore();
  const ended = { endedAt: callOf(9).startedAt, outcome: 'answered' as const };
  for (const n of [1, 2]) must(await recordCall(store, callOf(n, ended)));
  must(await recordCall(store, callOf(3)));
  expect(must(await callsWithoutCost(store, callOf(2).startedAt)).map((row) => row.id)).toEqual(['call-2']);
  const costs = [
    { sipCallId: 'call-2@offhook.test', cost: COST },
    { sipCallId: 'unknown@offhook.test', cost: COST },
  ];
  expect(must(await setCallCosts(store, costs))).toEqual([callOf(2, { ...ended, cost: COST })]);
  expect(must(await setCallCosts(store, costs))).toEqual([]);
  expect(must(await setCallCosts(store, []))).toEqual([]);
  const corrected = { micros: toMicros(14_300), currency: 'EUR' };
  expect(must(await setCallCosts(store, [{ sipCallId: 'call-2@offhook.test', cost: corrected }]))).toHaveLength(1);
});

test('the history is paged newest first', async () => {
  const { store } = await openTestStore();
  for (const n of [1, 2, 3]) must(await recordCall(store, callOf(n)));
  must(await recordCall(store, callOf(3, { id: 'call-3b' })));
  const first = must(await callsPage(store, { cursor: null, limit: 2 }));
  const second = must(await callsPage(store, { cursor: first.next, limit: 2 }));
  expect([...first.rows, ...second.rows].map((row) => row.id)).toEqual(['call-3b', 'call-3', 'call-2', 'call-1']);
  expect(second.next).toBeNull();
});

test('seen is told as a change once; erased is erased', async () => {
  const { store } = await openTestStore();
  must(await recordCall(store, callOf(1)));
  expect(must(await markCallsSeen(store)).changed).toBe(true);
  expect(must(await markCallsSeen(store)).changed).toBe(false);
  must(await eraseCalls(store));
  expect(must(await callsPage(store, FIRST)).rows).toEqual([]);
});
