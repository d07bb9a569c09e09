import JsSIP from 'jssip';
import { expect, test } from 'vitest';
import { CAUSE_TEXT, endOf, reasonForCause } from '../../renderer/telephony/jssip/causes.ts';
import { SIP_CODE_REASONS } from '../../renderer/telephony/reason-tables.ts';
import {
  cleanText,
  isReasonId,
  parseReasonHeaders,
  reasonForQ850,
  reasonForResponse,
  reasonForSipCode,
  reasonOf,
  REASON_IDS,
  saysAnsweredElsewhere,
} from '../../renderer/telephony/reasons.ts';

test('every final SIP code has a reason, known codes by the table and the rest by their class', () => {
  const codes = Array.from({ length: 400 }, (_, index) => 300 + index);
  const missing = codes.filter(
    (code) => !isReasonId(reasonForSipCode(code)) || reasonForSipCode(code) === 'internal_error',
  );
  expect(missing).toEqual([]);
  expect(reasonForSipCode(299)).toBe('internal_error');
  expect(reasonForSipCode(477)).toBe('request_refused');
  expect(reasonForSipCode(599)).toBe('server_error');
  expect(reasonForSipCode(699)).toBe('global_failure');
});

test('every final code JsSIP knows stands in the table itself', () => {
  const phrases = (JsSIP.C as unknown as { REASON_PHRASE: Record<string, string> }).REASON_PHRASE;
  const codes = Object.keys(phrases)
    .map(Number)
    .filter((code) => code >= 300);
  expect(codes.length).toBeGreaterThan(50);
  expect(codes.filter((code) => !SIP_CODE_REASONS.has(code))).toEqual([]);
});

test('the causes are exactly those of the pinned JsSIP, and none falls through', () => {
  expect(CAUSE_TEXT).toEqual({ ...JsSIP.C.causes });
  const unmapped = Object.values(CAUSE_TEXT).filter((cause) => reasonForCause(cause) === 'internal_error');
  expect(unmapped).toEqual(['Internal Error']);
});

test('every Q.850 value has a reason', () => {
  for (let cause = 1; cause <= 127; cause += 1) expect(isReasonId(reasonForQ850(cause))).toBe(true);
});

test('every reason has its words key and a next step', () => {
  for (const id of REASON_IDS) {
    expect(reasonOf(id)).toEqual({ id, wordsKey: `phone.reason.${id}`, nextStep: expect.any(String) });
  }
});

test('Reason headers are read tolerantly (RFC 3326)', () => {
  expect(parseReasonHeaders(['SIP;cause=200;text="Call completed elsewhere"'])).toEqual([
    { protocol: 'SIP', cause: 200, text: 'Call completed elsewhere' },
  ]);
  expect(parseReasonHeaders(['Q.850 ;cause=16 ;text="a, \\"b\\"; c", SIP ;cause=600'])).toEqual([
    { protocol: 'Q.850', cause: 16, text: 'a, "b"; c' },
    { protocol: 'SIP', cause: 600, text: null },
  ]);
  expect(parseReasonHeaders(['', ';;;', '<script>;cause=200', 'SIP;cause=abc'])).toEqual([
    { protocol: 'SIP', cause: null, text: null },
  ]);
  expect(saysAnsweredElsewhere(parseReasonHeaders(['Q.850;cause=200']))).toBe(false);
});

test('a vague code is refined by Q.850, a clear one is not', () => {
  const q850 = (cause: number) => parseReasonHeaders([`Q.850;cause=${cause}`]);
  expect(reasonForResponse(503, q850(34))).toBe('no_channel');
  expect(reasonForResponse(480, q850(19))).toBe('no_answer');
  expect(reasonForResponse(486, q850(34))).toBe('busy');
  expect(reasonForResponse(503, q850(16))).toBe('service_unavailable');
});

test('text from outside is one short visible line', () => {
  expect(cleanText('a\r\nb\u0000\u202Eevil\u2028c')).toBe('a b evil c');
  expect(Array.from(cleanText('\u{1F600}'.repeat(500)))).toHaveLength(120);
});

test('what we asked for ourselves is said as that, whatever code the network answers', () => {
  const event = { originator: 'remote', cause: 'Canceled', message: { status_code: 487 } };
  expect(endOf(event, 'cancel', null).reason).toBe('cancelled');
  expect(endOf({ ...event, message: null }, 'bye', null).reason).toBe('hung_up');
});

test('a refused challenge is said by its own name, not as a wrong password', () => {
  const event = { originator: 'remote', cause: 'Authentication Error', message: { status_code: 407 } };
  expect(endOf(event, null, 'wrong_realm')).toMatchObject({ reason: 'wrong_realm', sipCode: 407 });
  expect(endOf(event, null, null).reason).toBe('wrong_password');
});

test('a BYE says why by its Reason header', () => {
  const bye = (reason: string) => ({
    originator: 'remote',
    cause: 'Terminated',
    message: { getHeaders: () => [reason] },
  });
  expect(endOf(bye('SIP;cause=402;text="Credit is used up"'), null, null)).toEqual({
    reason: 'no_credit',
    sipCode: null,
    sipReason: 'Credit is used up',
  });
  expect(endOf(bye('Q.850;cause=16'), null, null).reason).toBe('far_end_hung_up');
});
