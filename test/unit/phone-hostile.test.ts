import { expect, test } from 'vitest';
import { chooseChallenge } from '../../renderer/telephony/jssip/challenge.ts';
import { inspectFrame, type SipHead } from '../../renderer/telephony/jssip/sip-head.ts';
import { fakeSdp } from '../support/fake-webrtc.ts';
import { PhoneRig } from '../support/phone-rig.ts';
import { turns } from '../support/until.ts';

/** A sound request to mutate and to break. */
function request(method: string, change: Readonly<Record<string, string>> = {}, body = ''): string {
  const headers: Record<string, string> = {
    Via: 'SIP/2.0/WSS srv.invalid;branch=z9hG4bKx',
    'Max-Forwards': '70',
    From: '"Ada" <sip:+14155550123@example.test>;tag=far',
    To: '<sip:alice@example.test>',
    'Call-ID': 'hostile-1',
    CSeq: `1 ${method}`,
    Contact: '<sip:far@127.0.0.1;transport=ws>',
    'Content-Length': String(body.length),
    ...change,
  };
  const start = change['start'] ?? `${method} sip:alice@example.test SIP/2.0`;
  delete headers['start'];
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `${start}\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

const why = (text: string) => {
  const inspected = inspectFrame(text);
  return inspected.kind === 'drop' ? inspected.why : inspected.kind;
};

test('sound messages pass, folded, compact and odd as RFC 4475 3.1.1 has them', () => {
  expect(why(request('INVITE'))).toBe('message');
  expect(why(request('OPTIONS', { CSeq: '0009\r\n  OPTIONS' }))).toBe('message');
  expect(why('\r\n\r\n')).toBe('keep_alive');
  expect(why('\r\n')).toBe('keep_alive');
  expect(
    why(
      [
        'SIP/2.0 200 = 2**3 * 5**2 \u043d\u043e \u0441\u0442\u043e',
        'v: SIP/2.0/WSS x;branch=z9hG4bK1',
        'f: <sip:a@b>;tag=1',
        't: <sip:a@b>;tag=2',
        'i: 1',
        'CSeq: 1 REGISTER',
        'l: 0',
        '',
        '',
      ].join('\r\n'),
    ),
  ).toBe('message');
});

test.each([
  [
    'an unparsable CSeq in a response',
    'bad_cseq',
    'SIP/2.0 200 OK\r\nVia: x\r\nFrom: a\r\nTo: b\r\nCall-ID: c\r\nCSeq: x\r\n\r\n',
  ],
  ['a CSeq of another method (mismatch01)', 'bad_cseq', request('OPTIONS', { CSeq: '8 INVITE' })],
  ['a CSeq beyond 31 bits (scalar02)', 'bad_cseq', request('REGISTER', { CSeq: '36893488147419103232 REGISTER' })],
  [
    'an unknown scheme (unkscm)',
    'foreign_scheme',
    request('OPTIONS', { start: 'OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0' }),
  ],
  [
    'another scheme (novelsc)',
    'foreign_scheme',
    request('OPTIONS', { start: 'OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0' }),
  ],
  ['a bad escape', 'bad_escape', request('INVITE', { start: 'INVITE sip:%zz@example.test SIP/2.0' })],
  ['bytes that are no UTF-8', 'bad_escape', request('INVITE', { From: '<sip:%c3%28@example.test>;tag=1' })],
  [
    'blanks around the request line (lwsruri)',
    'bad_start_line',
    request('INVITE', { start: 'INVITE  sip:alice@example.test  SIP/2.0' }),
  ],
  ['an unknown version (badvers)', 'bad_start_line', request('OPTIONS', { start: 'OPTIONS sip:a@b SIP/7.0' })],
  [
    'a status of four digits (bigcode)',
    'bad_start_line',
    request('x', { start: 'SIP/2.0 4294967301 better not break the receiver' }),
  ],
  ['no Call-ID', 'missing_header', request('INVITE').replace(/Call-ID: .*\r\n/, '')],
  ['two To headers (multi01)', 'repeated_header', request('INVITE').replace('\r\nTo:', '\r\nTo: <sip:x@y>\r\nTo:')],
  ['a length that is none (ncl)', 'bad_length', request('INVITE', { 'Content-Length': '-999' })],
  ['a head that never ends', 'no_head_end', request('INVITE').replace('\r\n\r\n', '\r\n')],
  ['a line that is no header', 'bad_header', request('INVITE').replace('Max-Forwards:', 'Max Forwards')],
  ['a message beyond 64 Ki', 'too_large', request('MESSAGE', {}, 'x'.repeat(70_000))],
])('drops %s', (_name, reason, text) => {
  expect(why(text)).toBe(reason);
});

test('only our own challenge reaches JsSIP, alone', () => {
  const text = [
    'SIP/2.0 401 Unauthorized',
    'Via: v',
    'From: f',
    'To: t',
    'Call-ID: c',
    'CSeq: 1 REGISTER',
    'WWW-Authenticate: Digest realm="evil", nonce="1",',
    '  algorithm=MD5, Digest realm="example.test", nonce="2", algorithm=SHA-256',
    'www-authenticate: Basic realm="example.test"',
    'WWW-Authenticate: Digest realm="example.test", nonce="3"',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
  const head = (inspectFrame(text) as { head: SipHead }).head;
  const chosen = chooseChallenge(text, head, 'example.test');
  expect(chosen.refusal).toBeNull();
  expect(chosen.text.match(/authenticate:.*/gi)).toEqual(['Authenticate: Digest realm="example.test", nonce="3"']);
  expect(inspectFrame(chosen.text).kind).toBe('message');
  expect(chooseChallenge(text, head, 'other')).toMatchObject({ refusal: 'wrong_realm' });
});

/** A small seeded generator (mulberry32), so that a failure can be repeated. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const PIECES = [
  '%',
  '%c3',
  '\r\n',
  ' ',
  ';',
  '"',
  '<',
  '>',
  '@',
  ':',
  ',',
  '\u0000',
  '\u{1F600}',
  'sip:',
  '4294967296',
  '-1',
  '=',
  '(',
  '\\',
];

function mutate(text: string, random: () => number): string {
  let out = text;
  const times = 1 + Math.floor(random() * 3);
  for (let time = 0; time < times; time += 1) {
    const at = Math.floor(random() * out.length);
    const length = Math.floor(random() * 12);
    const piece = PIECES[Math.floor(random() * PIECES.length)] ?? '';
    const kind = random();
    if (kind < 0.4) out = out.slice(0, at) + piece + out.slice(at);
    else if (kind < 0.7) out = out.slice(0, at) + out.slice(at + length);
    else out = out.slice(0, at) + piece + out.slice(at + length);
  }
  return out;
}

test('10,000 mutated messages into the live phone: nothing thrown, the phone stays ready', async () => {
  const rig = await PhoneRig.ready();
  const random = seeded(Number(process.env['SEED'] ?? 20_261_122));
  const uncaught: unknown[] = [];
  const catcher = (error: unknown) => uncaught.push(error);
  process.on('uncaughtException', catcher);
  process.on('unhandledRejection', catcher);
  const seeds = [
    request('OPTIONS'),
    request('NOTIFY', { Event: 'message-summary' }),
    request('MESSAGE', { 'Content-Type': 'text/plain' }, 'hello'),
    request('BYE', { To: '<sip:alice@example.test>;tag=x' }),
    request('INVITE', { 'Content-Type': 'application/sdp' }, fakeSdp()),
    request('INVITE', { Replaces: 'a;to-tag=1;from-tag=2' }),
    request('REFER', { 'Refer-To': '<sip:x@y?Replaces=a%3Bto-tag%3D1>' }),
    request('CANCEL'),
    request('x', { start: 'SIP/2.0 200 OK', CSeq: '1 INVITE' }),
    request('x', {
      start: 'SIP/2.0 401 No',
      CSeq: '1 REGISTER',
      'WWW-Authenticate': 'Digest realm="example.test", nonce="1"',
    }),
  ];
  let slowestMs = 0;
  for (let round = 0; round < 10_000; round += 1) {
    const text = mutate(seeds[round % seeds.length]!, random).replace('z9hG4bKx', `z9hG4bK${round}`);
    const before = performance.now();
    rig.server.socket.dispatchEvent(Object.assign(new Event('message'), { data: text }));
    slowestMs = Math.max(slowestMs, performance.now() - before);
    for (const call of rig.phone.snapshot().calls) {
      if (call.state === 'incoming') rig.phone.send({ kind: 'decline', callId: call.id });
    }
    if (round % 500 === 0) {
      rig.timers.advance(10);
      await turns(1);
    }
  }
  await turns();
  process.off('uncaughtException', catcher);
  process.off('unhandledRejection', catcher);
  expect(uncaught).toEqual([]);
  const threw = rig.reports.filter((what) => what === 'parser_threw').length;
  process.stdout.write(
    `mutations: ${rig.reports.length} dropped or reported, JsSIP threw ${threw} times, slowest ${slowestMs.toFixed(1)} ms\n`,
  );
  expect(threw).toBe(0);
  expect(rig.phone.snapshot().registration.state).toBe('ready');
  await rig.end();
});
