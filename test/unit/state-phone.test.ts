import { afterEach, describe, expect, test, vi } from 'vitest';
import type { PhoneLease } from '../../preload/contract/models.ts';
import { fail, ok } from '../../preload/contract/result.ts';
import { createActions } from '../../renderer/state/actions.ts';
import { ENDED_CALL_SHOWN_MS, watchEndedCalls } from '../../renderer/state/ended-calls.ts';
import { createPhoneController, type PhoneControllerParts } from '../../renderer/state/phone-controller.ts';
import { watchCallPrices, watchDialPrice } from '../../renderer/state/pricing.ts';
import { callsInView } from '../../renderer/state/selectors.ts';
import { emergencyTrouble } from '../../renderer/features/call/EmergencyScreen.tsx';
import { createAppStore } from '../../renderer/state/store.ts';
import { createStateSync } from '../../renderer/state/sync.ts';
import { ACCOUNT, createContractDouble, makeSnapshot } from '../support/contract-double.ts';
import { makeCall, NOW, NUMBERS, POLICY, PREMIUM_PRICE, PRICE } from '../support/screen-harness/data.ts';
import { createScriptedPhone, CREDENTIALS } from '../support/screen-harness/scripted-phone.ts';
import { turns } from '../support/until.ts';

const READY = { registration: { state: 'ready' }, calls: [] } as const;
const mine: PhoneLease = { state: 'mine', credentials: CREDENTIALS };

async function setUp(lease: PhoneLease = mine) {
  const double = createContractDouble(makeSnapshot({ policy: POLICY, numbers: NUMBERS, phone: READY }));
  double.handle('phone.lease', () => ok(lease));
  const store = createAppStore();
  const network = new EventTarget();
  const phone = createScriptedPhone(READY);
  const loadPhone = vi.fn<PhoneControllerParts['loadPhone']>(async () => phone);
  const controller = createPhoneController({ client: double.client, store, loadPhone, network });
  const sync = createStateSync(double.client, store);
  const actions = createActions({ client: double.client, store, phone: controller, restart: () => sync.start() });
  await sync.start();
  controller.start();
  const settled = lease.state === 'mine' ? () => phone.started === 1 : () => store.getState().lease.state !== 'none';
  await vi.waitUntil(settled);
  return { double, store, network, phone, controller, actions, loadPhone };
}

