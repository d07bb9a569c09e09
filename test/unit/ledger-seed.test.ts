import { describe, expect, test } from 'vitest';
import { PROFILE_IDS } from '../../main/sandbox/policies/profile.ts';
import { findProfile } from '../../main/sandbox/policies/profiles.ts';
import { openBooks } from './ledger-rig.ts';

describe('the seeded account', () => {
  test('the default profile stands at 12.41, explained by about 120 rows of three months', () => {
    const { ledger } = openBooks();
    expect(ledger.journal.balance()).toBe(12_410_000);
    expect(ledger.journal.check().holds).toBe(true);
    const rows = ledger.db
      .prepare<[], { kind: string; n: number }>('SELECT kind, count(*) AS n FROM usage GROUP BY kind')
      .all();
    expect(new Set(rows.map((row) => row.kind))).toEqual(new Set(['call', 'number', 'topup', 'fee', 'credit']));
    expect(rows.reduce((sum, row) => sum + row.n, 0)).toBeGreaterThanOrEqual(110);
    const [oldest, newest] = ledger.db.prepare('SELECT min(time), max(time) FROM usage').raw().get() as number[];
    expect(ledger.clock.now() - (oldest ?? 0)).toBeLessThan(92 * 86_400_000);
    expect(newest).toBeLessThan(ledger.clock.now());
  });

  test('the prepaid balance was never below zero on the way', () => {
    const { ledger } = openBooks();
    expect(ledger.db.prepare('SELECT min(balance_after) FROM postings').pluck().get()).toBeGreaterThan(0);
  });

  test('seeding twice at the same moment gives the same account', () => {
    const read = () => openBooks().ledger.db.prepare('SELECT * FROM usage ORDER BY seq').all();
    expect(read()).toEqual(read());
  });

  test.each(PROFILE_IDS)('%s opens with its own people, numbers and a ledger that adds up', (id) => {
    const { ledger, people } = openBooks(id);
    expect(people.users().map((user) => user.role)).toEqual(['owner', 'admin', 'user']);
    expect(ledger.journal.balance()).toBe(findProfile(id)?.seededBalance);
    expect(ledger.journal.check().holds).toBe(true);
  });
});

describe('the deck', () => {
  test('covers every country with at least 250 prefixes, and dates a change to come', () => {
    const { db, clock } = openBooks().ledger;
    const [prefixes, countries] = db
      .prepare(`SELECT count(DISTINCT prefix), count(DISTINCT country) FROM rates WHERE direction = 'outbound'`)
      .raw()
      .get() as number[];
    expect(prefixes).toBeGreaterThan(250);
    expect(countries).toBeGreaterThanOrEqual(245);
    expect(db.prepare('SELECT count(*) FROM rates WHERE effective_from > ?').pluck().get(clock.now())).toBeGreaterThan(
      0,
    );
  });

  test.each([
    ['+12125550123', 'United States', 13_000, 'standard'],
    ['+19075550121', 'United States, Alaska and Hawaii', 13_000, 'standard'],
    ['+14165550134', 'Canada', 13_000, 'standard'],
    ['+12425550123', 'Bahamas', 139_000, 'standard'],
    ['+18005550147', 'Toll-free', 0, 'toll_free'],
    ['+19005550199', 'United States, premium rate', 1_990_000, 'premium'],
    ['+442079460018', 'United Kingdom', 16_000, 'standard'],
    ['+447700900123', 'United Kingdom, mobile', 29_000, 'standard'],
    ['+441534555012', 'Jersey', 19_000, 'standard'],
    ['+77012345678', 'Kazakhstan, mobile', 164_000, 'standard'],
    ['+74951234567', 'Russia', 39_000, 'standard'],
    ['+79161234567', 'Russia, mobile', 89_000, 'standard'],
    ['+881612345678', 'Iridium', 7_850_000, 'satellite'],
    ['+390669812345', 'Vatican City', 19_000, 'standard'],
  ])('%s is %s at %i micros a minute', (number, destination, perMinute, kind) => {
    const { prices, clock } = openBooks().ledger;
    expect(prices.find(number, 'outbound', clock.now())).toMatchObject({ destination, perMinute, kind });
  });
});
