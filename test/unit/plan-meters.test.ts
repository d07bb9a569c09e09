import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallSeconds } from '../../main/sandbox/ledger/meters/minutes.ts';
import { countMinutes } from '../../main/sandbox/ledger/meters/minutes.ts';
import type { Span } from '../../main/sandbox/ledger/meters/spans.ts';
import { countSpans } from '../../main/sandbox/ledger/meters/spans.ts';
import type { MeterRule, Profile } from '../../main/sandbox/policies/profile.ts';
import { addMicros, toDecimal } from '../../preload/contract/money.ts';
import { APRIL_16, amount, openPlan } from './plan-rig.ts';

const DAY_MS = 86_400_000;

function reading(plan: ReturnType<typeof openPlan>, meter: string) {
  const { meters } = plan.planning;
  const found = meters.read(meters.month(plan.now())).readings.find((each) => each.meter === meter);
  if (!found) throw new Error(`No meter ${meter}`);
  return found;
}

/** The profile with nobody's history: the month starts from nothing. */
const unused = (profile: Profile): Profile => ({
  ...profile,
  policy: { ...profile.policy, channels: { kind: 'pooled', count: 0 } },
});

/** Moves to the middle of the next month, which nothing seeded reaches. */
function openUnused(change: (profile: Profile) => Profile = (profile) => profile) {
  const plan = openPlan('sipcore', { change: (profile) => change(unused(profile)) });
  plan.travel(APRIL_16 + 30 * DAY_MS);
  return plan;
}

const by =
  (rule: MeterRule) =>
  (profile: Profile): Profile => ({
    ...profile,
    policy: { ...profile.policy, meters: { ...profile.policy.meters, devices: rule, trunks: rule } },
  });

describe('devices', () => {
  test('[SCS-04 P] 50 devices are 50 x the rate', () => {
    const plan = openUnused();
    plan.provision(50);
    expect(reading(plan, 'devices')).toMatchObject({
      quantity: 50,
      unitPrice: amount('2'),
      total: amount('100'),
      billed: true,
    });
  });

  test('[SCS-04 P] 30, then 25 more, then 40 fewer is a peak of 55; fewer now does not lower this month', () => {
    const plan = openUnused();
    const first = plan.provision(30);
    plan.travel(plan.now() + DAY_MS);
    const second = plan.provision(25);
    plan.travel(plan.now() + DAY_MS);
    plan.remove([...first, ...second.slice(0, 10)]);
    expect(reading(plan, 'devices').quantity).toBe(55);
  });

  test('[SCS-04 P] 30 swapped for 30 others one by one are 30, not 60', () => {
    const plan = openUnused();
    for (const instance of plan.provision(30)) {
      plan.remove([instance]);
      plan.provision(1);
      plan.travel(plan.now() + 1000);
    }
    expect(reading(plan, 'devices').quantity).toBe(30);
  });

  test('[SCS-05 P] each install counts, switched on or not; the same install asked for again is one', () => {
    const plan = openUnused();
    const [first = ''] = plan.provision(2);
    plan.services.people.provision('usr_dana', first, 'The same phone');
    plan.services.people.provision('usr_priya', first, 'The same machine, another person');
    expect(reading(plan, 'devices').quantity).toBe(3);
  });

  test('[POL-20] peak, distinct, end of period and ever active differ', () => {
    const spans: readonly Span[] = [
      { subject: 'a', from: 0, to: 10 },
      { subject: 'b', from: 5, to: 20 },
      { subject: 'c', from: 30, to: null },
      { subject: 'd', from: 40, to: 50 },
      { subject: 'later', from: 100, to: null },
      { subject: 'before', from: -10, to: 0 },
    ];
    const count = (rule: MeterRule): number => countSpans(rule, spans, { from: 0, to: 100 }, new Set(['b', 'later']));
    expect([count('peak'), count('distinct'), count('end_of_period'), count('ever_active')]).toEqual([2, 4, 1, 1]);
  });

  test.each([
    ['peak', 3],
    ['distinct', 4],
    ['end_of_period', 2],
    ['ever_active', 1],
  ] as const)('[POL-20] counted by %s: %i', (rule, expected) => {
    const plan = openUnused(by(rule));
    const [first = '', second = ''] = plan.provision(3);
    const device = plan.services.people.devices('usr_dana').find((each) => each.instanceId === first);
    plan.call(60, { deviceId: device?.id ?? '' });
    plan.travel(plan.now() + 1000);
    plan.remove([first, second]);
    plan.provision(1);
    expect(reading(plan, 'devices')).toMatchObject({ rule, quantity: expected });
  });

  test('the peak is never less than at any moment, nor more than all that were there', () => {
    const moment = fc.integer({ min: 0, max: 50 });
    fc.assert(
      fc.property(fc.array(fc.tuple(moment, moment), { maxLength: 30 }), (pairs) => {
        const spans = pairs.map(([from, length], index) => ({ subject: String(index), from, to: from + length }));
        const period = { from: 10, to: 40 };
        const peak = countSpans('peak', spans, period, new Set());
        for (let at = 10; at < 40; at += 1) {
          expect(peak).toBeGreaterThanOrEqual(spans.filter((span) => span.from <= at && span.to > at).length);
        }
        expect(peak).toBeLessThanOrEqual(countSpans('distinct', spans, period, new Set()));
      }),
    );
  });
});

