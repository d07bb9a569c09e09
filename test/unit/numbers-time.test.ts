import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NumbersRig, NumbersRigOptions } from './numbers-rig.ts';
import { DAY_MS, MAIN, openNumbers } from './numbers-rig.ts';

/** Everything the books say that time could have changed. */
function stateOf({ ledger }: Pick<NumbersRig, 'ledger'>) {
  return {
    balance: ledger.journal.balance(),
    numbers: ledger.db.prepare('SELECT * FROM numbers ORDER BY number').all(),
    timers: ledger.db.prepare('SELECT * FROM number_timers ORDER BY number, kind').all(),
    usage: ledger.db.prepare('SELECT seq, time, kind, amount, description, to_party FROM usage ORDER BY seq').all(),
    statement: ledger.db.prepare('SELECT line_id, amount, at FROM statement_lines ORDER BY seq').all(),
  };
}

/** The same account: some numbers bought, one with papers, one asked to be given up, and so much money. */
function prepare(options: NumbersRigOptions, balance: number): NumbersRig {
  const rig = openNumbers({ verifiedIn: ['DE'], ...options });
  rig.setBalance(1_000_000_000);
  rig.ledger.write(() => rig.ledger.db.prepare(`UPDATE account SET epoch = 'fixed'`).run());
  for (const number of rig.free(2, options.profile === 'sipus' ? 'standard' : 'local')) rig.buy(number);
  if (options.profile !== 'sipus') {
    const german = rig.market.search({ country: 'DE' }, 'usr_dana', '', 1)[0]?.number ?? '';
    rig.buy(german);
    rig.numbers.submit(rig.dana, german, { holder: 'Fernhill', documents: ['Register'] });
  }
  rig.numbers.release(rig.dana, '+14155550101', true);
  rig.setBalance(balance);
  return rig;
}

const withoutCharges = (state: ReturnType<typeof stateOf>) => ({
  ...state,
  numbers: state.numbers.map((row) => ({ ...(row as object), charge_id: null })),
});

describe('time travel', () => {
  const rules: readonly (readonly [string, NumbersRigOptions])[] = [
    ['kept until the renewal', {}],
    ['kept for 20 days', { policy: { holdAfterSuspend: { kind: 'days', days: 20 } } }],
    [
      'sticky, and the whole price',
      { policy: { renewalClamp: 'sticky' }, market: { renewal: { needs: 'full_price', graceMs: DAY_MS } } },
    ],
    ['on the statement', { profile: 'sipus' }],
  ];

  test.each(rules)('any way through 200 days ends as day by day does: %s', { timeout: 20_000 }, (_name, options) => {
    const days = 200;
    const whole = (balance: number): ReturnType<typeof stateOf> => {
      const rig = prepare(options, balance);
      for (let day = 0; day < days; day += 1) rig.travel(DAY_MS);
      const state = withoutCharges(stateOf(rig));
      rig.ledger.close();
      return state;
    };
    const balances = [0, 1, 1_149_999, 5_600_000, 17_000_000];
    const expected = new Map(balances.map((balance) => [balance, whole(balance)]));
    fc.assert(
      fc.property(
        fc.constantFrom(...balances),
        fc.array(fc.integer({ min: 1, max: 90 * DAY_MS }), { maxLength: 6 }),
        (balance, steps) => {
          const rig = prepare(options, balance);
          const end = rig.now() + days * DAY_MS;
          for (const step of steps) rig.travelTo(Math.min(end, rig.now() + step));
          rig.travelTo(end);
          expect(withoutCharges(stateOf(rig))).toEqual(expected.get(balance));
          expect(rig.ledger.journal.check().holds).toBe(true);
          expect(rig.ledger.agenda.runDue()).toBe(0);
          rig.ledger.close();
        },
      ),
      { numRuns: 12, seed: 20_261_122 },
    );
  });

  test('money that comes in on the way counts at its own moment, whatever the steps', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20_000_000 }), (day, amount) => {
        const at = (step: number) => {
          const rig = prepare({}, 0);
          const start = rig.now();
          for (let moved = 0; moved < day; moved += step) rig.travelTo(start + Math.min(day, moved + step) * DAY_MS);
          rig.post(amount);
          rig.travelTo(start + 90 * DAY_MS);
          const state = withoutCharges(stateOf(rig));
          rig.ledger.close();
          return state;
        };
        expect(at(1)).toEqual(at(60));
      }),
      { numRuns: 10, seed: 7 },
    );
  });
});

