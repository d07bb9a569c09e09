import type { Micros } from '../../../../preload/contract/money.ts';
import type { Charge } from '../commerce/charges.ts';
import { AUTOMATIC } from '../commerce/charges.ts';
import type { Ledger } from '../ledger.ts';
import type { Try } from './rules.ts';

export type TopUpOrigin = 'threshold' | 'enabling' | 'first_use' | 'scheduled' | 'manual';

/** One addition to the balance that was tried. Times are UTC ms of the ledger's clock. */
export interface TopUpTry extends Try {
  readonly seq: number;
  readonly chargeId: string;
  readonly origin: TopUpOrigin;
  readonly balanceBefore: Micros;
  readonly threshold: Micros;
  readonly endedAt: number | null;
}

type Row = Omit<TopUpTry, 'isManual'>;

const COLUMNS = `seq, charge_id AS chargeId, origin, state, amount, balance_before AS balanceBefore, threshold, at,
  ended_at AS endedAt`;

const toTry = (row: Row): TopUpTry => ({ ...row, isManual: row.origin === 'manual' });

function originOf(charge: Charge): TopUpOrigin {
  if (charge.origin === 'scheduled') return 'scheduled';
  if (charge.kind === 'metered_service') return 'first_use';
  if (charge.kind === 'top_up') return charge.owner === AUTOMATIC ? 'threshold' : 'enabling';
  return 'manual';
}

/** Whether a charge begun by the balance itself: the kind that must never run away. */
export const isAutomatic = (charge: Pick<Charge, 'owner' | 'origin'>): boolean =>
  charge.owner === AUTOMATIC && charge.origin === 'top_up';

const addsCredit = (charge: Charge): boolean =>
  charge.lines.some((line) => line.item === 'credit' && line.kind === 'item');

function stateOf(charge: Charge): TopUpTry['state'] {
  if (charge.state === 'pending' || charge.state === 'action_required') return 'open';
  if (charge.state === 'needs_consent') return 'void';
  return charge.state === 'done' || charge.state === 'partial' ? 'done' : 'failed';
}

/** The additions of one account. */
export interface Tries {
  /**
   * Keeps what became of a charge that adds to the balance; answers its row when it has just ended, once. MUST run in the
   * transaction of the change.
   */
  record(charge: Charge, now: { readonly balance: Micros; readonly threshold: Micros }): TopUpTry | undefined;
  since(at: number): readonly TopUpTry[];
  /** The number the next try will have: the same until one is recorded. */
  nextSeq(): number;
  /** Those nobody made by hand, newest first. */
  page(before: number, limit: number): readonly TopUpTry[];
}

export function createTries(ledger: Ledger): Tries {
  const { db, clock } = ledger;
  const byCharge = db.prepare<[string], Row>(`SELECT ${COLUMNS} FROM top_ups WHERE charge_id = ?`);
  const insert = db.prepare(`
    INSERT INTO top_ups (charge_id, origin, state, amount, balance_before, threshold, at, ended_at)
    VALUES (@chargeId, @origin, @state, @amount, @balance, @threshold, @at, @endedAt)`);
  const end = db.prepare('UPDATE top_ups SET state = ?, ended_at = ? WHERE charge_id = ?');
  const since = db.prepare<[number], Row>(`SELECT ${COLUMNS} FROM top_ups WHERE at >= ? ORDER BY seq`);
  const newest = db.prepare<[], number>(`SELECT coalesce(max(seq), 0) FROM top_ups`).pluck();
  const page = db.prepare<[number, number], Row>(
    `SELECT ${COLUMNS} FROM top_ups WHERE origin <> 'manual' AND state <> 'void' AND seq < ? ORDER BY seq DESC LIMIT ?`,
  );
  return {
    record(charge, { balance, threshold }) {
      if (!addsCredit(charge)) return undefined;
      const state = stateOf(charge);
      const known = byCharge.get(charge.id);
      const now = clock.now();
      if (known && (known.state !== 'open' || state === 'open')) return undefined;
      if (known) end.run(state, now, charge.id);
      else {
        insert.run({
          chargeId: charge.id,
          origin: originOf(charge),
          state,
          amount: charge.lines
            .filter((line) => line.item === 'credit' && line.kind === 'item')
            .reduce((sum, line) => sum + line.amount, 0),
          balance,
          threshold,
          at: now,
          endedAt: state === 'open' ? null : now,
        });
      }
      const row = byCharge.get(charge.id);
      return row && state !== 'open' ? toTry(row) : undefined;
    },
    since: (at) => since.all(at).map(toTry),
    nextSeq: () => (newest.get() ?? 0) + 1,
    page: (before, limit) => page.all(Math.min(before, Number.MAX_SAFE_INTEGER), limit).map(toTry),
  };
}
