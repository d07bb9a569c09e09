import { describe, expect, test } from 'vitest';
import { channelFree } from '../../main/sandbox/ledger/admission.ts';
import { createCutOff } from '../../main/sandbox/ledger/cut-off.ts';
import { openBooks } from './ledger-rig.ts';

const US = '+12125550123';
const UK = '+442079460018';

describe('emergency calls', () => {
  test.each(['911', '933'])('[F-04] %s is admitted at zero, below zero, frozen and with no channel left', (number) => {
    const rig = openBooks('sipus');
    for (let index = 0; index < 4; index += 1) rig.start(US);
    expect(rig.books.admit(rig.request(US)).kind).toBe('refused');
    for (const balance of [0, -5_000_000]) {
      rig.setBalance(balance);
      rig.ledger.write(() => rig.ledger.db.prepare('UPDATE account SET frozen = 1').run());
      expect(rig.books.admit(rig.request(number)).kind).toBe('admitted');
      expect(rig.books.admit(rig.request('+49110', { emergency: true })).kind).toBe('admitted');
    }
  });

  test('[F-04] it costs nothing, has its row, and holds no channel', () => {
    const rig = openBooks('sipus');
    const before = rig.ledger.journal.balance();
    const emergency = rig.start('911');
    for (let index = 0; index < 4; index += 1) rig.start(US);
    rig.books.answered(emergency);
    rig.pass(600);
    expect(rig.books.ended(emergency, { sipCode: 200, cause: 'bye' }).charged).toBe(0);
    expect(rig.ledger.journal.balance()).toBe(before);
    expect(rig.newestUsage()).toMatchObject({ description: 'Emergency call', amount: 0, duration_sec: 600 });
  });

  test('[F-04] books that cannot be written to still let it pass', () => {
    const rig = openBooks();
    rig.ledger.db.pragma('query_only = ON');
    const admission = rig.books.admit(rig.request('911'));
    expect(admission.kind).toBe('admitted');
    expect(() => rig.books.admit(rig.request(US))).toThrow('readonly');
    if (admission.kind !== 'admitted') return;
    rig.ledger.db.pragma('query_only = OFF');
    rig.books.answered(admission.legId);
    expect(rig.books.ended(admission.legId, { sipCode: 200, cause: 'bye' }).charged).toBe(0);
  });

  test('a number that only begins like one is an ordinary call', () => {
    const rig = openBooks();
    rig.setBalance(0);
    expect(rig.books.admit(rig.request('+91123456789')).kind).toBe('refused');
  });
});

describe('money', () => {
  test('[POL-02] at exactly 0 metered calls are refused with 402, at one micro they start', () => {
    const rig = openBooks();
    rig.setBalance(0);
    expect(rig.books.admit(rig.request(US))).toMatchObject({ kind: 'refused', sipCode: 402 });
    rig.setBalance(1);
    expect(rig.books.admit(rig.request(US)).kind).toBe('admitted');
  });

  test('[VTC-28 P] at zero nothing is placed and nothing received until the balance is refilled', () => {
    const rig = openBooks();
    const inbound = { direction: 'inbound', leg: 'b', from: US } as const;
    rig.setBalance(0);
    expect(rig.books.admit(rig.request(US)).kind).toBe('refused');
    expect(rig.books.admit(rig.request('+14155550100', inbound)).kind).toBe('refused');
    rig.setBalance(5_000_000);
    expect(rig.books.admit(rig.request(US)).kind).toBe('admitted');
    expect(rig.books.admit(rig.request('+14155550100', inbound)).kind).toBe('admitted');
  });

  test('[F-06] exactly the reserve is refused, one micro more is not', () => {
    const rig = openBooks('2600hz');
    rig.setBalance(500_000);
    expect(rig.books.admit(rig.request(UK))).toMatchObject({ kind: 'refused', sipCode: 402 });
    rig.setBalance(500_001);
    expect(rig.books.admit(rig.request(UK)).kind).toBe('admitted');
  });

  test('[F-06] what runs counts with its next minute, although the balance has not moved', () => {
    const rig = openBooks();
    rig.setBalance(39_000);
    rig.books.answered(rig.start(US));
    rig.pass(61);
    // 61 s so far + 60 s = 3 minutes of 0.013: all there is.
    expect(rig.books.admit(rig.request(US)).kind).toBe('refused');
    rig.setBalance(39_001);
    expect(rig.books.admit(rig.request(US)).kind).toBe('admitted');
  });

  test('a frozen account gets 403 until it is thawed', () => {
    const rig = openBooks();
    rig.ledger.write(() => rig.ledger.db.prepare('UPDATE account SET frozen = 1').run());
    expect(rig.books.admit(rig.request('+18005550147'))).toMatchObject({ kind: 'refused', sipCode: 403 });
    rig.ledger.write(() => rig.ledger.db.prepare('UPDATE account SET frozen = 0').run());
    expect(rig.books.admit(rig.request('+18005550147')).kind).toBe('admitted');
  });

  test('[VTC-29 P] at zero every call but an emergency one is to be cut', () => {
    const rig = openBooks();
    const legs = [rig.start(US), rig.start('+18005550147')];
    rig.start('911');
    expect(createCutOff(rig.ledger)()).toEqual([]);
    rig.setBalance(0);
    expect([...createCutOff(rig.ledger)()].sort()).toEqual([...legs].sort());
  });
});

