import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCSeq, parseVia, responseTo, tagOf, topVia } from '../../main/sandbox/sip/message/message.ts';
import { LIMITS, parseMessage, serializeMessage } from '../../main/sandbox/sip/message/parse.ts';
import { SipHeaders, splitOutsideQuotes } from '../../main/sandbox/sip/message/headers.ts';
import { dialledNumber, parseNameAddr, parseUri, quote, unquote } from '../../main/sandbox/sip/message/uri.ts';

const INVITE = [
  'INVITE sip:bob@biloxi.example;transport=ws SIP/2.0',
  'Via: SIP/2.0/WS one.invalid;branch=z9hG4bKa, SIP/2.0/WSS two.invalid:443;branch=z9hG4bKb',
  'v: SIP / 2.0 / UDP three.invalid;branch=z9hG4bKc;received=192.0.2.1',
  'Max-Forwards: 70',
  't: "Bob \\"the, builder\\"" <sip:bob@biloxi.example>',
  'f: Alice <sip:alice@atlanta.example;x=1>;tag=1928301774',
  'i: a84b4c76e66710',
  'CSeq: 314159 INVITE',
  'Subject: a folded',
  '  value',
  'm: <sip:alice@pc33.invalid;transport=ws>;+sip.instance="<urn:uuid:0>";q=0.7',
  'c: application/sdp',
  'l: 5',
  '',
  'v=0äX',
].join('\r\n');

function request(text: string): Extract<ReturnType<typeof parseMessage>, { ok: true }>['message'] {
  const parsed = parseMessage(text);
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.message;
}

/** Every line of the message without one of them. */
function without(line: RegExp): string {
  return INVITE.split('\r\n')
    .filter((row) => !line.test(row))
    .join('\r\n');
}

