import { expect, test } from 'vitest';
import { answeredMedia, offeredMedia } from '../../main/sandbox/sip/media/facts.ts';

const sdp = (formats: string, ...lines: string[]): string =>
  ['v=0', `m=audio 9 RTP/AVP ${formats}`, ...lines, ''].join('\r\n');

test.each([
  ['its rtpmap', sdp('111 0', 'a=rtpmap:0 PCMU/8000', 'a=rtpmap:111 opus/48000/2'), 'OPUS'],
  ['a static type', sdp('9'), 'G722'],
  ['the first that is speech', sdp('101 8', 'a=rtpmap:101 telephone-event/8000'), 'PCMA'],
  ['nothing known', sdp('96'), null],
  ['a format that would be a pattern', sdp('( 0'), 'PCMU'],
  ['a format that is the name of something else', sdp('constructor __proto__'), null],
  ['a name longer than the books keep', sdp('96', `a=rtpmap:96 ${'x'.repeat(65)}/8000`), null],
])('the codec of an answer: %s', (_name, text, codec) => {
  expect(answeredMedia(text)).toEqual({ media: 'audio', codec });
});

test('no SDP makes the reading of it long', () => {
  const startedAt = performance.now();
  answeredMedia(sdp('(.+)+(.+)+(.+)+,', `a=rtpmap:${'a'.repeat(5_000)}`));
  offeredMedia(`v=0\r\nm=audio ${'1'.repeat(60_000)}`);
  answeredMedia(sdp('0', `a=inactive${' '.repeat(60_000)}x`));
  expect(performance.now() - startedAt).toBeLessThan(250);
});
