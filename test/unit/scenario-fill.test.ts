import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openLedger } from '../../main/sandbox/ledger/ledger.ts';
import { PROFILE_IDS } from '../../main/sandbox/policies/profile.ts';
import type { ProfileId } from '../../main/sandbox/policies/profile.ts';
import { findProfile } from '../../main/sandbox/policies/profiles.ts';
import { DESTINATION_SHARES } from '../../main/sandbox/scenarios/fill-book.ts';
import { HOUR_WEIGHTS, WEEKDAY_WEIGHTS } from '../../main/sandbox/scenarios/fill-hours.ts';
import type { FillPlan } from '../../main/sandbox/scenarios/fill-plan.ts';
import { parseFillPlan } from '../../main/sandbox/scenarios/fill-plan.ts';
import { TRAFFIC } from '../../main/sandbox/scenarios/fill.ts';

const NOW = Date.UTC(2026, 10, 22, 21, 0, 0);
const PLAN: FillPlan = { rows: 20_000, seed: 7, months: 6 };

function filled(profileId: ProfileId, plan: Partial<FillPlan> = {}) {
  const profile = findProfile(profileId);
  if (!profile) throw new Error('No such profile');
  const clock = { now: () => NOW, after: () => () => undefined };
  return openLedger({ file: ':memory:', profile, clock, fill: { ...PLAN, ...plan } });
}
type Filled = ReturnType<typeof filled>;

function hashOf({ db }: Filled): string {
  const hash = createHash('sha256');
  for (const sql of ['SELECT * FROM usage ORDER BY seq', 'SELECT * FROM postings ORDER BY seq']) {
    for (const row of db.prepare(sql).raw().iterate()) hash.update(JSON.stringify(row));
  }
  return hash.digest('hex');
}

const numbers = ({ db }: Filled, sql: string): readonly number[] => db.prepare(sql).raw().get() as number[];
/** Value of a distribution to hold against its share: within 10 per cent of it and three standard deviations. */
function expectShare(count: number, of: number, share: number): void {
  const slack = share * 0.1 + 3 * Math.sqrt((share * (1 - share)) / of);
  expect(count / of).toBeGreaterThan(share - slack);
  expect(count / of).toBeLessThan(share + slack);
}

