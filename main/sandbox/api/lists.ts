import type * as z from 'zod';
import type { Micros } from '../../../preload/contract/money.ts';
import { toDecimal } from '../../../preload/contract/money.ts';
import { mayDo } from '../../../preload/contract/roles.ts';
import type { rateListQuery, rateSchema } from '../../provider/api/resources/rates.ts';
import type { usageRowSchema } from '../../provider/api/resources/usage.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { User } from '../ledger/people.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { money, timestamp } from './wire.ts';
import type { UsageQuery } from './usage-filter.ts';
import { createUsageFilter, isUnfiltered } from './usage-filter.ts';

type WireUsageRow = z.output<typeof usageRowSchema>;
type WireRate = z.output<typeof rateSchema>;

interface List<T> {
  data: T[];
  next_cursor: string | null;
  total: number | null;
  as_of: string;
}

/** The lists of the API. Each page comes after the last row of the one before, so rows that arrive move nothing. */
export interface Lists {
  usage(user: User, query: UsageQuery): List<WireUsageRow>;
  /** One usage row as this person may see it; undefined = not theirs. */
  usageRow(user: User, usageId: string): WireUsageRow | undefined;
  rates(query: z.output<typeof rateListQuery>): List<WireRate>;
  /** One row of the deck; undefined = there is none. */
  rate(id: number): WireRate | undefined;
}

interface UsageRow {
  readonly id: string;
  readonly time: number;
  readonly version: number;
  readonly kind: WireUsageRow['kind'];
  readonly direction: WireUsageRow['direction'];
  readonly price_state: WireUsageRow['price_state'];
  readonly amount: Micros;
  readonly description: string;
  readonly from_party: string | null;
  readonly to_party: string | null;
  readonly duration_sec: number | null;
  readonly billed_sec: number | null;
  readonly rate_per_minute: Micros | null;
  readonly user_id: string | null;
  readonly user_name: string | null;
  readonly device_id: string | null;
  readonly sip_call_id: string | null;
  readonly leg: WireUsageRow['leg'];
  readonly on_net: 0 | 1 | null;
  readonly media: WireUsageRow['media'];
  readonly transcoded: 0 | 1 | null;
  readonly codec: string | null;
  readonly charge_id: string | null;
}

interface RateRow {
  readonly id: number;
  readonly prefix: string;
  readonly direction: WireRate['direction'];
  readonly country: string | null;
  readonly destination: string;
  readonly kind: WireRate['kind'];
  readonly per_minute: Micros;
  readonly setup_fee: Micros;
  readonly min_sec: number;
  readonly inc_sec: number;
  readonly free_sec: number;
  readonly included: 0 | 1;
  readonly effective_from: number;
  readonly effective_to: number | null;
}

function toWireUsage(row: UsageRow, currency: string): WireUsageRow {
  return {
    id: row.id,
    time: timestamp(row.time),
    version: row.version,
    kind: row.kind,
    direction: row.direction,
    price_state: row.price_state,
    amount: money(row.amount, currency),
    description: row.description,
    from: row.from_party,
    to: row.to_party,
    duration_seconds: row.duration_sec,
    billed_seconds: row.billed_sec,
    rate_per_minute: row.rate_per_minute === null ? null : toDecimal(row.rate_per_minute),
    user_id: row.user_id,
    user_name: row.user_name,
    device_id: row.device_id,
    sip_call_id: row.sip_call_id,
    leg: row.leg,
    on_net: row.on_net === null ? null : row.on_net === 1,
    media: row.media,
    transcoded: row.transcoded === null ? null : row.transcoded === 1,
    codec: row.codec,
    charge_id: row.charge_id,
  };
}

function toWireRate(row: RateRow, currency: string): WireRate {
  return {
    prefix: row.prefix,
    country: row.country,
    destination: row.destination,
    direction: row.direction,
    kind: row.kind,
    per_minute: toDecimal(row.per_minute),
    setup_fee: toDecimal(row.setup_fee),
    currency,
    minimum_seconds: row.min_sec,
    increment_seconds: row.inc_sec,
    free_seconds: row.free_sec,
    included: row.included === 1,
    effective_from: timestamp(row.effective_from),
    effective_to: row.effective_to === null ? null : timestamp(row.effective_to),
  };
}

const USAGE_FROM = 'usage u LEFT JOIN users p ON p.id = u.user_id';

interface RateFilter {
  readonly now: number;
  readonly country: string | null;
  readonly prefix: string | null;
  readonly direction: WireRate['direction'] | null;
}