describe('the phone in this window', () => {
  test('the lease registers it, its state goes to the screen and to main, and HA1 never enters the store', async () => {
    const { double, store, phone } = await setUp();
    phone.show({ registration: { state: 'reconnecting', retryAt: null }, calls: [makeCall()] });
    expect(store.getState()).toMatchObject({ lease: { state: 'mine' }, registration: { state: 'reconnecting' } });
    expect(double.callsOf('phone.report').at(-1)?.calls).toHaveLength(1);
    expect(JSON.stringify(store.getState())).not.toContain(CREDENTIALS.ha1);
  });

  test('a dialled call is shown once its INVITE had time to leave, with all that changed meanwhile', async () => {
    const { actions, phone, store } = await setUp();
    actions.type('2125550147');
    const dialled = actions.dial();
    expect(phone.sent).toHaveLength(1);
    phone.show({ ...READY, calls: [makeCall({ state: 'dialling', answeredAt: null })] });
    phone.show({ ...READY, calls: [makeCall({ state: 'ringing', answeredAt: null })] });
    expect(store.getState()).toMatchObject({ calls: [], dial: { text: '2125550147' } });
    await dialled;
    expect(store.getState()).toMatchObject({ calls: [{ state: 'ringing' }], dial: { text: '' } });
    phone.show(READY);
    expect(store.getState().calls).toEqual([]);
  });

  test('each step of a call is written down at once', async () => {
    const { double, phone } = await setUp();
    phone.step(makeCall({ state: 'dialling', answeredAt: null }), 'sip-1');
    phone.step(makeCall({ state: 'ended', endedAt: 2, answeredAt: null, reason: 'busy', sipCode: 486 }), 'sip-1');
    expect(double.callsOf('calls.record')).toMatchObject([
      { id: 'call-1', accountId: 'acc-1', sipCallId: 'sip-1', outcome: null, remoteE164: '+12125550147' },
      { outcome: 'failed', reason: 'busy', sipCode: 486, seen: true },
    ]);
    phone.step(
      makeCall({ direction: 'incoming', state: 'ended', endedAt: 2, answeredAt: null, reason: 'missed' }),
      null,
    );
    expect(double.callsOf('calls.record').at(-1)).toMatchObject({ outcome: 'missed', seen: false });
  });

  test('a command from another surface goes to it, a wake-up and a network change are hints to it', async () => {
    const { double, phone, network } = await setUp();
    double.notify('phone.command', { id: 7, command: { kind: 'hang_up', callId: 'call-1' } });
    expect(phone.sent).toEqual([{ kind: 'hang_up', callId: 'call-1' }]);
    phone.answerWith({ ok: false, refusal: 'not_registered' });
    double.notify('phone.command', { id: 8, command: { kind: 'dial', target: '911', ownNumber: null } });
    expect(double.callsOf('phone.answer')).toEqual([
      { id: 7, outcome: { refusal: null } },
      { id: 8, outcome: { refusal: 'not_registered' } },
    ]);
    double.notify('host.resumed', null);
    network.dispatchEvent(new Event('online'));
    expect(phone.hinted).toBe(2);
  });

  test('what it could not take of SIP reaches main, each kind once', async () => {
    const { double, loadPhone } = await setUp();
    const report = loadPhone.mock.calls[0]?.[0];
    for (const what of ['bad_cseq', 'stray over in ended', 'bad_cseq']) report?.(what);
    expect(double.callsOf('phone.fault')).toEqual([{ what: 'bad_cseq' }, { what: 'stray over in ended' }]);
  });

  test('asking for the lease while it is here keeps the phone that is here', async () => {
    const { controller, phone, store } = await setUp();
    await controller.retry();
    expect(phone).toMatchObject({ started: 1, stopped: 0 });
    phone.show({ ...READY, calls: [makeCall()] });
    expect(store.getState().calls).toHaveLength(1);
  });

  test('losing the lease stops it at once; closing the app stops it before the release', async () => {
    const lost = await setUp();
    lost.double.notify('phone.leaseLost', null);
    expect(lost.phone.stopped).toBe(1);
    expect(lost.store.getState().lease).toEqual({ state: 'elsewhere', busy: false });

    const closing = await setUp();
    closing.double.notify('host.closing', null);
    await vi.waitUntil(() => closing.double.callsOf('phone.release').length === 1);
    expect(closing.phone.stopped).toBe(1);
  });

  test('signing out stops it; signing in asks for the lease again', async () => {
    const { double, phone } = await setUp();
    double.notify('session.changed', { state: 'signed_out', reason: 'by_person' });
    await vi.waitUntil(() => phone.stopped === 1);
    double.notify('session.changed', makeSnapshot().session);
    await vi.waitUntil(() => phone.started === 2);
    expect(double.callsOf('phone.lease')).toHaveLength(2);
  });
});