describe('the parser', () => {
  test('reads compact names, several Via, folded lines and cuts the body at Content-Length in bytes', () => {
    const message = request(INVITE);
    expect(message.headers.all('Via').map((via) => parseVia(via)?.branch)).toEqual([
      'z9hG4bKa',
      'z9hG4bKb',
      'z9hG4bKc',
    ]);
    expect(message.headers.get('call-id')).toBe('a84b4c76e66710');
    expect(message.headers.get('SUBJECT')).toBe('a folded value');
    expect(parseNameAddr(message.headers.get('to') ?? '')?.displayName).toBe('Bob "the, builder"');
    expect(message.body).toBe('v=0ä');
  });

  test('writes what it reads, with full names, one Via a line and the length in bytes', () => {
    const text = serializeMessage(request(INVITE));
    expect(text).toContain('\r\nContent-Length: 5\r\n\r\nv=0ä');
    expect(text).toContain('\r\nFrom: Alice');
    expect(text.match(/^Content-Length/gm)).toHaveLength(1);
    expect(serializeMessage(request(text))).toBe(text);
  });

  test('takes bare LF and a missing Content-Length', () => {
    const text = without(/^l:/).replaceAll('\r\n', '\n');
    expect(request(text).body).toBe('v=0äX');
  });

  test.each([
    ['Via', /^(v|Via):/],
    ['From', /^f:/],
    ['To', /^t:/],
    ['Call-ID', /^i:/],
    ['CSeq', /^CSeq/],
  ])('cannot answer a request without %s', (_name, line) => {
    expect(parseMessage(without(line))).toMatchObject({ ok: false, request: undefined });
  });

  test.each([
    ['a body shorter than it says', INVITE.replace('l: 5', 'l: 50')],
    ['two lengths', INVITE.replace('l: 5', 'l: 5\r\nContent-Length: 4')],
    ['another method in CSeq', INVITE.replace('314159 INVITE', '314159 BYE')],
    ['a line without a name', INVITE.replace('Max-Forwards', 'Max Forwards')],
    ['a broken Request-URI', INVITE.replace('sip:bob@biloxi.example;transport=ws SIP/2.0', '<sip:bob@x> SIP/2.0')],
  ])('answers 400 to %s', (_name, text) => {
    const parsed = parseMessage(text);
    expect(parsed).toMatchObject({ ok: false, status: 400 });
    expect(parsed.ok ? undefined : parsed.request?.method).toBe('INVITE');
  });

  test('knows its version and its limits', () => {
    expect(parseMessage(INVITE.replace('SIP/2.0\r\nVia', 'SIP/7.0\r\nVia'))).toMatchObject({ ok: false, status: 505 });
    expect(parseMessage(`${INVITE}${'x'.repeat(LIMITS.messageBytes)}`)).toMatchObject({ ok: false, status: 513 });
    expect(parseMessage(INVITE.replace('Max-Forwards: 70', 'X: 1\r\n'.repeat(LIMITS.headers)))).toMatchObject({
      ok: false,
      status: 513,
    });
    expect(parseMessage(INVITE.replace('70', `70\r\nX: ${'x'.repeat(LIMITS.lineChars)}`))).toMatchObject({
      ok: false,
      status: 400,
    });
    expect(
      parseMessage(INVITE.replace('Max-Forwards: 70', 'Via: SIP/2.0/WS a;branch=b\r\n'.repeat(LIMITS.vias).trim())),
    ).toMatchObject({ ok: false });
  });

  test('reads a response, also one without a phrase', () => {
    const text = INVITE.replace(/^.*\r\n/, 'SIP/2.0 180\r\n');
    expect(request(text)).toMatchObject({ kind: 'response', status: 180, reason: 'Ringing' });
  });

  test('never throws, whatever it is given', { timeout: 60_000 }, () => {
    const mutation = fc.record({
      at: fc.nat(INVITE.length),
      cut: fc.integer({ min: 0, max: 40 }),
      put: fc.oneof(
        fc.string({ maxLength: 20 }),
        fc.constantFrom(
          '\r\n',
          '\r\n\r\n',
          '"',
          '<',
          '>',
          ';',
          ',',
          ':',
          '\0',
          '%',
          '%zz',
          '[::1]',
          '\ud800',
          ' '.repeat(2_000),
          '<'.repeat(500),
          '"\\'.repeat(500),
        ),
      ),
    });
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 6 }), (mutations) => {
        let text = INVITE;
        for (const { at, cut, put } of mutations) text = text.slice(0, at) + put + text.slice(at + cut);
        // What comes over a WebSocket is sound UTF-8.
        text = text.toWellFormed();
        const parsed = parseMessage(text);
        if (!parsed.ok) return;
        // What is accepted can be answered and passed on, and reads the same again.
        const again = parseMessage(serializeMessage(parsed.message));
        assert(again.ok, 'written but not read');
        assert.equal(serializeMessage(again.message), serializeMessage(parsed.message));
        if (parsed.message.kind === 'request') {
          const response = responseTo(parsed.message, 200);
          assert(parseMessage(serializeMessage(response)).ok);
          assert(topVia(response));
        }
      }),
      { numRuns: 20_000, seed: 1 },
    );
  });
});

describe('headers', () => {
  test('a value can never break the line', () => {
    const headers = new SipHeaders([['Q', 'a\r\nEvil: 1\0b']]);
    expect([...headers.rows()]).toEqual([['Q', 'a Evil: 1 b']]);
    expect(() => headers.add('not a name', 'x')).toThrow('not a header name');
  });

  test('splits at commas outside quotes and brackets only', () => {
    expect(splitOutsideQuotes('"a,b\\"," <sip:x,y@z>;q=1 , <sip:w@z>', ',')).toEqual([
      '"a,b\\"," <sip:x,y@z>;q=1',
      '<sip:w@z>',
    ]);
    expect(new SipHeaders([['From', '"a, b" <sip:x@y>']]).all('from')).toHaveLength(1);
  });

  test('replaces, prepends and removes by any spelling', () => {
    const headers = new SipHeaders([
      ['Via', '1'],
      ['Q', 'x'],
    ]);
    headers.prepend('v', '0').set('q', 'y', 'z').remove('Subject');
    expect([...headers.rows()]).toEqual([
      ['Via', '0'],
      ['Via', '1'],
      ['Q', 'y'],
      ['Q', 'z'],
    ]);
  });
});

