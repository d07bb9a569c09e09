import { describe, expect, test } from 'vitest';
import type { AccountPolicy } from '../../main/sandbox/policies/profile.ts';
import type { NumbersRig, NumbersRigOptions } from './numbers-rig.ts';
import { DAY_MS, MAIN, TOLL_FREE, openNumbers } from './numbers-rig.ts';

const RICH = 1_000_000_000;

/** An account with one bought number that works, and money for years. */
function withNumber(options: NumbersRigOptions = {}): { readonly rig: NumbersRig; readonly number: string } {
  const rig = openNumbers(options);
  const [number = ''] = rig.free(1);
  rig.setBalance(RICH);
  rig.buy(number);
  rig.travel(60_000);
  return { rig, number };
}

const renewalsOf = (rig: NumbersRig, number: string) =>
  rig.usage('number').filter((row) => row.to_party === number && row.description.startsWith('Monthly renewal'));

describe('the day a number renews', () => {
  const bought = (year: number, month: number, day: number, policy: Partial<AccountPolicy> = {}) =>
    withNumber({ startAt: Date.UTC(year, month - 1, day, 20), policy });

  test('[VTC-24 P] a zone further west does not bring a renewal that was paid back', () => {
    const rig = openNumbers({ timeZone: 'America/New_York', startAt: Date.UTC(2026, 10, 1, 20) });
    const [number = ''] = rig.free(1);
    rig.setBalance(RICH);
    rig.buy(number);
    const renewsAt = Date.UTC(2026, 11, 1, 5);
    expect(rig.row(number)).toMatchObject({ anchorDay: 1, renewsAt });
    rig.ledger.write(() => rig.ledger.db.prepare('UPDATE account SET time_zone = ?').run('America/Los_Angeles'));
    rig.travelTo(renewsAt + 4 * 3_600_000);
    expect(renewalsOf(rig, number)).toHaveLength(1);
    // The zone of now, without a restart: midnight in Los Angeles.
    expect(rig.row(number).renewsAt).toBe(Date.UTC(2027, 0, 1, 8));
  });

  test('[VTC-24 P] [F-11] [POL-13] anchored, from 31 Jan 2026: 28 Feb, 31 Mar, 30 Apr, 31 May', () => {
    const { rig, number } = bought(2026, 1, 31, { renewalClamp: 'anchored' });
    expect(rig.renewalDays(number, 4)).toEqual(['2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31']);
    expect(rig.row(number).anchorDay).toBe(31);
  });

  test('[VTC-24 P] [F-11] [POL-13] sticky, from 31 Jan 2026: 28 Feb, 28 Mar, 28 Apr', () => {
    const { rig, number } = bought(2026, 1, 31, { renewalClamp: 'sticky' });
    expect(rig.renewalDays(number, 3)).toEqual(['2026-02-28', '2026-03-28', '2026-04-28']);
    expect(rig.row(number).anchorDay).toBe(28);
  });

  test('[POL-13] sticky, the day that is told is the one it stuck at', () => {
    const { rig, number } = bought(2025, 12, 31, { renewalClamp: 'sticky' });
    expect(rig.row(number).anchorDay).toBe(31);
    expect(rig.renewalDays(number, 3)).toEqual(['2026-01-31', '2026-02-28', '2026-03-28']);
    expect(rig.row(number).anchorDay).toBe(28);
  });

  test('[F-11] anchored, from 30 Jan 2028: 29 Feb, 30 Mar', () => {
    const { rig, number } = bought(2028, 1, 30);
    expect(rig.renewalDays(number, 2)).toEqual(['2028-02-29', '2028-03-30']);
  });

  test('[F-11] bought near midnight UTC, the day is the account’s, not that of UTC', () => {
    const at = Date.UTC(2026, 1, 1, 2);
    const western = withNumber({ startAt: at });
    expect(western.rig.renewalDays(western.number, 2)).toEqual(['2026-02-28', '2026-03-31']);
    const utc = withNumber({ startAt: at, timeZone: 'UTC' });
    expect(utc.rig.renewalDays(utc.number, 2)).toEqual(['2026-03-01', '2026-04-01']);
  });

  test('it renews as that day begins for the account, summer time or not', () => {
    const { rig, number } = bought(2026, 1, 10);
    const hours = [1, 2].map(() => {
      const { renewsAt } = rig.row(number);
      rig.travelTo(renewsAt ?? 0);
      return new Date(renewsAt ?? 0).getUTCHours();
    });
    // Los Angeles is 8 hours behind UTC on 10 February 2026 and 7 on 10 March: summer time began on the 8th.
    expect(hours).toEqual([8, 7]);
    expect(new Date(rig.row(number).purchasedAt).getUTCHours()).toBe(20);
  });

  test('[VTC-24 P] each month is taken once, however time passes', () => {
    const { rig, number } = withNumber({ market: { inactivityMs: null } });
    rig.travel(366 * DAY_MS);
    expect(renewalsOf(rig, number)).toHaveLength(12);
    expect(renewalsOf(rig, number).every((row) => row.amount === -1_150_000)).toBe(true);
    expect(rig.ledger.journal.check().holds).toBe(true);
  });

  test('each renewal is booked at its own moment', () => {
    const { rig, number } = withNumber();
    const first = rig.row(number).renewsAt ?? 0;
    rig.travel(100 * DAY_MS);
    expect(renewalsOf(rig, number)[0]?.time).toBe(first);
  });
});