describe('the phone in another window', () => {
  test('dialling goes there through main; taking it over asks main', async () => {
    const { double, actions, store, phone } = await setUp({ state: 'elsewhere', busy: false });
    actions.type('+12125550147');
    await actions.dial();
    expect(double.callsOf('phone.command')).toEqual([
      { kind: 'dial', target: '+12125550147', ownNumber: '+14155550100' },
    ]);
    expect(store.getState().dial.text).toBe('');
    double.handle('phone.lease', () => ok(mine));
    await actions.takePhoneHere();
    await vi.waitUntil(() => phone.started === 1);
    expect(double.callsOf('phone.lease').at(-1)).toEqual({ takeOver: true });
  });

  test('what it refuses there is said here, and is not taken for done', async () => {
    const { double, actions, store } = await setUp({ state: 'elsewhere', busy: false });
    double.handle('phone.command', () => ok({ refusal: 'media_busy' }));
    actions.type('+12125550147');
    await actions.dial();
    expect(store.getState().dial).toMatchObject({
      text: '+12125550147',
      failure: { kind: 'refused', refusal: 'media_busy' },
    });
  });

  test('[F-04 C] an emergency call it refuses takes the whole window; one it left open is not dialled twice', async () => {
    const { double, actions, controller, phone, store } = await setUp({ state: 'elsewhere', busy: false });
    double.handle('phone.command', () => ok({ refusal: 'not_registered' }));
    actions.type('911');
    await actions.dial();
    expect(store.getState().emergencyFailure).toEqual({ number: '911', isWaiting: true });
    double.handle('phone.command', () => fail({ kind: 'timed_out', nextStep: 'wait', detail: '' }));
    await actions.dial();
    expect(store.getState().emergencyFailure).toEqual({ number: '911', isWaiting: false });
    double.handle('phone.lease', () => ok(mine));
    await controller.takeOver();
    expect(phone.sent).toEqual([]);
  });

  test('a call up there: main refuses, and the screen says so', async () => {
    const { double, actions, store } = await setUp({ state: 'elsewhere', busy: false });
    double.handle('phone.lease', () => fail({ kind: 'call_in_progress', nextStep: 'wait', detail: '' }));
    await actions.takePhoneHere();
    expect(store.getState()).toMatchObject({ lease: { state: 'elsewhere' }, fault: { kind: 'call_in_progress' } });
  });

  test('when that window is gone the phone is taken by itself', async () => {
    const { double, phone } = await setUp({ state: 'elsewhere', busy: false });
    double.handle('phone.lease', () => ok(mine));
    double.notify('phone.mirror', { registration: { state: 'signed_out' }, calls: [] });
    await vi.waitUntil(() => phone.started === 1);
    expect(double.callsOf('phone.lease').at(-1)).toEqual({ takeOver: false });
  });
});

