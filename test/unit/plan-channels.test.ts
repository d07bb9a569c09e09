import { describe, expect, test } from 'vitest';
import { Refusal } from '../../main/sandbox/api/refusal.ts';
import { calculate, monthOf, prorate, share } from '../../main/sandbox/ledger/plan/calculation.ts';
import { each } from '../../main/sandbox/policies/plan.ts';
import type { PlanPrice } from '../../main/sandbox/policies/plan.ts';
import type { AccountPolicy, Profile } from '../../main/sandbox/policies/profile.ts';
import { APRIL_16, amount, openPlan } from './plan-rig.ts';

const policyOf =
  (change: Partial<AccountPolicy>) =>
  (profile: Profile): Profile => ({
    ...profile,
    policy: { ...profile.policy, ...change },
  });
const trunksOf =
  (change: Partial<Profile['plan']['trunks']>) =>
  (profile: Profile): Profile => ({
    ...profile,
    plan: { ...profile.plan, trunks: { ...profile.plan.trunks, ...change } },
  });
const goodsOf = (quote: { readonly lines: readonly { readonly kind: string }[] }) =>
  quote.lines.filter((line) => line.kind === 'item');
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'nothing';
  } catch (fault) {
    if (fault instanceof Refusal) return fault.code;
    throw fault;
  }
};

describe('the mathematics of a plan', () => {
  test('[F-12] 3 trunks at 24.99 from 16 to 30 April are 15/30 x 74.97 = 37.485', () => {
    const part = share(monthOf({ year: 2026, month: 4, day: 16 }), { year: 2026, month: 4, day: 16 });
    expect(part).toEqual({ days: 15, ofDays: 30 });
    expect(prorate(amount('74.97'), part)).toBe(amount('37.485'));
  });

  test('[EXT-37] minimum, tiers, flat price, and the three discounts', () => {
    const price = (change: Partial<PlanPrice>): PlanPrice => ({ ...each(10_000_000), ...change });
    expect(calculate(price({ minimum: 5 }), 2)).toMatchObject({ quantity: 5, total: amount('50') });
    expect(calculate(price({ minimum: 5 }), 0)).toMatchObject({ quantity: 0, total: 0 });
    const tiers = {
      kind: 'tiers',
      tiers: [
        { from: 0, unitPrice: amount('3') },
        { from: 10, unitPrice: amount('2') },
      ],
    } as const;
    expect(calculate(price({ pricing: tiers }), 9).total).toBe(amount('27'));
    expect(calculate(price({ pricing: tiers }), 10).total).toBe(amount('20'));
    expect(calculate(price({ pricing: { kind: 'flat', price: amount('99') } }), 7).total).toBe(amount('99'));
    expect(calculate(price({ discount: { kind: 'percent', basisPoints: 1_250 } }), 3)).toMatchObject({
      discount: amount('3.75'),
      total: amount('26.25'),
    });
    expect(calculate(price({ discount: { kind: 'single', amount: amount('4') } }), 3).total).toBe(amount('26'));
    expect(calculate(price({ discount: { kind: 'cumulative', perUnit: amount('4') } }), 3).total).toBe(amount('18'));
    expect(calculate(price({ discount: { kind: 'single', amount: amount('400') } }), 3).total).toBe(0);
  });
});