describe('money at the renewal', () => {
  /** Stands one second before the renewal with that balance, the firm's other numbers out of the way. */
  function atRenewal(balance: number, options: NumbersRigOptions = {}) {
    const { rig, number } = withNumber(options);
    rig.ledger.write(() => rig.ledger.db.prepare('DELETE FROM numbers WHERE number <> ?').run(number));
    const due = rig.row(number).renewsAt ?? 0;
    rig.travelTo(due - 1000);
    rig.setBalance(balance);
    return { rig, number, due };
  }

  test('[VTC-25 P] any positive balance keeps the number, also one that does not cover it', () => {
    const { rig, number, due } = atRenewal(10_000);
    rig.travelTo(due);
    expect(rig.row(number).state).toBe('active');
    expect(rig.balance()).toBe(10_000 - 1_150_000);
  });

  test.each([0, -1])('[VTC-25 P] a balance of %i millionths is not positive: the renewal fails', (balance) => {
    const { rig, number, due } = atRenewal(balance);
    rig.travelTo(due);
    expect(rig.view(number).state).toBe('renewal_failed');
    expect(rig.balance()).toBe(balance);
  });

  test('where the whole price must be there, a balance short by 0.01 fails and the exact price pays', () => {
    const market = { renewal: { needs: 'full_price', graceMs: DAY_MS } } as const;
    const short = atRenewal(1_140_000, { market });
    short.rig.travelTo(short.due);
    expect(short.rig.view(short.number).state).toBe('renewal_failed');
    const exact = atRenewal(1_150_000, { market });
    exact.rig.travelTo(exact.due);
    expect(exact.rig.view(exact.number).state).toBe('active');
    expect(exact.rig.balance()).toBe(0);
  });

  test('credit the provider gives counts as money', () => {
    const policy = { creditLimit: 5_000_000 as AccountPolicy['creditLimit'] };
    const { rig, number, due } = atRenewal(-4_000_000, { policy });
    rig.travelTo(due);
    expect(rig.row(number).state).toBe('active');
  });

  test('of several numbers of one day the account’s caller ID is paid first', () => {
    const rig = openNumbers();
    const due = rig.row(MAIN).renewsAt ?? 0;
    rig.travelTo(due - 1000);
    rig.numbers.change(rig.dana, TOLL_FREE, { isDefault: true });
    rig.setBalance(1);
    rig.travelTo(due);
    expect(rig.row(TOLL_FREE).state).toBe('active');
    expect(rig.row(MAIN).state).toBe('renewal_failed');
  });

  test('[VTC-27 P] a missed renewal says until when the number is there, and why', () => {
    const { rig, number, due } = atRenewal(0);
    rig.travelTo(due);
    expect(rig.view(number).atRisk).toEqual({ until: due + DAY_MS, reason: 'missed_renewal' });
    expect(rig.row(number).inService).toBe(1);
    rig.travelTo(due + DAY_MS);
    expect(rig.row(number)).toMatchObject({ state: 'released', releasedReason: 'missed_renewal', inService: 0 });
    expect(rig.released).toEqual([number]);
  });

  test('money that comes in time pays it and the day of the month stays', () => {
    const { rig, number, due } = atRenewal(0);
    rig.travelTo(due + DAY_MS / 2);
    rig.post(5_000_000);
    rig.travel(1000);
    expect(rig.row(number).state).toBe('active');
    expect(rig.balance()).toBe(3_850_000);
    expect(rig.view(number).atRisk).toBeNull();
    const next = rig.row(number).renewsAt ?? 0;
    expect(next - due).toBeGreaterThan(27 * DAY_MS);
    rig.travelTo(next);
    expect(renewalsOf(rig, number)).toHaveLength(2);
  });

  test('[VTC-27 P] a number nobody called for long is at risk, then taken back; one call keeps it', () => {
    const { rig, number } = withNumber({ market: { inactivityMs: 60 * DAY_MS } });
    expect(rig.view(number).atRisk).toBeNull();
    const since = rig.row(number).lastUsedAt ?? 0;
    rig.travelTo(since + 40 * DAY_MS);
    expect(rig.view(number).atRisk).toEqual({ until: since + 60 * DAY_MS, reason: 'inactivity' });
    rig.ledger.write(() =>
      rig.ledger.journal.post(
        {
          kind: 'call',
          priceState: 'included',
          amount: 0 as never,
          description: 'Call received',
          from: '+12125550142',
          to: number,
        },
        rig.now(),
      ),
    );
    expect(rig.view(number).atRisk).toBeNull();
    rig.travel(59 * DAY_MS);
    expect(rig.row(number).state).toBe('active');
    rig.travel(DAY_MS);
    expect(rig.row(number)).toMatchObject({ state: 'released', releasedReason: 'inactivity' });
  });
});

