import { expect, test } from 'vitest';
import { BYE_PATIENCE_MS } from '../../renderer/telephony/jssip/session-call.ts';
import { ENDED_SHOWN_MS } from '../../renderer/telephony/live-phone.ts';
import { outcomeOf } from '../../renderer/telephony/outcome.ts';
import { fakeSdp } from '../support/fake-webrtc.ts';
import { PhoneRig } from '../support/phone-rig.ts';
import { turns, until } from '../support/until.ts';

test('dials, talks, hangs up, and leaves nothing open', async () => {
  const rig = await PhoneRig.ready();
  const { id, invite } = await rig.talk('+1 (415) 555-0199');
  expect(invite.start).toBe('INVITE sip:+14155550199@example.test SIP/2.0');
  expect(invite.header('Session-Expires')).toBe('');
  expect(rig.call(id)).toMatchObject({ state: 'active', microphone: 'open', media: 'flowing', reason: null });
  expect(rig.phone.send({ kind: 'hang_up', callId: id })).toEqual({ ok: true, callId: id });
  await rig.server.get('BYE');
  expect(rig.call(id)).toMatchObject({ state: 'ended', reason: 'hung_up', microphone: 'closed', media: 'none' });
  expect(rig.steps.map(({ view }) => view.state)).toEqual(['dialling', 'active', 'ended']);
  expect(new Set(rig.steps.map(({ callId }) => callId))).toEqual(new Set([invite.header('Call-ID')]));
  rig.timers.advance(ENDED_SHOWN_MS);
  expect(rig.phone.snapshot().calls).toEqual([]);
  expect(rig.world.open()).toMatchObject({ connections: 0, tracks: 0, sinks: 0 });
  const [timing] = rig.phone.timings();
  expect(timing).toMatchObject({ callId: id, inviteSentAt: expect.any(Number), answeredAt: expect.any(Number) });
  await rig.end();
});

test('the number shown is asked for by P-Preferred-Identity, and nothing else gets into a header', async () => {
  const rig = await PhoneRig.ready();
  rig.phone.send({ kind: 'dial', target: '100', ownNumber: '+14155550100' });
  const invite = await rig.server.get('INVITE');
  expect(invite.header('P-Preferred-Identity')).toBe('<sip:+14155550100@example.test>');
  rig.phone.send({ kind: 'hang_up', callId: 'call-1' });
  rig.phone.send({ kind: 'dial', target: '100', ownNumber: 'x\r\nRoute: <sip:evil>' });
  const second = await rig.server.get('INVITE', 1);
  expect(second.text).not.toContain('evil');
  await rig.end();
});

test('refuses what it cannot do, with the reason', async () => {
  const rig = await PhoneRig.make(null);
  const dial = (target: string) => rig.phone.send({ kind: 'dial', target, ownNumber: null });
  expect(dial('100')).toEqual({ ok: false, refusal: 'not_registered' });
  rig.start();
  expect(dial('100')).toEqual({ ok: false, refusal: 'not_registered' });
  await rig.becomes('ready');
  await turns();
  expect(dial('1\r\nVia: x')).toEqual({ ok: false, refusal: 'bad_target' });
  const { id } = await rig.talk();
  expect(dial('100')).toEqual({ ok: false, refusal: 'media_busy' });
  expect(rig.phone.send({ kind: 'answer', callId: id })).toEqual({ ok: false, refusal: 'wrong_state' });
  expect(rig.phone.send({ kind: 'hang_up', callId: 'nobody' })).toEqual({ ok: false, refusal: 'no_such_call' });
  expect(rig.server.all('INVITE')).toHaveLength(1);
  await rig.end();
});

