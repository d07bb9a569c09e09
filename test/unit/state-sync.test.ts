import { expect, test, vi } from 'vitest';
import { fail, ok } from '../../preload/contract/result.ts';
import { watchDialPrice } from '../../renderer/state/pricing.ts';
import { createAppStore } from '../../renderer/state/store.ts';
import { createStateSync } from '../../renderer/state/sync.ts';
import { ACCOUNT, createContractDouble, makeSnapshot } from '../support/contract-double.ts';
import { BALANCE, makeCall, makeEntry, NOW, PRICE } from '../support/screen-harness/data.ts';

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

test('[3.3 C] what was pushed while the snapshot was on its way stands over it', async () => {
  const { double, store, sync } = setUp();
  const entry = makeEntry({ id: 'entry-2' });
  double.handle('app.snapshot', () => {
    double.notify('settings.changed', { ...makeSnapshot().settings, ringerVolume: 10 });
    double.notify('balance.changed', newer);
    double.notify('calls.changed', entry);
    return ok(makeSnapshot({ balance: BALANCE, history: [makeEntry()] }));
  });
  await sync.start();
  expect(store.getState()).toMatchObject({ settings: { ringerVolume: 10 }, balance: newer });
  expect(
    store
      .getState()
      .history.rows.map((row) => row.id)
      .sort(),
  ).toEqual(['entry-1', 'entry-2']);
});

test('[3.3 C] a later snapshot with a lower as-of does not take the balance back, nor the calls of the phone here', async () => {
  const { double, store, sync } = setUp();
  await sync.start();
  store.setState({ lease: { state: 'mine' }, calls: [makeCall()] });
  double.handle('app.snapshot', () => ok(makeSnapshot({ balance: older })));
  await sync.start();
  expect(store.getState()).toMatchObject({ balance: BALANCE, calls: [{ id: 'call-1' }] });
});

test('a session that changes under the snapshot is read anew, and nothing of another account stays', async () => {
  const { double, store, sync } = setUp();
  const second = { state: 'signed_in', account: { ...ACCOUNT, id: 'acc-2' }, signIn: { state: 'valid' } } as const;
  let asked = 0;
  const bootAt: string[] = [];
  double.handle('app.snapshot', () => {
    asked += 1;
    if (asked === 1) double.notify('session.changed', second);
    bootAt.push(store.getState().boot.kind);
    return ok(asked === 1 ? makeSnapshot({ balance: BALANCE }) : makeSnapshot({ session: second, balance: older }));
  });
  await sync.start();
  expect(asked).toBe(2);
  // Something is on screen by then: main may never answer again.
  expect(bootAt[1]).toBe('ready');
  expect(store.getState()).toMatchObject({ session: second, balance: older });
  double.notify('session.changed', makeSnapshot().session);
  expect(store.getState().balance).toBeNull();
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

test('a price that was unknown is asked again when the sync has brought the deck', async () => {
  const { double, store } = setUp();
  const stop = watchDialPrice(double.client, store, (work) => (work(), () => {}));
  double.handle('rates.priceCall', () => ok({ kind: 'unknown', reason: 'no_rates' }));
  store.setState(({ dial }) => ({ dial: { ...dial, text: '+12' } }));
  await vi.waitUntil(() => store.getState().dial.priced?.price.kind === 'unknown');
  double.handle('rates.priceCall', () => ok(PRICE));
  store.setState(({ sync }) => ({ sync: { ...sync, lastSuccessAt: 7 } }));
  await vi.waitUntil(() => store.getState().dial.priced?.price.kind === PRICE.kind);
  expect(double.callsOf('rates.priceCall').map(({ target }) => target)).toEqual(['+12', '+12']);
  stop();
});
