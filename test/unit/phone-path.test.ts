import { expect, test } from 'vitest';
import {
  PING_EVERY_MS,
  PONG_WITHIN_MS,
  PROBE_WITHIN_MS,
  PROVEN_FOR_MS,
} from '../../renderer/telephony/jssip/path-watch.ts';
import { REGISTER_SILENCE_MS } from '../../renderer/telephony/jssip/registration-keeper.ts';
import { PhoneRig } from '../support/phone-rig.ts';
import { turns, until } from '../support/until.ts';

const registers = (rig: PhoneRig) => rig.server.all('REGISTER').length;

/** Time in steps of half a second, so that answers come in between. */
async function pass(rig: PhoneRig, sec: number): Promise<void> {
  for (let step = 0; step < sec * 2; step += 1) {
    rig.timers.advance(500);
    await turns(3);
  }
}

/** Registered long enough ago that the socket is no longer proven by it. */
async function settled(): Promise<PhoneRig> {
  const rig = await PhoneRig.ready();
  rig.timers.advance(PROVEN_FOR_MS);
  await turns();
  return rig;
}

test('a hint asks the path first: one that answers keeps its socket, however many hints come', async () => {
  const rig = await settled();
  const before = registers(rig);
  for (let hint = 0; hint < 5; hint += 1) rig.phone.networkChanged();
  expect(rig.phone.snapshot().registration.state).toBe('ready');
  await until('asked', () => registers(rig) > before);
  await turns();
  expect(rig.server.pings).toBe(1);
  rig.timers.advance(PROBE_WITHIN_MS * 2);
  await turns();
  expect(rig.server.sockets).toHaveLength(1);
  expect(rig.phone.snapshot().registration.state).toBe('ready');
  await rig.end();
});

test('a hint on a path that is dead: a fresh socket after 1 s of silence, not sooner', async () => {
  const rig = await settled();
  rig.server.silent = true;
  rig.phone.networkChanged();
  rig.timers.advance(PROBE_WITHIN_MS - 1);
  await turns();
  expect(rig.server.sockets).toHaveLength(1);
  rig.server.silent = false;
  rig.timers.advance(1);
  await rig.becomes('ready');
  expect(rig.server.sockets).toHaveLength(2);
  expect(rig.server.sockets[0]?.readyState).toBe(3);
  await rig.end();
});

test('a server that answers REGISTER but no ping, or pings but no REGISTER, holds the path', async () => {
  const rig = await settled();
  rig.server.answersPings = false;
  rig.phone.networkChanged();
  await turns();
  rig.timers.advance(PROBE_WITHIN_MS);
  await turns();
  expect(rig.server.sockets).toHaveLength(1);
  rig.timers.advance(PROVEN_FOR_MS);
  rig.server.answersPings = true;
  rig.server.scripts.set('REGISTER', () => undefined);
  rig.phone.networkChanged();
  await turns();
  rig.timers.advance(PROBE_WITHIN_MS);
  await turns();
  expect(rig.server.sockets).toHaveLength(1);
  await rig.end();
});

test('a socket on which a REGISTER was just answered is not replaced for 10 s', async () => {
  const rig = await PhoneRig.ready();
  rig.server.silent = true;
  rig.phone.networkChanged();
  rig.timers.advance(PROBE_WITHIN_MS);
  expect(rig.server.sockets).toHaveLength(1);
  rig.server.silent = false;
  rig.timers.advance(PROVEN_FOR_MS - PROBE_WITHIN_MS);
  await rig.becomes('ready');
  expect(rig.server.sockets).toHaveLength(2);
  await rig.end();
});

test('a hint ends a wait for the next attempt at once', async () => {
  const rig = await settled();
  rig.server.accept = false;
  rig.server.socket.cut();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    rig.timers.advance(5_000);
    await turns();
  }
  const attempts = rig.server.sockets.length;
  rig.server.accept = true;
  rig.phone.networkChanged();
  await rig.becomes('ready');
  expect(rig.server.sockets).toHaveLength(attempts + 1);
  await rig.end();
});

test('an attempt that hangs is given up 1 s after a hint', async () => {
  const rig = await settled();
  rig.server.accept = 'hang';
  rig.server.socket.cut();
  rig.timers.advance(100);
  rig.phone.networkChanged();
  rig.phone.networkChanged();
  rig.server.accept = true;
  expect(rig.server.sockets).toHaveLength(2);
  rig.timers.advance(PROBE_WITHIN_MS);
  await rig.becomes('ready');
  expect(rig.server.sockets).toHaveLength(3);
  await rig.end();
});