/** The words of what the work threw; undefined = it went through. */
function faultOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (fault) {
    return String(fault);
  }
}

/** A new account in a file, to be copied: seeding takes longer than everything that is tried with it. */
function seededFile(): { readonly folder: string; readonly seeded: string } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'offhook-numbers-'));
  const seeded = path.join(folder, 'seeded.sqlite');
  openNumbers({ file: seeded }).ledger.close();
  return { folder, seeded };
}

describe('a process killed at any step', { timeout: 30_000 }, () => {
  /** Throws at the n-th statement that writes, so that the transaction around it is undone as by a kill. */
  function killAt(rig: NumbersRig, count: number): () => boolean {
    let left = count;
    rig.ledger.db.function('kill_now', () => {
      left -= 1;
      if (left === 0) throw new Error('killed');
      return null;
    });
    for (const table of ['numbers', 'number_timers', 'usage', 'postings', 'events']) {
      for (const verb of ['INSERT', 'UPDATE', 'DELETE']) {
        const name = `kill_${table}_${verb}`.toLowerCase();
        rig.ledger.db.exec(`CREATE TEMP TRIGGER ${name} BEFORE ${verb} ON ${table} BEGIN SELECT kill_now(); END`);
      }
    }
    return () => left <= 0;
  }

  test('renewals: whatever was being written, after the restart each is paid once', () => {
    const { folder, seeded } = seededFile();
    try {
      let steps = 0;
      for (let step = 1; ; step += 1) {
        const file = path.join(folder, `${step}.sqlite`);
        copyFileSync(seeded, file);
        const first = openNumbers({ file });
        const due = first.row(MAIN).renewsAt ?? 0;
        const before = first.balance();
        const wasKilled = killAt(first, step);
        const fault = faultOf(() => first.travelTo(due));
        expect(fault ?? 'killed').toContain('killed');
        first.ledger.close();
        const second = openNumbers({ file });
        second.travelTo(Math.max(second.now(), due));
        expect(before - second.balance()).toBe(5_600_000);
        expect(second.numbers.rows.all().map((row) => row.renewalsPaid)).toEqual([4, 4, 4, 4]);
        expect(second.ledger.journal.check().holds).toBe(true);
        second.ledger.close();
        if (fault === undefined && !wasKilled()) break;
        steps = step;
      }
      expect(steps).toBeGreaterThan(10);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('a purchase: the number and the money are both there or neither, and the same key buys it once', () => {
    const { folder, seeded } = seededFile();
    let steps = 0;
    try {
      for (let step = 1; ; step += 1) {
        const file = path.join(folder, `${step}.sqlite`);
        copyFileSync(seeded, file);
        const first = openNumbers({ file });
        const [number = ''] = first.free(1);
        const quote = first.quote(number);
        const before = first.balance();
        const wasKilled = killAt(first, step);
        const fault = faultOf(() => first.execute(quote, 'the-key'));
        first.ledger.close();
        const second = openNumbers({ file });
        second.commerce.resume();
        const isThere = second.numbers.rows.find(number) !== undefined;
        expect(before - second.balance()).toBe(isThere ? 1_150_000 : 0);
        const again = second.execute(quote, 'the-key');
        expect(again.state).toBe('done');
        expect(before - second.balance()).toBe(1_150_000);
        second.ledger.close();
        if (fault === undefined && !wasKilled()) break;
        steps = step;
      }
      expect(steps).toBeGreaterThan(5);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