describe('adding', () => {
  test('[F-12] [POL-12] calendar_1st_prorated: 37.49 by card now, 74.97 from the 1st on', () => {
    const plan = openPlan('2600hz');
    const goods = goodsOf(plan.quoteChannels({ two_way: 5 }));
    expect(goods).toMatchObject([
      {
        id: 'two_way.now',
        quantity: 3,
        unitPrice: amount('24.99'),
        amount: amount('37.49'),
        timing: 'now_card',
        recurring: 'none',
      },
      { id: 'two_way.monthly', amount: amount('74.97'), timing: 'calendar_1st_prorated', recurring: 'monthly' },
    ]);
  });

  test('[SIPUS-07 P] [POL-12] next_statement: nothing is taken now, and the channels are there at once', () => {
    const plan = openPlan('sipus');
    const before = plan.ledger.journal.balance();
    const { quote, charge } = plan.buyChannels({ pooled: 7 });
    expect(goodsOf(quote)).toMatchObject([
      { amount: amount('37.49'), timing: 'next_statement' },
      { amount: amount('74.97'), timing: 'next_statement', recurring: 'monthly' },
    ]);
    expect(charge).toMatchObject({ state: 'done', card: 0, balance: 0 });
    expect(plan.services.capacity.current()).toEqual({ kind: 'pooled', count: 7 });
    expect(plan.ledger.journal.balance()).toBe(before);
  });

  test('[POL-12] arrears_peak: nothing now, nothing on the next statement but the peak of the month', () => {
    const { quote } = openPlan('sipcore').buyChannels({ pooled: 13 });
    expect(goodsOf(quote)).toMatchObject([{ timing: 'arrears_peak', amount: amount('45'), recurring: 'monthly' }]);
  });

  test.each([
    ['anniversary', 'now_balance'],
    ['now_balance', 'now_balance'],
    ['now_card', 'now_card'],
  ] as const)('[POL-12] %s: the shortened month is paid %s', (timing, paid) => {
    const change = (profile: Profile): Profile =>
      policyOf({ charging: { ...profile.policy.charging, channels: timing } })(profile);
    const goods = goodsOf(openPlan('sipus', { change }).quoteChannels({ pooled: 5 }));
    expect(goods).toMatchObject([{ timing: paid }, { timing: 'calendar_1st_prorated', recurring: 'monthly' }]);
  });

  test('[KZ-19 P] each kind of trunk has its own number; one that is not named stays as it is', () => {
    const plan = openPlan('2600hz');
    plan.addCard();
    plan.buyChannels({ inbound: 1, outbound: 3 });
    expect(plan.services.capacity.current()).toEqual({ kind: 'in_out_twoway', inbound: 1, outbound: 3, twoWay: 2 });
    expect(codeOf(() => plan.quoteChannels({ pooled: 3 }))).toBe('out_of_range');
    expect(codeOf(() => openPlan('sipus').quoteChannels({ two_way: 3 }))).toBe('out_of_range');
  });

  test('the first day of a month is a whole month, the last one day of it', () => {
    const first = openPlan('sipus', { startAt: Date.UTC(2026, 3, 1, 8) });
    expect(goodsOf(first.quoteChannels({ pooled: 5 }))[0]).toMatchObject({ amount: amount('24.99') });
    // 30 April 23:30 in Los Angeles; in UTC it is May.
    const last = openPlan('sipus', { startAt: Date.UTC(2026, 4, 1, 6, 30) });
    expect(goodsOf(last.quoteChannels({ pooled: 5 }))[0]).toMatchObject({ amount: amount('0.83') });
  });
});