describe('trunks', () => {
  test('[SCS-06 P] 10 trunks are 10 x the rate; the peak of the month stays when some are given back', () => {
    const plan = openUnused();
    plan.buyChannels({ pooled: 10 });
    expect(reading(plan, 'trunks')).toMatchObject({ quantity: 10, unitPrice: amount('15'), total: amount('150') });
    plan.travel(plan.now() + DAY_MS);
    const { quote } = plan.buyChannels({ pooled: 4 });
    expect(quote.draft.warnings.map((warning) => warning.code)).toContain('peak_reached');
    expect(plan.services.capacity.current()).toEqual({ kind: 'pooled', count: 4 });
    expect(reading(plan, 'trunks').quantity).toBe(10);
    plan.travel(plan.now() + 40 * DAY_MS);
    expect(reading(plan, 'trunks').quantity).toBe(4);
  });
});

describe('minutes', () => {
  const calls = (changes: Partial<CallSeconds>): CallSeconds => ({
    onNet: false,
    video: false,
    transcoded: false,
    calls: 1,
    seconds: 600,
    minutesPerCall: 10,
    ...changes,
  });
  const rules = (video: 'exclusive' | 'also_voip' = 'exclusive', onNetFactor: 1 | 2 = 2) => ({
    rating: { scope: 'per_period' as const },
    meters: { video, onNetFactor },
  });

  test('[SCS-08 P] 1,000 minutes are 1,000 x the rate', () => {
    const plan = openUnused();
    for (let index = 0; index < 100; index += 1)
      plan.call(600, { direction: index % 2 === 0 ? 'outbound' : 'inbound' });
    expect(reading(plan, 'voip_minutes')).toMatchObject({ quantity: 1_000, total: amount('5') });
  });

  test('[SCS-09 P] a call of 10 minutes between two user agents is 20, doubled once; to the telephone network 10', () => {
    const plan = openUnused();
    plan.call(600, { onNet: true, leg: 'a', sipCallId: 'one' });
    plan.call(600, { onNet: true, leg: 'b', direction: 'inbound', userId: 'usr_priya', sipCallId: 'one' });
    expect(reading(plan, 'voip_minutes').quantity).toBe(20);
    plan.call(600);
    expect(reading(plan, 'voip_minutes').quantity).toBe(30);
  });

  test('[SCS-10 P] 100 calls of 61 s are 102 minutes on the sum, 200 brought up call by call', () => {
    const onSum = openUnused();
    const perCall = openUnused((profile) => ({
      ...profile,
      policy: { ...profile.policy, rating: { ...profile.policy.rating, scope: 'per_call' } },
    }));
    for (const plan of [onSum, perCall]) for (let index = 0; index < 100; index += 1) plan.call(61);
    expect(reading(onSum, 'voip_minutes')).toMatchObject({ rule: 'minutes_on_sum', quantity: 102 });
    expect(reading(perCall, 'voip_minutes')).toMatchObject({ rule: 'minutes_per_call', quantity: 200 });
  });

  test('[SCS-11 P] 500 video minutes, inside or outside, are 500 x the rate', () => {
    const plan = openUnused((profile) => ({
      ...profile,
      policy: { ...profile.policy, meters: { ...profile.policy.meters, onNetFactor: 1 } },
    }));
    plan.call(400 * 60, { media: 'video' });
    plan.call(100 * 60, { media: 'video', onNet: true });
    plan.call(100 * 60, { media: 'video', onNet: true, direction: 'inbound', leg: 'b' });
    expect(reading(plan, 'video_minutes')).toMatchObject({ quantity: 500, total: amount('5') });
    expect(reading(plan, 'voip_minutes').quantity).toBe(0);
  });

  test('[POL-21] video is its own meter or counts as voice too; inside it counts once or twice', () => {
    const video = [calls({ video: true, onNet: true })];
    expect(countMinutes(video, rules('exclusive', 1))).toMatchObject({ voip: 0, video: 10 });
    expect(countMinutes(video, rules('exclusive', 2))).toMatchObject({ voip: 0, video: 20 });
    expect(countMinutes(video, rules('also_voip', 1))).toMatchObject({ voip: 20, video: 10 });
    expect(countMinutes(video, rules('also_voip', 2))).toMatchObject({ voip: 20, video: 20 });
  });

  test('[SCS-12 P] 200 transcoded minutes over a trunk are 200 x the rate, inside nothing', () => {
    const plan = openUnused();
    plan.call(200 * 60, { transcoded: true });
    plan.call(300 * 60, { transcoded: true, onNet: true });
    expect(reading(plan, 'transcoding_minutes')).toMatchObject({ quantity: 200, total: amount('0.6') });
  });
});

