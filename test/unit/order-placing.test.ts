import { describe, expect, test } from 'vitest';
import { toDecimal, toMicros } from '../../preload/contract/money.ts';
import type { Micros } from '../../preload/contract/money.ts';
import type { Charge } from '../../main/sandbox/ledger/commerce/charges.ts';
import { totalsOf } from '../../main/sandbox/ledger/commerce/pricing.ts';
import { openOnboarding, refusalOf } from './order-rig.ts';
import { openBooks } from './ledger-rig.ts';

const units = (amount: number): Micros => toMicros(Math.round(amount * 1_000_000));

/** An account that is ready: verified address, one card. */
function ready() {
  const books = openOnboarding();
  books.verify();
  return { ...books, card: books.addCard() };
}
type Ready = ReturnType<typeof ready>;

const statementOf = (books: Ready) =>
  books.ledger.db
    .prepare<[], { line_id: string; amount: number }>('SELECT line_id, amount FROM statement_lines ORDER BY seq')
    .all();
const capacityOf = (books: Pick<Ready, 'services'>) => books.services.capacity.current();
const eventsOf = (books: Pick<Ready, 'ledger'>) =>
  books.ledger.db.prepare<[], string>('SELECT kind FROM events ORDER BY id').pluck().all();

describe('one order of four parts', () => {
  test('[SIPUS-04 P] channels, numbers by type, funds and payment method are one order under one key', () => {
    const books = ready();
    const charge = books.place({}, null, 'one-key');
    expect(charge.state).toBe('done');
    expect(capacityOf(books)).toEqual({ kind: 'pooled', count: 4 });
    expect(books.services.entitlements.all()).toEqual([
      { type: 'standard', ordered: 3, left: 3, numbers: [] },
      { type: 'enhanced', ordered: 1, left: 1, numbers: [] },
    ]);
    expect(charge.methodId).toBe(books.card);
    expect(charge.lines.find((line) => line.id === 'credit')?.amount).toBe(units(25));
    // The same key again is the same order.
    const quote = charge.quoteId === null ? undefined : books.services.commerce.quoteById(charge.quoteId);
    expect(books.execute({ id: quote?.id ?? '', priceHash: quote?.priceHash ?? '' }, null, 'one-key').id).toBe(
      charge.id,
    );
    expect(books.services.entitlements.open()).toBe(4);
  });

  test('[SIPUS-07 P] an order has a channel at least, at the price of the plan for each', () => {
    const books = ready();
    expect(refusalOf(() => books.place({ channels: 0 }))).toBe('out_of_range');
    const quote = books.services.commerce.quote(books.request({ channels: 10 }), books.owner);
    const monthly = quote.lines.find((line) => line.id === 'pooled.monthly');
    expect(monthly).toMatchObject({ quantity: 10, unitPrice: units(24.99), amount: units(249.9) });
    books.execute(quote);
    expect(capacityOf(books)).toEqual({ kind: 'pooled', count: 10 });
  });

  test('[SIPUS-32 P] the deposit is paid by card today, everything else is on the first statement', () => {
    const books = ready();
    const before = books.ledger.journal.balance();
    const quote = books.services.commerce.quote(books.request(), books.owner);
    const totals = totalsOf(quote.lines);
    expect(totals).toMatchObject({ todayCard: units(25), todayBalance: 0 });
    const today = quote.lines.filter((line) => line.timing === 'now_card');
    expect(today.map((line) => line.id)).toEqual(['credit']);
    expect(
      quote.lines.filter((line) => line.timing !== 'now_card').every((line) => line.timing === 'next_statement'),
    ).toBe(true);
    const charge = books.execute(quote);
    expect(charge).toMatchObject({ card: units(25), balance: 0, statement: totals.firstStatement });
    expect(books.services.commerce.network.captured()).toBe(units(25));
    expect(books.ledger.journal.balance()).toBe(before + units(25));
    expect(statementOf(books).reduce((sum, line) => sum + line.amount, 0)).toBe(totals.firstStatement);
  });

  test('taxes and other fees are the sum of their lines, to the cent', () => {
    const books = ready();
    const { lines } = books.services.commerce.quote(books.request(), books.owner);
    const added = lines.filter((line) => line.kind === 'tax' || line.kind === 'fee');
    const sum = added.reduce((total, line) => total + line.amount, 0);
    expect(added.length).toBeGreaterThan(4);
    expect(sum).toBe(totalsOf(lines).taxesAndFees);
    expect(added.every((line) => line.amount % 10_000 === 0)).toBe(true);
    // 22 Nov: 9 of 30 days of 4 x 24.99 now, then a whole month; numbers 3 x 1.49 and 2.49.
    const item = (id: string) => toDecimal(lines.find((line) => line.id === id)?.amount ?? toMicros(0));
    expect([item('pooled.now'), item('pooled.monthly'), item('standard'), item('enhanced')]).toEqual([
      '29.99',
      '99.96',
      '4.47',
      '2.49',
    ]);
    // 12.4 % and 7.25 % and 2.5 % of channels; 7.25 % of numbers; each line half up to the cent.
    expect(toDecimal(toMicros(sum))).toBe('29.29');
  });

  test('an order of no numbers is valid, and leaves none to choose', () => {
    const books = ready();
    const charge = books.place({ numbers: { standard: 0, enhanced: 0, toll_free: 0 } });
    expect(charge.state).toBe('done');
    expect(books.services.orders.state()).toBe('done');
  });

  test('funds may be 0: nothing is paid today', () => {
    const books = ready();
    const charge = books.place({ funds: '0' });
    expect(charge).toMatchObject({ state: 'done', card: 0 });
    expect(books.services.commerce.network.captured()).toBe(0);
    expect(books.services.orders.states.standing().state).toBe('active');
  });

  test.each(['3.00', '25.005'])('funds of %s are refused by the rules of adding credit', (funds) => {
    expect(refusalOf(() => ready().place({ funds }))).toBe('out_of_range');
  });

  test('[SIPUS-22 P] toll-free numbers without funds are warned of, with the rate', () => {
    const books = ready();
    const numbers = { standard: 0, enhanced: 1, toll_free: 2 };
    const quote = (funds: string) => books.services.commerce.quote(books.request({ numbers, funds }), books.owner);
    expect(quote('0').draft.warnings).toEqual([
      { code: 'toll_free_needs_funds', text: expect.stringContaining('0.029 USD a minute') as string },
    ]);
    expect(quote('10.00').draft.warnings).toEqual([]);
    expect(books.execute(quote('0')).state).toBe('done');
  });

  test('no Enhanced number is a warning that accepting overrides', () => {
    const books = ready();
    const quote = books.services.commerce.quote(
      books.request({ numbers: { standard: 2, enhanced: 0, toll_free: 0 } }),
      books.owner,
    );
    expect(quote.draft.warnings.map((warning) => warning.code)).toEqual(['no_enhanced_number']);
    expect(books.execute(quote).state).toBe('done');
  });

  test('the emergency notice is acknowledged before numbers are ordered, and kept with time and person', () => {
    const books = ready();
    const asked = books.request({ emergency_notice_acknowledged: false });
    const quote = books.services.commerce.quote(asked, books.owner);
    expect(refusalOf(() => books.execute(quote))).toBe('out_of_range');
    expect(books.place().state).toBe('done');
    expect(books.services.orders.notices.acknowledgement('emergency_calling')).toEqual({
      userId: 'usr_dana',
      at: books.ledger.clock.now(),
    });
  });
});

