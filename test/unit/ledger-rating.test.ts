import { describe, expect, test } from 'vitest';
import { toMicros } from '../../preload/contract/money.ts';
import { durationSeconds, rateCall } from '../../main/sandbox/ledger/rating.ts';
import { ECHO, openBooks } from './ledger-rig.ts';

const rule = (perMinute: number, minSec: number, incSec: number, freeSec = 0, setupFee = 0) => ({
  perMinute: toMicros(perMinute),
  setupFee: toMicros(setupFee),
  minSec,
  incSec,
  freeSec,
});

describe('rating', () => {
  test.each([
    [rule(13_000, 60, 60), 61, 26_000],
    [rule(10_000, 6, 6), 11, 2_000],
    [rule(10_000, 6, 6), 12, 2_000],
    [rule(10_000, 6, 6), 61, 11_000],
    [rule(10_000, 30, 6), 31, 6_000],
    [rule(10_000, 30, 6), 36, 6_000],
    [rule(13_000, 60, 0), 61, 26_000],
    [rule(1_000_000, 60, 60, 0, 50_000), 61, 2_050_000],
    [rule(13_000, 60, 60, 0, 50_000), 0, 0],
  ])('[F-01] %j for %i s costs %i micros', (price, seconds, micros) => {
    expect(rateCall(price, seconds).price).toBe(micros);
  });

  test.each([
    [40, 60],
    [69, 70],
    [75, 80],
    [5, 0],
    [6, 60],
  ])('[F-03] with minimum 60, increment 10 and 5 free, %i s are billed as %i s', (seconds, billed) => {
    expect(rateCall(rule(10_000, 60, 10, 5), seconds).billedSec).toBe(billed);
  });

  test('[F-02] seconds shown times rate is the cost shown, also with a minimum and an increment', () => {
    const rated = rateCall(rule(60_000, 20, 30), 25);
    expect(rated).toEqual({ billedSec: 50, price: 50_000 });
  });

  test('[F-02] the sub-cent part is kept: 0.0133 a minute for 12 s', () => {
    expect(rateCall(rule(13_300, 6, 6), 12).price).toBe(2_660);
  });

  test('a second begun counts, a clock set back does not', () => {
    expect(durationSeconds(1_000, 1_001)).toBe(1);
    expect(durationSeconds(1_000, 61_000)).toBe(60);
    expect(durationSeconds(1_000, 61_001)).toBe(61);
    expect(durationSeconds(5_000, 1_000)).toBe(0);
  });
});

describe('[VTC-10 P] a call is billed per minute, rounded up for itself', () => {
  test.each([
    [0, 0],
    [1, 13_000],
    [60, 13_000],
    [61, 26_000],
    [121, 39_000],
  ])('[VTC-10 P] %i s on the ledger cost %i micros', (seconds, micros) => {
    const rig = openBooks();
    const before = rig.ledger.journal.balance();
    expect(rig.call('+12125550123', seconds)).toBe(micros);
    expect(rig.ledger.journal.balance()).toBe(before - micros);
    expect(Math.abs(rig.newestUsage().amount)).toBe(micros);
  });
});

test('[VTC-09 P] outbound and inbound calls draw on the one balance', () => {
  const rig = openBooks();
  const before = rig.ledger.journal.balance();
  rig.call('+12125550123', 30);
  rig.call('+14155550100', 30, { direction: 'inbound', leg: 'b', from: '+12125550123' });
  expect(rig.ledger.journal.balance()).toBe(before - 13_000 - 8_500);
});

test('the echo is rated, so that the balance falls by its price', () => {
  const rig = openBooks();
  expect(rig.call(ECHO, 20)).toBe(13_000);
  expect(rig.call('*43', 20)).toBe(13_000);
});