test('ringback on 180, silence on early media, one tone at a time (pitfall 30)', async () => {
  const rig = await PhoneRig.ready();
  const id = rig.dial('100');
  const invite = await rig.server.get('INVITE');
  rig.server.reply(invite, 180);
  rig.server.reply(invite, 180);
  await rig.callBecomes(id, 'ringing');
  expect(rig.world.open().contexts).toBe(1);
  rig.server.reply(invite, 183, { body: fakeSdp() });
  await rig.callBecomes(id, 'early_media');
  expect(rig.world.open().contexts).toBe(0);
  // A second 183 with SDP fails inside JsSIP; the call goes on (pitfall 29).
  rig.server.reply(invite, 183, { body: fakeSdp() });
  rig.server.answer(invite);
  await rig.callBecomes(id, 'active');
  await rig.server.get('ACK');
  await rig.end();
});

test.each([
  [486, 'busy', 'failed'],
  [480, 'unavailable', 'failed'],
  [404, 'number_unknown', 'failed'],
  [402, 'no_credit', 'failed'],
  [302, 'redirected', 'failed'],
  [603, 'rejected', 'failed'],
])('a final %i is said as %s', async (code, reason, outcome) => {
  const rig = await PhoneRig.ready();
  rig.server.scripts.set('INVITE', (invite, server) => server.reply(invite, code));
  const id = rig.dial('100');
  const call = await rig.callBecomes(id, 'ended');
  expect(call).toMatchObject({ reason, sipCode: code, answeredAt: null });
  expect(outcomeOf(call)).toBe(outcome);
  await rig.server.get('ACK');
  await rig.end();
});

test('hanging up before the answer cancels; nothing rings on (pitfall 10)', async () => {
  const rig = await PhoneRig.ready();
  const id = rig.dial('100');
  const invite = await rig.server.get('INVITE');
  rig.server.reply(invite, 100);
  rig.server.reply(invite, 180);
  await rig.callBecomes(id, 'ringing');
  rig.phone.send({ kind: 'hang_up', callId: id });
  await rig.server.get('CANCEL');
  await rig.server.get('ACK');
  expect(rig.call(id)).toMatchObject({ state: 'ended', reason: 'cancelled', sipCode: null });
  expect(outcomeOf(rig.call(id))).toBe('cancelled');
  await rig.end();
});

test('hanging up before the 407: at most one INVITE more, and it is cancelled (pitfall 10)', async () => {
  const rig = await PhoneRig.ready();
  const id = rig.dial('100');
  const invite = await rig.server.get('INVITE');
  rig.phone.send({ kind: 'hang_up', callId: id });
  rig.server.reply(invite, 407, {
    headers: ['Proxy-Authenticate: Digest realm="example.test", nonce="n", algorithm=MD5'],
  });
  const second = await rig.server.get('INVITE', 1);
  rig.server.reply(second, 100);
  rig.server.reply(second, 180);
  await rig.server.get('CANCEL');
  await turns();
  expect(rig.server.all('INVITE')).toHaveLength(2);
  expect(rig.call(id).state).toBe('ended');
  await rig.end();
});

test('hanging up before the INVITE could leave sends none', async () => {
  const rig = await PhoneRig.ready();
  rig.world.candidates = [];
  rig.world.gatheringEnds = false;
  const id = rig.dial('100');
  rig.phone.send({ kind: 'hang_up', callId: id });
  rig.timers.advance(5_000);
  await turns();
  expect(rig.server.all('INVITE')).toHaveLength(0);
  expect(rig.world.open()).toMatchObject({ connections: 0, tracks: 0 });
  await rig.end();
});

test('the far end hangs up', async () => {
  const rig = await PhoneRig.ready();
  const { id, invite } = await rig.talk();
  rig.server.inDialog(
    'BYE',
    `${invite.header('To')};tag=srv${invite.header('Call-ID').slice(-4)}`,
    invite.header('From'),
    invite.header('Call-ID'),
  );
  await rig.callBecomes(id, 'ended');
  expect(rig.call(id).reason).toBe('far_end_hung_up');
  await rig.server.get('200 BYE');
  await rig.end();
});

