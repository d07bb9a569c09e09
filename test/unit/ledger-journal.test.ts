import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toMicros } from '../../preload/contract/money.ts';
import { PROFILE_IDS } from '../../main/sandbox/policies/profile.ts';
import { InvariantBroken } from '../../main/sandbox/ledger/journal.ts';
import { openBooks } from './ledger-rig.ts';

const adjustment = (amount: number) =>
  ({ kind: 'adjustment', priceState: 'priced', amount: toMicros(amount), description: 'Test' }) as const;

describe('the journal', () => {
  test('[F-13] opening + rows = closing after a price is corrected, and the row carries the next version', () => {
    const rig = openBooks();
    rig.call('+12125550123', 61);
    const row = rig.newestUsage();
    const before = rig.ledger.journal.balance();
    rig.ledger.write(() => rig.ledger.journal.correct(row.id, toMicros(-13_000), 0));
    expect(rig.ledger.journal.balance()).toBe(before + 13_000);
    expect(rig.newestUsage()).toMatchObject({ version: 2, amount: -13_000, price_state: 'corrected' });
    expect(rig.ledger.journal.check().holds).toBe(true);
  });

  test('[F-13] a posting on books that were tampered with is undone and throws', () => {
    const rig = openBooks();
    rig.ledger.db.prepare('UPDATE account SET balance = balance + 1').run();
    const rows = rig.ledger.journal.check();
    expect(rows.holds).toBe(false);
    const post = () => rig.ledger.write(() => rig.ledger.journal.post(adjustment(-5), 0));
    expect(post).toThrow(InvariantBroken);
    expect(rig.ledger.journal.check()).toEqual(rows);
  });

  test('[F-13] a usage row that was tampered with is found when it is corrected', () => {
    const rig = openBooks();
    rig.call('+12125550123', 61);
    const { id } = rig.newestUsage();
    rig.ledger.db.prepare('UPDATE usage SET amount = amount - 1 WHERE id = ?').run(id);
    const correct = () => rig.ledger.write(() => rig.ledger.journal.correct(id, toMicros(0), 0));
    expect(correct).toThrow(InvariantBroken);
  });

  test('postings can be neither changed nor deleted', () => {
    const { db } = openBooks().ledger;
    expect(() => db.prepare('UPDATE postings SET amount = 0').run()).toThrow('final');
    expect(() => db.prepare('DELETE FROM postings').run()).toThrow('final');
  });

  test('money moves inside a transaction only', () => {
    const { journal } = openBooks().ledger;
    expect(() => journal.post(adjustment(-1), 0)).toThrow('transaction');
  });

  test('checkpoints keep the proof short and the books true', () => {
    const rig = openBooks();
    const { ledger } = rig;
    const checkpoints = (): number => Number(ledger.db.prepare('SELECT count(*) FROM checkpoints').pluck().get());
    const before = checkpoints();
    ledger.write(() => {
      for (let index = 0; index < 1_200; index += 1) ledger.journal.post(adjustment(-7), index);
    });
    expect(checkpoints() - before).toBe(12);
    expect(ledger.journal.check()).toMatchObject({ holds: true, closing: 12_410_000 - 8_400 });
  });

  test('many rows at once are the same rows as one after the other, heard of by the same listeners', () => {
    const rows = Array.from({ length: 250 }, (_, index) => ({
      at: index * 500,
      usage: { ...adjustment(index % 3 === 0 ? 9_000 : -4_000), userId: index % 2 === 0 ? 'usr_dana' : 'usr_priya' },
    }));
    const [together, apart] = [openBooks(), openBooks()];
    const heard: unknown[][] = [[], []];
    for (const [index, { ledger }] of [together, apart].entries()) {
      ledger.journal.onPosting((posting) => heard[index]?.push(posting));
    }
    together.ledger.write(() => together.ledger.journal.postAll(rows));
    apart.ledger.write(() => {
      for (const { usage, at } of rows) apart.ledger.journal.post(usage, at);
    });
    const read = ({ ledger }: typeof together) =>
      ['usage', 'postings', 'usage_counts', 'account'].map((table) =>
        ledger.db
          .prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`)
          .all()
          .map(({ epoch: _epoch, ...row }) => row),
      );
    expect(read(together)).toEqual(read(apart));
    expect(heard[0]).toEqual(heard[1]);
    expect(heard[0]).toHaveLength(250);
    expect(together.ledger.journal.check().holds).toBe(true);
  });

  test('the counts of rows are what counting finds', () => {
    const { ledger } = openBooks();
    const counted = ledger.db
      .prepare(`SELECT coalesce(user_id, '') AS user_id, count(*) AS rows FROM usage GROUP BY 1 ORDER BY 1`)
      .all();
    expect(ledger.db.prepare('SELECT * FROM usage_counts ORDER BY user_id').all()).toEqual(counted);
  });

  test('rows never go back in time, also when the clock does', () => {
    const rig = openBooks();
    rig.call('+12125550123', 5);
    rig.pass(-86_400);
    rig.call('+12125550123', 5);
    const times = rig.ledger.db.prepare<[], number>('SELECT time FROM usage ORDER BY seq').pluck().all();
    expect(times).toEqual([...times].sort((left, right) => left - right));
  });
});

type Step =
  | { readonly do: 'admit'; readonly to: string; readonly inbound: boolean }
  | { readonly do: 'answer' | 'end'; readonly pick: number }
  | { readonly do: 'pass'; readonly seconds: number }
  | { readonly do: 'top_up'; readonly amount: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('admit' as const),
    to: fc.constantFrom('+12125550123', '+442079460018', '*43', '911', '+19005550199', '+14155550101', 'nonsense'),
    inbound: fc.boolean(),
  }),
  fc.record({ do: fc.constantFrom('answer' as const, 'end' as const), pick: fc.nat(20) }),
  fc.record({ do: fc.constant('pass' as const), seconds: fc.integer({ min: -5, max: 4_000 }) }),
  fc.record({ do: fc.constant('top_up' as const), amount: fc.integer({ min: 1, max: 3_000_000 }) }),
);

test('[F-13] holds under any interleaving of calls and top-ups, and every leg has exactly one row', () => {
  fc.assert(
    fc.property(fc.constantFrom(...PROFILE_IDS), fc.array(step, { maxLength: 40 }), (profile, steps) => {
      const rig = openBooks(profile);
      const opening = rig.ledger.journal.balance();
      const admitted: string[] = [];
      let expected: number = opening;
      const charges = new Map<string, number>();
      const end = (legId: string): void => {
        const { charged } = rig.books.ended(legId, { sipCode: 200, cause: 'bye' });
        if (!charges.has(legId)) expected -= charged;
        expect(charges.get(legId) ?? charged).toBe(charged);
        charges.set(legId, charged);
      };
      for (const each of steps) {
        switch (each.do) {
          case 'admit': {
            const direction = each.inbound ? 'inbound' : 'outbound';
            const admission = rig.books.admit(rig.request(each.to, { direction, leg: each.inbound ? 'b' : 'a' }));
            if (admission.kind === 'admitted') admitted.push(admission.legId);
            else if (each.to === '911') throw new Error('An emergency call was refused');
            break;
          }
          case 'answer':
            rig.books.answered(admitted[each.pick % (admitted.length || 1)] ?? 'none');
            break;
          case 'end':
            end(admitted[each.pick % (admitted.length || 1)] ?? 'none');
            break;
          case 'pass':
            rig.pass(each.seconds);
            break;
          case 'top_up':
            rig.ledger.write(() => rig.ledger.journal.post(adjustment(each.amount), 0));
            expected += each.amount;
            break;
        }
        expect(rig.ledger.journal.check().holds).toBe(true);
      }
      for (const legId of admitted) end(legId);
      expect(rig.ledger.journal.balance()).toBe(expected);
      const rows = rig.ledger.db.prepare("SELECT count(*) AS n FROM usage WHERE sip_call_id LIKE 'call-%@test'").get();
      expect(rows).toEqual({ n: admitted.length });
      rig.ledger.close();
    }),
    { numRuns: 40 },
  );
});
