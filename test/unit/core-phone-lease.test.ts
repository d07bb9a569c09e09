import { describe, expect, it } from 'vitest';
import {
  COMMAND_TIMEOUT_MS,
  createPhoneService,
  RELEASE_TIMEOUT_MS,
  RENEW_PAUSE_MS,
  type Credentials,
} from '../../main/devices/service.ts';
import type { CallView, PhoneCredentials, PhoneMirror } from '../../preload/contract/models.ts';
import { manualClock } from '../integration/store-rig.ts';

const A = { id: 'a' };
const B = { id: 'b' };

const credentials: PhoneCredentials = {
  wssUrl: 'wss://sip.example.test',
  domain: 'example.test',
  user: '1001',
  authorizationUser: '1001',
  realm: 'example.test',
  ha1: '0'.repeat(32),
  instanceId: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
  displayName: 'Ann',
  registerExpiresSec: 600,
  iceServers: [],
  media: 'anchored',
};

const call = (state: CallView['state']): CallView => ({
  id: 'c1',
  direction: 'outgoing',
  remote: '600',
  remoteName: null,
  ownNumber: null,
  state,
  hold: 'none',
  muted: false,
  isEmergency: false,
  startedAt: 1,
  answeredAt: null,
  endedAt: null,
  reason: null,
  sipCode: null,
  sipReason: null,
  media: 'none',
  microphone: 'closed',
  sentDigits: '',
});

const mirrorOf = (...calls: readonly CallView[]): PhoneMirror => ({ registration: { state: 'ready' }, calls });

function setUp(found: () => Promise<Credentials> = () => Promise.resolve({ kind: 'ready', credentials })) {
  const clock = manualClock();
  const pushed: (readonly [string, unknown, string | undefined])[] = [];
  let gone = 0;
  const phone = createPhoneService({
    push: (name, payload, only) => void pushed.push([name, payload, only?.id]),
    clock,
    credentials: found,
    onPhoneGone: () => (gone += 1),
  });
  return {
    phone,
    clock,
    pushed,
    gone: () => gone,
    namesTo: (id: string) => pushed.filter((p) => p[2] === id).map((p) => p[0]),
  };
}

