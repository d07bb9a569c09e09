import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../../preload/contract/money.ts';
import type { Day } from '../calendar.ts';
import { addDays, addMonths, compareDays, dayOf, startOfDay } from '../calendar.ts';
import type { Ledger } from '../ledger.ts';
import type { NumberPorts, RenewalOutcome } from './ports.ts';
import type { OwnedRow } from './rows.ts';
import { isHeld } from './states.ts';
import { renewalPaidFrom, renewsOnFirst } from './timing.ts';

/** When a number renews: the first moment of a day of the account's zone, and the day of the month behind it. */
export interface RenewalDate {
  readonly at: number;
  readonly anchorDay: number;
}

/** Renewals that fall due by the end of a day of the account's zone, today's and older ones among them (EXT-05). */
export interface ForecastWindow {
  readonly days: number;
  /** The last day counted. */
  readonly day: Day;
  readonly count: number;
  readonly amount: Micros;
  /** What the balance lacks to pay them all and not fall below 0; 0 where something else pays. */
  readonly shortfall: Micros;
  /** Numbers whose renewal will fail as things stand. */
  readonly failing: readonly string[];
}

export interface Renewals {
  /** The first renewal of a number bought at that moment. */
  first(at: number): RenewalDate;
  /** The next one after `after`, in whole months from the one that is due (POL-13, F-11). */
  next(row: Pick<OwnedRow, 'renewsAt' | 'anchorDay'>, after: number): RenewalDate;
  /** What a month of the number costs, taxes included. */
  cost(row: OwnedRow): Micros;
  /** Takes what is due, or says why it cannot be paid. */
  take(row: OwnedRow, at: number): RenewalOutcome;
  /** VTC-25, EXT-05: what falls due in so many days, cumulative. */
  forecast(rows: readonly OwnedRow[], now: number, days: readonly number[]): readonly ForecastWindow[];
}

const ZERO = toMicros(0);
/** A zone changed since may show a renewal up to so much earlier or later than its own day. */
const TWO_DAYS_MS = 2 * 86_400_000;

export function createRenewals(ledger: Ledger, ports: NumberPorts): Renewals {
  const { journal, profile } = ledger;
  const { policy, account, numberMarket } = profile;
  const zone = (): string => account.timeZone;
  const { needs } = numberMarket.renewal;
  const clamp = policy.renewalClamp;
  const from = renewalPaidFrom(policy);

  const available = (): Micros => addMicros(journal.balance(), policy.creditLimit);

  /** VTC-25. "Positive" is more than 0, whatever the number costs; the charge may then take the balance below 0. */
  const isEnough = (funds: number, cost: number): boolean =>
    cost === 0 || (needs === 'positive_balance' ? funds > 0 : funds >= cost);

  const cost = (row: OwnedRow): Micros =>
    row.monthly === 0 ? ZERO : ports.payments.total({ number: row.number, amount: row.monthly, from });

  return {
    cost,
    first(at) {
      const bought = dayOf(at, zone());
      if (renewsOnFirst(policy)) {
        const day = addMonths({ ...bought, day: 1 }, 1, { clamp: 'anchored', anchorDay: 1 });
        return { at: startOfDay(day, zone()), anchorDay: 1 };
      }
      const day = addMonths(bought, 1, { clamp, anchorDay: bought.day });
      return { at: startOfDay(day, zone()), anchorDay: clamp === 'sticky' ? day.day : bought.day };
    },
    next(row, after) {
      let { anchorDay } = row;
      const due = row.renewsAt ?? after;
      let day = dayOf(due, zone());
      let at: number;
      do {
        // The day it is kept on, which the zone of now may not show.
        day = addMonths(day, 1, { clamp: 'anchored', anchorDay });
        if (clamp === 'sticky') anchorDay = day.day;
        at = startOfDay(day, zone());
      } while (at <= after || at <= due + TWO_DAYS_MS);
      return { at, anchorDay };
    },
    take(row, at) {
      const amount = cost(row);
      if (amount === 0) return { kind: 'paid' };
      if (from === 'balance' && !isEnough(available(), amount)) {
        return {
          kind: 'refused',
          detail: needs === 'positive_balance' ? 'The balance was not positive' : 'The balance did not cover it',
        };
      }
      return ports.payments.take({
        key: `renewal:${row.number}:${row.purchasedAt}:${row.renewalsPaid}:${row.renewalTries}`,
        number: row.number,
        description: `Monthly renewal, ${row.label}`,
        amount: row.monthly,
        from,
        at,
      });
    },
    forecast(rows, now, days) {
      const today = dayOf(now, zone());
      const due = rows
        .filter((row) => isHeld(row.state) && row.renewsAt !== null)
        .map((row) => ({ row, at: row.renewsAt ?? 0, cost: cost(row) }))
        .sort((left, right) => left.at - right.at || right.row.isDefault - left.row.isDefault);
      return days.map((ahead): ForecastWindow => {
        const day = addDays(today, ahead);
        const counted = due.filter((each) => compareDays(dayOf(each.at, zone()), day) <= 0);
        const amount = addMicros(...counted.map((each) => each.cost));
        let funds: number = available();
        const failing: string[] = [];
        for (const each of counted) {
          if (from !== 'balance' || isEnough(funds, each.cost)) funds -= each.cost;
          else failing.push(each.row.number);
        }
        const lacking = from === 'balance' ? Math.max(0, amount - available()) : 0;
        return { days: ahead, day, count: counted.length, amount, shortfall: toMicros(lacking), failing };
      });
    },
  };
}
