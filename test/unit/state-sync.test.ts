import { expect, test } from 'vitest';
import { fail, ok } from '../../preload/contract/result.ts';
import { createAppStore } from '../../renderer/state/store.ts';
import { createStateSync } from '../../renderer/state/sync.ts';
import { createContractDouble, makeSnapshot } from '../support/contract-double.ts';
import { BALANCE, makeCall, makeEntry, NOW } from '../support/screen-harness/data.ts';

const older = { ...BALANCE, asOf: BALANCE.asOf - 1000 };
const newer = { ...BALANCE, asOf: BALANCE.asOf + 1000 };

function setUp(snapshot = makeSnapshot({ balance: BALANCE })) {
  const double = createContractDouble(snapshot);
  const store = createAppStore();
  return { double, store, sync: createStateSync(double.client, store) };
}

test('the snapshot fills every slice, then pushes change theirs', async () => {
  const { double, store, sync } = setUp(makeSnapshot({ balance: BALANCE, history: [makeEntry()] }));
  await sync.start();
  expect(store.getState()).toMatchObject({
    boot: { kind: 'ready' },
    balance: BALANCE,
    session: { state: 'signed_in' },
  });
  expect(store.getState().history).toMatchObject({ rows: [{ id: 'entry-1' }], phase: { kind: 'unread' } });
  double.notify('calls.changed', makeEntry({ id: 'entry-2', startedAt: NOW }));
  expect(store.getState().history.rows.map((row) => row.id)).toEqual(['entry-2', 'entry-1']);
});

test('[3.3 C] a balance with a lower as-of never overwrites a higher one', async () => {
  const { double, store, sync } = setUp();
  await sync.start();
  double.notify('balance.changed', older);
  expect(store.getState().balance).toEqual(BALANCE);
  double.notify('balance.changed', newer);
  expect(store.getState().balance).toEqual(newer);
});

test('a push that overtakes the snapshot is not lost: the snapshot is read once more', async () => {
  const { double, store, sync } = setUp();
  let asked = 0;
  double.handle('app.snapshot', () => {
    asked += 1;
    if (asked === 1) double.notify('settings.changed', { ...makeSnapshot().settings, ringerVolume: 10 });
    return ok(makeSnapshot({ settings: { ...makeSnapshot().settings, ringerVolume: asked === 1 ? 80 : 10 } }));
  });
  await sync.start();
  expect(asked).toBe(2);
  expect(store.getState().settings.ringerVolume).toBe(10);
});

test('a failed start says why, and starting again recovers', async () => {
  const { double, store, sync } = setUp();
  double.handle('app.snapshot', () => fail({ kind: 'internal', nextStep: 'retry', detail: 'x' }));
  await sync.start();
  expect(store.getState().boot).toMatchObject({ kind: 'failed', error: { kind: 'internal' } });
  double.handle('app.snapshot', () => ok(makeSnapshot()));
  await sync.start();
  expect(store.getState().boot).toEqual({ kind: 'ready' });
});

test('signing out leaves nothing of the account in the window', async () => {
  const { double, store, sync } = setUp(makeSnapshot({ balance: BALANCE, history: [makeEntry()] }));
  await sync.start();
  store.setState({ lease: { state: 'mine' }, calls: [makeCall()], dial: { ...store.getState().dial, text: '911' } });
  double.notify('session.changed', { state: 'signed_out', reason: 'by_person' });
  const state = store.getState();
  expect(state).toMatchObject({ balance: null, numbers: [], calls: [], lease: { state: 'none' } });
  expect([state.history.rows, state.usage.rows, state.dial.text]).toEqual([[], [], '']);
});

test('the words of an emergency call that found no phone outlive a sign-in that expires', async () => {
  const { double, store, sync } = setUp();
  await sync.start();
  store.setState({ emergencyFailure: { number: '911', isWaiting: true } });
  double.notify('session.changed', { state: 'signed_out', reason: 'expired' });
  expect(store.getState().emergencyFailure).toEqual({ number: '911', isWaiting: true });
});

test('the lease holder does not take its own echo for news', async () => {
  const { double, store, sync } = setUp();
  await sync.start();
  store.setState({ lease: { state: 'mine' }, calls: [makeCall()] });
  double.notify('phone.mirror', { registration: { state: 'ready' }, calls: [] });
  expect(store.getState().calls).toHaveLength(1);
  store.setState({ lease: { state: 'elsewhere', busy: false } });
  double.notify('phone.mirror', { registration: { state: 'ready' }, calls: [] });
  expect(store.getState().calls).toHaveLength(0);
});

test('dispose leaves no listener behind', async () => {
  const { double, store, sync } = setUp();
  await sync.start();
  sync.dispose();
  double.notify('balance.changed', newer);
  expect(store.getState().balance).toEqual(BALANCE);
});
