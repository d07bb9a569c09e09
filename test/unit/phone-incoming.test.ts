import { expect, test } from 'vitest';
import { callerOf } from '../../renderer/telephony/jssip/caller.ts';
import { ACCEPT_WATCH_MS } from '../../renderer/telephony/live-call.ts';
import { outcomeOf } from '../../renderer/telephony/outcome.ts';
import { PhoneRig } from '../support/phone-rig.ts';
import { turns, until } from '../support/until.ts';

const only = async (rig: PhoneRig) => {
  await until('a call', () => rig.phone.snapshot().calls.length > 0);
  return rig.phone.snapshot().calls.at(-1)!;
};

test('rings, is answered with audio both ways, and ends', async () => {
  const rig = await PhoneRig.ready({ options: { ringerId: 'speakers' } });
  const { id, invite } = await rig.takeCall();
  expect(rig.call(id)).toMatchObject({
    direction: 'incoming',
    remote: '+14155550123',
    remoteName: 'Ada',
    // To names our own user, which is no number.
    ownNumber: null,
    state: 'active',
    microphone: 'open',
  });
  expect(rig.world.contexts[0]?.sinkId).toBe('speakers');
  expect((await rig.server.get('200 INVITE')).body).toContain('a=sendrecv');
  expect(rig.steps.at(0)).toMatchObject({ callId: invite.header('Call-ID'), view: { state: 'incoming' } });
  rig.phone.send({ kind: 'hang_up', callId: id });
  await rig.server.get('BYE');
  await rig.end();
});

test('an INVITE without SDP is answered with an offer', async () => {
  const rig = await PhoneRig.ready();
  const invite = rig.server.invite({ body: null });
  const call = await only(rig);
  rig.phone.send({ kind: 'answer', callId: call.id });
  const ok = await rig.server.get('200 INVITE');
  expect(ok.body).toContain('m=audio');
  const { fakeSdp } = await import('../support/fake-webrtc.ts');
  rig.server.inDialog('ACK', invite.header('From'), ok.header('To'), invite.header('Call-ID'), { body: fakeSdp() });
  await rig.callBecomes(call.id, 'active');
  await rig.end();
});

test('the caller gives up: missed; a colleague took it: answered elsewhere (pitfall 38)', async () => {
  const rig = await PhoneRig.ready();
  rig.server.cancel(rig.server.invite());
  const missed = await rig.callBecomes((await only(rig)).id, 'ended');
  expect([missed.reason, outcomeOf(missed)]).toEqual(['missed', 'missed']);
  await rig.server.get('487 INVITE');
  const second = rig.server.invite();
  await until('second', () => rig.phone.snapshot().calls.length === 2);
  rig.server.cancel(second, ['Reason: SIP;cause=200;text="Call completed elsewhere"']);
  const taken = await rig.callBecomes('call-2', 'ended');
  expect([taken.reason, outcomeOf(taken)]).toEqual(['answered_elsewhere', 'answered_elsewhere']);
  await rig.end();
});

test('declining says busy here, so that voicemail and other phones go on (pitfall 36)', async () => {
  const rig = await PhoneRig.ready();
  rig.server.invite();
  const { id } = await only(rig);
  rig.phone.send({ kind: 'decline', callId: id });
  await rig.server.get('486 INVITE');
  expect(outcomeOf(rig.call(id))).toBe('declined');
  await rig.end();
});

test('a second call while one is up is told busy at once and kept as missed (pitfall 37)', async () => {
  const rig = await PhoneRig.ready();
  await rig.talk();
  const steps = rig.steps.length;
  const second = rig.server.invite({ from: '<sip:+14155550777@example.test>' });
  await rig.server.get('486 INVITE');
  expect(rig.server.all('180 INVITE')).toHaveLength(0);
  expect(rig.steps.slice(steps)).toMatchObject([
    {
      callId: second.header('Call-ID'),
      view: { remote: '+14155550777', state: 'ended', reason: 'missed_in_call', sipCode: 486 },
    },
  ]);
  expect(outcomeOf(rig.steps.at(-1)!.view)).toBe('missed');
  expect(rig.phone.snapshot().calls).toHaveLength(1);
  await rig.end();
});

