import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UsageCategory } from '../../main/sandbox/ledger/journal.ts';
import type { TransactionFilter } from '../../main/sandbox/ledger/plan/transactions.ts';
import { addMicros, toMicros } from '../../preload/contract/money.ts';
import { APRIL_16, amount, openPlan } from './plan-rig.ts';

const DAY_MS = 86_400_000;
const ALL: TransactionFilter = { from: 0, to: Number.MAX_SAFE_INTEGER, userId: null, category: null };
const FIRST = { at: Number.MAX_SAFE_INTEGER, seq: 0 };

describe('transactions', () => {
  test('[KZ-08 P] every movement, newest first, of everybody or of one person', () => {
    const { planning, ledger, post } = openPlan('voiptime');
    post({ kind: 'call', amount: amount('-0.02'), userId: 'usr_priya' });
    const rows = planning.transactions.page(FIRST, 10_000, ALL);
    expect(rows).toHaveLength(planning.transactions.count(ALL) ?? -1);
    expect(rows[0]).toMatchObject({
      amount: amount('-0.02'),
      balanceAfter: ledger.journal.balance(),
      userName: 'Priya Raman',
    });
    const priya = { ...ALL, userId: 'usr_priya' };
    const own = planning.transactions.page(FIRST, 10_000, priya);
    expect(own).toEqual(rows.filter((row) => row.userId === 'usr_priya'));
    expect(own.length).toBeLessThan(rows.length);
  });

  test('so many that counting them would hold up calls are not counted, but for a short time', () => {
    const { planning, ledger } = openPlan('voiptime');
    ledger.db.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
      INSERT INTO postings (usage_id, amount, balance_after, at) SELECT (SELECT id FROM usage LIMIT 1), 0, 0, i FROM n`);
    expect(planning.transactions.count(ALL)).toBeNull();
    expect(planning.transactions.count({ ...ALL, userId: 'usr_priya' })).toBeNull();
    expect(planning.transactions.count({ ...ALL, from: 1, to: 101 })).toBe(100);
  });

  test('pages of a few come to the same as one page of all, also where many have one time', () => {
    const { planning, post } = openPlan('voiptime');
    for (let index = 0; index < 7; index += 1) post({ kind: 'fee', amount: amount('-1') });
    const all = planning.transactions.page(FIRST, 10_000, ALL);
    const paged = [];
    let place: { readonly at: number; readonly seq: number } = FIRST;
    for (;;) {
      const rows = planning.transactions.page(place, 3, ALL);
      const last = rows.at(-1);
      if (!last) break;
      paged.push(...rows);
      place = last;
    }
    expect(paged).toEqual(all);
  });

  test.each<[UsageCategory, Parameters<ReturnType<typeof openPlan>['post']>[0]]>([
    ['per_minute', { kind: 'call', amount: amount('-1') }],
    ['payments', { kind: 'topup', amount: amount('1') }],
    ['recurring', { kind: 'number', amount: amount('-1') }],
    ['recurring', { kind: 'fee', amount: amount('-1') }],
    ['adjustments', { kind: 'credit', amount: amount('1') }],
    ['adjustments', { kind: 'adjustment', amount: amount('1') }],
    ['prorations', { kind: 'number', amount: amount('-1'), category: 'prorations' }],
    ['rollovers', { kind: 'adjustment', amount: amount('1'), category: 'rollovers' }],
  ])('[F-13] %s', (category, usage) => {
    const { planning, post } = openPlan('voiptime');
    post(usage);
    expect(planning.transactions.page(FIRST, 1, { ...ALL, category })[0]).toMatchObject({
      category,
      amount: usage.amount,
    });
  });

  test('[F-13] rollover rows are part of the balance and not of what was spent', () => {
    const plan = openPlan('voiptime');
    const range = { from: APRIL_16, to: APRIL_16 + DAY_MS, userId: null };
    plan.post({ kind: 'call', amount: amount('-3') });
    plan.post({ kind: 'adjustment', amount: amount('-12'), category: 'rollovers' });
    plan.post({ kind: 'adjustment', amount: amount('12.5'), category: 'rollovers' });
    plan.post({ kind: 'topup', amount: amount('10') });
    const sums = plan.planning.transactions.sums(range);
    expect(sums.spent).toBe(amount('3'));
    expect(sums.closing - sums.opening).toBe(amount('7.5'));
  });

  test('[F-13] opening + rows = closing for any period, corrections of older rows among them', () => {
    const plan = openPlan('voiptime');
    const ids: string[] = [];
    for (let day = 0; day < 10; day += 1) {
      ids.push(plan.post({ kind: 'call', amount: toMicros(-10_000 * (day + 1)) }));
      const early = ids[Math.floor(day / 2)] ?? '';
      plan.ledger.write(() => plan.ledger.journal.correct(early, toMicros(-7_000 * day), plan.now()));
      plan.travel(plan.now() + DAY_MS);
    }
    const moment = fc.integer({ min: APRIL_16 - 60 * DAY_MS, max: APRIL_16 + 12 * DAY_MS });
    fc.assert(
      fc.property(moment, moment, (one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const { opening, closing, categories } = plan.planning.transactions.sums({ from, to, userId: null });
        expect(addMicros(opening, ...categories.map((each) => each.amount))).toBe(closing);
      }),
      { numRuns: 50 },
    );
    expect(plan.planning.transactions.sums(ALL).closing).toBe(plan.ledger.journal.balance());
  });
});

describe('months', () => {
  test('[KZ-08 P] the monthly contract of an account and of a person opens to what it is made of', () => {
    const plan = openPlan('voiptime');
    const april = { year: 2026, month: 4, day: 1 };
    plan.post({ kind: 'call', direction: 'inbound', amount: amount('-0.03'), durationSec: 61, userId: 'usr_priya' });
    for (const userId of [null, 'usr_priya']) {
      const contract = plan.planning.contracts.month(april, userId);
      if (!contract) throw new Error('No month');
      const lines = plan.planning.contracts.lines(contract, userId);
      for (const { category, amount: sum } of contract.sums.categories) {
        const own = lines.filter((line) => line.category === category).map((line) => line.amount);
        expect(addMicros(toMicros(0), ...own)).toBe(sum);
      }
      expect(lines).toContainEqual(expect.objectContaining({ userName: 'Priya Raman', description: 'Calls received' }));
    }
    expect(plan.planning.contracts.months()[0]).toBe('2026-04');
    expect(plan.planning.contracts.month({ year: 2026, month: 5, day: 1 }, null)).toBeUndefined();
    expect(plan.planning.contracts.month({ year: 2020, month: 1, day: 1 }, null)).toBeUndefined();
  });

  test('(KZ-16) 2 calls of 61 s: the rows are 2 + 2 minutes, the sum of seconds is 3', () => {
    const plan = openPlan('voiptime');
    const from = plan.now();
    plan.call(61, { amount: amount('-0.026') });
    plan.call(61, { amount: amount('-0.026') });
    plan.call(0);
    const filter = { from, to: from + 1, userId: null, direction: null };
    expect(plan.planning.contracts.minutes(filter)).toEqual({
      calls: 2,
      seconds: 122,
      perCall: 4,
      onSum: 3,
      amount: amount('-0.052'),
    });
    expect(plan.planning.contracts.minutes({ ...filter, direction: 'inbound' }).calls).toBe(0);
  });
});
