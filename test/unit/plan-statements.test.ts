import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textPdf } from '../../main/sandbox/ledger/plan/pdf.ts';
import { each as priceEach } from '../../main/sandbox/policies/plan.ts';
import type { Profile, ProfileId } from '../../main/sandbox/policies/profile.ts';
import { addMicros, toMicros } from '../../preload/contract/money.ts';
import { APRIL_16, amount, openPlan } from './plan-rig.ts';

type Plan = ReturnType<typeof openPlan>;

const DAY_MS = 86_400_000;
/** 1 May in Los Angeles, after the statement of April. */
const MAY_1 = Date.UTC(2026, 4, 1, 8);

const IDS: readonly ProfileId[] = ['voiptime', 'sipus', 'sipcore', '2600hz', 'sipstation'];

const newest = (plan: Plan) => {
  const [statement] = plan.statements();
  if (!statement) throw new Error('No statement');
  return statement;
};
const rowsOf = (plan: Plan, id = newest(plan).id) => plan.planning.statements.store.rows(id);

describe('a statement', () => {
  test.each(IDS)('of %s: its rows sum to its total, in whole cents, one for each month in order', (id) => {
    const plan = openPlan(id);
    plan.travel(APRIL_16 + 100 * DAY_MS);
    const statements = plan.statements();
    expect(statements.map((each) => each.id)).toEqual(
      ['07', '06', '05', '04', '03', '02', '01'].map((month) => `stm_2026-${month}`).slice(1),
    );
    for (const { id: statementId, total } of statements) {
      const amounts = rowsOf(plan, statementId).map((row) => row.amount);
      expect(addMicros(toMicros(0), ...amounts)).toBe(total);
      for (const each of amounts) expect(each % 10_000).toBe(0);
    }
    expect(statements.slice(0, -1).map((each) => each.from)).toEqual(statements.slice(1).map((each) => each.to));
  });

  test('[SIPUS-32 P] the first one holds what was ordered, and only once', () => {
    const plan = openPlan('sipus');
    const { charge } = plan.buyChannels({ pooled: 7 });
    plan.travel(MAY_1);
    const ordered = rowsOf(plan).filter((row) => row.chargeId === charge.id);
    expect(addMicros(...ordered.map((row) => row.amount))).toBe(charge.statement);
    // Three are charged by the order, the four of before by the plan: seven, not ten.
    const may = rowsOf(plan).filter((row) => row.item === 'channels' && row.kind === 'item' && row.quantity > 0);
    expect(may.map((row) => [row.quantity, row.amount, row.chargeId === charge.id])).toEqual([
      [3, amount('37.49'), true],
      [3, amount('74.97'), true],
      [4, amount('99.96'), false],
    ]);
    plan.travel(MAY_1 + 31 * DAY_MS);
    const june = rowsOf(plan).filter((row) => row.item === 'channels' && row.kind === 'item');
    expect(june.map((row) => [row.quantity, row.amount])).toEqual([[7, amount('174.93')]]);
  });

  test('(SIPUS-33) taxes and fees are rows of their own, each beside what it is of', () => {
    const plan = openPlan('sipus');
    plan.travel(MAY_1);
    expect(new Set(rowsOf(plan).map((row) => row.kind))).toEqual(new Set(['item', 'tax', 'fee']));
  });

  test('(SIPUS-27) issuing and paying one moves no prepaid balance, nor does an addition pay it', () => {
    const plan = openPlan('sipus');
    plan.addCard();
    const balance = plan.ledger.journal.balance();
    plan.travel(MAY_1);
    const statement = newest(plan);
    expect(statement).toMatchObject({ state: 'open', chargeId: null });
    plan.ledger.write(() => plan.planning.statements.pay(statement.id));
    expect(newest(plan)).toMatchObject({ state: 'paid' });
    expect(plan.services.commerce.charge(newest(plan).chargeId ?? '')).toMatchObject({
      state: 'done',
      card: statement.total,
    });
    const calls = plan.planning.transactions.sums({ from: APRIL_16, to: MAY_1 + DAY_MS, userId: null });
    expect(plan.ledger.journal.balance()).toBe(balance);
    expect(calls.categories.find((each) => each.category === 'payments')?.count).toBe(0);
  });

  test('is charged by itself on its due day, once; declined it stays open until a person pays', () => {
    const plan = openPlan('sipus');
    for (const method of plan.services.commerce.methods.list())
      plan.ledger.write(() => plan.services.commerce.methods.suspend(method.id));
    plan.travel(MAY_1);
    const { id, dueAt } = newest(plan);
    plan.travel(dueAt);
    const tried = plan.planning.statements.store.byId(id);
    expect(tried).toMatchObject({ state: 'open' });
    expect(plan.services.commerce.charge(tried?.chargeId ?? '')).toMatchObject({ state: 'declined' });
    plan.travel(dueAt + 5 * DAY_MS);
    expect(plan.planning.statements.store.byId(id)?.chargeId).toBe(tried?.chargeId);
    plan.addCard();
    plan.ledger.write(() => plan.planning.statements.pay(id));
    expect(plan.planning.statements.store.byId(id)).toMatchObject({ state: 'paid' });
    expect(() => plan.ledger.write(() => plan.planning.statements.pay(id))).toThrow('paid');
  });

  test('(TOP-18) top-ups are told as payments named ThresholdTopUps, on one statement, and in no total', () => {
    const plan = openPlan('sipstation');
    plan.addCard();
    plan.travel(MAY_1);
    const without = plan.planning.statements.running(plan.now()).total;
    const { commerce } = plan.services;
    const line = {
      id: 'credit',
      item: 'credit',
      description: 'Automatic top-up',
      quantity: 1,
      unitPrice: amount('25'),
      amount: amount('25'),
      timing: 'now_card',
      recurring: 'none',
      subject: null,
      entitled: false,
      taxable: false,
    } as const;
    plan.ledger.write(() =>
      commerce.automaticCharge({
        origin: 'top_up',
        kind: 'top_up',
        key: 't1',
        description: 'Automatic top-up',
        lines: [line],
        paymentMethodId: null,
      }),
    );
    const row = plan.planning.transactions.page({ at: Infinity, seq: 0 }, 1, {
      from: 0,
      to: Number.MAX_SAFE_INTEGER,
      userId: null,
      category: 'payments',
    })[0];
    expect(row).toMatchObject({ amount: amount('25'), statementId: null });
    expect(plan.planning.statements.running(plan.now()).total).toBe(without);
    plan.travel(MAY_1 + 70 * DAY_MS);
    const told = plan
      .statements()
      .flatMap(({ id }) => plan.planning.statements.store.payments(id).map((payment) => ({ id, ...payment })));
    expect(told.filter((payment) => payment.usageId === row?.usageId)).toMatchObject([
      { id: 'stm_2026-05', description: 'ThresholdTopUps', amount: amount('25') },
    ]);
    expect(new Set(told.map((payment) => payment.usageId)).size).toBe(told.length);
  });

  test('[POL-18] credit that is more than the rest is carried to the next statement', () => {
    const bare = (profile: Profile): Profile => ({
      ...profile,
      plan: { ...profile.plan, device: null, emergency: null },
      policy: { ...profile.policy, channels: { kind: 'in_out_twoway', inbound: 0, outbound: 0, twoWay: 2 } },
      commerce: { ...profile.commerce, taxes: [] },
    });
    const plan = openPlan('2600hz', { change: bare });
    plan.addCard();
    plan.buyChannels({ two_way: 0 });
    plan.travel(MAY_1);
    expect(newest(plan)).toMatchObject({ total: amount('-24.99'), state: 'paid' });
    plan.buyChannels({ two_way: 1 });
    plan.travel(MAY_1 + 31 * DAY_MS);
    expect(newest(plan).total).toBe(0);
    expect(rowsOf(plan)[0]).toMatchObject({ kind: 'discount', amount: amount('-24.99') });
  });

  test('a change of the zone moves no statement that was issued, and no day is billed twice', () => {
    const plan = openPlan('sipus');
    plan.travel(MAY_1);
    const april = newest(plan);
    plan.ledger.write(() => plan.services.accountSettings.change(plan.owner, { timeZone: 'Pacific/Kiritimati' }));
    plan.travel(MAY_1 + 62 * DAY_MS);
    const [june, may, again] = plan.statements();
    expect(again).toEqual(plan.planning.statements.store.byId(april.id));
    expect(again).toMatchObject({ from: april.from, to: april.to, timeZone: 'America/Los_Angeles' });
    expect([may?.from, june?.from]).toEqual([april.to, may?.to]);
    expect(may?.timeZone).toBe('Pacific/Kiritimati');
  });
});

