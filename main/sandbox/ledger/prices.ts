import type Database from 'better-sqlite3';
import type { Micros } from '../../../preload/contract/money.ts';
import type { DeckRow } from '../policies/deck.ts';
import type { AccountPolicy } from '../policies/profile.ts';
import type { RatingRule } from './rating.ts';

/** A price in force, as the ledger rates by it. */
export interface Price extends RatingRule {
  readonly rateId: number;
  readonly prefix: string;
  readonly country: string | null;
  readonly destination: string;
  readonly kind: DeckRow['kind'];
  readonly included: boolean;
}

interface Row {
  readonly id: number;
  readonly prefix: string;
  readonly country: string | null;
  readonly destination: string;
  readonly kind: DeckRow['kind'];
  readonly per_minute: Micros;
  readonly setup_fee: Micros;
  readonly min_sec: number;
  readonly inc_sec: number;
  readonly free_sec: number;
  readonly included: 0 | 1;
}

const COLUMNS = 'id, prefix, country, destination, kind, per_minute, setup_fee, min_sec, inc_sec, free_sec, included';

export interface Prices {
  /** The longest prefix in force at `at`; undefined where the deck knows none. */
  find(e164: string, direction: 'outbound' | 'inbound', at: number): Price | undefined;
  byId(rateId: number): Price | undefined;
}

function toPrice(row: Row | undefined): Price | undefined {
  if (!row) return undefined;
  return {
    rateId: row.id,
    prefix: row.prefix,
    country: row.country,
    destination: row.destination,
    kind: row.kind,
    included: row.included === 1,
    perMinute: row.per_minute,
    setupFee: row.setup_fee,
    minSec: row.min_sec,
    incSec: row.inc_sec,
    freeSec: row.free_sec,
  };
}

export function createPrices(db: Database.Database): Prices {
  const longest = db.prepare<[string, string, number, number], Row>(`
    SELECT ${COLUMNS} FROM rates
    WHERE direction = ? AND prefix IN (SELECT value FROM json_each(?))
      AND effective_from <= ? AND (effective_to IS NULL OR effective_to > ?)
    ORDER BY length(prefix) DESC, effective_from DESC LIMIT 1`);
  const one = db.prepare<[number], Row>(`SELECT ${COLUMNS} FROM rates WHERE id = ?`);
  // A row of the deck never changes: another price is another row.
  const byId = new Map<number, Price>();
  return {
    find(e164, direction, at) {
      const digits = /^\+(\d{3,15})$/.exec(e164)?.[1];
      if (digits === undefined) return undefined;
      const prefixes = Array.from(digits, (_, index) => digits.slice(0, index + 1));
      return toPrice(longest.get(direction, JSON.stringify(prefixes), at, at));
    },
    byId(rateId) {
      const known = byId.get(rateId) ?? toPrice(one.get(rateId));
      if (known) byId.set(rateId, known);
      return known;
    },
  };
}

/** Writes the deck of a new account. */
export function insertDeck(db: Database.Database, deck: readonly DeckRow[], rating: AccountPolicy['rating']): void {
  const insert = db.prepare(`
    INSERT INTO rates (prefix, direction, country, destination, kind, per_minute, setup_fee, min_sec, inc_sec, free_sec,
      included, effective_from, effective_to)
    VALUES (@prefix, @direction, @country, @destination, @kind, @perMinute, @setupFee, @minSec, @incSec, @freeSec,
      @included, @effectiveFrom, @effectiveTo)`);
  for (const row of deck) {
    const { minSec, incSec, freeSec, setupFee } = rating;
    insert.run({ ...row, minSec, incSec, freeSec, setupFee, included: row.included ? 1 : 0 });
  }
}
