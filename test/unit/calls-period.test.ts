import { describe, expect, test } from 'vitest';
import { ratePeriod } from '../../main/sandbox/ledger/calls/period.ts';
import { VOIPTIME } from '../../main/sandbox/policies/voiptime.ts';
import { toMicros } from '../../preload/contract/money.ts';
import type { CallsRig } from './calls-rig.ts';
import { INBOUND, OWN, UK, US, openCalls } from './calls-rig.ts';

const NOV_22 = Date.UTC(2026, 10, 22, 20, 0, 0);
/** Midnight in Los Angeles. */
const DECEMBER = Date.UTC(2026, 11, 1, 8, 0, 0);
const perPeriod = { ...VOIPTIME.policy.rating, scope: 'per_period' } as const;

/** A provider that sums the seconds of a month and takes them from the balance. */
function openSummed(): CallsRig {
  const policy = { rating: perPeriod, newCallsAtZero: 'none', activeCallsAtZero: 'keep' } as const;
  const rig = openCalls({ policy, startAt: NOV_22 });
  // The calls the account was seeded with are not of this test.
  rig.ledger.db.prepare(`UPDATE usage SET price_state = 'included' WHERE price_state = 'price_pending'`).run();
  return rig;
}

function toDecember(rig: CallsRig): void {
  rig.pass((DECEMBER - rig.now()) / 1000);
}

/** The rows since the account was seeded. */
const newRows = (rig: CallsRig, before: number) => rig.rows().slice(before);

