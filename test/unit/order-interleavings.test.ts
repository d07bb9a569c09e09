import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Quote } from '../../main/sandbox/ledger/commerce/quotes.ts';
import { onboardingOf } from './order-rig.ts';
import { openBooks } from './ledger-rig.ts';
import { startOver } from '../../main/sandbox/ledger/order/start-over.ts';

const step = fc.oneof(
  fc.record({ do: fc.constant('quote' as const), channels: fc.integer({ min: 1, max: 5 }), standard: fc.nat(3) }),
  fc.record({
    do: fc.constant('execute' as const),
    which: fc.nat(3),
    card: fc.constantFrom('visa', 'confirm', 'no_funds'),
  }),
  fc.record({ do: fc.constant('confirm' as const), accepted: fc.boolean() }),
  fc.record({ do: fc.constant('revoke' as const) }),
  fc.record({ do: fc.constant('clear' as const) }),
  fc.record({ do: fc.constant('choose' as const), count: fc.integer({ min: 1, max: 3 }) }),
);

/** What is refused is refused; anything but that is a fault. */
function attempt(work: () => void): void {
  try {
    work();
  } catch (fault) {
    if ((fault as { readonly code?: string }).code === undefined) throw fault;
  }
}

test('whatever two devices, the bank and vetting do in whatever order: one order, and money for what it delivered', () => {
  const books = openBooks('sipus');
  const { ledger, services } = books;
  const { commerce, orders, entitlements, numbers } = services;
  const helpers = onboardingOf(books);
  const chargesOf = (since: number) =>
    commerce.charges
      .page({ owner: null, key: null, before: Number.MAX_SAFE_INTEGER, limit: 1000 })
      .filter((charge) => charge.kind === 'initial_order' && charge.seq > since);

  fc.assert(
    fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
      startOver(ledger, services, 'full_no_order');
      helpers.verify();
      const cards = Object.fromEntries(['visa', 'confirm', 'no_funds'].map((name) => [name, helpers.addCard(name)]));
      const since =
        commerce.charges.page({ owner: null, key: null, before: Number.MAX_SAFE_INTEGER, limit: 1 })[0]?.seq ?? 0;
      const before = { balance: ledger.journal.balance(), captured: commerce.network.captured() };
      const quotes: Quote[] = [];
      let chosen = 0;
      let charged = 0;
      for (const each of steps) {
        attempt(() => {
          switch (each.do) {
            case 'quote': {
              const request = {
                channels: each.channels,
                numbers: { standard: each.standard, enhanced: 0, toll_free: 0 },
              };
              quotes.push(commerce.quote(helpers.request(request), helpers.owner));
              return;
            }
            case 'execute': {
              const quote = quotes[each.which];
              if (quote) helpers.execute(quote, cards[each.card] ?? null);
              return;
            }
            case 'confirm': {
              const waiting = orders.ports.placing()[0]?.actionToken ?? null;
              if (waiting !== null) commerce.confirmAction(waiting, each.accepted);
              return;
            }
            case 'revoke':
              ledger.write(() => orders.states.revoke('Looked at again'));
              return;
            case 'clear':
              if (orders.states.standing().state === 'vetting') ledger.write(() => orders.states.move('full_no_order'));
              return;
            case 'choose': {
              const left = entitlements.left('standard');
              const free = numbers.market.search(
                { country: 'US', type: 'standard' },
                'usr_dana',
                '',
                Math.min(left, each.count),
              );
              if (free.length === 0) return;
              const items = free.map(({ number }) => ({ number }));
              const charge = helpers.execute(commerce.quote({ kind: 'numbers', items }, helpers.owner));
              charged += charge.statement;
              chosen += free.length;
            }
          }
        });
      }
      // What the order covers is free.
      expect(charged).toBe(0);
      const made = chargesOf(since);
      const placed = made.filter((charge) => charge.state === 'done' || charge.state === 'partial');
      const order = orders.placed.find();
      expect(placed.map((charge) => charge.id)).toEqual(order ? [order.chargeId] : []);
      const funds = order ? 25_000_000 : 0;
      expect(commerce.network.captured() - before.captured).toBe(funds);
      expect(ledger.journal.balance() - before.balance).toBe(funds);
      expect(orders.states.standing().state === 'active').toBe(order !== undefined);
      expect(services.capacity.current()).toEqual({ kind: 'pooled', count: order?.request.channels ?? 0 });
      expect(entitlements.left('standard') + chosen).toBe(order?.request.numbers.standard ?? 0);
      // Leave nothing open for the next round.
      const waiting = orders.ports.placing()[0]?.actionToken ?? null;
      if (waiting !== null) commerce.confirmAction(waiting, false);
    }),
    { numRuns: 20 },
  );
  expect(ledger.journal.check().holds).toBe(true);
});
