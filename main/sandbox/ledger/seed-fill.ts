import type { Micros } from '../../../preload/contract/money.ts';
import { toMicros } from '../../../preload/contract/money.ts';
import type { Profile } from '../policies/profile.ts';
import { createTraffic } from '../scenarios/fill.ts';
import type { FillPlan } from '../scenarios/fill-plan.ts';
import { addMonthsAt, dayOf } from './calendar.ts';
import { firstGrants } from './credit/grants.ts';
import { renewalHistory } from './numbers/seed.ts';
import type { Prices } from './prices.ts';
import type { Dated } from './seed-history.ts';
import { seedMonth } from './seed-history.ts';

/** The newest row of a seeded account is so old. */
const NEWEST_MS = 7_200_000;

/** What an account begins with. */
export interface History {
  /** What it stood at before the first row. */
  readonly opening: Micros;
  /** UTC ms; no row is older. */
  readonly from: number;
  /** In the order of time. */
  readonly rows: Iterable<Dated>;
}

function* merged(stream: Iterable<Dated>, late: readonly Dated[]): Generator<Dated, void> {
  let next = 0;
  for (const row of stream) {
    for (let each = late[next]; each && each.at <= row.at; each = late[next]) {
      next += 1;
      yield each;
    }
    yield row;
  }
  yield* late.slice(next);
}

/** The history of a plan instead of the small one: exactly `plan.rows` rows, the newest two hours old. */
export function filledHistory(profile: Profile, prices: Prices, plan: FillPlan, now: number): History {
  const { timeZone } = profile.account;
  const anchored = { clamp: 'anchored', anchorDay: dayOf(now, timeZone).day } as const;
  const from = addMonthsAt(now, -plan.months, anchored, timeZone);
  const until = now - NEWEST_MS;
  const grants = firstGrants(profile, now)
    .filter(({ at }) => at >= from)
    .map(({ at, grant }): Dated => {
      const { amount, description } = grant;
      return { at, grant, usage: { kind: 'credit', priceState: 'priced', amount, description } };
    });
  const fixed = renewalHistory(profile, now, plan.months)
    .filter((at) => at >= from)
    .flatMap((at) => seedMonth(profile, at));
  const rows = plan.rows - grants.length;
  const traffic = createTraffic({ profile, prices, seed: plan.seed, calls: rows, spanMs: until - from, now });
  const opening = profile.seededBalance > 0 ? traffic.topUp : toMicros(profile.seededBalance);
  return { opening, from, rows: merged(traffic.rows({ from, until, rows, balance: opening, fixed }), grants) };
}
