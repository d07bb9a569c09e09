import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PROFILE_IDS, type ProfileId } from '../../main/sandbox/policies/profile.ts';
import { BEHAVIOURS } from '../../main/sandbox/ledger/commerce/instruments.ts';
import { toMicros } from '../../preload/contract/money.ts';
import { openBooks } from './ledger-rig.ts';

const ABROAD = '+442079460018';
const PREMIUM = '+19005550199';
const HOME = '+12125550123';
const HOUR_MS = 3_600_000;

type Rig = ReturnType<typeof openBooks>;

/** One thing that happens to an account. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('call' as const), to: fc.constantFrom(HOME, ABROAD, PREMIUM), seconds: fc.nat(5_000) }),
  fc.record({ kind: fc.constant('credit' as const), units: fc.integer({ min: 10, max: 200 }) }),
  fc.record({ kind: fc.constant('number' as const) }),
  fc.record({ kind: fc.constant('fee' as const), cents: fc.integer({ min: 1, max: 2_500 }) }),
  fc.record({ kind: fc.constant('travel' as const), hours: fc.integer({ min: 1, max: 24 * 45 }) }),
  fc.record({ kind: fc.constant('bank' as const), behaviour: fc.constantFrom(...BEHAVIOURS) }),
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

function ownerOf(rig: Rig) {
  const owner = rig.people.user('usr_dana');
  if (!owner) throw new Error('No owner');
  return owner;
}

/** Does it as far as the account allows: what is refused has simply not happened. */
function letHappen(rig: Rig, what: Happening, key: string): void {
  const { services, ledger } = rig;
  const buy = (request: Parameters<typeof services.commerce.quote>[0]): void => {
    const quote = services.commerce.quote(request, ownerOf(rig));
    const order = { buyer: ownerOf(rig), key, quoteId: quote.id, priceHash: quote.priceHash, paymentMethodId: null };
    services.commerce.execute(order);
    // Somebody impatient: the same key again is the same charge.
    services.commerce.execute(order);
  };
  const refusable = (work: () => void): void => {
    try {
      work();
    } catch (fault) {
      if ((fault as { readonly code?: unknown }).code === undefined) throw fault;
    }
  };
  switch (what.kind) {
    case 'call': {
      const admission = rig.books.admit(rig.request(what.to));
      if (admission.kind !== 'admitted') return;
      rig.books.answered(admission.legId);
      rig.pass(what.seconds);
      rig.books.ended(admission.legId, { sipCode: 200, cause: 'test' });
      return;
    }
    case 'credit':
      return refusable(() => buy({ kind: 'add_credit', amount: `${what.units}.00` }));
    case 'number':
      return refusable(() => {
        const [free] = services.numbers.market.search(
          { country: 'US', type: 'local', areaCode: undefined },
          'usr_dana',
          '',
          1,
        );
        if (free) buy({ kind: 'numbers', items: [{ number: free.number }] });
      });
    case 'fee':
      ledger.write(() => {
        const amount = toMicros(-what.cents * 10_000);
        ledger.journal.post({ kind: 'fee', priceState: 'priced', amount, description: 'Fee' }, ledger.clock.now());
      });
      return;
    case 'travel':
      ledger.write(() => ledger.clock.travelTo(ledger.clock.target() + what.hours * HOUR_MS));
      ledger.agenda.runDue();
      return;
    case 'bank': {
      const behaviours = [what.behaviour];
      services.commerce.useCardFaults({ take: () => behaviours.shift() });
    }
  }
}

/** F-13 row by row, in integers; each payment taken at most once. */
function expectSound({ ledger }: Rig): void {
  const { db } = ledger;
  expect(ledger.journal.check().holds).toBe(true);
  const odd = db
    .prepare(`SELECT count(*) FROM postings WHERE typeof(amount) <> 'integer' OR typeof(balance_after) <> 'integer'`)
    .pluck()
    .get();
  expect(odd).toBe(0);
  const broken = db
    .prepare(
      'SELECT count(*) FROM postings b JOIN postings a ON a.seq = b.seq - 1 WHERE b.balance_after <> a.balance_after + b.amount',
    )
    .pluck()
    .get();
  expect(broken).toBe(0);
  const twice = db
    .prepare(
      `SELECT count(*) FROM (SELECT substr(reference, 1, instr(reference, ':') - 1) AS charge FROM network_payments
       WHERE state = 'captured' GROUP BY 1 HAVING count(*) > 1)`,
    )
    .pluck()
    .get();
  expect(twice).toBe(0);
}

const automatic = ({ ledger }: Rig, state: string): number =>
  Number(ledger.db.prepare(`SELECT count(*) FROM charges WHERE origin = 'top_up' AND state ${state}`).pluck().get());

function withTopUp(profile: ProfileId, balance: number): Rig {
  const rig = openBooks(profile);
  const { topUp } = rig.services;
  if (!topUp) throw new Error('This provider has no automatic top-up');
  rig.setBalance(balance);
  const settings = { ...topUp.settings(), enabled: true, threshold: toMicros(15_000_000) };
  rig.ledger.write(() => topUp.change(settings, 'usr_dana'));
  return rig;
}

describe('[F-13] whatever happens, in any order', () => {
  test.each(PROFILE_IDS)(
    '%s keeps its books sound',
    (id) => {
      const isKept = fc.property(fc.array(happening, { minLength: 1, maxLength: 14 }), (happenings) => {
        const rig = openBooks(id);
        for (const [index, what] of happenings.entries()) {
          letHappen(rig, what, `key-${index}`);
          expectSound(rig);
        }
        rig.ledger.close();
      });
      expect(fc.check(isKept, { numRuns: 12, seed: 20_261_122 })).toMatchObject({ failed: false });
    },
    60_000,
  );
});

test('[F-09] ten calls that end in one second at the threshold charge once', () => {
  const rig = withTopUp('sipus', 15_050_000);
  const legs = Array.from({ length: 10 }, () => rig.start(ABROAD));
  for (const leg of legs) rig.books.answered(leg);
  rig.pass(61);
  for (const leg of legs) rig.books.ended(leg, { sipCode: 200, cause: 'test' });
  expect(automatic(rig, "IN ('done', 'pending')")).toBe(1);
  expectSound(rig);
});