describe('taking away', () => {
  test('[POL-18] prorated_credit: the unused part comes off the next statement; none and within_days give nothing', () => {
    const plan = openPlan('2600hz');
    expect(goodsOf(plan.quoteChannels({ two_way: 0 }))).toMatchObject([
      { id: 'two_way.credit', amount: amount('-24.99'), timing: 'next_statement', recurring: 'none' },
    ]);
    for (const refund of [{ kind: 'none' }, { kind: 'within_days', days: 90 }] as const) {
      expect(openPlan('2600hz', { change: policyOf({ refund }) }).quoteChannels({ two_way: 0 }).lines).toEqual([]);
    }
  });

  test('[EXT-38] at_period_end: the lower number holds from the 1st on, what is raised meanwhile holds at once', () => {
    const plan = openPlan('sipus');
    const { quote } = plan.buyChannels({ pooled: 2 });
    expect(quote.lines).toEqual([]);
    expect(quote.draft.warnings.map((warning) => warning.code)).toEqual(['from_next_period']);
    expect(plan.services.capacity.current()).toEqual({ kind: 'pooled', count: 4 });
    const at = Date.UTC(2026, 4, 1, 7);
    expect(plan.services.capacity.pending()).toEqual({ model: { kind: 'pooled', count: 2 }, at });
    plan.travel(at - 1);
    expect(plan.services.capacity.current()).toEqual({ kind: 'pooled', count: 4 });
    plan.travel(at);
    expect(plan.services.capacity.current()).toEqual({ kind: 'pooled', count: 2 });
    expect(plan.services.capacity.pending()).toBeNull();
  });

  test('below what is in use is allowed and said: running calls stay, new ones wait', () => {
    const plan = openPlan('2600hz', {
      change: policyOf({ channels: { kind: 'in_out_twoway', inbound: 0, outbound: 0, twoWay: 5 } }),
    });
    const device = plan.services.people.provision('usr_dana', '3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'Phone');
    const call = (index: number) =>
      plan.services.books.admit({
        sipCallId: `call-${index}`,
        leg: 'a',
        direction: 'outbound',
        deviceId: device.id,
        from: '+14155550100',
        to: '+12125550142',
        emergency: false,
      });
    for (let index = 0; index < 5; index += 1) expect(call(index).kind).toBe('admitted');
    plan.ledger.write(() =>
      plan.post({ kind: 'adjustment', amount: amount(`-${plan.ledger.journal.balance() / 1e6}`) }),
    );
    const { quote, charge } = plan.buyChannels({ two_way: 3 });
    expect(quote.draft.warnings).toContainEqual({
      code: 'below_active_use',
      text: expect.stringContaining('5 active, limit 3') as string,
    });
    expect(charge.state).toBe('done');
    expect(plan.planning.trunkUse.now()).toEqual({ inbound: 0, outbound: 5 });
    expect(call(6)).toMatchObject({ kind: 'refused' });
  });
});

describe('limits of limits', () => {
  test('[KZ-21 P] unlimited is the provider’s to give, stays -1, and is not ended by leaving it out', () => {
    const unlimited = { kind: 'in_out_twoway', inbound: -1, outbound: 0, twoWay: 2 } as const;
    const plan = openPlan('2600hz', { change: policyOf({ channels: unlimited }) });
    plan.addCard();
    expect(codeOf(() => plan.quoteChannels({ outbound: -1 }))).toBe('contact_provider');
    plan.buyChannels({ two_way: 3 });
    plan.buyChannels({ inbound: -1, outbound: 1 });
    expect(plan.services.capacity.current()).toEqual({ kind: 'in_out_twoway', inbound: -1, outbound: 1, twoWay: 3 });
    const items = plan.planning.plan.view().items.filter((item) => item.group === 'trunking');
    expect(items.map((item) => [item.subject, item.quantity])).toEqual([
      ['outbound', 1],
      ['two_way', 3],
    ]);
    const { quote } = plan.buyChannels({ inbound: 0 });
    expect(quote.draft.warnings.map((warning) => warning.code)).toContain('unlimited_ends');
    plan.ledger.write(() => plan.services.capacity.set(unlimited, null));
    expect(plan.services.capacity.current()).toEqual(unlimited);
  });

  test('beyond the maximum is out_of_range, and no quote remains', () => {
    const plan = openPlan('sipus');
    expect(codeOf(() => plan.quoteChannels({ pooled: 101 }))).toBe('out_of_range');
    expect(goodsOf(plan.quoteChannels({ pooled: 100 }))).toHaveLength(2);
  });

  test('[KZ-11 P] limits are set by who may; an account of a reseller is told whom to ask', () => {
    const plan = openPlan('2600hz', { change: trunksOf({ changedBy: 'provider' }) });
    expect(codeOf(() => plan.quoteChannels({ two_way: 3 }))).toBe('contact_provider');
    expect(codeOf(() => openPlan('2600hz').quoteChannels({ two_way: 3 }, openPlan('2600hz').user))).toBe(
      'role_not_allowed',
    );
    expect(codeOf(() => openPlan('2600hz').quoteChannels({ two_way: 3 }))).toBe('nothing');
  });

  test('[KZ-18 P] trunks are flat-rate: calls in and out inside them cost nothing', () => {
    const plan = openPlan('2600hz');
    const price = plan.planning.plan.view().items.find((item) => item.subject === 'two_way');
    expect(price).toMatchObject({ quantity: 2, total: amount('49.98'), timing: 'calendar_1st_prorated' });
  });

  test('what was changed is in the audit trail, once', () => {
    const plan = openPlan('sipus', { startAt: APRIL_16 });
    plan.buyChannels({ pooled: 6 });
    expect(plan.services.audit.before(Infinity, 10, { action: 'channels.changed' })).toMatchObject([
      { userId: 'usr_dana', before: { kind: 'pooled', count: 4 }, after: { kind: 'pooled', count: 6 } },
    ]);
  });
});