describe('the plan', () => {
  test('[KZ-06 P] rows sum to the total, nothing of nothing, a discount of its own; with a due date', () => {
    for (const id of IDS) {
      const plan = openPlan(id);
      plan.provision(2);
      const { items, total, dueAt, missing } = plan.planning.plan.view();
      expect(missing).toEqual([]);
      expect(addMicros(toMicros(0), ...items.map((item) => item.total))).toBe(total);
      for (const item of items) {
        expect(item.quantity).toBeGreaterThan(0);
        expect(item.total).toBe(item.quantity * item.unitPrice - item.discount);
      }
      expect(dueAt).toBeGreaterThan(plan.now());
    }
    const groups = openPlan('2600hz');
    groups.provision(3);
    const rows = groups.planning.plan.view().items;
    expect(rows.map((item) => item.group)).toEqual(expect.arrayContaining(['trunking', 'sip_devices', 'emergency']));
    expect(rows.find((item) => item.group === 'sip_devices')).toMatchObject({
      quantity: 3,
      discount: amount('0.75'),
      total: amount('6.75'),
    });
  });

  test('(KZ-05) before trunks and credit there is nothing to manage, and it says what is missing', () => {
    const nothing = (profile: Profile): Profile => ({
      ...profile,
      policy: { ...profile.policy, channels: { kind: 'in_out_twoway', inbound: 0, outbound: 0, twoWay: 0 } },
    });
    const plan = openPlan('2600hz', { change: nothing });
    expect(plan.planning.plan.view()).toMatchObject({ missing: ['trunking'], items: [], total: 0, dueAt: null });
    plan.addCard();
    plan.buyChannels({ two_way: 1 });
    expect(plan.planning.plan.view().missing).toEqual([]);
  });

  test('[VTC-05 P] what the plan tells of free credit is what will be granted, and when', () => {
    const { services, planning } = openPlan('voiptime');
    const next = services.credit.nextGrant();
    expect(planning.plan.view().subscription).toMatchObject({
      package: next?.package.name,
      seats: next?.package.seats,
      price: next?.subscription,
      freeCredit: { amount: next?.amount, percent: (next?.basisPoints ?? 0) / 100, nextGrantAt: next?.at },
    });
  });

  test('(VTC-05) 5 seats x 30 = 150: 30.00 at 20 %, 60.00 at 40 %', () => {
    const percent =
      (freeCreditPercent: number) =>
      (profile: Profile): Profile => ({
        ...profile,
        plan: {
          ...profile.plan,
          subscription: profile.plan.subscription && {
            ...profile.plan.subscription,
            seats: 5,
            seat: priceEach(30_000_000),
            freeCreditPercent,
          },
        },
      });
    for (const [share, credit] of [
      [20, '30'],
      [40, '60'],
    ] as const) {
      const { subscription } = openPlan('voiptime', { change: percent(share) }).planning.plan.view();
      expect(subscription).toMatchObject({
        seats: 5,
        price: amount('150'),
        freeCredit: { percent: share, amount: amount(credit) },
      });
    }
  });

  test('[TOP-05 P] a renewal and what a store sells are the card’s and the statement’s, not the reserve’s', () => {
    const plan = openPlan('sipstation');
    plan.addCard();
    const reserve = plan.ledger.journal.balance();
    const { charge } = plan.buyChannels({ pooled: 3 });
    expect(charge).toMatchObject({ state: 'done', balance: 0 });
    expect(charge.card).toBeGreaterThan(0);
    plan.travel(MAY_1 + 20 * DAY_MS);
    expect(newest(plan)).toMatchObject({ state: 'paid' });
    expect(plan.planning.transactions.sums({ from: APRIL_16, to: plan.now(), userId: null }).categories).toContainEqual(
      {
        category: 'recurring',
        count: 0,
        amount: 0,
      },
    );
    expect(plan.ledger.journal.balance()).toBe(reserve);
  });
});

