import type { Micros } from '../../../../preload/contract/money.ts';
import { toMicros } from '../../../../preload/contract/money.ts';
import { dayOf, startOfDay } from '../calendar.ts';
import type { Ledger } from '../ledger.ts';
import type { Reason } from './reasons.ts';
import type { AlertSettings } from './settings.ts';

const HOUR_MS = 3_600_000;

/** Starts of the periods whose spend was told already. */
export interface ToldPeriods {
  readonly spendHour: number | null;
  readonly spendDay: number | null;
}

/** EXT-11: what calls cost in an hour of the clock and in a day of the account's zone, each told once a period. */
export interface SpendWatch {
  look(
    settings: Pick<AlertSettings, 'hourlySpend' | 'dailySpend'>,
    told: ToldPeriods,
    now: number,
  ): ToldPeriods & { readonly reasons: readonly Reason[] };
}

/** A sum that goes on where it stopped: a look costs what was booked since the one before, however long the period. */
function createRunningSum({ db }: Pick<Ledger, 'db'>) {
  const newest = db.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM postings').pluck();
  const whole = db
    .prepare<[number], number>(
      `SELECT -coalesce(sum(amount), 0) FROM usage WHERE time >= ? AND kind = 'call' AND amount < 0`,
    )
    .pluck();
  const added = db
    .prepare<[number], number>(
      `SELECT -coalesce(sum(postings.amount), 0) FROM postings JOIN usage ON usage.id = usage_id
       WHERE postings.seq > ? AND usage.kind = 'call'`,
    )
    .pluck();
  let known = { from: -1, seq: 0, sum: 0 };
  return (from: number): Micros => {
    const seq = newest.get() ?? 0;
    if (known.from !== from || seq < known.seq) known = { from, seq, sum: whole.get(from) ?? 0 };
    else if (seq > known.seq) known = { from, seq, sum: known.sum + (added.get(known.seq) ?? 0) };
    return toMicros(known.sum);
  };
}

export function createSpendWatch(ledger: Ledger): SpendWatch {
  const ofHour = createRunningSum(ledger);
  const ofDay = createRunningSum(ledger);
  return {
    look({ hourlySpend, dailySpend }, told, now) {
      const reasons: Reason[] = [];
      let { spendHour, spendDay } = told;
      if (hourlySpend !== null) {
        const hour = now - (now % HOUR_MS);
        const spent = ofHour(hour);
        if (spent >= hourlySpend && spendHour !== hour) {
          reasons.push({ kind: 'spend_hour', limit: hourlySpend, spent });
          spendHour = hour;
        }
      }
      if (dailySpend !== null) {
        const { timeZone } = ledger.profile.account;
        const day = startOfDay(dayOf(now, timeZone), timeZone);
        const spent = ofDay(day);
        if (spent >= dailySpend && spendDay !== day) {
          reasons.push({ kind: 'spend_day', limit: dailySpend, spent });
          spendDay = day;
        }
      }
      return { reasons, spendHour, spendDay };
    },
  };
}