describe('POL-07: per call and per period', () => {
  test('[SCS-10 P] 100 calls of 61 s: 200 min per call, 102 min on the sum', () => {
    const rule = { setupFee: toMicros(0), minSec: 60, incSec: 60, freeSec: 0 };
    const summed = ratePeriod(rule, { perMinute: toMicros(5_000), calls: 100, seconds: 6_100 });
    expect(summed).toEqual({ billedSec: 102 * 60, price: 510_000 });
    const each = ratePeriod(rule, { perMinute: toMicros(5_000), calls: 1, seconds: 61 });
    expect(each.billedSec * 100).toBe(200 * 60);
  });

  test('[SCS-10 P] the month ends where the account is now, also where it moved while the books were open', () => {
    const rig = openSummed();
    const before = rig.rows().length;
    rig.call(US, 61);
    rig.ledger.db.prepare('UPDATE account SET time_zone = ?').run('America/New_York');
    rig.pass((DECEMBER - 3 * 3_600_000 - rig.now()) / 1000);
    expect(newRows(rig, before)).toHaveLength(2);
  });

  test('[SCS-10 P] [F-02] [F-13] the month is posted once at its end: seconds shown x rate = the cost shown', () => {
    const rig = openSummed();
    const before = { balance: rig.balance(), rows: rig.rows().length };
    for (let index = 0; index < 100; index += 1) expect(rig.call(US, 61)).toBe(0);
    expect(rig.balance()).toBe(before.balance);
    expect(rig.newestUsage()).toMatchObject({
      price_state: 'price_pending',
      duration_sec: 61,
      rate_per_minute: 13_000,
    });
    toDecember(rig);
    const rows = newRows(rig, before.rows);
    expect(rows).toHaveLength(101);
    expect(rows.at(-1)).toMatchObject({
      kind: 'call',
      price_state: 'priced',
      description: 'Calls of November 2026: 100 calls, seconds summed',
      duration_sec: null,
      billed_sec: 6_120,
      rate_per_minute: 13_000,
      amount: -102 * 13_000,
      time: DECEMBER - 1,
    });
    expect(rows.slice(0, -1).every((row) => row.price_state === 'included' && row.version === 2)).toBe(true);
    expect(rig.balance()).toBe(before.balance - 102 * 13_000);
    expect(rig.ledger.journal.check().holds).toBe(true);
  });

  test('[SCS-10 P] [SCS-08 P] what was placed and what was received at one rate is one sum; each rate has its own', () => {
    const rig = openSummed();
    rig.ledger.db.prepare(`UPDATE rates SET per_minute = 8500 WHERE prefix = '1' AND direction = 'outbound'`).run();
    const before = rig.rows().length;
    rig.call(US, 30);
    rig.call(OWN, 40, INBOUND);
    rig.call(UK, 30);
    toDecember(rig);
    const posted = newRows(rig, before).filter((row) => row.price_state === 'priced');
    expect(posted.map(({ rate_per_minute, billed_sec, amount }) => [rate_per_minute, billed_sec, amount])).toEqual([
      [8_500, 120, -17_000],
      [16_000, 60, -16_000],
    ]);
  });

  test('a month is posted once; a call over midnight belongs to the month it ended in', () => {
    const rig = openSummed();
    rig.pass((DECEMBER - rig.now()) / 1000 - 60);
    const leg = rig.talk(US);
    rig.call(US, 10);
    rig.pass(110);
    rig.end(leg);
    const posted = () => rig.rows().filter((row) => row.description.includes('seconds summed'));
    expect(posted().map((row) => row.billed_sec)).toEqual([60]);
    rig.pass(40 * 86_400);
    expect(posted().map((row) => [row.description, row.billed_sec])).toEqual([
      ['Calls of November 2026: 1 call, seconds summed', 60],
      ['Calls of December 2026: 1 call, seconds summed', 120],
    ]);
    rig.pass(40 * 86_400);
    expect(posted()).toHaveLength(2);
  });

  test('calls nobody answered and calls the plan covers bring no posting', () => {
    const rig = openSummed();
    const before = rig.balance();
    rig.call(US, 0);
    rig.call('+18005550147', 600);
    toDecember(rig);
    expect(rig.balance()).toBe(before);
    expect(rig.rows().filter((row) => row.price_state === 'price_pending')).toEqual([]);
  });

  test('where the plan bills the minutes on its statement, the balance is left alone', () => {
    const rig = openCalls({ profile: 'sipcore', startAt: NOV_22 });
    const before = rig.balance();
    rig.call(US, 61);
    expect(rig.newestUsage().price_state).toBe('price_pending');
    toDecember(rig);
    expect(rig.balance()).toBe(before);
    expect(rig.newestUsage().price_state).toBe('included');
  });

  test('a month that fails half-way is undone and posted whole at the next try', () => {
    const rig = openSummed();
    const before = rig.balance();
    for (const number of [US, UK]) rig.call(number, 61);
    const { journal } = rig.ledger;
    let postings = 0;
    journal.onPosting(() => {
      postings += 1;
      if (postings === 2) throw new Error('killed');
    });
    expect(() => toDecember(rig)).toThrow('killed');
    expect(rig.balance()).toBe(before);
    expect(rig.rows().filter((row) => row.price_state === 'price_pending')).toHaveLength(2);
    rig.ledger.agenda.runDue();
    expect(rig.balance()).toBe(before - 26_000 - 32_000);
    expect(journal.check().holds).toBe(true);
  });
});

describe('POL-07: every field of the rule reaches the price of a call', () => {
  test.each([
    ['minSec and incSec 6/6', { minSec: 6, incSec: 6 }, 61, 14_300],
    ['30/6', { minSec: 30, incSec: 6 }, 31, 7_800],
    ['increment 0 means 60', { minSec: 60, incSec: 0 }, 61, 26_000],
    ['freeSec', { freeSec: 5 }, 5, 0],
    ['freeSec passed', { freeSec: 5 }, 6, 13_000],
    ['setupFee', { setupFee: toMicros(50_000) }, 61, 76_000],
    ['setupFee of a call nobody answered', { setupFee: toMicros(50_000) }, 0, 0],
  ] as const)('[POL-07] %s', (_, change, seconds, cost) => {
    const rig = openCalls({ policy: { rating: { ...VOIPTIME.policy.rating, ...change } } });
    expect(rig.call(US, seconds)).toBe(cost);
    const row = rig.newestUsage();
    const setup = 'setupFee' in change && seconds > 0 ? change.setupFee : 0;
    expect(Math.abs(row.amount)).toBe(Math.round(((row.rate_per_minute ?? 0) * (row.billed_sec ?? 0)) / 60) + setup);
  });
});
