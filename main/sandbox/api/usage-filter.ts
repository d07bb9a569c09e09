import type Database from 'better-sqlite3';
import type * as z from 'zod';
import type { usageListQuery } from '../../provider/api/resources/usage.ts';
import { rangeOfDays } from './days.ts';

/** What the wire asks of the usage rows. */
export type UsageQuery = z.output<typeof usageListQuery>;

interface Place {
  readonly time: number;
  readonly id: string;
  readonly limit: number;
}

/** True when all rows a person may see are asked for, which is counted and paged for itself. */
export function isUnfiltered({ from, to, kind, direction, user_id: userId }: UsageQuery): boolean {
  return [from, to, kind, direction, userId].every((value) => value === undefined);
}

/**
 * Pages of a part of the rows. Each set of filters has a statement of its own: one text with "or no filter" would keep
 * SQLite from walking the index of that person from the place it stands at.
 */
export function createUsageFilter<R>(db: Database.Database, select: string) {
  const prepared = new Map<string, Database.Statement<[Record<string, unknown>], R>>();
  return (place: Place, query: UsageQuery, who: string | null, zone: string): R[] => {
    const range = rangeOfDays(query, zone);
    const wanted = { who, kind: query.kind ?? null, direction: query.direction ?? null, ...range };
    const conditions = [
      '(u.time, u.id) < (@time, @id)',
      ...(query.from === undefined ? [] : ['u.time >= @from']),
      ...(query.to === undefined ? [] : ['u.time < @to']),
      ...(who === null ? [] : ['u.user_id = @who']),
      ...(wanted.kind === null ? [] : ['u.kind = @kind']),
      // Said, so that SQLite may take the index of the few rows that are no calls.
      ...(wanted.kind === null || wanted.kind === 'call' ? [] : [`u.kind <> 'call'`]),
      ...(wanted.direction === null ? [] : ['u.direction = @direction']),
    ].join(' AND ');
    let statement = prepared.get(conditions);
    if (!statement) {
      statement = db.prepare<[Record<string, unknown>], R>(
        `${select} WHERE ${conditions} ORDER BY u.time DESC, u.id DESC LIMIT @limit`,
      );
      prepared.set(conditions, statement);
    }
    return statement.all({ ...place, ...wanted });
  };
}