describe('the address', () => {
  test('[SIPUS-30 P] the address step is there only while the business address is not verified', () => {
    const books = openOnboarding();
    books.addCard();
    expect(books.services.orders.steps()).toEqual(['channels', 'numbers', 'funds', 'address', 'review', 'payment']);
    expect(refusalOf(() => books.place())).toBe('address_required');
    books.verify();
    expect(books.services.orders.steps()).toEqual(['channels', 'numbers', 'funds', 'review', 'payment']);
    expect(books.place().state).toBe('done');
  });

  test('a confirmed address named in the order becomes that of the business', () => {
    const books = openOnboarding();
    books.addCard();
    const lines = {
      street: '1 Nowhere at all',
      unit: null,
      city: 'Reno',
      region: 'NV',
      postalCode: '94103',
      country: 'US',
    };
    const failed = books.services.addresses.add(books.owner, 'emergency', lines).id;
    const good = books.services.addresses.add(books.owner, 'emergency', { ...lines, postalCode: '89501' }).id;
    expect(refusalOf(() => books.place({ address_id: failed }))).toBe('address_required');
    expect(books.place({ address_id: good }).state).toBe('done');
    expect(books.services.addresses.business()?.id).toBe(good);
  });
});

describe('the card', () => {
  test('[SIPUS-34 P] a card is required even where nothing is due today; a bank account alone is none', () => {
    const books = openOnboarding();
    books.verify();
    expect(refusalOf(() => books.place({ funds: '0' }))).toBe('payment_method_required');
    const bank = books.addCard('bank');
    books.ledger.db.prepare(`UPDATE payment_methods SET state = 'active' WHERE id = ?`).run(bank);
    expect(refusalOf(() => books.place({ funds: '0' }))).toBe('payment_method_required');
    books.addCard('mastercard');
    const chosen = books.addCard('visa');
    expect(books.place({ funds: '0' }, chosen).state).toBe('done');
    expect(books.services.commerce.methods.preferred()?.id).toBe(chosen);
  });

  test('a refused card provisions nothing and keeps the order as a draft', () => {
    const books = openOnboarding();
    books.verify();
    books.addCard('no_funds');
    const quote = books.services.commerce.quote(books.request(), books.owner);
    expect(books.execute(quote).state).toBe('declined');
    const { orders, entitlements } = books.services;
    expect([orders.state(), orders.placed.find(), entitlements.open()]).toEqual(['payment_setup', undefined, 0]);
    expect(capacityOf(books)).toEqual({ kind: 'pooled', count: 0 });
    expect(orders.drafts.find()?.content).toMatchObject({ channels: 4, funds: '25.00', quote_id: quote.id });
    // Another card takes the same quote on.
    expect(books.execute(quote, books.addCard()).state).toBe('done');
    expect(orders.drafts.find()).toBeUndefined();
  });
});