describe('an account without money', () => {
  test('[VTC-30 P] [POL-17] keeps its numbers until their renewal date and no longer', () => {
    const rig = openNumbers();
    const due = rig.row(MAIN).renewsAt ?? 0;
    rig.setBalance(0);
    expect(rig.view(MAIN)).toMatchObject({ safeUntil: due, atRisk: { until: due, reason: 'balance_used_up' } });
    rig.travelTo(due - 1);
    expect(rig.row(MAIN).state).toBe('active');
    rig.travelTo(due + DAY_MS);
    expect(rig.row(MAIN).state).toBe('released');
  });

  test('[VTC-30 P] support can extend the date, and money until then keeps the number', () => {
    const rig = openNumbers();
    const due = rig.row(MAIN).renewsAt ?? 0;
    rig.setBalance(0);
    const until = due + 20 * DAY_MS;
    rig.numbers.support.extend(MAIN, until);
    expect(rig.view(MAIN)).toMatchObject({ safeUntil: until, row: { extendedUntil: until } });
    rig.travelTo(due + 10 * DAY_MS);
    expect(rig.view(MAIN)).toMatchObject({ state: 'suspended', safeUntil: until });
    expect(rig.row(TOLL_FREE).state).toBe('released');
    rig.post(20_000_000);
    rig.travel(1000);
    expect(rig.view(MAIN).state).toBe('active');
    expect(rig.row(MAIN).extendedUntil).toBeNull();
  });

  test('[VTC-30 P] an extension that runs out without money ends it', () => {
    const rig = openNumbers();
    const due = rig.row(MAIN).renewsAt ?? 0;
    rig.setBalance(0);
    rig.travelTo(due + DAY_MS / 2);
    rig.numbers.support.extend(MAIN, due + 5 * DAY_MS);
    rig.travelTo(due + 3 * DAY_MS);
    rig.numbers.support.extend(MAIN, due + 6 * DAY_MS);
    rig.travelTo(due + 6 * DAY_MS - 1);
    expect(rig.view(MAIN).state).toBe('suspended');
    rig.travelTo(due + 6 * DAY_MS);
    expect(rig.row(MAIN)).toMatchObject({ state: 'released', releasedReason: 'missed_renewal' });
  });

  test('[POL-17] days: after the time of grace it is kept for that many days without working', () => {
    const rig = openNumbers({ policy: { holdAfterSuspend: { kind: 'days', days: 30 } } });
    const due = rig.row(MAIN).renewsAt ?? 0;
    rig.setBalance(0);
    rig.travelTo(due);
    expect(rig.view(MAIN)).toMatchObject({ state: 'renewal_failed', safeUntil: due + 31 * DAY_MS });
    rig.travelTo(due + DAY_MS);
    expect(rig.view(MAIN)).toMatchObject({ state: 'suspended', row: { inService: 0 } });
    rig.travelTo(due + 31 * DAY_MS);
    expect(rig.row(MAIN).state).toBe('released');
  });

  test('[POL-17] paid after a month of not working, that month is not asked for', () => {
    const rig = openNumbers({ policy: { holdAfterSuspend: { kind: 'days', days: 60 } } });
    const due = rig.row(MAIN).renewsAt ?? 0;
    rig.setBalance(0);
    rig.travelTo(due + 45 * DAY_MS);
    rig.post(100_000_000);
    rig.travel(1000);
    expect(renewalsOf(rig, MAIN).filter((row) => row.time >= due)).toHaveLength(1);
    expect(rig.row(MAIN).renewsAt).toBeGreaterThan(rig.now());
  });

  test('a released number can be taken back for ten days, then ages, then is anybody’s', () => {
    const rig = openNumbers();
    const due = rig.row(MAIN).renewsAt ?? 0;
    rig.setBalance(0);
    rig.travelTo(due + DAY_MS);
    expect(() => rig.numbers.reclaim(rig.dana, MAIN)).toThrow(expect.objectContaining({ code: 'not_enough_credit' }));
    expect(rig.row(MAIN).state).toBe('released');
    rig.travelTo(due + 11 * DAY_MS);
    expect(rig.row(MAIN).state).toBe('aging');
    rig.travelTo(due + 31 * DAY_MS);
    expect(rig.row(MAIN).state).toBe('gone');
    expect(rig.numbers.view(rig.dana, MAIN)).toBeUndefined();
  });
});

