import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, priceOfSeconds, toMicros } from '../../../../preload/contract/money.ts';
import { negated } from '../amounts.ts';
import { endOfMonth } from '../calendar.ts';
import type { Ledger } from '../ledger.ts';
import type { NewUsage } from '../journal.ts';
import type { RatedCall, RatingRule } from '../rating.ts';
import { rateCall } from '../rating.ts';

/** Calls of one month at one price. */
export interface PeriodCalls {
  readonly perMinute: Micros;
  /** Answered calls. */
  readonly calls: number;
  readonly seconds: number;
}

/**
 * SCS-10: a month's seconds are summed, then brought to the increment once; the setup fee is of each call. 100 calls of
 * 61 s at 60/60 are 6100 s, billed as 6120 (102 min), where each for itself would be 200 min.
 */
export function ratePeriod(rule: Omit<RatingRule, 'perMinute'>, { perMinute, calls, seconds }: PeriodCalls): RatedCall {
  const { billedSec } = rateCall({ ...rule, perMinute }, seconds);
  if (billedSec === 0) return { billedSec: 0, price: toMicros(0) };
  const setup = toMicros(rule.setupFee * calls);
  return { billedSec, price: addMicros(setup, priceOfSeconds(perMinute, billedSec)) };
}

/** The row that charges a month: it shows the seconds it charges for, and no duration, which its calls already show. */
export function periodUsage(period: PeriodCalls, rated: RatedCall, monthEndsAt: number, timeZone: string): NewUsage {
  const month = new Intl.DateTimeFormat('en-US', { timeZone, month: 'long', year: 'numeric' }).format(monthEndsAt - 1);
  const count = period.calls === 1 ? '1 call' : `${period.calls} calls`;
  return {
    kind: 'call',
    priceState: 'priced',
    amount: negated(rated.price),
    description: `Calls of ${month}: ${count}, seconds summed`,
    billedSec: rated.billedSec,
    ratePerMinute: period.perMinute,
  };
}

/**
 * POL-07 per_period. A call gets its row when it ends, with its seconds and rate but without a price (`price_pending`,
 * amount 0): posting a price of its own would have to be corrected by every later call of the month, and seconds shown
 * x rate would no longer be the cost shown (F-02). At the end of the month of the account's zone each rate is posted
 * once, on its summed seconds, as a row of the last moment of that month; the calls it covers become `included`. The
 * balance is the sum of the rows at every moment (F-13), for what is pending is 0 on both sides. Where the plan bills
 * the minutes on its statement (SCS-08), that is the one place they are charged, and the balance is left alone.
 */
export function addPeriodJob(ledger: Ledger): void {
  const { db, journal, outbox, profile } = ledger;
  const { rating } = profile.policy;
  if (rating.scope !== 'per_period') return;
  const onStatement = profile.plan.minutes !== null;
  const oldest = db
    .prepare<[], number | null>(`SELECT min(time) FROM usage WHERE price_state = 'price_pending' AND kind = 'call'`)
    .pluck();
  const periods = db.prepare<[number], PeriodCalls>(`
    SELECT rate_per_minute AS perMinute, count(*) FILTER (WHERE duration_sec > 0) AS calls, sum(duration_sec) AS seconds
    FROM usage WHERE price_state = 'price_pending' AND kind = 'call' AND time < ?
    GROUP BY rate_per_minute ORDER BY rate_per_minute`);
  const covered = db
    .prepare<[number], string>(
      `SELECT id FROM usage WHERE price_state = 'price_pending' AND kind = 'call' AND time < ? ORDER BY time`,
    )
    .pluck();
  const settle = db.prepare(`UPDATE usage SET price_state = 'included', version = version + 1 WHERE id = ?`);

  ledger.agenda.add({
    name: 'calls of the month',
    nextAt() {
      const time = oldest.get();
      return typeof time === 'number' ? endOfMonth(time, profile.account.timeZone) : undefined;
    },
    run(at) {
      for (const period of onStatement ? [] : periods.all(at)) {
        const rated = ratePeriod(rating, period);
        if (rated.price === 0) continue;
        const usageId = journal.post(periodUsage(period, rated, at, profile.account.timeZone), at - 1);
        outbox.append('usage.upserted', at, { usageId });
      }
      for (const usageId of covered.all(at)) {
        settle.run(usageId);
        outbox.append('usage.upserted', at, { usageId });
      }
      if (!onStatement) outbox.append('balance.updated', at);
    },
  });
}