describe('what can come between', () => {
  test('a second device that places it too gets the order that is there: one order', () => {
    const books = ready();
    const first = books.services.commerce.quote(books.request(), books.owner);
    const second = books.services.commerce.quote(books.request({ channels: 9 }), books.owner);
    expect(books.execute(first).state).toBe('done');
    expect(refusalOf(() => books.execute(second))).toBe('already_placed');
    expect(refusalOf(() => books.place())).toBe('already_placed');
    expect(books.services.entitlements.open()).toBe(4);
    expect(capacityOf(books)).toEqual({ kind: 'pooled', count: 4 });
  });

  test('while one device waits for the bank another cannot place it', () => {
    const books = openOnboarding();
    books.verify();
    const confirm = books.addCard('confirm');
    const first = books.services.commerce.quote(books.request(), books.owner);
    const second = books.services.commerce.quote(books.request({ channels: 9 }), books.owner);
    const waiting = books.execute(first, confirm);
    expect([waiting.state, books.services.orders.state()]).toEqual(['action_required', 'submitting']);
    expect(refusalOf(() => books.execute(second))).toBe('conflict');
    expect(refusalOf(() => books.services.orders.saveDraft(books.services.orders.drafts.current(), books.owner))).toBe(
      'conflict',
    );
    expect(books.services.commerce.confirmAction(waiting.actionToken ?? '', true)?.state).toBe('done');
    expect(books.services.orders.state()).toBe('numbers_to_choose');
  });

  test('vetting taken up again while the bank is asked: nothing is taken, nothing is delivered', () => {
    const books = openOnboarding();
    books.verify();
    const waiting = books.execute(
      books.services.commerce.quote(books.request(), books.owner),
      books.addCard('confirm'),
    );
    books.ledger.write(() => books.services.orders.states.revoke('The name of the firm has to be proven'));
    const charge = books.services.commerce.confirmAction(waiting.actionToken ?? '', true);
    expect(charge).toMatchObject({ state: 'failed', card: 0, statement: 0 });
    expect(books.services.commerce.network.captured()).toBe(0);
    expect(books.services.orders.states.standing()).toMatchObject({
      state: 'vetting',
      pending: 'The name of the firm has to be proven',
    });
    expect(capacityOf(books)).toEqual({ kind: 'pooled', count: 0 });
  });

  test('a type that is sold out before the bank answers is not charged; the rest is', () => {
    const books = openOnboarding();
    books.verify();
    const waiting = books.execute(
      books.services.commerce.quote(books.request(), books.owner),
      books.addCard('confirm'),
    );
    books.sellOut('enhanced');
    const charge = books.services.commerce.confirmAction(waiting.actionToken ?? '', true) as Charge;
    expect(charge.state).toBe('partial');
    const failed = charge.lines.filter((line) => line.state === 'failed');
    expect(failed.map((line) => line.id)).toEqual(['enhanced', 'enhanced.state_tax']);
    expect(charge.statement).toBe(
      charge.lines
        .filter((line) => line.state === 'delivered' && line.timing === 'next_statement')
        .reduce((sum, line) => sum + line.amount, 0),
    );
    expect(books.services.entitlements.all().map((each) => each.type)).toEqual(['standard']);
    expect(books.services.orders.states.standing().state).toBe('active');
  });

  test('a type that is sold out cannot be ordered', () => {
    const books = ready();
    books.sellOut('enhanced');
    expect(refusalOf(() => books.place())).toBe('out_of_range');
  });

  test('a price that changed after the review is asked for again', () => {
    const books = ready();
    const quote = books.services.commerce.quote(books.request(), books.owner);
    // Another day: less of the month is left.
    books.pass(2 * 86_400);
    const charge = books.execute(quote);
    expect(charge.state).toBe('needs_consent');
    expect(books.services.orders.state()).toBe('review');
    expect(books.services.orders.drafts.find()?.content.quote_id).toBe(charge.newQuoteId);
    const renewed = books.services.commerce.quoteById(charge.newQuoteId ?? '');
    expect(books.execute({ id: renewed?.id ?? '', priceHash: renewed?.priceHash ?? '' }).state).toBe('done');
  });
});

