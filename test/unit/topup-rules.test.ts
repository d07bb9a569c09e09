import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../main/sandbox/policies/firm.ts';
import { PROFILE_IDS } from '../../main/sandbox/policies/profile.ts';
import type { TopUpRules } from '../../main/sandbox/policies/profile.ts';
import type { TopUpTerms, Try } from '../../main/sandbox/ledger/topup/rules.ts';
import {
  amountAt,
  cappedUntil,
  isTriggered,
  nextAmount,
  spendCeilings,
} from '../../main/sandbox/ledger/topup/rules.ts';
import { fundingOf } from '../../main/sandbox/ledger/topup/funding.ts';
import { nextScheduled } from '../../main/sandbox/ledger/topup/schedule.ts';
import { advisedAmount } from '../../main/sandbox/ledger/topup/spend.ts';
import { toMicros } from '../../preload/contract/money.ts';
import { profileWith, units } from './commerce-rig.ts';
import { DAY_MS, HOUR_MS, MONDAY_9 } from './topup-rig.ts';

const ZONE = 'America/Los_Angeles';
const RULES: TopUpRules = DEFAULT_POLICY.topUp;
const withCap = (cap: Partial<TopUpRules['cap']>): TopUpRules => ({ ...RULES, cap: { ...RULES.cap, ...cap } });
const terms = (change: Partial<TopUpTerms> = {}): TopUpTerms => ({
  threshold: units(5),
  amount: units(25),
  target: null,
  monthlyMax: null,
  ...change,
});
const tried = (at: number, change: Partial<Try> = {}): Try => ({
  at,
  amount: units(25),
  state: 'done',
  isManual: false,
  ...change,
});
const capped = (rules: TopUpRules, tries: readonly Try[], now: number, change: Partial<TopUpTerms> = {}) =>
  cappedUntil(rules, terms(change), units(25), tries, now, ZONE);

describe('when it charges', () => {
  test('[TOP-13 P] [POL-03] lte charges at 5.00 exactly, lt only below', () => {
    expect(isTriggered({ comparator: 'lte' }, units(5), units(5))).toBe(true);
    expect(isTriggered({ comparator: 'lt' }, units(5), units(5))).toBe(false);
    expect(isTriggered({ comparator: 'lt' }, units(5), units(4.999999))).toBe(true);
    expect(isTriggered({ comparator: 'lte' }, units(5), units(5.000001))).toBe(false);
  });
});

describe('how much', () => {
  test('[F-08] [POL-04] at -34 with threshold 5: 25 fixed, 84 to a target of 50, 64 to threshold plus 25', () => {
    expect(amountAt('add_fixed', terms(), units(-34))).toBe(units(25));
    expect(amountAt('to_target', terms({ target: units(50) }), units(-34))).toBe(units(84));
    expect(amountAt('to_threshold_plus', terms(), units(-34))).toBe(units(64));
    expect(-34 + 64).toBe(30);
  });

  test('a card takes whole cents: the target is reached, not missed by a micro', () => {
    expect(amountAt('to_target', terms({ target: units(50) }), toMicros(4_991_300))).toBe(units(45.01));
  });

  test('what is shown is the charge at the threshold while the balance is above it', () => {
    expect(nextAmount('to_target', terms({ target: units(50) }), units(30))).toBe(units(45));
    expect(nextAmount('to_target', terms({ target: units(50) }), units(-10))).toBe(units(60));
  });
});

