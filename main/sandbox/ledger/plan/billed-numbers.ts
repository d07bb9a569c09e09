import type { Micros } from '../../../../preload/contract/money.ts';
import type { Ledger } from '../ledger.ts';
import { isHeld } from '../numbers/states.ts';
import type { OwnState } from '../numbers/states.ts';

/** Numbers of one price that are paid for every month. */
export interface NumberPrice {
  readonly tollFree: boolean;
  readonly price: Micros;
  readonly count: number;
  /** The earliest of their renewals, UTC ms; null = with the month. */
  readonly renewsAt: number | null;
}

/** What the numbers of the account cost every month. */
export interface BilledNumbers {
  monthly(): readonly NumberPrice[];
  /** Numbers with a registered address. */
  emergency(): { readonly count: number; readonly renewsAt: number | null };
}

interface Row {
  readonly type: string;
  readonly state: OwnState;
  readonly monthly: Micros;
  readonly renews_at: number | null;
  readonly emergency: string;
}

const earliest = (times: readonly (number | null)[]): number | null => {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
};

export function createBilledNumbers(ledger: Ledger): BilledNumbers {
  const all = ledger.db.prepare<[], Row>('SELECT type, state, monthly, renews_at, emergency FROM numbers');
  const held = (): readonly Row[] => all.all().filter((row) => isHeld(row.state));
  return {
    monthly() {
      const groups = new Map<string, Row[]>();
      for (const row of held()) {
        if (row.monthly <= 0) continue;
        const key = `${row.type === 'toll_free'} ${row.monthly}`;
        groups.set(key, [...(groups.get(key) ?? []), row]);
      }
      return [...groups.values()]
        .flatMap((rows) => {
          const [first] = rows;
          if (!first) return [];
          const renewsAt = earliest(rows.map((row) => row.renews_at));
          return [{ tollFree: first.type === 'toll_free', price: first.monthly, count: rows.length, renewsAt }];
        })
        .toSorted((left, right) => Number(left.tollFree) - Number(right.tollFree) || left.price - right.price);
    },
    emergency() {
      const registered = held().filter((row) => row.emergency === 'registered');
      return { count: registered.length, renewsAt: null };
    },
  };
}
