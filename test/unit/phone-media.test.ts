import { expect, test } from 'vitest';
import { REOFFER_AFTER_MS } from '../../renderer/telephony/media/connection.ts';
import {
  gateRule,
  LEARNT_WAIT_MS,
  NetworkMemory,
  RELAY_WAIT_MS,
  suffices,
} from '../../renderer/telephony/media/ice-gate.ts';
import { SILENCE_AFTER_MS } from '../../renderer/telephony/media/call-media.ts';
import { OPTIONS, PhoneRig } from '../support/phone-rig.ts';
import { turns, until } from '../support/until.ts';

const microphones = (rig: PhoneRig) => rig.world.tracks.filter((each) => each.label === 'microphone');
const gone = (name: string) => new DOMException('gone', name);

test('the INVITE leaves on the first host candidate although gathering never ends (pitfall 19)', async () => {
  const rig = await PhoneRig.ready();
  rig.world.gatheringEnds = false;
  rig.dial('100');
  const invite = await rig.server.get('INVITE');
  expect(invite.body).toContain('typ host');
  await rig.end();
});

test('the answer leaves on the first host candidate too', async () => {
  const rig = await PhoneRig.ready();
  rig.world.gatheringEnds = false;
  const { ok } = await rig.takeCall();
  expect(ok.body).toContain('typ host');
  await rig.end();
});

test('relay only: waits for a relay candidate, at most 2 s', async () => {
  const rig = await PhoneRig.ready({ options: { media: 'relayOnly' } });
  rig.world.gatheringEnds = false;
  rig.world.candidates = [];
  rig.dial('100');
  await turns();
  rig.timers.advance(RELAY_WAIT_MS - 1);
  await turns();
  expect(rig.server.all('INVITE')).toHaveLength(0);
  rig.world.connections.at(-1)?.yieldCandidate('relay');
  const invite = await rig.server.get('INVITE');
  expect(invite.body).toContain('typ relay');
  expect(rig.world.connections.at(-1)?.configuration?.iceTransportPolicy).toBe('relay');
  await rig.end();
});

test('a silent relay does not hold an INVITE for ever', async () => {
  const rig = await PhoneRig.ready({ options: { media: 'relayOnly' } });
  rig.world.gatheringEnds = false;
  rig.world.candidates = [];
  rig.dial('100');
  await turns();
  rig.timers.advance(RELAY_WAIT_MS);
  expect((await rig.server.get('INVITE')).body).not.toContain('a=candidate');
  await rig.end();
});

test('a network that needs its relay is re-offered to 300 ms after the answer, and remembered', async () => {
  const rig = await PhoneRig.ready({ options: { media: 'endToEnd' } });
  rig.world.gatheringEnds = false;
  rig.world.mediaConnects = false;
  const id = rig.dial('100');
  rig.server.answer(await rig.server.get('INVITE'));
  await rig.callBecomes(id, 'active');
  await turns();
  rig.world.connections.at(-1)?.yieldCandidate('relay');
  rig.timers.advance(REOFFER_AFTER_MS);
  const offer = await rig.server.get('INVITE', 1);
  expect(offer.body).toContain('typ relay');
  // A refusal of it never ends the call.
  rig.server.reply(offer, 488);
  await turns();
  expect(rig.call(id).state).toBe('active');
  rig.phone.send({ kind: 'hang_up', callId: id });
  rig.dial('100');
  await turns();
  rig.timers.advance(LEARNT_WAIT_MS - 1);
  await turns();
  expect(rig.server.all('INVITE')).toHaveLength(2);
  rig.timers.advance(1);
  await rig.server.get('INVITE', 2);
  await rig.end();
});

test('what suffices is a matter of policy and of what the network taught', () => {
  const memory = new NetworkMemory();
  expect(gateRule('anchored', memory, false).wanted).toBe('host');
  expect(gateRule('endToEnd', memory, false).wanted).toBe('host');
  memory.learn('relay');
  memory.learn('srflx');
  expect(gateRule('endToEnd', memory, false)).toEqual({ wanted: 'relay', waitMs: LEARNT_WAIT_MS });
  expect(gateRule('anchored', memory, false).wanted).toBe('host');
  expect(gateRule('relayOnly', memory, true).waitMs).toBe(LEARNT_WAIT_MS);
  memory.forget();
  expect(gateRule('endToEnd', memory, false).wanted).toBe('host');
  expect([
    suffices('relay', 'srflx'),
    suffices('host', 'srflx'),
    suffices('prflx', 'srflx'),
    suffices(null, 'host'),
  ]).toEqual([true, false, true, false]);
});