describe('the phone lease', () => {
  it('is held by one window, and its HA1 goes to that one alone', async () => {
    const { phone } = setUp();
    expect(await phone.lease(A, false)).toEqual({ ok: true, value: { state: 'mine', credentials } });
    expect(await phone.lease(B, false)).toEqual({ ok: true, value: { state: 'elsewhere', busy: false } });
    expect(await phone.lease(A, false)).toMatchObject({ value: { state: 'mine' } });
  });

  it('goes to one of two windows that ask in the same moment', async () => {
    const { phone } = setUp();
    const answers = await Promise.all([phone.lease(A, false), phone.lease(B, false)]);
    expect(answers.map((answer) => answer.ok && answer.value.state)).toEqual(['mine', 'elsewhere']);
  });

  it('is taken over while idle, and the old window told at once', async () => {
    const { phone, namesTo } = setUp();
    await phone.lease(A, false);
    expect(await phone.lease(B, true)).toMatchObject({ ok: true, value: { state: 'mine' } });
    expect(namesTo('a')).toEqual(['phone.leaseLost']);
    expect(phone.report(A, mirrorOf())).toMatchObject({ ok: false, error: { kind: 'phone_elsewhere' } });
  });

  it('stays where a call is up, until that call ended', async () => {
    const { phone } = setUp();
    await phone.lease(A, false);
    phone.report(A, mirrorOf(call('ringing')));
    expect(await phone.lease(B, false)).toEqual({ ok: true, value: { state: 'elsewhere', busy: true } });
    expect(await phone.lease(B, true)).toMatchObject({ ok: false, error: { kind: 'call_in_progress' } });
    phone.report(A, mirrorOf(call('ended')));
    expect(await phone.lease(B, true)).toMatchObject({ ok: true, value: { state: 'mine' } });
  });

  it('ends with its window; the calls that were up are lost and the others see a free phone', async () => {
    const { phone, gone, pushed } = setUp();
    await phone.lease(A, false);
    phone.report(A, mirrorOf(call('active')));
    phone.windowGone(B);
    expect(gone()).toBe(0);
    phone.windowGone(A);
    expect(gone()).toBe(1);
    expect(pushed.at(-1)).toEqual(['phone.mirror', { registration: { state: 'signed_out' }, calls: [] }, undefined]);
    expect(await phone.lease(B, false)).toMatchObject({ value: { state: 'mine' } });
  });

  it('does not go to a window that closed while it waited for the credentials', async () => {
    const found = Promise.withResolvers<Credentials>();
    const { phone } = setUp(() => found.promise);
    const closed = phone.lease(A, false);
    phone.windowGone(A);
    const reopened = phone.lease(B, false);
    found.resolve({ kind: 'ready', credentials });
    expect(await closed).toMatchObject({ ok: false });
    expect(await reopened).toMatchObject({ value: { state: 'mine' } });
  });

  it('mirrors reports to all and carries commands of all to the holder, and its answer back', async () => {
    const { phone, pushed } = setUp();
    expect(await phone.command({ kind: 'answer', callId: 'c1' })).toMatchObject({ ok: false });
    await phone.lease(A, false);
    phone.report(A, mirrorOf(call('incoming')));
    expect(pushed.at(-1)).toEqual(['phone.mirror', mirrorOf(call('incoming')), undefined]);
    const first = phone.command({ kind: 'answer', callId: 'c1' });
    expect(pushed.at(-1)).toEqual(['phone.command', { id: 1, command: { kind: 'answer', callId: 'c1' } }, 'a']);
    const second = phone.command({ kind: 'hang_up', callId: 'c2' });
    phone.answer(B, 1, { refusal: 'no_lease' });
    phone.answer(A, 2, { refusal: 'no_such_call' });
    phone.answer(A, 1, { refusal: null });
    phone.answer(A, 1, { refusal: 'wrong_state' });
    expect(await first).toEqual({ ok: true, value: { refusal: null } });
    expect(await second).toEqual({ ok: true, value: { refusal: 'no_such_call' } });
  });

  it('does not call a command done, or failed, that the holder left open; it is undone where the holder is gone', async () => {
    const { phone, clock } = setUp();
    await phone.lease(A, false);
    const late = phone.command({ kind: 'dial', target: '911', ownNumber: null });
    clock.advance(COMMAND_TIMEOUT_MS);
    expect(await late).toMatchObject({ error: { kind: 'timed_out' } });
    const orphaned = phone.command({ kind: 'dial', target: '911', ownNumber: null });
    phone.windowGone(A);
    expect(await orphaned).toMatchObject({ error: { kind: 'not_found' } });
  });

  it('says why there is nothing to lease', async () => {
    const { phone } = setUp(() => Promise.resolve({ kind: 'unavailable', reason: 'signed_out' }));
    expect(await phone.lease(A, false)).toEqual({ ok: true, value: { state: 'unavailable', reason: 'signed_out' } });
  });

  it('waits at the end for the un-REGISTER, but not for ever', async () => {
    const { phone, clock, namesTo } = setUp();
    await phone.lease(A, false);
    const released = phone.askToRelease();
    expect(namesTo('a')).toEqual(['host.closing']);
    phone.release(A);
    await released;
    await phone.lease(B, false);
    const late = phone.askToRelease();
    clock.advance(RELEASE_TIMEOUT_MS);
    await late;
    phone.reset();
    await phone.askToRelease();
  });

  it('renews when no call is up: the holder lets go, then may ask again', async () => {
    const { phone, clock, namesTo, pushed } = setUp();
    await phone.lease(A, false);
    phone.report(A, mirrorOf(call('active')));
    let prepared = 0;
    const renewed = phone.renew(() => (prepared += 1));
    await Promise.resolve();
    expect([prepared, namesTo('a')]).toEqual([0, []]);
    phone.report(A, mirrorOf());
    await renewed;
    expect(prepared).toBe(1);
    expect(namesTo('a')).toEqual(['phone.leaseLost']);
    clock.advance(RENEW_PAUSE_MS);
    expect(pushed.at(-1)).toEqual(['phone.mirror', { registration: { state: 'signed_out' }, calls: [] }, undefined]);
    expect(await phone.lease(A, false)).toMatchObject({ value: { state: 'mine' } });
  });
});