test('a bad answer leaves no connection, session or dialog behind (pitfall 35)', async () => {
  const rig = await PhoneRig.ready();
  const id = rig.dial('100');
  const invite = await rig.server.get('INVITE');
  rig.server.reply(invite, 200, { body: 'no SDP at all' });
  await rig.callBecomes(id, 'ended');
  expect(rig.call(id).reason).toBe('media_failed');
  await rig.server.get('BYE');
  await turns();
  expect(rig.world.open()).toMatchObject({ connections: 0, tracks: 0 });
  // The dialog is gone from JsSIP as well: a request in it meets nobody.
  const local = `${invite.header('To')};tag=srv${invite.header('Call-ID').slice(-4)}`;
  rig.server.inDialog('BYE', local, invite.header('From'), invite.header('Call-ID'));
  expect((await rig.server.get('481 BYE')).status).toBe(481);
  await rig.end();
});

test('the socket is cut while dialling: the call is lost and said so', async () => {
  const rig = await PhoneRig.ready();
  const id = rig.dial('100');
  const invite = await rig.server.get('INVITE');
  rig.server.reply(invite, 180);
  await rig.callBecomes(id, 'ringing');
  rig.server.socket.cut();
  expect(await rig.callBecomes(id, 'ended')).toMatchObject({ reason: 'connection_lost' });
  rig.timers.advance(100);
  await rig.becomes('ready');
  expect(rig.server.all('INVITE')).toHaveLength(1);
  await rig.end();
});

test('a hang-up while the socket is down closes media at once; its BYE leaves with the next socket', async () => {
  const rig = await PhoneRig.ready();
  const { id } = await rig.talk();
  rig.server.accept = 'hang';
  rig.server.socket.cut();
  rig.phone.send({ kind: 'hang_up', callId: id });
  expect(rig.call(id).state).toBe('ending');
  expect(rig.world.open()).toMatchObject({ connections: 0, tracks: 0, sinks: 0 });
  rig.server.accept = true;
  rig.timers.advance(100);
  rig.server.socket.open();
  await rig.server.get('BYE');
  await until('ended', () => rig.call(id).state === 'ended');
  expect(rig.call(id).reason).toBe('hung_up');
  await rig.end();
});

test('a hang-up whose path never comes back ends for good in the end', async () => {
  const rig = await PhoneRig.ready();
  const { id } = await rig.talk();
  rig.server.accept = 'hang';
  rig.server.socket.cut();
  rig.phone.send({ kind: 'hang_up', callId: id });
  rig.timers.advance(BYE_PATIENCE_MS);
  expect(rig.call(id).state).toBe('ended');
  await rig.end();
});

test('stop in mid-call says BYE, un-registers and leaves nothing', async () => {
  const rig = await PhoneRig.ready();
  await rig.talk();
  await rig.end();
  expect(rig.server.all('BYE')).toHaveLength(1);
  expect(rig.server.all('REGISTER').at(-1)?.header('Expires')).toBe('0');
});

test('fifty calls in a row leave exactly nothing', async () => {
  const rig = await PhoneRig.ready();
  for (let index = 0; index < 50; index += 1) {
    const { id } = await rig.talk();
    rig.phone.send({ kind: 'hang_up', callId: id });
    await rig.server.get('BYE', index);
    expect(rig.resources.open()).toEqual({ socket: 1 });
  }
  rig.timers.advance(ENDED_SHOWN_MS);
  expect(rig.phone.snapshot().calls).toEqual([]);
  expect(rig.resources.open()).toEqual({ socket: 1 });
  await rig.end();
});

test('a call whose INVITE cannot be made is told once, as ended', async () => {
  const rig = await PhoneRig.ready();
  const real = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = function refuse() {
    throw new Error('No WebRTC here');
  } as never;
  try {
    const id = rig.dial('+14155550199');
    await rig.callBecomes(id, 'ended');
    await turns();
    expect(rig.steps.map(({ view }) => view.state)).toEqual(['ended']);
    expect(rig.server.all('INVITE')).toEqual([]);
  } finally {
    globalThis.RTCPeerConnection = real;
  }
  await rig.end();
});