describe('channels', () => {
  test('[SIPUS-09 P] [SIPUS-07 P] [SIPUS-11 P] four channels carry four legs; the fifth waits for a hang-up', () => {
    const rig = openBooks('sipus');
    const inbound = { direction: 'inbound', leg: 'b', from: US } as const;
    const legs = [rig.start(US), rig.start(US), rig.start('+14155550100', inbound), rig.start('+14155550101', inbound)];
    const refused = rig.books.admit(rig.request(US));
    expect(refused).toMatchObject({ kind: 'refused', sipCode: 503, reason: 'All 4 channels in use', q850Cause: 34 });
    rig.books.ended(legs[2] ?? '', { sipCode: 200, cause: 'bye' });
    expect(rig.books.admit(rig.request(US)).kind).toBe('admitted');
  });

  test('[SIPUS-13 P] an international call holds no channel', () => {
    const rig = openBooks('sipus');
    for (let index = 0; index < 4; index += 1) rig.start(US);
    expect(rig.books.admit(rig.request(UK)).kind).toBe('admitted');
    expect(rig.books.admit(rig.request(US)).kind).toBe('refused');
  });

  test('[SIPUS-12 P] a forwarded call holds two channels, one a leg', () => {
    const rig = openBooks('sipus');
    const forwarded = { direction: 'inbound', leg: 'b', from: US } as const;
    rig.start('+14155550100', forwarded);
    rig.start(US);
    rig.start('+14155550100', forwarded);
    rig.start(US);
    expect(rig.books.admit(rig.request('+14155550100', forwarded)).kind).toBe('refused');
  });

  test('[KZ-12 P] [KZ-18 P] a call beyond the trunks draws on the credit, and is refused without it', () => {
    const rig = openBooks('2600hz');
    expect(rig.call(US, 61)).toBe(0);
    const trunks = [rig.start(US), rig.start(US)];
    expect(rig.call(US, 61)).toBe(26_000);
    rig.setBalance(0);
    expect(rig.books.admit(rig.request(US))).toMatchObject({ kind: 'refused', sipCode: 402 });
    rig.books.ended(trunks[0] ?? '', { sipCode: 200, cause: 'bye' });
    expect(rig.books.admit(rig.request(US)).kind).toBe('admitted');
  });

  test.each([
    [{ inbound: 2, outbound: 2, twoWay: 1 }, { inbound: 2, outbound: 2 }, 'inbound', true],
    [{ inbound: 2, outbound: 2, twoWay: 1 }, { inbound: 3, outbound: 2 }, 'inbound', false],
    [{ inbound: 0, outbound: 0, twoWay: 10 }, { inbound: 6, outbound: 3 }, 'outbound', true],
    [{ inbound: 0, outbound: 0, twoWay: 10 }, { inbound: 6, outbound: 4 }, 'outbound', false],
  ] as const)('[F-05] [KZ-19 P] %j with %j running: one more %s fits: %s', (trunks, inUse, direction, fits) => {
    expect(channelFree({ kind: 'in_out_twoway', ...trunks }, inUse, direction)).toBe(fits);
  });
});

describe('destinations', () => {
  test.each([
    ['+15005550001', { kind: 'echo' }],
    ['*43', { kind: 'echo' }],
    ['5005550002', { kind: 'busy' }],
    ['*45', { kind: 'no_answer' }],
    ['+15005550004', { kind: 'rejected' }],
    ['+15005550005', { kind: 'early_media' }],
    ['+15005550006', { kind: 'no_channel' }],
    ['+15005550007', { kind: 'no_credit' }],
    ['+15005550008', { kind: 'call_me_back' }],
    ['+19005550199', { kind: 'announcement' }],
    ['911', { kind: 'emergency' }],
    ['+14155550102', { kind: 'own', userId: 'usr_priya' }],
    ['(415) 555-0102', { kind: 'own', userId: 'usr_priya' }],
    ['+493023125042', { kind: 'announcement' }],
    ['12', { kind: 'invalid' }],
    ['hello', { kind: 'invalid' }],
    ['+1', { kind: 'invalid' }],
  ])('%s is %j', (dialled, destination) => {
    expect(openBooks().books.destination(dialled)).toEqual(destination);
  });

  test('a special number whose call is never answered costs nothing', () => {
    const rig = openBooks();
    for (const number of ['*44', '*45', '*46', '*47', '*48', '*49']) expect(rig.call(number, 0)).toBe(0);
    expect(rig.ledger.journal.balance()).toBe(12_410_000);
  });
});
