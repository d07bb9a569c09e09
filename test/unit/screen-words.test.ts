import { beforeAll, describe, expect, test } from 'vitest';
import { IntlMessageFormat } from 'intl-messageformat';
import type { AppErrorKind, NextStep } from '../../preload/contract/result.ts';
import { toMicros } from '../../preload/contract/money.ts';
import { errorWords } from '../../renderer/i18n/errors.ts';
import { messages } from '../../renderer/i18n/messages-en.ts';
import { balanceText, costText } from '../../renderer/i18n/money-format.ts';
import {
  bareTarget,
  dialCountries,
  formatAsTyped,
  formatPhoneNumber,
  loadPhoneNumbers,
  readNumber,
} from '../../renderer/i18n/phone-numbers.ts';
import { callNextStepText, reasonText } from '../../renderer/i18n/reasons.ts';
import { ageText, durationText, nextAgeChangeMs, talkedSeconds, talkedText } from '../../renderer/i18n/time-format.ts';
import { t } from '../../renderer/i18n/translate.ts';
import { REASONS } from '../../renderer/telephony/reason-ids.ts';
import { REASON_IDS } from '../../renderer/telephony/reasons.ts';

describe('the catalogue', () => {
  test('every message is valid ICU and keeps the tone: no exclamation mark, no blame, no straight apostrophe', () => {
    for (const [key, text] of Object.entries(messages)) {
      expect(() => new IntlMessageFormat(text, 'en'), key).not.toThrow();
      expect(text, key).not.toMatch(/!|'|\b(invalid|illegal|oops|sorry|please)\b/i);
    }
  });

  test('values are put in, by number where it matters', () => {
    expect(t('nav.missed', { count: 1 })).toBe('1 missed call');
    expect(t('nav.missed', { count: 3 })).toBe('3 missed calls');
  });

  test('every reason of the phone has its sentence, and every next step its own', () => {
    expect(REASON_IDS.filter((id) => reasonText(id) === t('phone.reason.unknown'))).toEqual([]);
    const steps = new Set(REASON_IDS.map((id) => REASONS[id]));
    expect([...steps].filter((step) => callNextStepText(step) === '')).toEqual(['none']);
    expect(reasonText('from_a_newer_version')).toBe('The call ended');
    expect(reasonText(null)).toBe('The call ended');
  });
});

describe('errors', () => {
  const steps: readonly NextStep[] = ['retry', 'wait', 'sign_in', 'use_other_window', 'free_disk_space', 'check_input'];
  const kinds = Object.keys(messages)
    .filter((key) => key.startsWith('error.') && key.endsWith('.what'))
    .map((key) => key.split('.')[1] as AppErrorKind);

  test.each(kinds)('%s says what happened, what was kept and what to do', (kind) => {
    const error = { kind, nextStep: 'retry', detail: 'x', who: '', realm: '', host: '', fault: 'closed' } as never;
    const { what, kept, next } = errorWords(error);
    for (const sentence of [kept, next]) expect(sentence).toMatch(/^[A-Z].+\.$/);
    expect(what).toMatch(/^[A-Z].+[^.]$/);
  });

  test('the next step decides the button', () => {
    const actions = steps.map((nextStep) => errorWords({ kind: 'offline', nextStep, detail: '' }).action);
    expect(actions).toEqual(['retry', 'retry', 'sign_in', 'use_here', 'settings', null]);
  });
});

describe('money', () => {
  test.each([
    [12_419_999, '12.41'],
    [0, '0.00'],
    [4_000, '0.00'],
    [-4_000, '\u22120.01'],
    [-12_410_000, '\u221212.41'],
    [1_234_567_890_000, '1,234,567.89'],
  ])('a balance of %d micros reads %s: two decimals, rounded down, never -0.00', (micros, text) => {
    expect(balanceText(toMicros(micros))).toBe(text);
  });

  test.each([
    [26_000, '0.0260'],
    [123, '0.000123'],
    [13_050, '0.01305'],
    [0, '0.0000'],
    [-1_000_000, '\u22121.0000'],
  ])('a cost of %d micros reads %s: four decimals, more only to stay exact', (micros, text) => {
    expect(costText(toMicros(micros))).toBe(text);
  });
});

describe('time', () => {
  const now = Date.parse('2026-03-09T10:00:00Z');
  test.each([
    [0, 'just now'],
    [-60_000, 'just now'],
    [20_000, '20 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [59 * 60_000, '59 min ago'],
  ])('an age of %d ms reads "%s"', (ageMs, text) => {
    expect(ageText(now - ageMs, now)).toBe(text);
  });

  test('from an hour on the age is a time, and it no longer ticks', () => {
    expect(ageText(now - 3_600_000, now)).toMatch(/^as of /);
    expect(nextAgeChangeMs(now - 3_600_000, now)).toBeNull();
    expect(nextAgeChangeMs(now - 90_000, now)).toBe(30_000);
  });

  test('a call whose window was lost has no length to tell', () => {
    const call = { answeredAt: 1_000, endedAt: 1_000 };
    expect(talkedText({ ...call, outcome: 'lost' })).toBeNull();
    expect(talkedText({ ...call, endedAt: 66_000, outcome: 'answered' })).toBe('1:05');
    expect(talkedText({ ...call, answeredAt: null, outcome: 'missed' })).toBeNull();
  });

  test('a second that has begun was talked, as the provider counts it', () => {
    const answeredAt = now;
    expect([0, 1, 1000, 1001].map((ms) => talkedSeconds(answeredAt, answeredAt + ms))).toEqual([0, 1, 1, 2]);
  });

  test.each([
    [0, '0:00'],
    [65, '1:05'],
    [3725, '1:02:05'],
  ])('%d s last %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});

describe('phone numbers', () => {
  test('before the plans are loaded, plain digits', () => {
    expect(readNumber('(415) 555-0100', 'US')).toMatchObject({ target: '4155550100', e164: null });
    expect(formatPhoneNumber('+14155550100')).toBe('+14155550100');
  });

  describe('once loaded', () => {
    beforeAll(loadPhoneNumbers);

    test.each([
      ['(415) 555-0100', 'US', '+14155550100', 'US'],
      ['020 7946 0018', 'GB', '+442079460018', 'GB'],
      ['+49 89 63648018', 'US', '+498963648018', 'DE'],
      ['tel:+1-415-555-0100', 'GB', '+14155550100', 'US'],
      ['1-800-FLOWERS', 'US', '+18003569377', 'US'],
    ])('%s typed in %s is %s', (text, country, target, of) => {
      expect(readNumber(text, country)).toMatchObject({ target, e164: target, country: of });
    });

    test.each(['100', '*43', '911', 'alice', 'sip:alice@example.com', '1001#'])('%s is dialled as it is', (text) => {
      expect(readNumber(text, 'US', ['911']).target).toBe(text);
      expect(formatAsTyped(text, 'US', ['911'])).toBe(text);
    });

    test.each(['+', ' ', '()', '+ -', '.'])('“%s” is nothing to dial', (text) => {
      expect(readNumber(text, 'US').target).toBe('');
    });

    test('an emergency number stays itself however it is written, and only whole', () => {
      expect(readNumber('9-1-1', 'US', ['911']).target).toBe('911');
      expect(readNumber('9112', 'US', ['911']).target).not.toBe('911');
    });

    test('typing groups digits without changing them', () => {
      expect(formatAsTyped('2125550147', 'US')).toBe('(212) 555-0147');
      expect(formatAsTyped('+442079460018', 'US')).toBe('+44 20 7946 0018');
      for (const typed of ['2', '21', '212', '2125', '0049', '+', '+4', '12125550147']) {
        expect(formatAsTyped(typed, 'US').replace(/[^+\d]/g, '')).toBe(typed);
      }
      expect(bareTarget('(212) 555-0147')).toBe('2125550147');
    });

    test('countries have names and prefixes', () => {
      expect(dialCountries()).toContainEqual({ code: 'DE', name: 'Germany', prefix: '+49' });
    });
  });
});