describe('[POL-05] the cap', () => {
  const nine = MONDAY_9;
  const fifteen = MONDAY_9 + 6 * HOUR_MS;
  const evening = MONDAY_9 + 12 * HOUR_MS;
  const both = [tried(nine), tried(fifteen)];

  test('[F-10] rolling: after 09:00 and 15:00 on Monday the next is possible at 09:00 on Tuesday', () => {
    expect(capped(RULES, both, evening)).toEqual({ by: 'count', until: nine + DAY_MS });
    expect(capped(RULES, both, nine + DAY_MS - 1)).toEqual({ by: 'count', until: nine + DAY_MS });
    expect(capped(RULES, both, nine + DAY_MS)).toBeNull();
  });

  test('[F-10] calendar days: the next is possible at 00:01 on Tuesday', () => {
    const rules = withCap({ windowKind: 'calendar_day' });
    const until = Date.UTC(2026, 10, 24, 8, 1, 0);
    expect(capped(rules, both, evening)).toEqual({ by: 'count', until });
    expect(capped(rules, both, until - 1)).toEqual({ by: 'count', until });
    expect(capped(rules, both, until)).toBeNull();
  });

  test('[TOP-14 P] two in 24 hours and no third; one is not the limit', () => {
    expect(capped(RULES, [tried(nine)], evening)).toBeNull();
    expect(capped(RULES, both, evening)).not.toBeNull();
    expect(capped(withCap({ count: 1 }), [tried(nine)], evening)).toEqual({ by: 'count', until: nine + DAY_MS });
    expect(capped(withCap({ count: null }), [...both, ...both, ...both], evening)).toBeNull();
  });

  test('refused tries count where the policy says so, and manual ones only where it says so', () => {
    const failed = [tried(nine, { state: 'failed' }), tried(fifteen, { state: 'failed' })];
    expect(capped(withCap({ countsFailed: true }), failed, evening)).not.toBeNull();
    expect(capped(withCap({ countsFailed: false }), failed, evening)).toBeNull();
    const manual = [tried(nine, { isManual: true }), tried(fifteen)];
    expect(capped(withCap({ countsManual: false }), manual, evening)).toBeNull();
    expect(capped(withCap({ countsManual: true }), manual, evening)).not.toBeNull();
  });

  test('a payment nobody knows about counts, one that never was does not', () => {
    expect(capped(RULES, [tried(nine, { state: 'open' }), tried(fifteen)], evening)).not.toBeNull();
    expect(capped(RULES, [tried(nine, { state: 'void' }), tried(fifteen)], evening)).toBeNull();
  });

  test('[EXT-13] the month: until its end in the zone of the account, by the smaller of two limits', () => {
    const until = Date.UTC(2026, 11, 1, 8, 0, 0);
    const month = [tried(MONDAY_9 - 10 * DAY_MS), tried(MONDAY_9 - 5 * DAY_MS)];
    const now = MONDAY_9;
    expect(capped(RULES, month, now, { monthlyMax: units(74.99) })).toEqual({ by: 'month', until });
    expect(capped(RULES, month, now, { monthlyMax: units(75) })).toBeNull();
    expect(capped(withCap({ monthlyMax: units(60) }), month, now, { monthlyMax: units(500) })).toEqual({
      by: 'month',
      until,
    });
    const older = [tried(Date.UTC(2026, 10, 1, 6, 59, 59)), tried(MONDAY_9 - 5 * DAY_MS)];
    expect(capped(RULES, older, now, { monthlyMax: units(50) })).toBeNull();
    const refused = month.map((each) => ({ ...each, state: 'failed' as const }));
    expect(capped(RULES, refused, now, { monthlyMax: units(30) })).toBeNull();
  });

  test('no window ever holds more than the cap, whenever somebody looks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 6 * 60 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom('rolling' as const, 'calendar_day' as const),
        (gapsMin, count, windowKind) => {
          const rules = withCap({ count, windowKind });
          const tries: Try[] = [];
          let now = MONDAY_9;
          for (const gap of gapsMin) {
            now += gap * 60_000;
            const found = capped(rules, tries, now);
            expect(found?.until ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now);
            if (!found) tries.push(tried(now));
          }
          for (const { at } of tries) {
            const within = tries.filter((each) => each.at <= at && each.at > at - DAY_MS).length;
            expect(within).toBeLessThanOrEqual(windowKind === 'rolling' ? count : 2 * count);
          }
        },
      ),
    );
  });
});

