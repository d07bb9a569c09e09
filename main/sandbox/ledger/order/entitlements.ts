import type { OrderedType } from '../../policies/onboarding.ts';
import { ORDERED_TYPES } from '../../policies/onboarding.ts';
import type { Ledger } from '../ledger.ts';
import type { Entitlements } from '../numbers/ports.ts';

/** What an order covers of one type. */
export interface Entitled {
  readonly type: OrderedType;
  readonly ordered: number;
  readonly left: number;
  /** Numbers that used it up. */
  readonly numbers: readonly string[];
}

/**
 * Numbers that are paid for and not chosen yet, one row each, kept by type (SIPUS-41, F-17). A row is used by one number
 * in the transaction that delivers it, so that a delivery that fails has used nothing and none can be used twice.
 */
export interface EntitlementBook extends Entitlements {
  /** MUST run in the transaction of the order. */
  grant(type: OrderedType, count: number): void;
  all(): readonly Entitled[];
  /** How many numbers are still to be chosen, of every type together (SIPUS-39). */
  open(): number;
  /** Forgets everything. */
  clear(): void;
}

export function createEntitlements(ledger: Ledger): EntitlementBook {
  const { db, clock, outbox } = ledger;
  const insert = db.prepare('INSERT INTO entitlements (type) VALUES (?)');
  const leftOf = db
    .prepare<[string], number>('SELECT count(*) FROM entitlements WHERE type = ? AND number IS NULL')
    .pluck();
  const take = db.prepare(`
    UPDATE entitlements SET number = @number, used_at = @at
    WHERE seq = (SELECT min(seq) FROM entitlements WHERE type = @type AND number IS NULL)`);
  const rows = db.prepare<[], { type: string; number: string | null }>(
    'SELECT type, number FROM entitlements ORDER BY seq',
  );
  const openCount = db.prepare<[], number>('SELECT count(*) FROM entitlements WHERE number IS NULL').pluck();
  const drop = db.prepare('DELETE FROM entitlements');

  return {
    left: (type) => leftOf.get(type) ?? 0,
    reserve(type, number) {
      const at = clock.now();
      const taken = take.run({ type, number, at }).changes === 1;
      if (taken) outbox.append('order.updated', at);
      return taken;
    },
    grant(type, count) {
      for (let index = 0; index < count; index += 1) insert.run(type);
    },
    all() {
      const every = rows.all();
      return ORDERED_TYPES.map((type): Entitled => {
        const ofType = every.filter((row) => row.type === type);
        const numbers = ofType.map((row) => row.number).filter((number) => number !== null);
        return { type, ordered: ofType.length, left: ofType.length - numbers.length, numbers };
      }).filter((each) => each.ordered > 0);
    },
    open: () => openCount.get() ?? 0,
    clear: () => void drop.run(),
  };
}
