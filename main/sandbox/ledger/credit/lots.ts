import type Database from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../../preload/contract/money.ts';
import type { AccountPolicy } from '../../policies/profile.ts';
import { negated } from '../amounts.ts';
import type { Journal, Posting } from '../journal.ts';

export type LotKind = 'trial' | 'monthly' | 'promotion';

/** One grant of free credit and what is left of it. */
export interface Lot {
  readonly id: string;
  readonly kind: LotKind;
  readonly usageId: string;
  readonly granted: Micros;
  readonly remaining: Micros;
  /** UTC ms of the ledger's clock; null = it never expires. */
  readonly grantedAt: number;
  readonly expiresAt: number | null;
}

export interface Grant {
  readonly kind: LotKind;
  readonly amount: Micros;
  readonly description: string;
  readonly expiresAt: number | null;
}

/**
 * Free credit in lots (POL-19). The balance is one figure: what is left of the lots, and paid money, which is the rest.
 * Every posting is split between them in its own transaction: a debit takes from the lot that expires first, one call
 * may be paid by several lots and paid money together (VTC-06); what a correction gives back returns the other way.
 */
export interface Lots {
  /** Posts a grant and keeps it apart; a debt takes its part at once. Answers the row's id. */
  grant(grant: Grant, at: number): string;
  /** Posts that what is left of the lot is gone. Nothing where nothing is left. */
  expire(lot: Lot, at: number, description: string): string | undefined;
  /** What is left, in the order it will be used. */
  open(): readonly Lot[];
  free(): Micros;
  nextExpiry(): number | undefined;
  /** Lots whose time is over but that still hold something. */
  overdue(at: number): readonly Lot[];
}

const COLUMNS = `id, kind, usage_id AS usageId, granted, remaining, granted_at AS grantedAt, expires_at AS expiresAt`;

export function createLots(db: Database.Database, journal: Journal, order: AccountPolicy['credits']['order']): Lots {
  const left = db.prepare<[], Lot>(
    `SELECT ${COLUMNS} FROM credit_lots WHERE remaining > 0 ORDER BY expires_at IS NULL, expires_at, seq`,
  );
  const sum = db.prepare<[], number>('SELECT coalesce(sum(remaining), 0) FROM credit_lots WHERE remaining > 0').pluck();
  const expiry = db.prepare<[], number | null>('SELECT min(expires_at) FROM credit_lots WHERE remaining > 0').pluck();
  const insert = db.prepare(`
    INSERT INTO credit_lots (id, kind, usage_id, granted, remaining, granted_at, expires_at)
    VALUES (@id, @kind, @usageId, @granted, @remaining, @grantedAt, @expiresAt)`);
  const change = db.prepare('UPDATE credit_lots SET remaining = remaining + ? WHERE id = ?');
  const record = db.prepare('INSERT INTO lot_movements (lot_id, usage_id, amount, at) VALUES (?, ?, ?, ?)');
  const amountOf = db.prepare<[string], number>('SELECT amount FROM usage WHERE id = ?').pluck();
  const taken = db.prepare<[string], { lot_id: string; taken: number; expires_at: number | null }>(`
    SELECT m.lot_id, -sum(m.amount) AS taken, l.expires_at FROM lot_movements m JOIN credit_lots l ON l.id = m.lot_id
    WHERE m.usage_id = ? GROUP BY m.lot_id HAVING taken > 0 ORDER BY max(m.seq) DESC`);

  const free = (): Micros => toMicros(sum.get() ?? 0);
  /** Set while a posting of ours is under way: its lot is written by whoever posts it. */
  let ours = false;

  function postOurs(usage: Parameters<Journal['post']>[0], at: number): string {
    ours = true;
    try {
      return journal.post(usage, at);
    } finally {
      ours = false;
    }
  }

  function move(lotId: string, usageId: string, amount: number, at: number): void {
    change.run(amount, lotId);
    record.run(lotId, usageId, amount, at);
  }

  function spend({ usageId, amount, before, at }: Posting): void {
    const freeNow = free();
    if (freeNow === 0) return;
    const paid = Math.max(0, before - freeNow);
    const cost = 0 - amount;
    let due = cost - (order === 'paid_first' ? Math.min(paid, cost) : 0);
    for (const lot of left.all()) {
      if (due <= 0) return;
      if (lot.expiresAt !== null && lot.expiresAt <= at) continue;
      const part = Math.min(lot.remaining, due);
      move(lot.id, usageId, -part, at);
      due -= part;
    }
  }

  /** Paid money first, then the lots, the last one taken from first; a lot that is over gives its part to paid money. */
  function giveBack({ usageId, amount, after, at }: Posting): void {
    const lots = taken.all(usageId);
    if (lots.length === 0) return;
    const charged = amount - (amountOf.get(usageId) ?? 0);
    const byLots = lots.reduce((total, lot) => total + lot.taken, 0);
    const byPaid = order === 'paid_first' ? 0 : Math.max(0, charged - byLots);
    // No free credit lies there while money is owed.
    const room = Math.max(0, after - free());
    let due = Math.min(amount - Math.min(amount, byPaid), room);
    for (const lot of lots) {
      const part = Math.min(lot.taken, due);
      due -= part;
      if (part > 0 && (lot.expires_at === null || lot.expires_at > at)) move(lot.lot_id, usageId, part, at);
    }
  }

  journal.onPosting((posting) => {
    if (ours || posting.amount === 0) return;
    if (posting.amount < 0) spend(posting);
    else giveBack(posting);
  });

  return {
    grant({ kind, amount, description, expiresAt }, at) {
      const paid = journal.balance() - free();
      const usageId = postOurs({ kind: 'credit', priceState: 'priced', amount, description }, at);
      const id = `lot_${randomUUID().replaceAll('-', '')}`;
      insert.run({ id, kind, usageId, granted: amount, remaining: amount, grantedAt: at, expiresAt });
      const debt = Math.min(Math.max(0, -paid), amount);
      if (debt > 0) move(id, usageId, -debt, at);
      return usageId;
    },
    expire(lot, at, description) {
      if (lot.remaining === 0) return undefined;
      const amount = negated(lot.remaining);
      const usage = { kind: 'credit', priceState: 'priced', amount, description, category: 'rollovers' } as const;
      const usageId = postOurs(usage, at);
      move(lot.id, usageId, amount, at);
      return usageId;
    },
    open: () => left.all(),
    free,
    nextExpiry: () => expiry.get() ?? undefined,
    overdue: (at) => left.all().filter((lot) => lot.expiresAt !== null && lot.expiresAt <= at),
  };
}

/** What is left of the lots and paid money; together always the balance. */
export function paidOf(balance: Micros, freeCredit: Micros): Micros {
  return addMicros(balance, negated(freeCredit));
}