test('a hint while a call is being dialled, or rings here, ends no call: its path is asked and holds', async () => {
  for (const make of [(rig: PhoneRig) => rig.dial('+14155550199'), (rig: PhoneRig) => rig.server.invite()]) {
    const rig = await settled();
    make(rig);
    await until('call', () => rig.phone.snapshot().calls.length === 1);
    rig.phone.networkChanged();
    await turns();
    rig.timers.advance(PROBE_WITHIN_MS);
    await turns();
    expect(rig.server.sockets).toHaveLength(1);
    expect(['dialling', 'incoming']).toContain(rig.phone.snapshot().calls[0]?.state);
    await rig.end();
  }
});

test('while a call is being set up a silent path is left in peace, and what comes back in time saves the call', async () => {
  const rig = await settled();
  const id = rig.dial('+14155550199');
  const invite = await rig.server.get('INVITE');
  rig.server.silent = true;
  rig.phone.networkChanged();
  rig.timers.advance(PROBE_WITHIN_MS * 3);
  await turns();
  expect(rig.server.sockets).toHaveLength(1);
  rig.server.silent = false;
  rig.server.answer(invite);
  await rig.callBecomes(id, 'active');
  rig.timers.advance(PROBE_WITHIN_MS * 2);
  await turns();
  expect(rig.server.sockets).toHaveLength(1);
  await rig.end();
});

test('a path silent for 10 s is replaced in any case: nothing is left of the call', async () => {
  const rig = await settled();
  const id = rig.dial('+14155550199');
  await rig.server.get('INVITE');
  rig.server.silent = true;
  rig.phone.networkChanged();
  rig.timers.advance(PONG_WITHIN_MS);
  await rig.callBecomes(id, 'ended');
  expect(rig.call(id).reason).toBe('connection_lost');
  expect(rig.server.sockets).toHaveLength(2);
  rig.server.silent = false;
  await rig.end();
});

test('[F-04 C] an emergency call nobody answered for waits for no patience: it goes out on a fresh socket', async () => {
  const rig = await settled();
  rig.server.silent = true;
  const id = rig.dial('911');
  await turns();
  rig.phone.networkChanged();
  rig.server.silent = false;
  rig.timers.advance(PROBE_WITHIN_MS);
  await rig.server.get('INVITE');
  expect(rig.server.sockets).toHaveLength(2);
  expect(rig.call(id).state).toBe('dialling');
  await rig.end();
});

test('a registrar that says nothing does not end the call that is being set up beside it', async () => {
  const rig = await settled();
  const id = rig.dial('+14155550199');
  const invite = await rig.server.get('INVITE');
  rig.server.scripts.set('REGISTER', () => undefined);
  rig.phone.networkChanged();
  await turns();
  rig.timers.advance(REGISTER_SILENCE_MS);
  await turns();
  expect(rig.server.sockets).toHaveLength(1);
  rig.server.answer(invite);
  await rig.callBecomes(id, 'active');
  rig.server.scripts.delete('REGISTER');
  rig.timers.advance(REGISTER_SILENCE_MS);
  await rig.becomes('ready');
  expect(rig.server.sockets).toHaveLength(2);
  expect(rig.call(id).state).toBe('active');
  await rig.end();
});

test('a call in progress whose path holds has its media renewed once per change, and goes on', async () => {
  const rig = await settled();
  const { id, connection } = await rig.talk();
  rig.timers.advance(PROVEN_FOR_MS);
  for (const hint of [1, 2]) {
    rig.phone.networkChanged();
    for (let step = 0; step < 10; step += 1) {
      rig.timers.advance(200);
      await turns();
    }
    expect(connection.restarts, `after hint ${hint}`).toBe(1);
    if (hint === 1) rig.server.answer(rig.server.all('INVITE').at(-1)!);
    await turns();
  }
  expect(rig.server.sockets).toHaveLength(1);
  expect(rig.call(id)).toMatchObject({ state: 'active', media: 'flowing' });
  await rig.end();
});

test('a server that never answers pings keeps its socket, also while a call rings for long', async () => {
  const rig = await PhoneRig.ready();
  rig.server.answersPings = false;
  const id = rig.dial('+14155550199');
  rig.server.reply(await rig.server.get('INVITE'), 180);
  await rig.callBecomes(id, 'ringing');
  await pass(rig, 100);
  expect(rig.server.sockets).toHaveLength(1);
  expect(rig.call(id).state).toBe('ringing');
  await rig.end();
});

test('a frame that is no reply to a ping does not make pings count', async () => {
  const rig = await PhoneRig.ready();
  rig.server.answersPings = false;
  rig.timers.advance(PING_EVERY_MS);
  await turns();
  rig.server.reply(rig.server.all('REGISTER').at(-1)!, 200);
  await pass(rig, 200);
  expect(rig.server.sockets).toHaveLength(1);
  await rig.end();
});
