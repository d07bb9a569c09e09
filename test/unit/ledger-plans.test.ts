import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLists } from '../../main/sandbox/api/lists.ts';
import { PROFILE_IDS } from '../../main/sandbox/policies/profile.ts';
import { openBooks } from './ledger-rig.ts';

/** Tables that grow with every call: at ten million rows a walk over one of them takes seconds. */
const LARGE = /\bSCAN (?:usage|postings|u|p)\b(?! USING (?:COVERING )?INDEX usage_(?:pending|of_charge))/;
/** What is meant to look at everything (the whole proof of F-13), or ends at the first row it finds. */
const WHOLE = [
  'SELECT sum(amount) AS total FROM postings',
  'SELECT sum(amount) AS total FROM usage',
  'SELECT seq FROM postings WHERE balance_after > ? ORDER BY seq DESC LIMIT 1',
  `SELECT EXISTS (SELECT 1 FROM usage WHERE kind IN ('topup', 'call'))`,
];

const prepared = new Map<string, Database.Database>();
const original: Database.Database['prepare'] = Reflect.get(Database.prototype, 'prepare');
beforeAll(() => {
  Database.prototype.prepare = function (this: Database.Database, sql: string) {
    prepared.set(sql, this);
    return original.call(this, sql);
  } as typeof original;
  for (const id of PROFILE_IDS) {
    const { ledger } = openBooks(id);
    createLists(ledger, 'epoch');
  }
});
afterAll(() => {
  Database.prototype.prepare = original;
});

test('no statement of the running books walks over all usage or all postings', () => {
  const offenders: string[] = [];
  let looked = 0;
  for (const [sql, db] of prepared) {
    if (!db.open || !/^\s*(?:SELECT|UPDATE|DELETE|WITH)/i.test(sql) || !/\b(?:usage|postings)\b/.test(sql)) continue;
    if (WHOLE.includes(sql.replaceAll(/\s+/g, ' ').trim())) continue;
    looked += 1;
    // A plan needs no values; nothing may be left unbound.
    const unbound = sql.replaceAll(/[@:$]\w+|\?/g, 'NULL');
    const plan = original.call(db, `EXPLAIN QUERY PLAN ${unbound}`) as Database.Statement<[], { detail: string }>;
    const steps = plan.all().map((step) => step.detail);
    const bad = steps.find((step) => LARGE.test(step));
    if (bad !== undefined) offenders.push(`${bad}: ${sql.replaceAll(/\s+/g, ' ').trim()}`);
  }
  expect(looked).toBeGreaterThan(10);
  expect(offenders).toEqual([]);
});
