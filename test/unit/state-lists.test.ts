import { describe, expect, test } from 'vitest';
import { toMicros } from '../../preload/contract/money.ts';
import { withCall, withCallPage, withUsageHead, withUsagePage } from '../../renderer/state/lists.ts';
import type { ListState } from '../../renderer/state/model.ts';
import { runningCost } from '../../renderer/state/running-cost.ts';
import type { UsageRow } from '../../preload/contract/models.ts';
import { amount, makeEntry, makeUsage, PRICE, RATE } from '../support/screen-harness/data.ts';

const row = (id: string, time: number, changes = {}) => makeUsage({ id, time, ...changes });
const list = (...rows: readonly UsageRow[]): ListState<UsageRow> => ({ rows, next: 'deep', phase: { kind: 'ready' } });
const page = (rows: readonly UsageRow[], next: string | null) => ({ rows, next, partialBefore: null });
const ids = (state: { readonly rows: readonly { readonly id: string }[] }) => state.rows.map((each) => each.id);

describe('lists', () => {
  test('a call takes its place by time, and its later version replaces the earlier', () => {
    const empty = { rows: [], next: null, phase: { kind: 'ready' } } as const;
    const one = withCall(empty, makeEntry({ id: 'a', startedAt: 1 }));
    const two = withCall(one, makeEntry({ id: 'b', startedAt: 2 }));
    expect(ids(two)).toEqual(['b', 'a']);
    const again = withCall(two, makeEntry({ id: 'a', startedAt: 1, outcome: 'lost' }));
    expect(ids(again)).toEqual(['b', 'a']);
    expect(again.rows[1]?.outcome).toBe('lost');
  });

  test('a page that repeats rows adds none twice', () => {
    const first = withCallPage(
      { rows: [], next: null, phase: { kind: 'unread' } },
      { rows: [makeEntry({ id: 'a' })], next: 'n' },
    );
    const second = withCallPage(first, { rows: [makeEntry({ id: 'a' })], next: null });
    expect(ids(second)).toEqual(['a']);
    expect(second.next).toBeNull();
  });

  test('a late echo with a lower version never overwrites a corrected price', () => {
    const corrected = row('a', 5, { version: 2, amount: amount('-0.04') });
    const state = withUsagePage(list(corrected), page([row('a', 5, { version: 1 })], null));
    expect(state.rows[0]).toEqual(corrected);
  });

  test('a fresh head keeps what was already read further down, and the way on from there', () => {
    const state = withUsageHead(list(row('b', 5), row('a', 1)), page([row('c', 9), row('b', 5)], 'head'));
    expect(ids(state)).toEqual(['c', 'b', 'a']);
    expect(state.next).toBe('deep');
    expect(withUsageHead(list(), page([row('c', 9)], 'head')).next).toBe('head');
    // The end of a history that was still being filled.
    const ended = { ...list(row('b', 5), row('a', 1)), next: null };
    expect(withUsageHead(ended, page([row('c', 9), row('b', 5)], 'head')).next).toBe('head');
  });
});

describe('the running cost [F-01 vectors]', () => {
  const at = (perMinute: string, minSec: number, incSec: number, changes = {}) =>
    ({ ...PRICE, rate: { ...RATE, perMinute: amount(perMinute), minSec, incSec, ...changes } }) as const;
  const cost = (price: ReturnType<typeof at>, seconds: number) => {
    const running = runningCost(price, seconds);
    return running.kind === 'about' ? running.cost.micros : running.kind;
  };

  test.each([
    ['0.0130', 60, 60, 61, 26_000],
    ['0.0100', 6, 6, 11, 2_000],
    ['0.0100', 6, 6, 61, 11_000],
    ['0.0100', 30, 6, 31, 6_000],
    ['0.0130', 60, 0, 61, 26_000],
  ])('%s at %d/%d for %d s is %d micros', (rate, min, inc, seconds, micros) => {
    expect(cost(at(rate, min, inc), seconds)).toBe(micros);
  });

  test('a set-up fee is paid once, and nothing before the first second', () => {
    const price = at('1', 60, 60, { setupFee: amount('0.05') });
    expect(cost(price, 61)).toBe(2_050_000);
    expect(cost(price, 0)).toBe(0);
  });

  test('included, free, unknown and emergency are words, never a figure', () => {
    expect(runningCost(null, 10)).toEqual({ kind: 'unknown' });
    expect(runningCost({ kind: 'unknown', reason: 'no_match' }, 10)).toEqual({ kind: 'unknown' });
    expect(runningCost({ kind: 'emergency' }, 10)).toEqual({ kind: 'free' });
    expect(runningCost({ kind: 'included', rate: RATE, fetchedAt: 0 }, 10)).toEqual({ kind: 'included' });
    expect(runningCost(at('0', 60, 60, { setupFee: toMicros(0) }), 10)).toEqual({ kind: 'free' });
  });
});
