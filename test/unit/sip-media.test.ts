import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { ANNOUNCEMENTS, FRAME_BYTES, loadAnnouncements, toFrames } from '../../main/sandbox/sip/media/announcements.ts';
import { viewSdp, withDirection } from '../../main/sandbox/sip/media/sdp.ts';
import { parseInfoDigit, parseTelephoneEvent } from '../../main/sandbox/sip/media/telephone-event.ts';
import { maskNumber } from '../../main/sandbox/sip/log.ts';
import { OFFER } from '../support/sip-rig.ts';

const directory = new URL('../../assets/announcements/', import.meta.url);

describe('announcements', () => {
  test('every one has its text and its sound, and nothing else lies there', async () => {
    const texts = JSON.parse(await readFile(new URL('texts.json', directory), 'utf8')) as Record<string, string>;
    expect(Object.keys(texts).sort()).toEqual([...ANNOUNCEMENTS].sort());
    const files = (await readdir(directory)).filter((name) => name.endsWith('.ulaw'));
    expect(files.sort()).toEqual(ANNOUNCEMENTS.map((name) => `${name}.ulaw`).sort());
    const missing: string[] = [];
    const loaded = await loadAnnouncements(directory, (name) => missing.push(name));
    expect(missing).toEqual([]);
    for (const name of ANNOUNCEMENTS) {
      expect(loaded[name].length).toBeGreaterThan(100);
      expect(loaded[name].length).toBeLessThan(500);
      expect(loaded[name].every((frame) => frame.length === FRAME_BYTES)).toBe(true);
    }
  });

  test('a missing file is reported and silent', async () => {
    const missing: string[] = [];
    const loaded = await loadAnnouncements(new URL('./nowhere/', import.meta.url), (name) => missing.push(name));
    expect(missing).toEqual([...ANNOUNCEMENTS]);
    expect(loaded.emergency).toHaveLength(50);
  });

  test('the last frame is filled with silence', () => {
    expect(toFrames(Buffer.alloc(161, 1)).map((frame) => [frame[0], frame[159]])).toEqual([
      [1, 1],
      [1, 0xff],
    ]);
  });
});

describe('SDP', () => {
  test('a browser offer is understood, at session or media level', () => {
    expect(viewSdp(OFFER)).toEqual({ direction: 'sendrecv', eventTypes: new Set([110, 126]), iceUfrag: '7Yra' });
    const moved = OFFER.replace('a=ice-ufrag:7Yra\r\n', '').replace('t=0 0\r\n', 't=0 0\r\na=ice-ufrag:top\r\n');
    expect(viewSdp(moved)?.iceUfrag).toBe('top');
    expect(viewSdp(OFFER.replace('a=sendrecv\r\n', ''))?.direction).toBe('sendrecv');
    expect(viewSdp(withDirection(OFFER, 'sendrecv', 'inactive'))?.direction).toBe('inactive');
  });

  test.each([
    ['no audio', OFFER.replace('m=audio', 'm=video')],
    ['refused audio', OFFER.replace('m=audio 9', 'm=audio 0')],
    ['no ICE', OFFER.replace(/a=ice-ufrag.*\r\n/, '')],
    ['no DTLS', OFFER.replace(/a=fingerprint.*\r\n/, '')],
    ['nonsense', 'hello'],
    ['nothing', ''],
  ])('%s cannot be met', (_name, sdp) => {
    expect(viewSdp(sdp)).toBeUndefined();
  });
});

test('digits come from RFC 4733 packets and from both kinds of INFO', () => {
  expect(parseTelephoneEvent(Buffer.from([11, 0x8a, 0x03, 0x20]))).toEqual({ digit: '#', end: true, duration: 800 });
  expect(parseTelephoneEvent(Buffer.from([5, 0x0a, 0, 160]))).toMatchObject({ digit: '5', end: false });
  expect(parseTelephoneEvent(Buffer.from([16, 0, 0, 0]))).toBeUndefined();
  expect(parseTelephoneEvent(Buffer.from([1]))).toBeUndefined();
  expect(parseInfoDigit('application/dtmf-relay', 'Signal= *\r\nDuration= 100')).toBe('*');
  expect(parseInfoDigit('application/dtmf', '7\r\n')).toBe('7');
  expect(parseInfoDigit('application/dtmf-relay', 'Duration=1')).toBeUndefined();
  expect(parseInfoDigit('text/plain', 'Signal=1')).toBeUndefined();
});

test('a logged number keeps its last three digits', () => {
  expect([maskNumber('+12025550101'), maskNumber('911')]).toEqual(['…101', '911']);
});
