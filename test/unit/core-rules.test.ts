import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultDataDir, parseArguments } from '../../main/arguments.ts';
import { builtInEmergency, isEmergency } from '../../main/calls/emergency-numbers.ts';
import { costsByCall } from '../../main/calls/service.ts';
import { backoffMs } from '../../main/platform/backoff.ts';
import { digestAuthorization, digestHa1, parseChallenge } from '../../main/platform/digest.ts';
import { affordability, talkTimeSec } from '../../main/rates/talk-time.ts';
import { readTarget } from '../../main/rates/target.ts';
import type { Balance, Rate, UsageRow } from '../../preload/contract/models.ts';
import { parseDecimal, type Money } from '../../preload/contract/money.ts';

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Expected a value');
  return value;
}

const micros = (text: string) => must(parseDecimal(text));
const usd = (text: string): Money => ({ micros: micros(text), currency: 'USD' });

const rate = (perMinute: string, incSec = 60, setupFee = '0'): Rate => ({
  prefix: '1',
  countryCode: 'US',
  destination: 'United States',
  direction: 'outbound',
  kind: 'standard',
  perMinute: micros(perMinute),
  setupFee: micros(setupFee),
  currency: 'USD',
  minSec: incSec,
  incSec,
  freeSec: 0,
  included: false,
  effectiveFrom: 0,
});

const balanceOf = (available: string): Balance => ({
  level: 'ok',
  exact: { balance: usd(available), pending: usd('0'), available: usd(available), creditLimit: usd('0') },
  asOf: 1,
});

describe('talk time', () => {
  it('[F-07 P] is whole increments of what available minus reserve pays', () => {
    expect(talkTimeSec(rate('0.013'), usd('1.00'), null)).toBe(76 * 60);
    expect(talkTimeSec(rate('0.01', 6), usd('0.0025'), null)).toBe(12);
    expect(talkTimeSec(rate('0.013'), usd('1.50'), usd('0.50'))).toBe(76 * 60);
    expect(talkTimeSec(rate('1.00', 60, '0.05'), usd('1.04'), null)).toBe(0);
    expect(talkTimeSec(rate('1.00', 60, '0.05'), usd('1.05'), null)).toBe(60);
  });

  it('[F-06 P] is nothing at exactly the reserve', () => {
    expect(talkTimeSec(rate('0.013'), usd('0.50'), usd('0.50'))).toBe(0);
    expect(talkTimeSec(rate('0.013'), usd('0.60'), usd('0.50'))).toBe(7 * 60);
  });

  it('says nothing across currencies or for a free call', () => {
    expect(talkTimeSec(rate('0.013'), { micros: micros('1'), currency: 'EUR' }, null)).toBeNull();
    expect(talkTimeSec(rate('0'), usd('1'), null)).toBeNull();
  });

  it('gives minutes only to those who may see the balance', () => {
    expect(affordability(rate('0.10'), balanceOf('0.40'), null, true)).toEqual({
      talkTimeSec: 240,
      enoughFor: 'under_5_min',
    });
    expect(affordability(rate('0.10'), balanceOf('0.40'), null, false)).toEqual({
      talkTimeSec: null,
      enoughFor: 'under_5_min',
    });
    expect(affordability(rate('0.10'), { level: 'low', exact: null, asOf: 1 }, null, false).enoughFor).toBe('unknown');
    expect(affordability(rate('0.10'), { level: 'ok', exact: null, asOf: 1 }, null, false).enoughFor).toBe('plenty');
    expect(affordability(rate('0.10'), null, null, true).enoughFor).toBe('unknown');
  });

  it('[POL-02] warns of no missing credit where no balance stops a call', () => {
    const below = balanceOf('-4.87');
    const rules = { admissionReserve: null } as const;
    expect(affordability(rate('0.10'), below, { ...rules, newCallsAtZero: 'none' }, true)).toEqual({
      talkTimeSec: null,
      enoughFor: 'unknown',
    });
    for (const newCallsAtZero of ['outbound_metered', 'all_metered', 'all_incl_inbound'] as const) {
      expect(affordability(rate('0.10'), below, { ...rules, newCallsAtZero }, true).enoughFor).toBe('nothing');
    }
  });
});

describe('what was typed', () => {
  it.each([
    ['+1 (415) 555-0123', 'DE', { kind: 'number', digits: '14155550123' }],
    ['415 555 0123', 'US', { kind: 'number', digits: '14155550123' }],
    ['030 901820', 'DE', { kind: 'number', digits: '4930901820' }],
    ['sip:+442079460123@example.test;user=phone', 'US', { kind: 'number', digits: '442079460123' }],
    ['600', 'US', { kind: 'short_code' }],
    ['*97', 'US', { kind: 'short_code' }],
    ['*21*030#', 'DE', { kind: 'short_code' }],
    ['alice', 'US', { kind: 'not_a_number' }],
    ['+1 415', 'US', { kind: 'not_a_number' }],
    ['', 'US', { kind: 'not_a_number' }],
  ] as const)('reads %s in %s', async (typed, country, target) => {
    expect(await readTarget(typed, country)).toEqual(target);
  });
});

