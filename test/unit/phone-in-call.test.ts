import { expect, test } from 'vitest';
import { REOFFER_PATIENCE_MS } from '../../renderer/telephony/jssip/reoffer.ts';
import { fakeSdp } from '../support/fake-webrtc.ts';
import type { SipText } from '../support/loop-socket.ts';
import { PROBE_WITHIN_MS, PROVEN_FOR_MS } from '../../renderer/telephony/jssip/path-watch.ts';
import { PhoneRig } from '../support/phone-rig.ts';
import { turns, until } from '../support/until.ts';

const hold = (rig: PhoneRig, callId: string, on: boolean) => rig.phone.send({ kind: 'hold', callId, on });
const microphone = (rig: PhoneRig) => rig.world.tracks.find((each) => each.label === 'microphone')!;
/** From and To of a request by the far end inside the dialog of our INVITE. */
const dialog = (invite: SipText) =>
  [
    `${invite.header('To')};tag=srv${invite.header('Call-ID').slice(-4)}`,
    invite.header('From'),
    invite.header('Call-ID'),
  ] as const;

test('hold: "holding" until the peer took it, silent at once, and back (pitfall 25)', async () => {
  const rig = await PhoneRig.ready();
  const { id } = await rig.talk();
  expect(hold(rig, id, true).ok).toBe(true);
  expect(rig.call(id).hold).toBe('holding');
  expect(microphone(rig).enabled).toBe(false);
  const offer = await rig.server.get('INVITE', 1);
  expect(offer.body).toContain('a=sendonly');
  expect(hold(rig, id, true)).toEqual({ ok: false, refusal: 'wrong_state' });
  rig.server.reply(offer, 200, { body: fakeSdp('recvonly') });
  await until('held', () => rig.call(id).hold === 'local');
  hold(rig, id, false);
  expect(rig.call(id).hold).toBe('resuming');
  const back = await rig.server.get('INVITE', 2);
  expect(back.body).toContain('a=sendrecv');
  rig.server.answer(back);
  await until('resumed', () => rig.call(id).hold === 'none');
  expect(microphone(rig).enabled).toBe(true);
  await rig.end();
});

test('a refused hold is taken back and the call goes on (pitfall 22)', async () => {
  const rig = await PhoneRig.ready();
  const { id, connection } = await rig.talk();
  hold(rig, id, true);
  rig.server.reply(await rig.server.get('INVITE', 1), 488);
  await until('taken back', () => rig.call(id).hold === 'none');
  expect(rig.call(id).state).toBe('active');
  expect(microphone(rig).enabled).toBe(true);
  await until('rolled back', () => connection.signalingState === 'stable');
  hold(rig, id, true);
  rig.server.reply(await rig.server.get('INVITE', 2), 200, { body: fakeSdp('recvonly') });
  await until('held', () => rig.call(id).hold === 'local');
  hold(rig, id, false);
  rig.server.reply(await rig.server.get('INVITE', 3), 500);
  await until('still held', () => rig.call(id).hold === 'local');
  expect(microphone(rig).enabled).toBe(false);
  expect(rig.server.all('BYE')).toHaveLength(0);
  await rig.end();
});

test('hold while the socket is down waits for it instead of ending the call (pitfall 16)', async () => {
  const rig = await PhoneRig.ready();
  const { id } = await rig.talk();
  rig.server.socket.cut();
  hold(rig, id, true);
  await turns();
  expect(rig.call(id)).toMatchObject({ state: 'active', hold: 'holding' });
  rig.timers.advance(100);
  await rig.becomes('ready');
  rig.timers.advance(400);
  const offer = await rig.server.get('INVITE', 1);
  rig.server.reply(offer, 200, { body: fakeSdp('recvonly') });
  await turns();
  rig.timers.advance(400);
  await until('held', () => rig.call(id).hold === 'local' || rig.server.all('INVITE').length > 2);
  const next = rig.server.all('INVITE')[2];
  if (next) rig.server.reply(next, 200, { body: fakeSdp('recvonly') });
  await until('held', () => rig.call(id).hold === 'local');
  expect(rig.call(id).state).toBe('active');
  await rig.end();
});

test('a hold that finds no path in 8 s says so', async () => {
  const rig = await PhoneRig.ready();
  const { id } = await rig.talk();
  rig.server.accept = 'hang';
  rig.server.socket.cut();
  hold(rig, id, true);
  rig.timers.advance(REOFFER_PATIENCE_MS + 300);
  expect(rig.call(id)).toMatchObject({ state: 'active', hold: 'none' });
  expect(microphone(rig).enabled).toBe(true);
  await rig.end();
});