describe('what pays a renewal', () => {
  test('[POL-15] statement: a line of the next statement, the balance is not touched', () => {
    const rig = openNumbers({ profile: 'sipus' });
    const [number = ''] = rig.free(1, 'standard');
    rig.buy(number);
    const before = rig.balance();
    rig.travel(32 * DAY_MS);
    const lines = rig.ledger.db
      .prepare<[string], { amount: number }>(
        `SELECT amount FROM statement_lines WHERE subject = ? AND kind = 'item' ORDER BY seq`,
      )
      .all(number);
    expect(lines.map((line) => line.amount)).toEqual([1_490_000, 1_490_000]);
    expect(rig.balance()).toBe(before);
    expect(rig.row(number).state).toBe('active');
  });

  const byCard = { charging: {}, numbersFundedBy: 'card' } as const;

  test('[POL-15] card: charged on the day, once', () => {
    const { rig, number } = withNumber({ policy: byCard });
    const before = rig.balance();
    rig.travel(32 * DAY_MS);
    const paid = rig.ledger.db
      .prepare(`SELECT state, card FROM charges WHERE origin = 'renewal' AND key LIKE ?`)
      .all(`renewal:${number}:%`);
    expect(paid).toEqual([expect.objectContaining({ state: 'done', card: 1_150_000 })]);
    expect(rig.row(number).renewalsPaid).toBe(1);
    expect(rig.balance()).toBe(before);
  });

  test('[POL-15] a card that is declined is tried again, the number is not lost at once', () => {
    const { rig, number } = withNumber({
      policy: { ...byCard, holdAfterSuspend: { kind: 'days', days: 10 } },
    });
    const due = rig.row(number).renewsAt ?? 0;
    rig.ledger.write(() => rig.ledger.db.prepare(`UPDATE payment_methods SET state = 'suspended'`).run());
    rig.travelTo(due + 3 * DAY_MS);
    expect(rig.view(number).state).toBe('suspended');
    rig.ledger.write(() => rig.ledger.db.prepare(`UPDATE payment_methods SET state = 'active'`).run());
    rig.travel(DAY_MS + 1000);
    expect(rig.view(number).state).toBe('active');
    const paid = rig.ledger.db.prepare(
      `SELECT count(*) FROM charges WHERE origin = 'renewal' AND state = 'done' AND key LIKE ?`,
    );
    expect(paid.pluck().get(`renewal:${number}:%`)).toBe(1);
  });
});

describe('[EXT-05] the forecast', () => {
  test('[VTC-25 P] tomorrow, 3 and 7 days are cumulative, and the shortfall is what they lack together', () => {
    const rig = openNumbers();
    const due = rig.row(MAIN).renewsAt ?? 0;
    // Four numbers of the firm: 3 x 1.15 and 2.15.
    rig.travelTo(due - 2 * DAY_MS);
    rig.setBalance(5_590_000);
    const [tomorrow, three, seven] = rig.numbers.forecast();
    expect(tomorrow).toMatchObject({ days: 1, count: 0, amount: 0, shortfall: 0 });
    expect(three).toMatchObject({ days: 3, count: 4, amount: 5_600_000, shortfall: 10_000, failing: [] });
    expect(seven).toMatchObject({ days: 7, count: 4, amount: 5_600_000 });
    rig.setBalance(5_600_000);
    expect(rig.numbers.forecast()[1]?.shortfall).toBe(0);
  });

  test('it names the numbers that will fail, and they do', () => {
    const rig = openNumbers();
    const due = rig.row(MAIN).renewsAt ?? 0;
    rig.travelTo(due - DAY_MS);
    rig.setBalance(1_200_000);
    const failing = rig.numbers.forecast()[0]?.failing ?? [];
    expect(failing).toHaveLength(2);
    rig.travelTo(due);
    const failed = rig.numbers.rows.all().filter((row) => row.state === 'renewal_failed');
    expect(failed.map((row) => row.number)).toEqual([...failing].sort());
  });

  test('where a statement pays nothing is short', () => {
    const rig = openNumbers({ profile: 'sipus' });
    rig.buy(rig.free(1, 'standard')[0] ?? '');
    rig.travel(29 * DAY_MS);
    rig.setBalance(0);
    expect(rig.numbers.forecast()[2]).toMatchObject({ shortfall: 0, failing: [] });
  });

  test('a renewal is called due a week before its day', () => {
    const rig = openNumbers();
    const due = rig.row(MAIN).renewsAt ?? 0;
    rig.travelTo(due - 7 * DAY_MS - 1);
    expect(rig.view(MAIN).state).toBe('active');
    rig.travel(1);
    expect(rig.view(MAIN).state).toBe('renewal_due');
  });
});
