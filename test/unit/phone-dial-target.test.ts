import { expect, test } from 'vitest';
import { emergencyNumberIn, toDialTarget } from '../../renderer/telephony/dial-target.ts';

const to = (typed: string) => toDialTarget(typed, 'example.test', ['911', '112']);
const uri = (typed: string) => {
  const target = to(typed);
  return target.ok ? target.requestUri : target.problem;
};

test('formatting goes, what a number is made of stays (pitfall 12)', () => {
  expect(uri('+1 (415) 555-0199')).toBe('sip:+14155550199@example.test');
  expect(uri(' tel:+1-415.555.0199;ext=12 ')).toBe('sip:+14155550199@example.test');
  expect(uri('415\u00a0555\u20110199')).toBe('sip:4155550199@example.test');
  expect(uri('*21#')).toBe('sip:*21%23@example.test');
  expect(uri('2a')).toBe('sip:2A@example.test');
});

test('SIP addresses are allowed, their parameters and headers are not', () => {
  expect(uri('sip:bob@other.test')).toBe('sip:bob@other.test');
  expect(uri('sips:bob@other.test:5061')).toBe('sip:bob@other.test:5061');
  expect(uri('sip:bob@other.test;method=REFER?Replaces=x')).toBe('sip:bob@other.test');
  expect(uri('bob@[2001:db8::1]')).toBe('sip:bob@[2001:db8::1]');
  expect(uri('echo')).toBe('sip:echo@example.test');
  expect(to('sip:bob%20b@example.test')).toMatchObject({ display: 'bob b' });
});

test.each([
  ['+1415\r\nRoute: <sip:evil.test>', 'control_characters'],
  ['415\n555', 'control_characters'],
  ['415\u0000', 'control_characters'],
  ['a\u2028b', 'control_characters'],
  ['', 'empty'],
  ['   ', 'empty'],
  ['1'.repeat(257), 'too_long'],
  ['50%', 'not_dialable'],
  ['sip:%zz@example.test', 'not_dialable'],
  ['sip:a@b@c', 'not_dialable'],
  ['sip:<script>@x', 'not_dialable'],
  ['javascript:alert(1)', 'not_dialable'],
  ['++1415', 'not_dialable'],
])('refuses %j as %s', (typed, problem) => {
  expect(uri(typed)).toBe(problem);
});

test('an emergency number goes exactly as dialled, and only itself is one', () => {
  expect(uri('911')).toBe('sip:911@example.test');
  expect(uri(' 9-1-1 ')).toBe('sip:911@example.test');
  expect(uri('tel:112')).toBe('sip:112@example.test');
  expect(uri('sip:911@anywhere.test')).toBe('sip:911@example.test');
  expect(emergencyNumberIn('9911', ['911'])).toBeNull();
  expect(emergencyNumberIn('9111', ['911'])).toBeNull();
  expect(emergencyNumberIn('+911', ['911'])).toBeNull();
  expect(emergencyNumberIn('911', [])).toBeNull();
});