test('many months in one step are the same as day by day', () => {
  const outcome = (id: ProfileId, steps: readonly number[], channels: number) => {
    const plan = openPlan(id);
    plan.addCard();
    plan.provision(2);
    plan.buyChannels(id === '2600hz' ? { two_way: channels } : { pooled: channels });
    for (const days of steps) plan.travel(plan.now() + days * DAY_MS);
    const store = plan.planning.statements.store;
    return {
      balance: plan.ledger.journal.balance(),
      capacity: plan.services.capacity.current(),
      statements: plan.statements().map(({ chargeId: _charge, ...each }) => ({
        ...each,
        rows: store.rows(each.id).map((row) => [row.description, row.amount]),
      })),
    };
  };
  const steps = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...IDS), steps, fc.integer({ min: 1, max: 6 }), (id, days, channels) => {
      const total = days.reduce((sum, each) => sum + each, 0);
      expect(outcome(id, days, channels)).toEqual(outcome(id, [total], channels));
    }),
    { numRuns: 4 },
  );
});

test('[EXT-09] an invoice is a PDF whose text can be found, over as many pages as it needs', () => {
  const lines = Array.from({ length: 120 }, (_, index) => ({ left: `Row ${index} (é)`, right: `${index}.00` }));
  const pdf = textPdf('Invoice', lines).toString('latin1');
  expect(pdf).toMatch(/^%PDF-1\.4\n/);
  expect(pdf).toContain('/Count 3');
  expect(pdf).toContain('(Row 119 \\(é\\))');
  const start = Number(/startxref\n(\d+)/.exec(pdf)?.[1]);
  expect(pdf.slice(start, start + 4)).toBe('xref');
  const offsets = [...pdf.slice(start).matchAll(/^(\d{10}) 00000 n/gm)].map((match) => Number(match[1]));
  offsets.forEach((offset, index) => expect(pdf.slice(offset).startsWith(`${index + 1} 0 obj`)).toBe(true));
});