test('the socket dies under a re-INVITE: the call survives (reliability 1.2)', async () => {
  const rig = await PhoneRig.ready();
  const { id, connection } = await rig.talk();
  hold(rig, id, true);
  await rig.server.get('INVITE', 1);
  rig.server.socket.cut();
  await until('taken back', () => rig.call(id).hold === 'none');
  expect(rig.call(id).state).toBe('active');
  await until('rolled back', () => connection.signalingState === 'stable');
  rig.timers.advance(100);
  await rig.becomes('ready');
  await rig.server.get('INVITE', 2);
  await rig.end();
});

test('glare: the peer’s offer gets 491 while ours is out, and ours goes through (pitfall 23)', async () => {
  const rig = await PhoneRig.ready();
  const { id, invite } = await rig.talk();
  hold(rig, id, true);
  const ours = await rig.server.get('INVITE', 1);
  rig.server.inDialog('INVITE', ...dialog(invite), { body: fakeSdp() });
  await rig.server.get('491 INVITE');
  rig.server.inDialog('UPDATE', ...dialog(invite), { body: fakeSdp() });
  await rig.server.get('491 UPDATE');
  rig.server.reply(ours, 200, { body: fakeSdp('recvonly') });
  await until('held', () => rig.call(id).hold === 'local');
  expect(rig.call(id).state).toBe('active');
  await rig.end();
});

test('glare lost twice is a refused hold, not a lost call; nothing is sent after the end (pitfalls 23, 24)', async () => {
  const rig = await PhoneRig.ready();
  const { id } = await rig.talk();
  hold(rig, id, true);
  rig.server.reply(await rig.server.get('INVITE', 1), 491);
  // JsSIP tries once more after a second of its own.
  rig.server.reply(await rig.server.get('INVITE', 2), 491);
  await until('taken back', () => rig.call(id).hold === 'none');
  expect(rig.call(id).state).toBe('active');
  await rig.end();
});

test('nothing is sent after the end: the second try of a 491 stays in (pitfall 24)', async () => {
  const rig = await PhoneRig.ready();
  const { id } = await rig.talk();
  const realTimeout = globalThis.setTimeout;
  const retries: Array<() => void> = [];
  globalThis.setTimeout = ((callback: () => void, delayMs: number) =>
    delayMs === 1_000 ? retries.push(callback) : realTimeout(callback, delayMs)) as never;
  hold(rig, id, true);
  rig.server.reply(await rig.server.get('INVITE', 1), 491);
  await until('a second try is planned', () => retries.length === 1);
  globalThis.setTimeout = realTimeout;
  rig.phone.send({ kind: 'hang_up', callId: id });
  await rig.server.get('BYE');
  retries[0]?.();
  await turns();
  expect(rig.server.all('INVITE')).toHaveLength(2);
  await rig.end();
});

test('held by the peer: said, and the microphone is silent; mute survives both (pitfalls 26, 27)', async () => {
  const rig = await PhoneRig.ready();
  const { id, invite } = await rig.talk();
  rig.server.inDialog('INVITE', ...dialog(invite), { body: fakeSdp('sendonly') });
  await until('held by peer', () => rig.call(id).hold === 'remote');
  expect(microphone(rig).enabled).toBe(false);
  rig.phone.send({ kind: 'mute', callId: id, on: true });
  const ok = await rig.server.get('200 INVITE');
  rig.server.inDialog('ACK', ...dialog(invite));
  await turns();
  rig.server.inDialog('INVITE', ...dialog(invite), { body: fakeSdp('sendrecv') });
  await until('let go', () => rig.call(id).hold === 'none');
  expect(microphone(rig).enabled).toBe(false);
  rig.phone.send({ kind: 'mute', callId: id, on: false });
  expect(microphone(rig).enabled).toBe(true);
  expect(ok.status).toBe(200);
  await rig.end();
});

test('a call survives a cut socket, and the proxy learns the new one by a re-INVITE (pitfall 14)', async () => {
  const rig = await PhoneRig.ready();
  const { id, connection } = await rig.talk();
  rig.server.socket.cut();
  expect(rig.call(id).state).toBe('active');
  rig.timers.advance(100);
  await rig.becomes('ready');
  rig.server.answer(await rig.server.get('INVITE', 1));
  await turns();
  // Media never stopped, so its credentials stay.
  expect(connection.restarts).toBe(0);
  expect(rig.call(id)).toMatchObject({ state: 'active', media: 'flowing' });
  await rig.end();
});