describe('emergency numbers', () => {
  it('knows the national ones beside 112 and 911', () => {
    for (const [country, number] of [
      ['DE', '112'],
      ['DE', '110'],
      ['US', '911'],
      ['CA', '911'],
      ['GB', '999'],
      ['AU', '000'],
      ['JP', '119'],
      ['JP', '110'],
      ['IN', '112'],
      ['XX', '112'],
    ] as const) {
      expect(isEmergency(number, builtInEmergency(country))).toBe(true);
    }
    expect(builtInEmergency('US').testNumber).toBe('933');
    expect(builtInEmergency('DE').testNumber).toBeNull();
  });

  it('takes spacing, but no prefix, plus or further digit', () => {
    const us = builtInEmergency('US');
    for (const same of [' 9-1-1 ', 'tel:911', '9\u00a01\u20101']) expect(isEmergency(same, us)).toBe(true);
    for (const other of ['9911', '+911', '9110', '933', '', '91', '911a', '*911', '911#'])
      expect(isEmergency(other, us)).toBe(false);
  });
});

describe('cost of a call', () => {
  const row = (change: Partial<UsageRow>): UsageRow => ({
    id: 'u1',
    time: 1,
    version: 1,
    kind: 'call',
    direction: 'outbound',
    priceState: 'priced',
    amount: micros('-0.026'),
    currency: 'USD',
    description: 'call',
    from: null,
    to: null,
    durationSec: 61,
    billedSec: 120,
    ratePerMinute: micros('0.013'),
    userId: null,
    userName: null,
    deviceId: null,
    sipCallId: 'a',
    leg: 'a',
    ...change,
  });

  it('is the charge of the calling leg, as a positive amount', () => {
    const rows = [row({ id: 'u1' }), row({ id: 'u2', leg: 'b', amount: micros('-0.01') })];
    expect(costsByCall(rows)).toEqual([{ sipCallId: 'a', cost: usd('0.026') }]);
  });

  it('is the called leg where that stands alone, and nothing while the price is pending', () => {
    expect(costsByCall([row({ leg: 'b', amount: micros('-0.01') })])).toEqual([{ sipCallId: 'a', cost: usd('0.01') }]);
    expect(costsByCall([row({ priceState: 'price_pending' })])).toEqual([]);
    expect(costsByCall([row({ kind: 'fee' })])).toEqual([]);
  });
});

describe('digest', () => {
  it('answers the example of RFC 2617 section 3.5', () => {
    const header =
      'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"';
    const challenge = must(parseChallenge(header));
    const ha1 = digestHa1('Mufasa', 'testrealm@host.com', 'Circle Of Life');
    expect(ha1).toBe('939e7578ed9e3c518a452acee763bce9');
    const request = { method: 'GET', uri: '/dir/index.html', user: 'Mufasa', ha1 };
    expect(digestAuthorization(challenge, request, '0a4f113b')).toContain(
      'response="6629fae49393a05397450978507c4ef1"',
    );
  });

  it('reads algorithm, stale and a quoted realm', () => {
    expect(parseChallenge('digest realm="a \\"b\\"", nonce=x, algorithm=sha-256, stale=TRUE')).toMatchObject({
      realm: 'a "b"',
      nonce: 'x',
      algorithm: 'SHA-256',
      stale: true,
      qopAuth: false,
    });
    expect(parseChallenge('Basic realm="x"')).toBeUndefined();
    expect(parseChallenge('Digest realm="x"')).toBeUndefined();
  });
});

describe('the command line', () => {
  it('takes the flags of the scripts', () => {
    expect(
      parseArguments(
        [
          '--headless',
          '--port',
          '4000',
          '--data',
          'x',
          '--profile',
          'sipus',
          '--as',
          'user',
          '--fill',
          '5000',
          '--state',
          'vetting',
        ],
        true,
      ),
    ).toEqual({
      ok: true,
      options: {
        headless: true,
        port: 4000,
        dataDir: path.resolve('x'),
        profile: 'sipus',
        role: 'user',
        fill: 5000,
        accountState: 'vetting',
      },
    });
    expect(parseArguments([], true)).toMatchObject({
      ok: true,
      options: { headless: false, port: null, profile: null, role: null, fill: null, accountState: null },
    });
  });

  it.each([
    [['--port', '65536']],
    [['--port', '-1']],
    [['--port', 'x']],
    [['--port']],
    [['--as', 'root']],
    [['--data', '']],
    [['--profile', '../x']],
    [['--fill', 'many']],
    [['--state', 'NEW; rm']],
    [['--nonsense']],
    [['word']],
  ])('answers %s with a sentence and the usage', (words) => {
    expect(parseArguments(words, true)).toEqual({ ok: false, sentence: expect.stringContaining('Usage:') as string });
  });

  it('passes over what Electron was started with', () => {
    expect(parseArguments(['--remote-debugging-port=0', '--no-sandbox', '--as', 'admin', '.'], false)).toMatchObject({
      ok: true,
      options: { role: 'admin' },
    });
  });

  it('finds the data folder of each system', () => {
    expect(defaultDataDir('linux', { XDG_DATA_HOME: '/x' }, '/home/a')).toBe('/x/offhook');
    expect(defaultDataDir('linux', { XDG_DATA_HOME: 'relative' }, '/home/a')).toBe('/home/a/.local/share/offhook');
    expect(defaultDataDir('darwin', {}, '/Users/a')).toBe('/Users/a/Library/Application Support/Offhook');
  });
});

describe('back-off', () => {
  it('doubles up to its limit, with a quarter of jitter to both sides', () => {
    const rule = { baseMs: 1_000, maxMs: 8_000 };
    expect([0, 1, 2, 3, 4, 99].map((attempt) => backoffMs(rule, attempt, () => 0.5))).toEqual([
      1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
    ]);
    expect(backoffMs(rule, 0, () => 0)).toBe(750);
    expect(backoffMs(rule, 0, () => 1)).toBe(1_250);
  });
});
