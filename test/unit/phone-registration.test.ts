import { expect, test } from 'vitest';
import { CONNECT_WITHIN_MS, RETRY_MAX_MS, retryDelayMs } from '../../renderer/telephony/jssip/kept-socket.ts';
import { PING_EVERY_MS, PONG_WITHIN_MS } from '../../renderer/telephony/jssip/path-watch.ts';
import { REGISTER_SILENCE_MS } from '../../renderer/telephony/jssip/registration-keeper.ts';
import { PhoneRig } from '../support/phone-rig.ts';
import { turns, until } from '../support/until.ts';

const registrations = (rig: PhoneRig) => rig.server.all('REGISTER').length;

test('registers with HA1 and a stable instance id, and un-registers at stop', async () => {
  const rig = await PhoneRig.ready();
  const register = await rig.server.get('REGISTER', 1);
  expect(register.header('Contact')).toContain('+sip.instance="<urn:uuid:8f1d9c1e-0b52-4b5e-9d43-0f2b6a1c7e55>"');
  expect(rig.server.digestHolds(register, register.header('Authorization'))).toBe(true);
  await rig.end();
  expect(rig.server.all('REGISTER').at(-1)?.header('Expires')).toBe('0');
});

test('a wrong password is refused, said so, and not tried again by itself', async () => {
  const rig = await PhoneRig.make({ credentials: { ha1: 'f'.repeat(32) } });
  await rig.becomes('refused');
  expect(rig.phone.snapshot().registration).toEqual({ state: 'refused', reason: 'wrong_password', sipCode: 401 });
  const before = registrations(rig);
  rig.timers.advance(20_000);
  await turns();
  expect(registrations(rig)).toBe(before);
  await rig.end();
});

test('a foreign realm gets no digest at all', async () => {
  const rig = await PhoneRig.make(null);
  rig.server.challenges = () => ['WWW-Authenticate: Digest realm="attacker.test", nonce="n", algorithm=MD5'];
  rig.start();
  await rig.becomes('refused');
  expect(rig.phone.snapshot().registration).toMatchObject({ reason: 'wrong_realm', sipCode: 401 });
  expect(rig.server.received.some((each) => each.text.includes('Digest'))).toBe(false);
  await rig.end();
});

test('a foreign realm in a 407 to our BYE or INVITE gets no digest either (reliability 1.3)', async () => {
  const rig = await PhoneRig.ready();
  const challenge = { headers: ['Proxy-Authenticate: Digest realm="attacker.test", nonce="x"'] };
  rig.server.scripts.set('INVITE', (invite, server) => server.reply(invite, 407, challenge));
  const id = rig.dial('+14155550199');
  await rig.callBecomes(id, 'ended');
  expect(rig.call(id)).toMatchObject({ reason: 'wrong_realm', sipCode: 407 });
  rig.server.scripts.delete('INVITE');
  rig.server.scripts.set('BYE', (bye, server) => server.reply(bye, 407, challenge));
  const talk = await rig.talk();
  rig.phone.send({ kind: 'hang_up', callId: talk.id });
  await rig.server.get('BYE');
  await turns();
  expect(rig.server.received.filter((each) => each.header('Proxy-Authorization') !== '')).toEqual([]);
  await rig.end();
});

test('SHA-256 only is called unsupported, not a wrong password; beside MD5 it does no harm (pitfall 7)', async () => {
  const sha = (realm: string) => `WWW-Authenticate: Digest realm="${realm}", nonce="s", algorithm=SHA-256, qop="auth"`;
  const md5 = (realm: string) => `WWW-Authenticate: Digest realm="${realm}", nonce="n0", algorithm=MD5, qop="auth"`;
  const only = await PhoneRig.make(null);
  only.server.challenges = (realm) => [sha(realm)];
  only.start();
  await only.becomes('refused');
  expect(only.phone.snapshot().registration).toMatchObject({ reason: 'unsupported_digest' });
  await only.end();
  for (const order of [
    [sha, md5],
    [md5, sha],
  ] as const) {
    const both = await PhoneRig.make(null);
    both.server.challenges = (realm) => order.map((each) => each(realm));
    both.start();
    await both.becomes('ready');
    await both.end();
  }
});

test('a 503 is tried again after its Retry-After, not before (pitfall 4)', async () => {
  const rig = await PhoneRig.make(null);
  rig.server.scripts.set('REGISTER', (request, server) => server.reply(request, 503, { headers: ['Retry-After: 30'] }));
  rig.start();
  await rig.becomes('reconnecting');
  const before = registrations(rig);
  rig.timers.advance(29_000);
  await turns();
  expect(registrations(rig)).toBe(before);
  rig.server.scripts.delete('REGISTER');
  rig.timers.advance(3_000);
  await rig.becomes('ready');
  await rig.end();
});