test('a socket cut while ringing ends the ghost (pitfall 15)', async () => {
  const rig = await PhoneRig.ready();
  rig.server.invite();
  const { id } = await only(rig);
  rig.server.socket.cut();
  const call = await rig.callBecomes(id, 'ended');
  expect([call.reason, outcomeOf(call)]).toEqual(['connection_lost', 'missed']);
  expect(rig.world.open()).toMatchObject({ contexts: 0, tracks: 0 });
  await rig.end();
});

test('an answer that never gets through is torn down after 8 s, microphone and all (pitfall 15)', async () => {
  const rig = await PhoneRig.ready();
  rig.world.candidates = [];
  rig.world.gatheringEnds = false;
  rig.server.invite();
  const { id } = await only(rig);
  // Nothing is gathered and, with the clock standing still, the gate stays shut: the 200 cannot leave.
  rig.phone.send({ kind: 'answer', callId: id });
  await turns();
  rig.world.connections.at(-1)?.close();
  rig.timers.advance(ACCEPT_WATCH_MS);
  expect(rig.call(id)).toMatchObject({ state: 'ended' });
  await turns();
  expect(rig.world.open()).toMatchObject({ connections: 0, tracks: 0 });
  await rig.end();
});

test('answering in the same moment as the caller gives up harms nothing', async () => {
  const rig = await PhoneRig.ready();
  const invite = rig.server.invite();
  const { id } = await only(rig);
  rig.server.cancel(invite);
  rig.phone.send({ kind: 'answer', callId: id });
  await rig.callBecomes(id, 'ended');
  await turns();
  expect(rig.world.open()).toMatchObject({ connections: 0, tracks: 0 });
  await rig.end();
});

test('a refused microphone does not reject the caller (pitfall 34)', async () => {
  const rig = await PhoneRig.ready();
  rig.world.microphone = [new DOMException('no', 'NotAllowedError')];
  const { id } = await rig.takeCall();
  expect(rig.call(id)).toMatchObject({ state: 'active', microphone: 'refused' });
  await rig.end();
});

test('transfers are refused politely, by REFER and by Replaces (pitfall 42)', async () => {
  const rig = await PhoneRig.ready();
  const { id, invite } = await rig.talk();
  const local = `${invite.header('To')};tag=srv${invite.header('Call-ID').slice(-4)}`;
  rig.server.inDialog('REFER', local, invite.header('From'), invite.header('Call-ID'), {
    headers: ['Refer-To: <sip:+19005550199@example.test>'],
  });
  const notify = await rig.server.get('NOTIFY');
  expect(rig.server.all('NOTIFY').some((each) => each.body.includes('603')) || notify.body.includes('100')).toBe(true);
  await until('603', () => rig.server.all('NOTIFY').some((each) => each.body.includes('603')));
  const fromTag = /tag=(\S+)/.exec(invite.header('From'))?.[1];
  rig.server.invite({
    headers: [
      `Replaces: ${invite.header('Call-ID')};to-tag=${fromTag};from-tag=srv${invite.header('Call-ID').slice(-4)}`,
    ],
  });
  await rig.server.get('486 INVITE');
  expect(rig.call(id).state).toBe('active');
  expect(rig.server.all('INVITE')).toHaveLength(1);
  await rig.end();
});

test('names and numbers from outside are cut and cleaned; PAI counts only from our own provider (pitfall 39)', () => {
  expect(callerOf('"Ada \u202E\r\nX" <sip:+1415@example.test>;tag=a', [], 'example.test')).toEqual({
    number: '+1415',
    name: 'Ada X',
  });
  expect(callerOf('sip:bob@other.test;tag=1', [], 'example.test')).toEqual({ number: 'bob@other.test', name: null });
  expect(callerOf('<tel:+1415>', [], 'example.test').number).toBe('+1415');
  expect(callerOf('<sip:anonymous@anonymous.invalid>', ['"Ada" <sip:+1416@example.test>'], 'example.test')).toEqual({
    number: '+1416',
    name: 'Ada',
  });
  expect(callerOf('<sip:+1415@example.test>', ['<sip:+1999@evil.test>'], 'example.test').number).toBe('+1415');
  expect(callerOf(`"${'x'.repeat(500)}" <sip:%ff@example.test>`, [], 'example.test')).toEqual({
    number: '%ff',
    name: 'x'.repeat(60),
  });
  expect(callerOf('', [], 'example.test')).toEqual({ number: 'anonymous', name: null });
});