test('a slow microphone holds nothing up; it is put in when it comes', async () => {
  const rig = await PhoneRig.ready();
  rig.world.microphone = ['later'];
  const { id, connection } = await rig.talk();
  expect(rig.call(id).microphone).toBe('opening');
  rig.timers.advance(SILENCE_AFTER_MS);
  await turns();
  expect(connection.getSenders()[0]?.track?.label).toBe('silence');
  rig.world.waitingMicrophones[0]?.();
  await until('open', () => rig.call(id).microphone === 'open');
  await turns();
  expect(connection.getSenders()[0]?.track?.label).toBe('microphone');
  expect(rig.world.tracks.find((each) => each.label === 'silence')?.readyState).toBe('ended');
  await rig.end();
});

test('a microphone that comes after the end is stopped at once (pitfall 34)', async () => {
  const rig = await PhoneRig.ready();
  rig.world.microphone = ['later'];
  const { id } = await rig.talk();
  rig.phone.send({ kind: 'hang_up', callId: id });
  rig.world.waitingMicrophones[0]?.();
  await turns();
  expect(rig.world.open().tracks).toBe(0);
  await rig.end();
});

test.each([
  ['NotAllowedError', 'refused'],
  ['SecurityError', 'refused'],
  ['NotFoundError', 'missing'],
  ['NotReadableError', 'missing'],
])('a microphone that fails with %s is %s, and the call goes on in silence', async (name, state) => {
  const rig = await PhoneRig.ready();
  rig.world.microphone = [gone(name)];
  const { id, connection } = await rig.talk();
  await until('said', () => rig.call(id).microphone === state);
  await turns();
  expect(rig.call(id).state).toBe('active');
  expect(connection.getSenders()[0]?.track?.label).toBe('silence');
  expect(rig.phone.send({ kind: 'digits', callId: id, digits: '1' }).ok).toBe(true);
  await rig.end();
});

test('no microphone is open while idle or ringing', async () => {
  const rig = await PhoneRig.ready();
  rig.server.invite();
  await until('ring', () => rig.phone.snapshot().calls.length === 1);
  expect(rig.world.asked).toEqual([]);
  rig.phone.send({ kind: 'decline', callId: 'call-1' });
  await rig.end();
});

test('a stored device that is gone: exact, then ideal, then any (pitfall 50)', async () => {
  const rig = await PhoneRig.ready({ options: { microphoneId: 'old' } });
  rig.world.microphone = [gone('OverconstrainedError'), gone('OverconstrainedError'), 'ok'];
  const { id } = await rig.talk();
  await until('open', () => rig.call(id).microphone === 'open');
  expect(rig.world.asked.map((each) => each.deviceId)).toEqual([{ exact: 'old' }, { ideal: 'old' }, undefined]);
  await rig.end();
});

test('a device pulled out in mid-call is replaced, and mute stays mute (pitfalls 27, 49)', async () => {
  const rig = await PhoneRig.ready();
  const { id, connection } = await rig.talk();
  rig.phone.send({ kind: 'mute', callId: id, on: true });
  microphones(rig)[0]?.unplug();
  await until('another', () => microphones(rig).length === 2 && rig.call(id).microphone === 'open');
  await turns();
  expect(connection.getSenders()[0]?.track).toBe(microphones(rig)[1]);
  expect(microphones(rig)[1]?.enabled).toBe(false);
  rig.world.microphone = [gone('NotFoundError'), 'ok'];
  microphones(rig)[1]?.unplug();
  await until('none left', () => rig.call(id).microphone === 'missing');
  for (const listener of rig.world.deviceListeners) listener();
  await until('plugged in again', () => rig.call(id).microphone === 'open');
  await rig.end();
});

test('devices chosen in mid-call move the call: microphone without un-muting, loudspeaker by setSinkId', async () => {
  const rig = await PhoneRig.ready();
  const { id } = await rig.talk();
  rig.phone.send({ kind: 'mute', callId: id, on: true });
  rig.phone.setOptions({ ...OPTIONS, microphoneId: 'desk', speakerId: 'headset' });
  await until('moved', () => microphones(rig).length === 2);
  await turns();
  expect(microphones(rig).map((each) => [each.readyState, each.enabled])).toEqual([
    ['ended', false],
    ['live', false],
  ]);
  expect(rig.world.sinks[0]?.sinkId).toBe('headset');
  rig.world.sinks[0]?.missing.add('gone');
  rig.phone.setOptions({ ...OPTIONS, microphoneId: 'desk', speakerId: 'gone' });
  await until('default', () => rig.world.sinks[0]?.sinkId === '');
  await rig.end();
});

test('the certificate made ahead and the policy are in the connection; audio plays through one element per call', async () => {
  const rig = await PhoneRig.ready({ credentials: { iceServers: [{ urls: ['stun:127.0.0.1'] }] } });
  await rig.talk();
  expect(rig.world.connections.at(-1)?.configuration).toEqual({
    iceServers: [{ urls: ['stun:127.0.0.1'] }],
    iceTransportPolicy: 'all',
    bundlePolicy: 'balanced',
  });
  expect(rig.world.sinks).toHaveLength(1);
  await rig.end();
});
