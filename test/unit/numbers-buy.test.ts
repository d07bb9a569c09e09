import { describe, expect, test } from 'vitest';
import { PROFILE_IDS } from '../../main/sandbox/policies/profile.ts';
import { DAY_MS, MAIN, openNumbers } from './numbers-rig.ts';

const MINUTE_MS = 60_000;

describe('buying a number', () => {
  test('[VTC-21 P] the price is taken from the balance', () => {
    const rig = openNumbers();
    const [number = ''] = rig.free(1);
    const before = rig.balance();
    expect(rig.buy(number).state).toBe('done');
    expect(before - rig.balance()).toBe(1_150_000);
    expect(rig.usage('number').at(-1)).toMatchObject({ amount: -1_150_000, to_party: number });
    expect(rig.ledger.journal.check().holds).toBe(true);
  });

  test('[VTC-21 P] with a balance short by 0.01 nothing is bought, nothing taken, and the shortfall is named', () => {
    const rig = openNumbers();
    const [number = ''] = rig.free(1);
    const quote = rig.quote(number);
    rig.setBalance(1_140_000);
    expect(() => rig.execute(quote)).toThrow(
      expect.objectContaining({ code: 'not_enough_credit', message: expect.stringContaining('0.01') }),
    );
    expect(rig.balance()).toBe(1_140_000);
    expect(rig.numbers.rows.find(number)).toBeUndefined();
    rig.setBalance(1_150_000);
    expect(rig.execute(quote).state).toBe('done');
    expect(rig.balance()).toBe(0);
  });

  test('[EXT-04] set-up and month are two lines, and both are taken once', () => {
    const rig = openNumbers();
    const [number = ''] = rig.free(1, 'toll_free');
    const { lines } = rig.quote(number);
    expect(lines.map(({ item, amount, recurring }) => [item, amount, recurring])).toEqual([
      ['number_setup', 1_000_000, 'none'],
      ['number_monthly', 2_150_000, 'monthly'],
    ]);
    const before = rig.balance();
    rig.buy(number);
    expect(before - rig.balance()).toBe(3_150_000);
  });

  test('[VTC-22 P] it is being set up for less than a minute, then works in both directions', () => {
    const rig = openNumbers();
    const [number = ''] = rig.free(1);
    rig.buy(number);
    expect(rig.view(number).state).toBe('provisioning');
    expect(rig.people.holderOf(number)).toBeUndefined();
    const device = rig.people.provision('usr_dana', '3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'Phone');
    expect(rig.people.sipDevice(device.sipUser)?.numbers).not.toContain(number);
    const seen = rig.ledger.outbox.newest();
    rig.travel(MINUTE_MS);
    expect(rig.view(number).state).toBe('active');
    // Both directions: whom it rings, and the caller IDs of a device that never signed in again.
    expect(rig.people.holderOf(number)).toBe('usr_dana');
    expect(rig.people.sipDevice(device.sipUser)?.numbers).toContain(number);
    const told = rig.ledger.outbox.after(seen, 100);
    expect(told).toContainEqual(expect.objectContaining({ kind: 'numbers.updated', subject: number }));
  });

  test.each(PROFILE_IDS)('[VTC-22 P] under the rules of %s a bought number works within a minute too', (profile) => {
    const rig = openNumbers({ profile });
    const type = profile === 'sipus' ? 'standard' : 'local';
    const [number = ''] = rig.free(1, type);
    expect(rig.buy(number).state).toBe('done');
    rig.travel(MINUTE_MS);
    expect(rig.view(number).state).toBe('active');
  });

  test('bought twice by a double click it is the same number, paid once', () => {
    const rig = openNumbers();
    const [number = ''] = rig.free(1);
    const quote = rig.quote(number);
    const first = rig.execute(quote, 'one-click');
    const after = rig.balance();
    expect(rig.execute(quote, 'one-click').id).toBe(first.id);
    expect(rig.balance()).toBe(after);
    expect(() => rig.quote(number)).toThrow(expect.objectContaining({ code: 'number_taken' }));
  });

  test('a number that is gone says so and names the nearest free one', () => {
    const rig = openNumbers();
    const [number = '', next = ''] = rig.free(2, 'local', '415');
    rig.ledger.write(() => rig.market.setTaken(number, true));
    expect(() => rig.quote(number)).toThrow(
      expect.objectContaining({ code: 'number_taken', message: expect.stringContaining(next) }),
    );
  });

  test('[EXT-25] one of a cart that was taken in between fails alone, is not paid, and names the nearest', () => {
    const rig = openNumbers();
    const [first = '', gone = '', last = '', next = ''] = rig.free(4, 'local', '415');
    const quote = rig.quote(first, gone, last);
    rig.ledger.write(() => rig.market.setTaken(gone, true));
    const before = rig.balance();
    const charge = rig.execute(quote);
    expect(charge.state).toBe('partial');
    expect(charge.lines.map(({ subject, state }) => [subject, state])).toEqual([
      [first, 'delivered'],
      [gone, 'failed'],
      [last, 'delivered'],
    ]);
    expect(charge.lines[1]?.detail).toContain(next);
    expect(before - rig.balance()).toBe(2 * 1_150_000);
    expect(rig.numbers.rows.find(gone)).toBeUndefined();
  });

  test('a held number is bought by its holder without more ado, and its hold ends', () => {
    const rig = openNumbers();
    const [number = ''] = rig.free(1);
    rig.numbers.holds.hold([number], 'usr_dana');
    expect(rig.buy(number).state).toBe('done');
    expect(rig.numbers.holds.of('usr_dana')).toEqual([]);
  });

  test('a hold that ran out is a warning while nobody was faster, and a refusal once somebody was', () => {
    const rig = openNumbers();
    const [number = ''] = rig.free(1);
    const [outcome] = rig.numbers.holds.hold([number], 'usr_dana');
    if (outcome?.kind !== 'held') throw new Error('Not held');
    rig.travel(31 * MINUTE_MS);
    const items = [{ number, hold_id: outcome.hold.id }];
    const { draft } = rig.commerce.quote({ kind: 'numbers', items }, rig.dana);
    expect(draft.warnings.map((each) => each.code)).toEqual(['hold_expired']);
    rig.ledger.write(() => rig.market.setTaken(number, true));
    expect(() => rig.commerce.quote({ kind: 'numbers', items }, rig.dana)).toThrow(
      expect.objectContaining({ code: 'number_taken' }),
    );
  });

  test('an account holds so many numbers and no more', () => {
    const rig = openNumbers({ market: { cap: 5 } });
    const [first = '', second = ''] = rig.free(2);
    expect(() => rig.quote(first, second)).toThrow(expect.objectContaining({ code: 'out_of_range' }));
    const early = rig.quote(first);
    rig.buy(second);
    expect(() => rig.execute(early)).toThrow(expect.objectContaining({ code: 'out_of_range' }));
  });

  test('the same number twice in a cart, and one this provider does not sell, are refused', () => {
    const rig = openNumbers();
    const [number = ''] = rig.free(1);
    expect(() => rig.quote(number, number)).toThrow(expect.objectContaining({ code: 'out_of_range' }));
    expect(() => rig.quote('+12025559999')).toThrow(expect.objectContaining({ code: 'not_offered' }));
    expect(() => rig.quote(MAIN)).toThrow(expect.objectContaining({ code: 'number_taken' }));
  });

  test('who may not manage numbers may not be quoted one', () => {
    const rig = openNumbers();
    const items = [{ number: rig.free(1)[0] ?? '' }];
    for (const person of [rig.marcus, rig.priya]) {
      expect(() => rig.commerce.quote({ kind: 'numbers', items }, person)).toThrow(
        expect.objectContaining({ code: 'role_not_allowed' }),
      );
    }
  });

  test('a number given up for good can be bought again', () => {
    const rig = openNumbers({ policy: { numberRelease: 'self' } });
    const [number = ''] = rig.free(1);
    rig.setBalance(100_000_000);
    rig.buy(number);
    rig.travel(MINUTE_MS);
    rig.numbers.release(rig.dana, number, false);
    expect(() => rig.quote(number)).toThrow(expect.objectContaining({ code: 'number_taken' }));
    rig.travel(40 * DAY_MS);
    expect(rig.row(number).state).toBe('gone');
    expect(rig.buy(number).state).toBe('done');
    expect(rig.row(number)).toMatchObject({ state: 'provisioning', releasedReason: null });
  });
});

describe('[POL-15] what pays for numbers', () => {
  test('balance: nothing by card, nothing on the statement', () => {
    const rig = openNumbers();
    const charge = rig.buy(rig.free(1)[0] ?? '');
    expect(charge).toMatchObject({ balance: 1_150_000, card: 0, statement: 0 });
  });

  test('statement: the balance is not touched (SIPUS-32)', () => {
    const rig = openNumbers({ profile: 'sipus' });
    const before = rig.balance();
    const charge = rig.buy(rig.free(1, 'standard')[0] ?? '');
    expect(charge).toMatchObject({ balance: 0, card: 0 });
    expect(charge.statement).toBeGreaterThanOrEqual(1_490_000);
    expect(rig.balance()).toBe(before);
  });

  test('card: store purchases are paid by card, not from the reserve (TOP-05)', () => {
    const rig = openNumbers({ profile: 'sipstation' });
    const before = rig.balance();
    const charge = rig.buy(rig.free(1)[0] ?? '');
    expect(charge.state).toBe('done');
    expect(charge.card).toBeGreaterThanOrEqual(1_500_000);
    expect(rig.balance()).toBe(before);
  });

  test('months that begin on the 1st: the first one is paid for the days it has, today among them (F-12)', () => {
    const rig = openNumbers({ profile: '2600hz', startAt: Date.UTC(2026, 3, 16, 20) });
    const [number = ''] = rig.free(1);
    const line = rig.quote(number).lines.find((each) => each.item === 'number_monthly' && each.kind === 'item');
    expect(line).toMatchObject({ unitPrice: 2_000_000, amount: 1_000_000 });
    rig.buy(number);
    expect(rig.renewalDays(number, 3)).toEqual(['2026-05-01', '2026-06-01', '2026-07-01']);
  });
});

describe('what the initial order covers', () => {
  const sipus = (standard: number, enhanced: number) =>
    openNumbers({ profile: 'sipus', entitled: { standard, enhanced } });
  const goods = (lines: readonly { kind: string; amount: number; entitled: boolean }[]) =>
    lines.filter((line) => line.kind === 'item');

  test('[SIPUS-41 P] three standard and one enhanced that were ordered cost nothing again', () => {
    const rig = sipus(3, 1);
    const cart = [...rig.free(3, 'standard'), ...rig.free(1, 'enhanced')];
    const quote = rig.quote(...cart);
    expect(goods(quote.lines).map((line) => [line.amount, line.entitled])).toEqual(cart.map(() => [0, true]));
    expect(rig.execute(quote)).toMatchObject({ state: 'done', balance: 0, card: 0, statement: 0 });
    expect(rig.entitledLeft()).toEqual({ standard: 0, enhanced: 0 });
  });

  test('[SIPUS-41 P] the fourth standard number is one times its price', () => {
    const rig = sipus(0, 1);
    const quote = rig.quote(rig.free(1, 'standard')[0] ?? '');
    expect(goods(quote.lines)).toEqual([expect.objectContaining({ amount: 1_490_000, entitled: false })]);
  });

  test('[F-17] ordered 3 standard and 1 enhanced, cart of 4 standard: due is 1 x standard, left is 1 enhanced', () => {
    const rig = sipus(3, 1);
    const quote = rig.quote(...rig.free(4, 'standard'));
    expect(goods(quote.lines).reduce((sum, line) => sum + line.amount, 0)).toBe(1_490_000);
    expect(rig.execute(quote).state).toBe('done');
    expect(rig.entitledLeft()).toEqual({ standard: 0, enhanced: 1 });
  });

  test('[F-17] a cart that fails on one of four gives its entitlement back', () => {
    const rig = sipus(3, 1);
    const cart = [...rig.free(3, 'standard'), ...rig.free(1, 'enhanced')];
    const quote = rig.quote(...cart);
    rig.ledger.write(() => rig.market.setTaken(cart[1] ?? '', true));
    expect(rig.execute(quote).state).toBe('partial');
    expect(rig.entitledLeft()).toEqual({ standard: 1, enhanced: 0 });
  });

  test('a quote given while the order still covered it is not honoured twice', () => {
    const rig = sipus(1, 0);
    const [first = '', second = ''] = rig.free(2, 'standard');
    const [one, two] = [rig.quote(first), rig.quote(second)];
    expect(rig.execute(one).state).toBe('done');
    const refused = rig.execute(two);
    expect(refused.state).toBe('needs_consent');
    expect(rig.numbers.rows.find(second)).toBeUndefined();
  });
});

describe('[EXT-26] numbers whose country asks for papers', () => {
  const german = (verifiedIn: readonly string[] = ['DE']) => {
    const rig = openNumbers({ verifiedIn });
    const number = rig.market.search({ country: 'DE' }, 'usr_dana', '', 1)[0]?.number ?? '';
    rig.setBalance(100_000_000);
    return { rig, number };
  };
  const papers = { holder: 'Fernhill Joinery', documents: ['Trade register'] };

  test('an address that must be there before is asked for before', () => {
    const wanted = { country: 'AU' };
    const without = openNumbers();
    const number = without.market.search(wanted, 'usr_dana', '', 1)[0]?.number ?? '';
    expect(() => without.quote(number)).toThrow(expect.objectContaining({ code: 'address_required' }));
    expect(openNumbers({ verifiedIn: ['US'] }).buy(number).state).toBe('done');
  });

  test('it is bought, does not work, is looked at, and works once the papers were accepted', () => {
    const { rig, number } = german();
    expect(rig.quote(number).draft.warnings.map((each) => each.code)).toEqual(['requirements_pending']);
    rig.buy(number);
    expect(rig.view(number).state).toBe('pending_requirements');
    rig.travel(DAY_MS);
    expect(rig.people.holderOf(number)).toBeUndefined();
    expect(rig.numbers.submit(rig.dana, number, papers).state).toBe('pending_review');
    rig.travel(DAY_MS + MINUTE_MS);
    expect(rig.view(number).state).toBe('active');
    expect(rig.row(number).requirementState).toBe('approved');
  });

  test('rejected with its reason it can be handed in again', () => {
    const { rig, number } = german([]);
    rig.buy(number);
    rig.numbers.submit(rig.dana, number, papers);
    rig.travel(DAY_MS);
    expect(rig.view(number).state).toBe('pending_requirements');
    expect(rig.row(number)).toMatchObject({
      requirementState: 'rejected',
      requirementReason: expect.stringContaining('address'),
    });
    rig.numbers.submit(rig.dana, number, papers);
    rig.numbers.support.review(number, true, null);
    rig.travel(MINUTE_MS);
    expect(rig.view(number).state).toBe('active');
  });

  test('never handed in, it is taken back when the time for it is over', () => {
    const { rig, number } = german();
    rig.buy(number);
    expect(rig.view(number).atRisk).toEqual({ until: rig.now() + 30 * DAY_MS, reason: 'requirements' });
    rig.travel(30 * DAY_MS);
    expect(rig.row(number)).toMatchObject({ state: 'aging', releasedReason: 'requirements' });
  });

  test('nothing can be handed in for a number nothing is asked for', () => {
    const { rig } = german();
    expect(() => rig.numbers.submit(rig.dana, MAIN, papers)).toThrow(expect.objectContaining({ code: 'conflict' }));
  });
});
