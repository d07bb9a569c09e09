import { expect, test } from 'vitest';
import { callsPage, closeLostCalls, setCallCosts } from '../../main/calls/repo.ts';
import { longestMatch } from '../../main/rates/repo.ts';
import type { SqlParams, Store, StoreFile } from '../../main/store/store.ts';
import { newestUsageTime, usageOfCall, usagePage } from '../../main/usage/repo.ts';
import { toMicros } from '../../preload/contract/money.ts';
import { must, openTestStore } from '../integration/store-rig.ts';

/** A store that notes the statements given to it before it carries them out. */
function noting(store: Store): { readonly store: Store; readonly noted: [StoreFile, string, SqlParams][] } {
  const noted: [StoreFile, string, SqlParams][] = [];
  return {
    noted,
    store: {
      ...store,
      read(file, sql, params = []) {
        noted.push([file, sql, params]);
        return store.read(file, sql, params);
      },
      write(file, statements) {
        for (const { sql, rows } of statements) noted.push([file, sql, rows[0] ?? []]);
        return store.write(file, statements);
      },
    },
  };
}

async function plansOf(run: (store: Store) => Promise<unknown>): Promise<readonly string[]> {
  const { store } = await openTestStore();
  const { store: watched, noted } = noting(store);
  await run(watched);
  expect(noted).not.toEqual([]);
  const plans = await Promise.all(
    noted.map(([file, sql, params]) => store.read<{ detail: string }>(file, `EXPLAIN QUERY PLAN ${sql}`, params)),
  );
  return plans.flatMap((plan) => must(plan).map(({ detail }) => detail));
}

const ALL = { kind: 'all' } as const;
const place = Buffer.from('[1,"a"]').toString('base64url');

test.each<[string, RegExp, (store: Store) => Promise<unknown>]>([
  [
    'a page of usage',
    /SEARCH u USING INDEX sqlite_autoindex_usage_1 \(\(time,id\)<\(\?,\?\)\)/,
    (store) => usagePage(store, { cursor: place, limit: 100, scope: ALL }),
  ],
  [
    "a page of a person's usage",
    /SEARCH u USING INDEX usage_of_user \(user_id=\? AND \(time,id\)<\(\?,\?\)\)/,
    (store) => usagePage(store, { cursor: place, limit: 100, scope: { kind: 'user', userId: 'u' } }),
  ],
  [
    'the rows of a call',
    /SEARCH u USING INDEX sqlite_autoindex_usage_1 \(time>\? AND time<\?\)/,
    (store) => usageOfCall(store, 'x', { fromMs: 0, toMs: 1 }),
  ],
  ['the newest row', /SEARCH usage USING COVERING INDEX sqlite_autoindex_usage_1/, newestUsageTime],
  [
    'a page of the history',
    /SEARCH call_log USING INDEX call_log_by_time \(\(started_at,id\)<\(\?,\?\)\)/,
    (store) => callsPage(store, { cursor: place, limit: 100 }),
  ],
  [
    'the cost of a call',
    /SEARCH call_log USING INDEX call_log_by_call_id \(sip_call_id=\?\)/,
    (store) => setCallCosts(store, [{ sipCallId: 'x', cost: { micros: toMicros(1), currency: 'USD' } }]),
  ],
  ['calls a crash left open', /SEARCH|SCAN call_log USING INDEX call_log_open/, closeLostCalls],
])('%s is found by its index, without a sort', async (_name, expected, run) => {
  const plans = await plansOf(run);
  expect(plans.join('\n')).toMatch(expected);
  expect(plans.filter((detail) => /TEMP B-TREE|^SCAN (u|usage|call_log)$/.test(detail))).toEqual([]);
});

test('the rate of a number seeks its fifteen prefixes', async () => {
  const plans = await plansOf((store) => longestMatch(store, { digits: '12025550100', direction: 'outbound', at: 1 }));
  expect(plans.join('\n')).toMatch(
    /SEARCH rate USING PRIMARY KEY \(prefix=\? AND direction=\? AND effective_from<\?\)/,
  );
});
