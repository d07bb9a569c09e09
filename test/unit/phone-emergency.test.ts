import { expect, test } from 'vitest';
import { EMERGENCY_WORDS_AFTER_MS } from '../../renderer/telephony/live-call.ts';
import { PhoneRig } from '../support/phone-rig.ts';
import { turns, until } from '../support/until.ts';

const invites = (rig: PhoneRig) => rig.server.all('INVITE').filter((each) => each.start.includes('sip:911@'));

test('goes without a confirmed registration, on any open socket', async () => {
  const rig = await PhoneRig.make(null);
  rig.server.scripts.set('REGISTER', () => undefined);
  rig.start();
  await rig.server.get('REGISTER');
  const id = rig.dial('911');
  const invite = await rig.server.get('INVITE');
  expect(invite.start).toBe('INVITE sip:911@example.test SIP/2.0');
  rig.server.answer(invite);
  expect(await rig.callBecomes(id, 'active')).toMatchObject({ isEmergency: true, reason: null });
  await rig.end();
});

test('goes when the registration was refused', async () => {
  const rig = await PhoneRig.make({ credentials: { ha1: '0'.repeat(32) } });
  await rig.becomes('refused');
  rig.dial('911');
  expect((await rig.server.get('INVITE')).start).toContain('sip:911@');
  await rig.end();
});

test('goes while another call is up: that one is put aside and does not hear it; nobody waits for its hold', async () => {
  const rig = await PhoneRig.ready();
  const first = await rig.talk();
  const id = rig.dial('911');
  await until('INVITE', () => invites(rig).length === 1);
  expect(rig.call(first.id).hold).toBe('holding');
  expect(rig.world.tracks.find((each) => each.label === 'microphone')?.enabled).toBe(false);
  rig.server.answer(invites(rig)[0]!);
  await rig.callBecomes(id, 'active');
  await rig.end();
});

test('goes while a call rings, and while one is being dialled', async () => {
  const rig = await PhoneRig.ready();
  rig.server.invite();
  await until('ring', () => rig.phone.snapshot().calls.length === 1);
  rig.dial('911');
  await until('INVITE', () => invites(rig).length === 1);
  rig.dial('112');
  await until('second', () => rig.server.all('INVITE').length === 2);
  expect(rig.phone.snapshot().calls.map((call) => call.isEmergency)).toEqual([false, true, true]);
  await rig.end();
});

test('with no socket it stands on screen with the words, and its INVITE leaves the moment there is a path', async () => {
  const rig = await PhoneRig.make(null);
  rig.server.accept = false;
  rig.start();
  await rig.becomes('reconnecting');
  const id = rig.dial('911');
  expect(rig.call(id)).toMatchObject({ state: 'dialling', isEmergency: true, reason: 'emergency_no_path' });
  rig.server.accept = true;
  rig.timers.advance(10_000);
  await until('INVITE', () => invites(rig).length === 1);
  rig.server.reply(invites(rig)[0]!, 180);
  expect(await rig.callBecomes(id, 'ringing')).toMatchObject({ reason: null });
  await rig.end();
});

test('dialling it ends the wait between two attempts to connect', async () => {
  const rig = await PhoneRig.make(null);
  rig.server.accept = false;
  rig.start();
  await rig.becomes('reconnecting');
  await turns();
  const before = rig.server.sockets.length;
  rig.server.accept = true;
  rig.dial('911');
  expect(rig.server.sockets.length).toBe(before + 1);
  await until('INVITE', () => invites(rig).length === 1);
  await rig.end();
});

test('a queued one can be given up', async () => {
  const rig = await PhoneRig.make(null);
  rig.server.accept = false;
  rig.start();
  await rig.becomes('reconnecting');
  const id = rig.dial('911');
  rig.phone.send({ kind: 'hang_up', callId: id });
  expect(rig.call(id)).toMatchObject({ state: 'ended', reason: 'cancelled' });
  await rig.end();
});

test('the socket dies before anybody heard of it: it is sent again on the next one', async () => {
  const rig = await PhoneRig.ready();
  const id = rig.dial('911');
  await until('INVITE', () => invites(rig).length === 1);
  rig.server.socket.cut();
  expect(rig.call(id)).toMatchObject({ state: 'dialling', reason: 'emergency_no_path' });
  rig.timers.advance(100);
  await until('again', () => invites(rig).length === 2);
  rig.server.answer(invites(rig)[1]!);
  await rig.callBecomes(id, 'active');
  await rig.end();
});

test('needs no microphone, no devices, and no answer from STUN or TURN', async () => {
  const rig = await PhoneRig.ready({ options: { media: 'relayOnly' } });
  rig.world.microphone = [new DOMException('no', 'NotAllowedError')];
  rig.world.candidates = [];
  rig.world.gatheringEnds = false;
  const id = rig.dial('911');
  await turns();
  rig.timers.advance(500);
  const invite = await rig.server.get('INVITE');
  rig.server.answer(invite);
  await rig.callBecomes(id, 'active');
  await until('said', () => rig.call(id).microphone === 'refused');
  expect(rig.call(id).state).toBe('active');
  await rig.end();
});

test('nobody answers for it in 2 s: the words are on screen, the INVITE stays out', async () => {
  const rig = await PhoneRig.ready();
  const id = rig.dial('911');
  const invite = await rig.server.get('INVITE');
  rig.timers.advance(EMERGENCY_WORDS_AFTER_MS);
  expect(rig.call(id)).toMatchObject({ state: 'dialling', reason: 'emergency_no_path' });
  rig.server.reply(invite, 100);
  await until('words gone', () => rig.call(id).reason === null);
  await rig.end();
});

test('9911 is not 911, and an ordinary call never jumps the rules', async () => {
  const rig = await PhoneRig.ready();
  await rig.talk();
  expect(rig.phone.send({ kind: 'dial', target: '9911', ownNumber: null })).toEqual({
    ok: false,
    refusal: 'media_busy',
  });
  await rig.end();
});

test('is never given up for want of media', async () => {
  const rig = await PhoneRig.ready();
  rig.world.mediaConnects = false;
  const id = rig.dial('911');
  rig.server.answer(await rig.server.get('INVITE'));
  await rig.callBecomes(id, 'active');
  await turns();
  rig.server.scripts.set('INVITE', (invite, server) => server.reply(invite, 488));
  for (let second = 0; second < 90; second += 5) {
    rig.timers.advance(5_000);
    await turns();
  }
  expect(rig.call(id)).toMatchObject({ state: 'active', media: 'interrupted' });
  await rig.end();
});