describe('where the account stands', () => {
  test('[SIPUS-37 P] the account is fully active with the order, and stays what it became', () => {
    const books = ready();
    expect(books.services.orders.states.standing().state).toBe('full_no_order');
    expect(books.books.admit(books.leg('+12125550142'))).toMatchObject({ kind: 'refused', sipCode: 503 });
    books.place();
    expect(books.services.orders.states.standing()).toMatchObject({ state: 'active', pending: null });
    expect(eventsOf(books)).toEqual(expect.arrayContaining(['order.updated', 'account.updated', 'plan.updated']));
    expect(books.books.admit(books.leg('+12125550142')).kind).toBe('admitted');
    expect(refusalOf(() => books.ledger.write(() => books.services.orders.states.revoke('Again')))).toBe('conflict');
  });

  test('[SIPUS-02 P] applied, vetting, full_no_order, active: an order is taken in one of them alone', () => {
    const books = openOnboarding('applied');
    books.addCard();
    books.verify();
    const { states } = books.services.orders;
    expect(states.standing().pending).toContain('application');
    expect(refusalOf(() => books.place())).toBe('account_not_ready');
    books.pass(2 * 60);
    books.ledger.agenda.runDue();
    expect(states.standing().state).toBe('vetting');
    expect(refusalOf(() => books.place())).toBe('account_not_ready');
    expect(books.services.orders.state()).toBe('not_ready');
    books.pass(5 * 60);
    books.ledger.agenda.runDue();
    expect([states.standing().state, books.services.orders.state()]).toEqual(['full_no_order', 'available']);
    expect(books.place().state).toBe('done');
    expect(states.standing().state).toBe('active');
  });

  test.each(['usr_marcus', 'usr_priya'])(
    '[SIPUS-01 P] %s cannot get a price for the order, and so not place it',
    (id) => {
      const books = ready();
      const user = books.services.people.user(id);
      if (!user) throw new Error('Nobody');
      expect(refusalOf(() => books.services.commerce.quote(books.request(), user))).toBe('role_not_allowed');
    },
  );

  test('a draft goes on where it stopped: the step decides the state', () => {
    const books = openOnboarding();
    const { orders } = books.services;
    const draft = { ...orders.drafts.current(), channels: 6 };
    const at = (step: typeof draft.step) => {
      books.ledger.write(() => orders.saveDraft({ ...draft, step }, books.owner));
      return orders.state();
    };
    expect([at('numbers'), at('address'), at('review'), at('payment')]).toEqual([
      'in_progress',
      'in_progress',
      'review',
      'payment_setup',
    ]);
    expect(orders.notices.acknowledgement('emergency_calling')).toBeUndefined();
    books.ledger.write(() => orders.saveDraft({ ...draft, emergency_notice_acknowledged: true }, books.owner));
    expect(orders.notices.acknowledgement('emergency_calling')?.userId).toBe('usr_dana');
  });

  test.each(['voiptime', 'sipcore', '2600hz', 'sipstation'] as const)('%s asks for no initial order', (profile) => {
    const { services, ledger } = openBooks(profile);
    const owner = services.people.user('usr_dana');
    if (!owner) throw new Error('Nobody');
    const order = {
      kind: 'initial_order',
      channels: 1,
      numbers: { standard: 0, enhanced: 0, toll_free: 0 },
      funds: '0',
      emergency_notice_acknowledged: true,
      address_id: null,
    } as const;
    expect(refusalOf(() => services.commerce.quote(order, owner))).toBe('not_offered');
    expect(services.orders.states.standing()).toMatchObject({ state: 'active', pending: null });
    ledger.close();
  });
});
