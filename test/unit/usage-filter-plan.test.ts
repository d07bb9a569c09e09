import type Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { UsageQuery } from '../../main/sandbox/api/usage-filter.ts';
import { createUsageFilter } from '../../main/sandbox/api/usage-filter.ts';
import { openBooks } from './ledger-rig.ts';

const DAY = '2026-04-16';
const PLACE = { time: Number.MAX_SAFE_INTEGER, id: '', limit: 10 };

/** How SQLite finds the rows of a filter. */
function planOf(query: Omit<UsageQuery, 'limit'>, who: string | null): string {
  const { db } = openBooks('voiptime').ledger;
  let plan = '';
  const explaining = {
    prepare: (sql: string) => ({
      all: (values: Record<string, unknown>) => {
        const steps = db
          .prepare<[Record<string, unknown>], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
          .all(values);
        plan = steps.map((step) => step.detail).join('; ');
        return [];
      },
    }),
  } as unknown as Database.Database;
  createUsageFilter(explaining, 'SELECT u.* FROM usage u')(PLACE, { limit: 10, ...query }, who, 'UTC');
  return plan;
}

test.each([
  ['what is no call', { kind: 'topup' }, null, 'usage_besides_calls (kind=? AND (time,id)<(?,?))'],
  ['one day of it', { kind: 'fee', from: DAY, to: DAY }, null, 'usage_besides_calls (kind=? AND time>?'],
  ['calls', { kind: 'call' }, null, '((time,id)<(?,?))'],
  ['one person', {}, 'usr_priya', 'usage_of_user (user_id=? AND (time,id)<(?,?))'],
  ['calls of one person', { kind: 'call', direction: 'inbound' }, 'usr_priya', 'usage_of_user (user_id=?'],
] as const)('a page of %s is found by an index and never sorted', (_name, query, who, index) => {
  const plan = planOf(query, who);
  expect(plan).toContain(index);
  expect(plan).not.toMatch(/SCAN|TEMP B-TREE/);
});
