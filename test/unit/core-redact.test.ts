import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createLogBook, fileSink } from '../../main/platform/logger.ts';
import { redact } from '../../main/platform/redact.ts';

const HA1 = '939e7578ed9e3c518a452acee763bce9';
const PASSWORD = 'canary-Pa55word!';
const TOKEN = 'canary.token-AbCdEf0123456789';

/** Text as it could reach the log, and what must not be in it afterwards. */
const CANARIES: readonly (readonly [string, string])[] = [
  [`Authorization: Digest username="5551", realm="x", nonce="n0nceCanary", response="${HA1}"\r\nTo: x`, HA1],
  [`Proxy-Authorization: Digest nonce="n0nceCanary", opaque="o"`, 'n0nceCanary'],
  [`authorization: Bearer ${TOKEN}`, TOKEN],
  [`{"authorization":"Bearer ${TOKEN}"}`, TOKEN],
  [`fetch failed with Bearer ${TOKEN} sent`, TOKEN],
  [`{"access_token":"${TOKEN}","refresh_token":"${TOKEN}2"}`, TOKEN],
  [`{"password":"${PASSWORD}"}`, PASSWORD],
  [`{"password":"a\\"${PASSWORD}"}`, PASSWORD],
  [`{ "ha1" : "${HA1}" }`, HA1],
  [`ha1 is ${HA1} here`, HA1],
  [`password=${PASSWORD}&user=5`, PASSWORD],
  [`http://127.0.0.1:4000/return?code=${TOKEN}&state=abc`, TOKEN],
  [`GET /authorize?login_ticket=x&ticket=${TOKEN}`, TOKEN],
  [`wss://user:${PASSWORD}@sip.example.test/ws`, PASSWORD],
  ['a=ice-pwd:canaryIcePassword\r\na=ice-ufrag:abcd', 'canaryIcePassword'],
  ['a=fingerprint:sha-256 AA:BB:CC:DD:EE\r\n', 'AA:BB:CC'],
  ['card 4111 1111 1111 1111 was typed', '1111'],
  ['card 4111-1111-1111-1111', '4111'],
  ['card 4111111111111111', '4111'],
  ['dialling +14155550123 now', '415555'],
  ['dialling +1 (415) 555-0123 now', '555-01'],
  ['sip:4155550123@example.test', '41555501'],
  ['{"remote":"+442079460123"}', '2079460'],
];

describe('redact', () => {
  it.each(CANARIES)('takes the secret out of %s', (text, secret) => {
    expect(redact(text)).not.toContain(secret);
  });

  it('keeps the last two digits of a phone number', () => {
    expect(redact('dialling +14155550123 now')).toBe('dialling [number..23] now');
  });

  it.each([
    ['call 550e8400-e29b-41d4-a716-446655440000 ended'],
    ['listening on 192.168.100.112:5060'],
    ['at 2026-11-22T00:35:07.123Z'],
    ['dialled 911, SIP 486, took 1234 ms'],
  ])('leaves %s alone', (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe('the log', () => {
  let directory = '';
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('writes redacted lines to ring and file, one line an entry, readable by the owner only', async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'offhook-log-'));
    const file = path.join(directory, 'logs', 'offhook.log');
    const clock = { now: () => Date.UTC(2026, 10, 22), after: () => () => undefined };
    const log = createLogBook({ clock, level: 'info', sinks: [fileSink(file)], capacity: 2 });
    log.debug('dropped');
    log.info('first');
    log.part('sip').warn('Received\r\nAuthorization: Digest response="x"', { password: PASSWORD });
    log.error('Broke', { to: '+14155550123' }, new Error('outer', { cause: new Error(`inner ${HA1}`) }));
    await log.close();
    const text = readFileSync(file, 'utf8');
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe('2026-11-22T00:00:00.000Z info app first');
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain(HA1);
    expect(text).not.toContain('415555');
    expect(text).toContain('caused by');
    expect(log.recent()).toEqual(lines.slice(1));
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('goes on in a new file once one is full, and keeps the last', async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'offhook-log-'));
    const file = path.join(directory, 'offhook.log');
    for (const word of ['one', 'two', 'three']) {
      const sink = fileSink(file, 60);
      sink.write(`${word} ${'x'.repeat(20)}`);
      sink.write(`${word} again`);
      await sink.close();
    }
    expect(readFileSync(file, 'utf8')).toMatch(/^three x+\nthree again\n$/);
    expect(readFileSync(`${file}.1`, 'utf8')).toMatch(/^two x+\ntwo again\n$/);
  });
});