describe('a filled account', () => {
  const ledger = filled('voiptime');

  test('has exactly the rows asked for, and the same seed gives the same ones', () => {
    expect(numbers(ledger, 'SELECT count(*), count(DISTINCT id), max(seq) FROM usage')).toEqual([
      20_000, 20_000, 20_000,
    ]);
    expect(hashOf(filled('voiptime'))).toBe(hashOf(ledger));
    const small = (seed: number): string => hashOf(filled('voiptime', { rows: 1_000, seed }));
    expect(small(8)).not.toBe(small(7));
  });

  test('[F-13] adds up at every posting, from one proven place to the next, and was never used up', () => {
    expect(ledger.journal.check().holds).toBe(true);
    let [balance] = numbers(ledger, 'SELECT opening FROM account');
    let wrong = 0;
    let lowest = Number.POSITIVE_INFINITY;
    const proven = new Map(
      ledger.db.prepare('SELECT posting_seq, balance FROM checkpoints').raw().all() as [number, number][],
    );
    expect(proven.size).toBeGreaterThan(1);
    type Row = { seq: number; amount: number; balance_after: number };
    for (const row of ledger.db.prepare<[], Row>('SELECT * FROM postings ORDER BY seq').iterate()) {
      balance = (balance ?? 0) + row.amount;
      lowest = Math.min(lowest, balance);
      const here = proven.get(row.seq);
      if (row.balance_after !== balance || (here !== undefined && here !== balance)) wrong += 1;
    }
    expect(wrong).toBe(0);
    expect(balance).toBe(ledger.journal.balance());
    expect(lowest).toBeGreaterThan(0);
  });

  test('is in the order of its keyset: time never goes back, ids rise with it, all of it is past', () => {
    const [back] = numbers(
      ledger,
      'SELECT count(*) FROM usage a JOIN usage b ON b.seq = a.seq + 1 WHERE b.time < a.time OR b.id <= a.id',
    );
    expect(back).toBe(0);
    const [oldest = 0, newest = 0] = numbers(ledger, 'SELECT min(time), max(time) FROM usage');
    expect(newest).toBeLessThan(NOW);
    expect(NOW - newest).toBeLessThan(86_400_000);
    expect((NOW - oldest) / 86_400_000).toBeGreaterThan(175);
    expect(numbers(ledger, 'SELECT created_at FROM account')[0]).toBeLessThanOrEqual(oldest);
  });

  test('its days and hours are those of an office on the clock of its zone', () => {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: 'America/Los_Angeles',
      weekday: 'short',
      hour: 'numeric',
      hourCycle: 'h23',
    });
    const [hours, days] = [new Map<number, number>(), new Map<string, number>()];
    const times = ledger.db.prepare<[], number>(`SELECT time FROM usage WHERE kind = 'call'`).pluck().all();
    for (const time of times) {
      const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
      hours.set(Number(parts['hour']), (hours.get(Number(parts['hour'])) ?? 0) + 1);
      days.set(parts['weekday'] ?? '', (days.get(parts['weekday'] ?? '') ?? 0) + 1);
    }
    expect(hours.size).toBeGreaterThan(18);
    const sum = (weights: readonly number[]): number => weights.reduce((total, weight) => total + weight, 0);
    for (const [hour, weight] of HOUR_WEIGHTS.entries()) {
      if (weight >= 1) expectShare(hours.get(hour) ?? 0, times.length, weight / sum(HOUR_WEIGHTS));
    }
    for (const [index, name] of ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].entries()) {
      expectShare(days.get(name) ?? 0, times.length, (WEEKDAY_WEIGHTS[index] ?? 0) / sum(WEEKDAY_WEIGHTS));
    }
  });

  test('directions, missed calls, durations and destinations are as stated', () => {
    const [calls = 0, inbound = 0, missedIn = 0, missedOut = 0] = numbers(
      ledger,
      `SELECT count(*), count(*) FILTER (WHERE direction = 'inbound'),
         count(*) FILTER (WHERE direction = 'inbound' AND duration_sec = 0),
         count(*) FILTER (WHERE direction = 'outbound' AND duration_sec = 0) FROM usage WHERE kind = 'call'`,
    );
    expectShare(inbound, calls, TRAFFIC.inbound);
    expectShare(missedIn, inbound, TRAFFIC.missedInbound);
    expectShare(missedOut, calls - inbound, TRAFFIC.missedOutbound);
    const durations = ledger.db
      .prepare<[], number>(`SELECT duration_sec FROM usage WHERE duration_sec > 0 ORDER BY duration_sec`)
      .pluck()
      .all();
    expect(durations[durations.length >> 1]).toBeGreaterThan(TRAFFIC.durationMedianSec * 0.93);
    expect(durations[durations.length >> 1]).toBeLessThan(TRAFFIC.durationMedianSec * 1.07);
    const logs = durations.map((seconds) => Math.log(seconds / TRAFFIC.durationMedianSec));
    const sigma = Math.sqrt(logs.reduce((total, log) => total + log * log, 0) / logs.length);
    expect(Math.abs(sigma - TRAFFIC.durationSigma)).toBeLessThan(0.06);
    const shares: Readonly<Record<string, number>> = Object.fromEntries(DESTINATION_SHARES);
    const to = (prefix: string): number =>
      numbers(ledger, `SELECT count(*) FROM usage WHERE direction = 'outbound' AND to_party LIKE '${prefix}%'`)[0] ?? 0;
    expectShare(to('+44'), calls - inbound, (shares['GB'] ?? 0) / 100);
    expectShare(to('+49'), calls - inbound, (shares['DE'] ?? 0) / 100);
    expectShare(to('+1900'), calls - inbound, (shares['premium'] ?? 0) / 100);
  });

  test('destinations have a long tail: few are called every day, many once or twice', () => {
    const counts = ledger.db
      .prepare<[], number>(
        `SELECT count(*) AS n FROM usage WHERE direction = 'outbound' GROUP BY to_party ORDER BY n DESC`,
      )
      .pluck()
      .all();
    const calls = counts.reduce((total, count) => total + count, 0);
    const top = counts.slice(0, Math.ceil(counts.length / 10)).reduce((total, count) => total + count, 0);
    expect(counts.length).toBeGreaterThan(800);
    expect(top / calls).toBeGreaterThan(0.5);
    expect(counts.filter((count) => count <= 5).length / counts.length).toBeGreaterThan(0.4);
  });

  test('each call costs what the deck and its seconds say, and numbers were renewed every month', () => {
    type Row = { amount: number; billed_sec: number; rate_per_minute: number; duration_sec: number };
    const rows = ledger.db.prepare<[], Row>(`SELECT * FROM usage WHERE kind = 'call' AND price_state = 'priced'`).all();
    expect(rows.length).toBeGreaterThan(15_000);
    const wrong = rows.filter(
      (row) =>
        row.billed_sec !== Math.ceil(row.duration_sec / 60) * 60 ||
        -row.amount !== Math.floor((row.rate_per_minute * row.billed_sec + 30) / 60),
    );
    expect(wrong).toEqual([]);
    expect(numbers(ledger, `SELECT count(*) FROM usage WHERE kind = 'number'`)[0]).toBe(6 * 4);
    expect(numbers(ledger, `SELECT count(*) FROM usage WHERE kind = 'topup' AND charge_id IS NULL`)[0]).toBe(0);
  });
});

test.each(PROFILE_IDS)('%s is filled by its own rules, and its books add up', (id) => {
  const ledger = filled(id, { rows: 1_500, months: 2 });
  expect(numbers(ledger, 'SELECT count(*) FROM usage')[0]).toBe(1_500);
  expect(ledger.journal.check().holds).toBe(true);
  const paysAhead = (findProfile(id)?.seededBalance ?? 0) > 0;
  const [lowest = 0] = numbers(ledger, 'SELECT min(balance_after) FROM postings');
  expect(lowest > 0 || !paysAhead).toBe(true);
});

test('the words of a plan', () => {
  expect(parseFillPlan({ rows: undefined })).toBeNull();
  expect(parseFillPlan({ rows: '5000' })).toEqual({ rows: 5_000, seed: 1, months: 12 });
  expect(parseFillPlan({ rows: '10000000', seed: '3', months: '60' })).toEqual({ rows: 1e7, seed: 3, months: 60 });
  for (const words of [
    { rows: '999' },
    { rows: '10000001' },
    { rows: 'many' },
    { rows: '5000', months: '0' },
    { rows: '5000', seed: '-1' },
    { rows: undefined, seed: '1' },
  ]) {
    expect(typeof parseFillPlan(words)).toBe('string');
  }
});