describe('URIs and their kin', () => {
  test.each([
    ['sip:alice@atlanta.example', { scheme: 'sip', user: 'alice', host: 'atlanta.example', port: null }],
    [
      'SIPS:%2B1415@[2001:db8::1]:5061;transport=ws?x=y',
      { scheme: 'sips', user: '+1415', host: '[2001:db8::1]', port: 5061 },
    ],
    ['sip:host.example', { user: '', host: 'host.example' }],
    ['sip:a:pw@h', { user: 'a', host: 'h' }],
    ['tel:+1-202-555-0101;ext=7', { scheme: 'tel', user: '+1-202-555-0101' }],
    ['sip:%zz@h', { user: '%zz' }],
  ])('reads %s', (text, expected) => {
    expect(parseUri(text)).toMatchObject(expected);
  });

  test.each(['http://x', 'sip:', 'sip:a b@c', 'sip:a@', 'sip:a@h:99999', 'sip:a@h<', ''])('rejects %j', (text) => {
    expect(parseUri(text)).toBeUndefined();
  });

  test('reads name-addr and addr-spec; without brackets parameters belong to the header', () => {
    expect(parseNameAddr('"A \\"B\\"" <sip:a@h;x=1>;tag=t')).toMatchObject({
      displayName: 'A "B"',
      uriText: 'sip:a@h;x=1',
    });
    expect(parseNameAddr('sip:a@h;tag=t')?.params.get('tag')).toBe('t');
    expect(parseNameAddr('Anna Lee<sip:a@h>')?.displayName).toBe('Anna Lee');
    expect(parseNameAddr('<nonsense>')).toBeUndefined();
  });

  test('quoting and unquoting give any printable text back, and no control character', () => {
    expect(quote('a\r\nb\u007f"\\')).toBe('"ab\\"\\\\"');
    const printable = fc.string().filter((text) => !/\p{Cc}/u.test(text));
    expect(fc.check(fc.property(printable, (text) => unquote(quote(text)) === text)).failed).toBe(false);
  });

  test('a dialled number loses its visual separators', () => {
    expect(
      ['sip:+1%20(202)%20555-0101@h', 'sip:%2a67%23@h', 'sip:+1;ext=5@h'].map((uri) => dialledNumber(parseUri(uri)!)),
    ).toEqual(['+12025550101', '*67#', '+1']);
  });

  test('tags, CSeq and Via', () => {
    expect([tagOf('<sip:a@h;tag=no>;tag=yes'), tagOf('sip:a@h;tag=t'), tagOf('<sip:a@h>'), tagOf(undefined)]).toEqual([
      'yes',
      't',
      undefined,
      undefined,
    ]);
    expect([parseCSeq('1 INVITE'), parseCSeq('2147483648 INVITE'), parseCSeq('x')]).toEqual([
      { number: 1, method: 'INVITE' },
      undefined,
      undefined,
    ]);
    expect(parseVia('SIP/2.0/WS Host:1;branch=b')).toEqual({ sentBy: 'host:1', branch: 'b' });
    expect(parseVia('HTTP/1.1 x')).toBeUndefined();
  });

  test('a 100 gets no tag, another answer gets one and keeps a tag that is there', () => {
    const message = request(INVITE);
    if (message.kind !== 'request') throw new Error('no request');
    expect(tagOf(responseTo(message, 100).headers.get('to'))).toBeUndefined();
    expect(tagOf(responseTo(message, 180, { toTag: 'mine' }).headers.get('to'))).toBe('mine');
    expect(responseTo(message, 404).headers.all('via')).toHaveLength(3);
  });
});