/** In force or to come, and what was asked for. A prefix is digits: it needs no escape in LIKE. */
const RATE_FILTER = `(effective_to IS NULL OR effective_to > @now) AND (@country IS NULL OR country = @country)
  AND (@prefix IS NULL OR prefix LIKE @prefix || '%') AND (@direction IS NULL OR direction = @direction)`;

export function createLists(ledger: Ledger, epoch: string): Lists {
  const { db, clock, profile } = ledger;
  const { currency } = profile.account;

  const PAGE_COLUMNS = `SELECT u.*, p.name AS user_name FROM ${USAGE_FROM}`;
  const PAGE_ORDER = 'ORDER BY u.time DESC, u.id DESC LIMIT @limit';
  interface Place {
    readonly time: number;
    readonly id: string;
    readonly limit: number;
  }
  // Two texts, not one with "or everybody": each walks its own index from the place, however many rows there are.
  const everybodysPage = db.prepare<Place, UsageRow>(
    `${PAGE_COLUMNS} WHERE (u.time, u.id) < (@time, @id) ${PAGE_ORDER}`,
  );
  const ownPage = db.prepare<Place & { readonly who: string }, UsageRow>(
    `${PAGE_COLUMNS} WHERE u.user_id = @who AND (u.time, u.id) < (@time, @id) ${PAGE_ORDER}`,
  );
  const filteredPage = createUsageFilter<UsageRow>(db, PAGE_COLUMNS);
  const everybodysTotal = db.prepare<[], number>('SELECT coalesce(sum(rows), 0) FROM usage_counts').pluck();
  const ownTotal = db.prepare<[string], number>('SELECT rows FROM usage_counts WHERE user_id = ?').pluck();
  const usageRow = db.prepare<[string], UsageRow>(`SELECT u.*, p.name AS user_name FROM ${USAGE_FROM} WHERE u.id = ?`);
  const ratesPage = db.prepare<RateFilter & { after: number; limit: number }, RateRow>(
    `SELECT * FROM rates WHERE id > @after AND ${RATE_FILTER} ORDER BY id LIMIT @limit`,
  );
  const ratesTotal = db.prepare<RateFilter, number>(`SELECT count(*) FROM rates WHERE ${RATE_FILTER}`).pluck();
  const rateById = db.prepare<[number], RateRow>('SELECT * FROM rates WHERE id = ?');

  /** Asks for one row more than wanted: that is how the end is known without a second page. */
  function page<R, W>(
    list: string,
    limit: number,
    rows: readonly R[],
    keyset: (row: R) => readonly (string | number)[],
    map: (row: R) => W,
    total: number | undefined,
  ): List<W> {
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const more = rows.length > limit && last !== undefined;
    return {
      data: shown.map(map),
      next_cursor: more ? encodeCursor(list, epoch, keyset(last)) : null,
      total: total ?? null,
      as_of: timestamp(clock.now()),
    };
  }

  const seesAllUsage = (user: User): boolean => mayDo(user, 'usage.all');

  return {
    usage(user, query) {
      const { cursor, limit } = query;
      const all = seesAllUsage(user);
      const [time, id] = cursor === undefined ? [Number.MAX_SAFE_INTEGER, ''] : decodeCursor('usage', epoch, 2, cursor);
      const place = { time: Number(time), id: String(id), limit: limit + 1 };
      const keyset = (row: UsageRow): readonly (string | number)[] => [row.time, row.id];
      const map = (row: UsageRow): WireUsageRow => toWireUsage(row, currency);
      if (!isUnfiltered(query)) {
        const who = all ? (query.user_id ?? null) : user.id;
        const found = filteredPage(place, query, who, profile.account.timeZone);
        return page('usage', limit, found, keyset, map, undefined);
      }
      const rows = all ? everybodysPage.all(place) : ownPage.all({ ...place, who: user.id });
      return page('usage', limit, rows, keyset, map, (all ? everybodysTotal.get() : ownTotal.get(user.id)) ?? 0);
    },
    usageRow(user, usageId) {
      const row = usageRow.get(usageId);
      if (!row || (row.user_id !== user.id && !seesAllUsage(user))) return undefined;
      return toWireUsage(row, currency);
    },
    rates({ cursor, limit, country = null, prefix = null, direction = null }) {
      const filter = { now: clock.now(), country, prefix, direction };
      const [after] = cursor === undefined ? [0] : decodeCursor('rates', epoch, 1, cursor);
      const rows = ratesPage.all({ ...filter, after: Number(after), limit: limit + 1 });
      return page(
        'rates',
        limit,
        rows,
        (row) => [row.id],
        (row) => toWireRate(row, currency),
        ratesTotal.get(filter),
      );
    },
    rate(id) {
      const row = rateById.get(id);
      return row && toWireRate(row, currency);
    },
  };
}