describe('the bill', () => {
  test('[SCS-14 P] 50 devices, 10 trunks, 1000, 500 and 200 minutes are 260.60, on the meters and on the statement', () => {
    const plan = openUnused();
    plan.provision(50);
    plan.buyChannels({ pooled: 10 });
    plan.call(800 * 60);
    plan.call(200 * 60, { transcoded: true });
    plan.call(500 * 60, { media: 'video' });
    const { meters, statements } = plan.planning;
    expect(toDecimal(meters.read(meters.month(plan.now())).total)).toBe('260.60');

    plan.travel(plan.now() + 20 * DAY_MS);
    const [bill] = plan.statements();
    if (!bill) throw new Error('No statement');
    const goods = statements.store.rows(bill.id).filter((row) => row.kind === 'item' && row.item !== 'emergency');
    expect(toDecimal(addMicros(...goods.map((row) => row.amount)))).toBe('260.60');
  });

  test('[SCS-02 P] a month of nothing is 0.00', () => {
    const plan = openUnused();
    const { meters } = plan.planning;
    const month = meters.read(meters.month(plan.now()));
    expect(month.readings.map((each) => each.quantity)).toEqual([0, 0, 0, 0, 0]);
    expect(toDecimal(month.total)).toBe('0.00');
  });

  test('[SCS-01 P] one more device is one more unit: no minimum, nothing up front', () => {
    const plan = openUnused();
    plan.provision(1);
    expect(reading(plan, 'devices').total).toBe(amount('2'));
    const { quote, charge } = plan.buyChannels({ pooled: 1 });
    expect(charge).toMatchObject({ state: 'done', card: 0, balance: 0 });
    expect(quote.lines.map((line) => [line.timing, line.quantity])).toContainEqual(['arrears_peak', 1]);
  });

  test('(SCS-03) half a month carried on is twice the minutes; a peak stays as it is', () => {
    const plan = openUnused();
    plan.travel(Date.UTC(2026, 5, 15, 19));
    plan.provision(3);
    plan.call(600);
    const forecast = plan.planning.meters.forecast(plan.now());
    expect(forecast.find((each) => each.meter === 'voip_minutes')).toMatchObject({
      quantity: 20,
      total: amount('0.1'),
    });
    expect(forecast.find((each) => each.meter === 'devices')?.quantity).toBe(3);
  });
});