describe('[F-04 C] an emergency call', () => {
  const inEveryTrouble = [
    ['while registering', { registration: { state: 'connecting' } }],
    ['while reconnecting', { registration: { state: 'reconnecting', retryAt: null } }],
    ['refused', { registration: { state: 'refused', reason: 'wrong_password', sipCode: 401 } }],
    ['with a call up', { calls: [makeCall()] }],
  ] as const;

  test.each(inEveryTrouble)(
    '%s is handed to the phone, which decides first; an ordinary one is not',
    async (_, state) => {
      const { actions, phone, store } = await setUp();
      store.setState(state);
      actions.type('9-1-1');
      await actions.dial();
      expect(phone.sent).toMatchObject([{ kind: 'dial', target: '911' }]);
      actions.type('2125550147');
      await actions.dial();
      expect(phone.sent).toHaveLength(1);
    },
  );

  test('that cannot be handed over takes the whole window', async () => {
    const { actions, store } = await setUp({ state: 'unavailable', reason: 'no_device' });
    actions.type('911');
    await actions.dial();
    expect(store.getState().emergencyFailure).toEqual({ number: '911', isWaiting: true });
  });

  test('that found no phone goes out the moment this window is one, unless its notice was closed', async () => {
    const { actions, controller, double, phone, store } = await setUp({ state: 'unavailable', reason: 'no_device' });
    actions.type('911');
    await actions.dial();
    double.handle('phone.lease', () => ok(mine));
    await controller.retry();
    expect(phone.sent).toMatchObject([{ kind: 'dial', target: '911' }]);
    expect(store.getState().emergencyFailure).toBeNull();

    store.setState({ emergencyFailure: { number: '911', isWaiting: true } });
    actions.closeEmergency();
    await controller.retry();
    expect(phone.sent).toHaveLength(1);
  });

  test('that the new phone refuses too keeps its words and waits for the next phone', async () => {
    const { actions, controller, double, phone, store } = await setUp({ state: 'unavailable', reason: 'no_device' });
    actions.type('911');
    await actions.dial();
    double.handle('phone.lease', () => ok(mine));
    phone.answerWith({ ok: false, refusal: 'not_registered' });
    await controller.retry();
    await vi.waitUntil(() => phone.sent.length === 1);
    expect(store.getState().emergencyFailure).toEqual({ number: '911', isWaiting: true });
    phone.answerWith({ ok: true, callId: 'call-1' });
    await controller.retry();
    expect(phone.sent).toHaveLength(2);
    expect(store.getState().emergencyFailure).toBeNull();
  });

  test('while this window lets go of the phone is not sent to nobody', async () => {
    const { actions, double, phone, store } = await setUp();
    double.notify('host.closing', null);
    expect(phone.stopped).toBe(1);
    actions.type('911');
    await actions.dial();
    expect(double.callsOf('phone.command')).toEqual([]);
    expect(store.getState().emergencyFailure).toEqual({ number: '911', isWaiting: true });
  });

  test('that failed says so until it is closed, long after the phone has forgotten it; nothing dials it again', async () => {
    const { actions, controller, phone, store } = await setUp();
    const stop = watchEndedCalls(
      store,
      () => 0,
      () => {},
    );
    const failed = makeCall({
      remote: '911',
      isEmergency: true,
      answeredAt: null,
      state: 'ended',
      reason: 'timed_out',
    });
    phone.show({ ...READY, calls: [failed] });
    phone.show(READY);
    await controller.retry();
    expect(emergencyTrouble(store.getState())).toMatchObject({ number: '911' });
    expect(phone.sent).toEqual([]);
    actions.closeEmergency();
    expect(emergencyTrouble(store.getState())).toBeNull();
    stop();
  });

  test.each([
    ['waits for a path', { state: 'dialling', reason: 'emergency_no_path' }, 'waiting'],
    ['ended unanswered', { state: 'ended', reason: 'server_error' }, 'failed'],
    ['was given up', { state: 'ended', reason: 'cancelled' }, undefined],
    ['rings', { state: 'ringing', reason: null }, undefined],
  ] as const)('with a real account, one that %s: the whole window says so, or not at all', async (_, change, why) => {
    const { store } = await setUp();
    const account = { ...ACCOUNT, isSandbox: false };
    const call = makeCall({ remote: '911', isEmergency: true, answeredAt: null, ...change });
    store.setState({ session: { state: 'signed_in', account, signIn: { state: 'valid' } }, calls: [call] });
    expect(emergencyTrouble(store.getState())?.why).toBe(why);
  });
});

test('a step of a call that main could not hear of is told when main is back, the newest of each call', async () => {
  const { double, phone, store } = await setUp();
  const link = (state: 'up' | 'down') => {
    double.link(state);
    store.setState({ isMainReachable: state === 'up' });
  };
  link('down');
  phone.step(makeCall({ answeredAt: NOW }), 'sip-1');
  phone.step(makeCall({ answeredAt: NOW, state: 'ended', endedAt: NOW + 1_000 }), 'sip-1');
  expect(double.callsOf('calls.record')).toEqual([]);
  await Promise.resolve();
  link('up');
  await vi.waitUntil(() => double.callsOf('calls.record').length > 0);
  link('up');
  expect(double.callsOf('calls.record')).toMatchObject([{ id: 'call-1', sipCallId: 'sip-1', endedAt: NOW + 1_000 }]);
});

test('a step of a call that found the disk full is told again when the disk takes it', async () => {
  const { double, phone } = await setUp();
  double.handle('calls.record', () =>
    fail({ kind: 'store', nextStep: 'free_disk_space', fault: 'disk_full', detail: '' }),
  );
  phone.step(makeCall({ answeredAt: NOW, state: 'ended', endedAt: NOW + 1_000 }), 'sip-1');
  await vi.waitUntil(() => double.callsOf('calls.record').length === 1);
  double.handle('calls.record', () => ok(null));
  double.notify('store.changed', []);
  await vi.waitUntil(() => double.callsOf('calls.record').length === 2);
  expect(double.callsOf('calls.record')[1]).toMatchObject({ id: 'call-1', endedAt: NOW + 1_000 });
  await turns();
  double.notify('store.changed', []);
  expect(double.callsOf('calls.record')).toHaveLength(2);
});

