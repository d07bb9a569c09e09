import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Behaviour } from '../../main/sandbox/ledger/commerce/instruments.ts';
import type { TopUpRules } from '../../main/sandbox/policies/profile.ts';
import { refusalOf, units } from './commerce-rig.ts';
import { DAY_MS, openRecharge } from './topup-rig.ts';
import type { Recharge } from './topup-rig.ts';

type Step =
  | { readonly do: 'spend'; readonly micros: number }
  | { readonly do: 'pass'; readonly minutes: number }
  | { readonly do: 'card'; readonly behaviour: Behaviour }
  | { readonly do: 'add' }
  | { readonly do: 'threshold'; readonly units: number }
  | { readonly do: 'switch'; readonly on: boolean }
  | { readonly do: 'confirm'; readonly accepted: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('spend' as const), micros: fc.integer({ min: 1, max: 40_000_000 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 3_000 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('card' as const),
      behaviour: fc.constantFrom<Behaviour>(
        'insufficient_funds',
        'lost_answer',
        'slow',
        'authenticate_off_session',
        'bank_settles',
        'bank_returns',
      ),
    }),
  },
  fc.record({ do: fc.constant('add' as const) }),
  fc.record({ do: fc.constant('threshold' as const), units: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ do: fc.constant('switch' as const), on: fc.boolean() }),
  fc.record({ do: fc.constant('confirm' as const), accepted: fc.boolean() }),
);

const cap: fc.Arbitrary<Partial<TopUpRules['cap']>> = fc.record({
  count: fc.constantFrom(1, 2, 3),
  countsFailed: fc.boolean(),
  monthlyMax: fc.constantFrom(null, units(100)),
  pauseAfterFailures: fc.constantFrom(null, 2),
});

const mode = fc.constantFrom<TopUpRules['amountMode']>('add_fixed', 'to_target', 'to_threshold_plus');

interface Row {
  readonly at: number;
  readonly origin: string;
  readonly state: string;
  readonly amount: number;
}

function take(rig: Recharge, each: Step): void {
  switch (each.do) {
    case 'spend':
      rig.ledger.write(() =>
        rig.ledger.journal.post(
          { kind: 'call', priceState: 'priced', amount: units(-each.micros / 1_000_000), description: 'Call' },
          rig.now(),
        ),
      );
      return;
    case 'pass':
      return rig.travel(each.minutes * 60_000);
    case 'card':
      return rig.faults(each.behaviour);
    case 'add':
      refusalOf(() => rig.buy({ kind: 'add_credit', amount: '10.00' }));
      return;
    case 'threshold':
    case 'switch': {
      const settings = rig.topUp.settings();
      const wanted = each.do === 'switch' ? { enabled: each.on } : { threshold: units(each.units) };
      refusalOf(() => rig.ledger.write(() => rig.topUp.change({ ...settings, ...wanted }, 'usr_dana')));
      return;
    }
    case 'confirm': {
      const waiting = rig.commerce.charges.open().find(({ actionToken }) => actionToken !== null);
      if (waiting?.actionToken) rig.commerce.confirmAction(waiting.actionToken, each.accepted);
      return;
    }
  }
}

test('[F-09] [F-13] [POL-05] under any interleaving the cap holds, one payment is under way and every micro is explained', () => {
  fc.assert(
    fc.property(cap, mode, fc.array(step, { maxLength: 40 }), (limits, amountMode, steps) => {
      const rig = openRecharge({ cap: limits, rules: { amountMode } });
      rig.enable(amountMode === 'to_target' ? { target: units(50) } : {});
      rig.fallTo(20);
      for (const each of steps) {
        take(rig, each);
        const { holds, closing } = rig.ledger.journal.check();
        expect(holds).toBe(true);
        expect(Number.isSafeInteger(closing)).toBe(true);
        const open = rig.commerce.charges.open().filter(({ origin }) => origin === 'top_up');
        expect(open.length).toBeLessThanOrEqual(1);
      }
      const rows = rig.ledger.db.prepare<[], Row>(`SELECT * FROM top_ups WHERE origin = 'threshold' ORDER BY at`).all();
      for (const { at } of rows) {
        const counted = rows.filter((row) => row.at > at - DAY_MS && row.at <= at);
        // A try counts from its beginning, whatever became of it later; one refused at once may be free.
        const limit = limits.countsFailed === true ? counted : counted.filter(({ state }) => state !== 'failed');
        expect(limit.length).toBeLessThanOrEqual(limits.count ?? 0);
      }
      const cards = rig.ledger.db
        .prepare<[], number>(
          `SELECT coalesce(sum(amount), 0) FROM top_ups WHERE state = 'done' AND origin = 'threshold'`,
        )
        .pluck()
        .get();
      const booked = rig.ledger.db
        .prepare<[], number>(
          `SELECT coalesce(sum(usage.amount), 0) FROM usage JOIN top_ups USING (charge_id)
           WHERE usage.kind = 'topup' AND origin = 'threshold'`,
        )
        .pluck()
        .get();
      expect(booked).toBe(cards);
      const months = Map.groupBy(
        rows.filter(({ state }) => state !== 'failed'),
        ({ at }) => new Date(at - 8 * 3_600_000).getUTCMonth(),
      );
      for (const month of months.values()) {
        const taken = month.reduce((sum, row) => sum + row.amount, 0);
        expect(taken).toBeLessThanOrEqual(limits.monthlyMax ?? Number.POSITIVE_INFINITY);
      }
      rig.close();
    }),
    { numRuns: 10 },
  );
});