test('a registrar that says nothing is given up after 8 s for a fresh socket', async () => {
  const rig = await PhoneRig.make(null);
  rig.server.scripts.set('REGISTER', () => undefined);
  rig.start();
  await rig.server.get('REGISTER');
  rig.timers.advance(REGISTER_SILENCE_MS - 1);
  expect(rig.server.sockets).toHaveLength(1);
  rig.server.scripts.delete('REGISTER');
  rig.timers.advance(1);
  await rig.becomes('ready');
  expect(rig.server.sockets).toHaveLength(2);
  await rig.end();
});

test('the registration is renewed before half its time, by our own timer (pitfall 5)', async () => {
  const rig = await PhoneRig.ready();
  const before = registrations(rig);
  rig.server.answersPings = true;
  for (let passed = 0; passed < 280_000; passed += 20_000) {
    rig.timers.advance(20_000);
    await turns();
  }
  expect(registrations(rig)).toBeGreaterThan(before);
  expect(rig.phone.snapshot().registration.state).toBe('ready');
  await rig.end();
});

test('a cut socket is replaced within 100 ms and registered again', async () => {
  const rig = await PhoneRig.ready();
  rig.server.socket.cut();
  expect(rig.phone.snapshot().registration.state).toBe('reconnecting');
  rig.timers.advance(100);
  await rig.becomes('ready');
  expect(rig.server.sockets).toHaveLength(2);
  await rig.end();
});

test('a server that is down at start is waited for, with a growing wait of at most 10 s', async () => {
  const rig = await PhoneRig.make(null);
  rig.server.accept = false;
  rig.start();
  await rig.becomes('reconnecting');
  for (let attempt = 0; attempt < 12; attempt += 1) {
    rig.timers.advance(RETRY_MAX_MS);
    await turns(2);
  }
  expect(rig.server.sockets.length).toBeGreaterThan(10);
  rig.server.accept = true;
  rig.timers.advance(RETRY_MAX_MS);
  await rig.becomes('ready');
  await rig.end();
});

test('waits between attempts: at once, then doubling, half of it random', () => {
  expect(retryDelayMs(0, () => 0)).toBe(0);
  expect(retryDelayMs(0, () => 1)).toBe(100);
  expect([1, 2, 3, 4, 5, 6, 9].map((failures) => retryDelayMs(failures, () => 1))).toEqual([
    500, 1000, 2000, 4000, 8000, 10_000, 10_000,
  ]);
  expect(retryDelayMs(9, () => 0)).toBe(5_000);
});

test('JsSIP does not reconnect beside us: its own attempts find one under way (pitfalls 2, 3)', async () => {
  const rig = await PhoneRig.ready();
  const realTimeout = globalThis.setTimeout;
  const jssipTimers: Array<() => void> = [];
  globalThis.setTimeout = ((callback: () => void) => jssipTimers.push(callback)) as never;
  try {
    rig.server.accept = 'hang';
    rig.server.socket.cut();
    rig.timers.advance(100);
    for (const callback of jssipTimers) callback();
  } finally {
    globalThis.setTimeout = realTimeout;
  }
  expect(jssipTimers.length).toBeGreaterThan(0);
  expect(rig.server.sockets).toHaveLength(2);
  rig.server.socket.open();
  await rig.becomes('ready');
  expect(rig.server.sockets).toHaveLength(2);
  await rig.end();
});

test('a socket that never opens is given up', async () => {
  const rig = await PhoneRig.make(null);
  rig.server.accept = 'hang';
  rig.start();
  rig.timers.advance(CONNECT_WITHIN_MS - 1);
  expect(rig.server.sockets).toHaveLength(1);
  rig.server.accept = true;
  rig.timers.advance(1 + RETRY_MAX_MS);
  await rig.becomes('ready');
  expect(rig.server.sockets[0]?.readyState).toBe(3);
  await rig.end();
});

test('keep-alive: a ping every 25 s, and a silent path is replaced 10 s later (pitfall 1)', async () => {
  const rig = await PhoneRig.ready();
  rig.timers.advance(PING_EVERY_MS);
  await until('ping', () => rig.server.pings === 1);
  await turns();
  rig.server.silent = true;
  rig.timers.advance(PING_EVERY_MS);
  await turns();
  expect(rig.server.sockets).toHaveLength(1);
  rig.server.silent = false;
  rig.timers.advance(PONG_WITHIN_MS);
  await rig.becomes('ready');
  expect(rig.server.sockets).toHaveLength(2);
  await rig.end();
});

test('a server that never answers pings is found out once and not judged by it again', async () => {
  const rig = await PhoneRig.ready();
  rig.server.answersPings = false;
  rig.timers.advance(PING_EVERY_MS + PONG_WITHIN_MS);
  await turns();
  const asked = registrations(rig);
  rig.timers.advance(PING_EVERY_MS + PONG_WITHIN_MS);
  await turns();
  expect(registrations(rig)).toBe(asked);
  expect(rig.server.sockets).toHaveLength(1);
  await rig.end();
});

test('credentials no SIP address can be made of are refused in words, not thrown', async () => {
  const rig = await PhoneRig.make({ credentials: { domain: 'not a domain' } });
  expect(rig.phone.snapshot().registration).toMatchObject({ state: 'refused', reason: 'account_unknown' });
  await rig.end();
});