test('[F-18] 25 twice is 50 in 24 hours and 1500 in a month, or what the month may have', () => {
  expect(spendCeilings(RULES, terms(), units(25))).toEqual({ perWindow: units(50), perMonth: units(1500) });
  expect(spendCeilings(RULES, terms({ monthlyMax: units(200) }), units(25)).perMonth).toBe(units(200));
  expect(spendCeilings(withCap({ count: null }), terms(), units(25))).toEqual({ perWindow: null, perMonth: null });
});

test('the advice is the dearest day up to a whole 5, and no less than the least', () => {
  expect(advisedAmount(units(31.2), units(25))).toBe(units(35));
  expect(advisedAmount(units(30), units(25))).toBe(units(30));
  expect(advisedAmount(units(3), units(25))).toBe(units(25));
});

describe('[TOP-05 P] what pays an automatic fee', () => {
  const { policy } = profileWith('sipstation');
  const on = { enabled: true, amount: units(25) };
  test('1.99 comes from the reserve, 25.00 from the card: below is strict', () => {
    expect(fundingOf(policy, on, 'porting', units(1.99))).toBe('now_balance');
    expect(fundingOf(policy, on, 'emergency', units(24.99))).toBe('now_balance');
    expect(fundingOf(policy, on, 'porting', units(25))).toBe('now_card');
  });
  test('a number from the store is paid by card, its renewal as every month', () => {
    expect(fundingOf(policy, on, 'number_setup', units(1.99))).toBe('now_card');
    expect(fundingOf(policy, on, 'number_monthly', units(1.5))).toBe(policy.charging.number_monthly);
    expect(policy.charging.number_monthly).not.toBe('now_balance');
  });
  test('without top-up there is no reserve', () => {
    expect(fundingOf(policy, { ...on, enabled: false }, 'porting', units(1.99))).toBe('now_card');
    const other = profileWith('voiptime').policy;
    expect(fundingOf(other, null, 'porting', units(1.99))).toBe(other.charging.porting);
  });

  test('a fee is paid from a pot that money can be moved from at once, whatever the day of the monthly ones', () => {
    const paying = ['now_balance', 'now_card', 'next_statement'];
    for (const id of PROFILE_IDS) {
      for (const item of ['porting', 'emergency'] as const) {
        expect(paying, `${id} ${item}`).toContain(fundingOf(profileWith(id).policy, null, item, units(1.99)));
      }
    }
  });
});

test('[EXT-16] the day of a month, or its last one, in the zone of the account', () => {
  const midnight = (month: number, day: number, hour: number): number => Date.UTC(2026, month - 1, day, hour);
  expect(nextScheduled(31, midnight(1, 31, 8), ZONE)).toBe(midnight(2, 28, 8));
  expect(nextScheduled(31, midnight(2, 28, 8), ZONE)).toBe(midnight(3, 31, 7));
  expect(nextScheduled(15, midnight(11, 15, 7), ZONE)).toBe(midnight(11, 15, 8));
  expect(nextScheduled(15, midnight(11, 15, 8), ZONE)).toBe(midnight(12, 15, 8));
});

test('the five profiles: who tops up, by which rules', () => {
  const facts = PROFILE_IDS.map((id) => profileWith(id)).map(
    ({ id, policy: { topUp, amounts } }) =>
      [
        id,
        [
          topUp && [topUp.comparator, topUp.amountMode, topUp.cap.count, topUp.describedAs],
          amounts.topUpMin / 1_000_000,
        ],
      ] as const,
  );
  expect(Object.fromEntries(facts)).toEqual({
    voiptime: [null, 25],
    sipus: [['lte', 'add_fixed', 2, 'Automatic top-up'], 25],
    sipcore: [null, 25],
    '2600hz': [['lt', 'add_fixed', 1, 'Automatic top-up'], 5],
    sipstation: [['lte', 'add_fixed', 2, 'ThresholdTopUps'], 25],
  });
});
