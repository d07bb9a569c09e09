import { expect } from 'vitest';
import type { CrashRig } from './operations.ts';

/** All that money did to an account, without ids and moments: the same after a crash as without one. */
export function toldBy({ ledger, services }: CrashRig) {
  const { db } = ledger;
  const rows = (sql: string): readonly string[] =>
    db
      .prepare(sql)
      .raw()
      .all()
      .map((row) => JSON.stringify(row))
      .sort();
  return {
    balance: ledger.journal.balance(),
    inFlight: services.commerce.inFlight(),
    usage: rows('SELECT kind, amount, description, charge_id IS NOT NULL FROM usage'),
    charges: rows('SELECT kind, origin, state, step, card, balance, statement FROM charges'),
    statement: rows('SELECT item, description, amount FROM statement_lines'),
    taken: rows(`SELECT amount, captured, state FROM network_payments WHERE state <> 'released'`),
    numbers: rows('SELECT number, state, renewals_paid FROM numbers'),
    channels: services.capacity.current(),
    entitled: rows('SELECT * FROM entitlements'),
  };
}

/** What must hold whatever happened: F-13, each charge taken at most once, and delivered if and only if it was taken. */
export function expectHonest({ ledger }: CrashRig): void {
  const { db } = ledger;
  expect(ledger.journal.check().holds).toBe(true);
  expect(db.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  type Row = { id: string; state: string; card: number; taken: number; times: number; booked: number; lines: string };
  const charges = db
    .prepare<[], Row>(
      `SELECT c.id, c.state, c.card, c.lines, count(p.reference) AS times, total(p.captured) AS taken,
         (SELECT total(u.amount) FROM usage u WHERE u.charge_id = c.id AND u.kind = 'topup') AS booked
       FROM charges c LEFT JOIN network_payments p ON p.reference LIKE c.id || ':%' AND p.state = 'captured'
       WHERE c.id NOT LIKE 'chg_seed%' GROUP BY c.id`,
    )
    .all();
  for (const charge of charges) {
    const lines = JSON.parse(charge.lines) as { state: string; item: string; timing: string; amount: number }[];
    const delivered = lines.filter((line) => line.state === 'delivered');
    const byCard = delivered.filter((line) => line.timing === 'now_card');
    const credit = byCard.filter((line) => line.item === 'credit');
    const sum = (of: typeof lines): number => of.reduce((total, line) => total + line.amount, 0);
    expect(charge.times, `${charge.id} was taken once at most`).toBeLessThanOrEqual(1);
    if (!['done', 'partial'].includes(charge.state)) expect(charge.taken, `${charge.id} ${charge.state}`).toBe(0);
    else expect(charge.taken, `${charge.id} took what it delivered`).toBe(sum(byCard));
    expect(charge.booked, `${charge.id} booked the credit it took`).toBe(sum(credit));
  }
}