describe('prices', () => {
  const stops: (() => void)[] = [];
  afterEach(() => stops.splice(0).forEach((stop) => stop()));

  test('typing asks once a frame and drops every answer but the latest', async () => {
    const { double, store, actions } = await setUp();
    let frame = () => {};
    stops.push(watchDialPrice(double.client, store, (work) => ((frame = work), () => {})));
    const answers: (() => void)[] = [];
    double.handle('rates.priceCall', ({ target }) => {
      const price = target === '+12' ? PREMIUM_PRICE : PRICE;
      return new Promise((resolve) => answers.push(() => resolve(ok(price))));
    });
    actions.type('+1');
    actions.type('+12');
    frame();
    actions.type('+123');
    frame();
    await vi.waitUntil(() => answers.length === 2);
    answers[1]?.();
    await vi.waitUntil(() => store.getState().dial.priced !== null);
    answers[0]?.();
    // A late answer has had its turn once the queue of tasks has come round.
    await new Promise((resolve) => setImmediate(resolve));
    expect(double.callsOf('rates.priceCall').map(({ target }) => target)).toEqual(['+12', '+123']);
    expect(store.getState().dial.priced).toEqual({ target: '+123', price: PRICE });
  });

  test('a call keeps the rule it was dialled under', async () => {
    const { double, store, phone } = await setUp();
    stops.push(watchCallPrices(double.client, store));
    store.setState(({ dial }) => ({ dial: { ...dial, priced: { target: '+12125550147', price: PRICE } } }));
    phone.show({ ...READY, calls: [makeCall({ state: 'dialling' })] });
    expect(store.getState().callPrices).toEqual({ 'call-1': PRICE });
    store.setState(({ dial }) => ({ dial: { ...dial, priced: { target: '+12125550147', price: PREMIUM_PRICE } } }));
    phone.show({ ...READY, calls: [makeCall()] });
    expect(store.getState().callPrices).toEqual({ 'call-1': PRICE });
    expect(double.callsOf('rates.priceCall')).toEqual([]);
  });

  test('an incoming call goes by the own number called, and only where being called is rated', async () => {
    const { double, store, phone } = await setUp();
    stops.push(watchCallPrices(double.client, store));
    double.handle('rates.priceCall', () => ok(PRICE));
    const incoming = makeCall({ direction: 'incoming', state: 'incoming', answeredAt: null });
    phone.show({ ...READY, calls: [incoming] });
    expect(double.callsOf('rates.priceCall')).toEqual([]);
    store.setState({ policy: { ...POLICY, inboundRated: 'always' } });
    phone.show({ ...READY, calls: [{ ...incoming, state: 'answering' }] });
    expect(double.callsOf('rates.priceCall')).toEqual([{ target: '+14155550100', direction: 'inbound' }]);
    await vi.waitUntil(() => store.getState().callPrices['call-1'] !== undefined);
    expect(store.getState().callPrices).toEqual({ 'call-1': PRICE });
  });
});

test('an ended call says why for a while, then it leaves the screen', async () => {
  const { store, phone } = await setUp();
  const timers: { work: () => void; ms: number }[] = [];
  const stop = watchEndedCalls(
    store,
    (work, ms) => timers.push({ work, ms }),
    () => {},
  );
  phone.show({ ...READY, calls: [makeCall({ state: 'ended', endedAt: 2 })] });
  expect(timers).toMatchObject([{ ms: ENDED_CALL_SHOWN_MS }]);
  expect(callsInView(store.getState())).toHaveLength(1);
  timers[0]?.work();
  expect(callsInView(store.getState())).toHaveLength(0);
  stop();
});