test('a row names the SIP call, the leg, the device and the person', () => {
  const rig = openBooks();
  rig.call('+442079460018', 5, { sipCallId: 'abc@host', leg: 'a' });
  expect(rig.newestUsage()).toMatchObject({
    sip_call_id: 'abc@host',
    leg: 'a',
    device_id: rig.device.id,
    user_id: 'usr_dana',
    duration_sec: 5,
    billed_sec: 60,
    rate_per_minute: 16_000,
    amount: -16_000,
    description: 'Call to United Kingdom',
  });
});

test('an unanswered call has a row that costs nothing', () => {
  const rig = openBooks();
  rig.call('+12125550123', 0);
  expect(rig.newestUsage()).toMatchObject({
    amount: 0,
    duration_sec: 0,
    description: 'Call to United States, not answered',
  });
});

test('the price is taken at the start of the call, whatever the deck says at its end', () => {
  const rig = openBooks();
  rig.pass(30 * 86_400 - 30);
  expect(rig.call('+447700900123', 61)).toBe(58_000);
  expect(rig.call('+447700900123', 61)).toBe(64_000);
});

test('a leg ended twice is rated once', () => {
  const rig = openBooks();
  const leg = rig.start('+12125550123');
  rig.books.answered(leg);
  rig.pass(10);
  const first = rig.books.ended(leg, { sipCode: 200, cause: 'bye' });
  rig.pass(100);
  expect(rig.books.ended(leg, { sipCode: 200, cause: 'bye' })).toEqual(first);
  expect(rig.ledger.journal.check().holds).toBe(true);
  expect(rig.ledger.db.prepare("SELECT count(*) AS n FROM usage WHERE sip_call_id = 'call-1@test'").get()).toEqual({
    n: 1,
  });
});

test('[TOP-10 P] the balance stands still during a call and moves when it ends', () => {
  const rig = openBooks();
  const before = rig.ledger.journal.balance();
  const leg = rig.start('+12125550123');
  rig.books.answered(leg);
  rig.pass(600);
  expect(rig.ledger.journal.balance()).toBe(before);
  rig.books.ended(leg, { sipCode: 200, cause: 'bye' });
  expect(rig.ledger.journal.balance()).toBe(before - 130_000);
});

test('[SIPUS-10 P] [SIPUS-14 P] the 48 states and Canada cost nothing, Alaska, Hawaii and abroad draw on the balance', () => {
  const rig = openBooks('sipus');
  expect(rig.call('+12125550123', 600)).toBe(0);
  expect(rig.call('+14165550134', 600)).toBe(0);
  expect(rig.call('+19075550121', 60)).toBe(13_000);
  expect(rig.call('+18085550121', 60)).toBe(13_000);
  const before = rig.ledger.journal.balance();
  expect(rig.call('+442079460018', 60)).toBe(16_000);
  expect(rig.ledger.journal.balance()).toBe(before - 16_000);
});

test('[SIPUS-22 P] [SIPUS-25 P] a call received on a toll-free number is taken from the prepaid balance', () => {
  const rig = openBooks('sipus');
  const before = rig.ledger.journal.balance();
  expect(rig.call('+18005550199', 61, { direction: 'inbound', leg: 'b', from: '+12125550123' })).toBe(58_000);
  expect(rig.call('+14155550100', 61, { direction: 'inbound', leg: 'b', from: '+12125550123' })).toBe(0);
  expect(rig.ledger.journal.balance()).toBe(before - 58_000);
});

test('[SCS-08 P] [SCS-09 P] a call between two people of the service has a row placed and a row received, on net', () => {
  const rig = openBooks('sipcore');
  rig.call('+14155550101', 600, { onNet: true });
  const placed = rig.newestUsage();
  rig.call('+14155550101', 600, { direction: 'inbound', leg: 'b', onNet: true });
  const received = rig.newestUsage();
  for (const row of [placed, received])
    expect(row).toMatchObject({ on_net: 1, duration_sec: 600, rate_per_minute: 5_000 });
  expect([placed.leg, received.leg]).toEqual(['a', 'b']);
  rig.call('+12125550123', 600);
  expect(rig.newestUsage()).toMatchObject({ on_net: 0, duration_sec: 600 });
});