test.each([
  ['ends', true],
  ['never ends', false],
])(
  'a network change: new socket, REGISTER, then ICE restart with fresh candidates, where gathering %s (pitfalls 20, 21)',
  async (_how, ends) => {
    const rig = await PhoneRig.ready();
    rig.world.gatheringEnds = ends;
    const { id, connection } = await rig.talk();
    rig.timers.advance(PROVEN_FOR_MS);
    await turns();
    rig.server.silent = true;
    connection.become('disconnected');
    expect(rig.call(id).media).toBe('interrupted');
    rig.phone.networkChanged();
    rig.timers.advance(PROBE_WITHIN_MS);
    rig.server.silent = false;
    await rig.becomes('ready');
    expect(rig.server.sockets).toHaveLength(2);
    for (let step = 0; step < 10 && rig.server.all('INVITE').length === 1; step += 1) {
      rig.timers.advance(200);
      await turns();
    }
    const offer = rig.server.all('INVITE').at(-1)!;
    expect(connection.restarts).toBeGreaterThan(0);
    expect(offer.body).toContain(`a=ice-ufrag:u${connection.restarts}`);
    expect(offer.body).toContain('typ host');
    rig.server.answer(offer);
    await until('media back', () => rig.call(id).media === 'flowing');
    await rig.end();
  },
);

test('ICE that fails does not hang up by itself; a minute without media does (pitfall 21)', async () => {
  const rig = await PhoneRig.ready();
  const { id, connection } = await rig.talk();
  rig.world.mediaConnects = false;
  rig.server.scripts.set('INVITE', (invite, server) => server.reply(invite, 488));
  connection.become('disconnected');
  connection.become('failed');
  await turns();
  expect(rig.call(id)).toMatchObject({ state: 'active', media: 'interrupted' });
  for (let second = 0; second < 65; second += 5) {
    rig.timers.advance(5_000);
    await turns();
  }
  expect(rig.steps.at(-1)?.view).toMatchObject({ id, state: 'ended', reason: 'media_lost' });
  await rig.end();
});

test('[F-04 C] an emergency call is never given up: it offers again for as long as it is without media', async () => {
  const rig = await PhoneRig.ready();
  const { id, connection } = await rig.talk('911');
  rig.world.mediaConnects = false;
  rig.server.scripts.set('INVITE', (invite, server) => server.reply(invite, 488));
  connection.become('failed');
  const wait = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 5) {
      rig.timers.advance(5_000);
      await turns();
    }
  };
  await wait(65);
  expect(rig.call(id)).toMatchObject({ state: 'active', media: 'interrupted' });
  const offers = rig.server.all('INVITE').length;
  await wait(30);
  expect(rig.server.all('INVITE').length).toBeGreaterThan(offers);
  await rig.end();
});

test('answered without media: said after 5 s, and mended by an ICE restart (pitfall 28)', async () => {
  const rig = await PhoneRig.ready();
  rig.world.mediaConnects = false;
  const id = rig.dial('100');
  rig.server.answer(await rig.server.get('INVITE'));
  await rig.callBecomes(id, 'active');
  await turns();
  rig.timers.advance(4_999);
  expect(rig.call(id).media).toBe('connecting');
  rig.timers.advance(1);
  expect(rig.call(id).media).toBe('interrupted');
  rig.world.mediaConnects = true;
  rig.server.answer(await rig.server.get('INVITE', 1));
  await until('media', () => rig.call(id).media === 'flowing');
  await rig.end();
});

test('digits go as RFC 4733 events, 100 ms with 70 ms between, muted or not (pitfall 43)', async () => {
  const rig = await PhoneRig.ready();
  const { id, connection } = await rig.talk();
  rig.phone.send({ kind: 'mute', callId: id, on: true });
  expect(rig.phone.send({ kind: 'digits', callId: id, digits: '12#,9' }).ok).toBe(true);
  rig.phone.send({ kind: 'digits', callId: id, digits: '0' });
  expect(connection.getSenders()[0]?.dtmf.inserted).toEqual([
    ['12#,9', 100, 70],
    ['12#,90', 100, 70],
  ]);
  expect(rig.call(id).sentDigits).toBe('12#,90');
  expect(rig.server.all('INFO')).toHaveLength(0);
  await rig.end();
});

test('digits the far side did not negotiate are refused in words, not sent as INFO', async () => {
  const rig = await PhoneRig.ready();
  rig.world.negotiatesDtmf = false;
  const { id } = await rig.talk();
  expect(rig.phone.send({ kind: 'digits', callId: id, digits: '1' })).toEqual({
    ok: false,
    refusal: 'dtmf_not_negotiated',
  });
  expect(rig.call(id).sentDigits).toBe('');
  await rig.end();
});

test('session timers are off: no refresh, no Session-Expires (pitfall 17)', async () => {
  const rig = await PhoneRig.ready();
  const { invite } = await rig.talk();
  expect(invite.header('Supported')).not.toContain('timer');
  await rig.end();
});
