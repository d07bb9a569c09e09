import { toMicros } from '../../preload/contract/money.ts';
import type { Micros } from '../../preload/contract/money.ts';
import type { QuoteRequest } from '../../main/provider/api/resources/commerce.ts';
import type { AutomaticOrder } from '../../main/sandbox/ledger/commerce/automatic.ts';
import type { Charge } from '../../main/sandbox/ledger/commerce/charges.ts';
import { creditLine } from '../../main/sandbox/ledger/commerce/credit-line.ts';
import { createCommerce } from '../../main/sandbox/ledger/commerce/commerce.ts';
import type { Behaviour } from '../../main/sandbox/ledger/commerce/instruments.ts';
import type { DraftLine, FailedLine, Offer } from '../../main/sandbox/ledger/commerce/offer.ts';
import type { Quote } from '../../main/sandbox/ledger/commerce/quotes.ts';
import { TEST_INSTRUMENTS, expiryOf } from '../../main/sandbox/ledger/commerce/instruments.ts';
import { createCredit } from '../../main/sandbox/ledger/credit/credit.ts';
import type { Ledger } from '../../main/sandbox/ledger/ledger.ts';
import { openLedger } from '../../main/sandbox/ledger/ledger.ts';
import { createSpans } from '../../main/sandbox/ledger/meters/spans.ts';
import { createPeople } from '../../main/sandbox/ledger/people.ts';
import type { AccountPolicy, Profile, ProfileId } from '../../main/sandbox/policies/profile.ts';
import { findProfile } from '../../main/sandbox/policies/profiles.ts';

export const units = (amount: number): Micros => toMicros(Math.round(amount * 1_000_000));

interface Changes extends Partial<Omit<Profile, 'policy'>> {
  readonly policy?: Partial<AccountPolicy>;
}

export interface ShopOptions {
  readonly profile?: ProfileId;
  readonly change?: Changes;
  readonly file?: string;
  readonly startAt?: number;
  readonly goods?: Partial<Goods>;
  /** Stands between the ledger and its services. */
  readonly wrap?: (ledger: Ledger) => Ledger;
}

/** A profile with some facts changed. */
export function profileWith(id: ProfileId, change: Changes = {}): Profile {
  const profile = findProfile(id);
  if (!profile) throw new Error('No such profile');
  const { policy, ...rest } = change;
  return { ...profile, ...rest, policy: { ...profile.policy, ...policy } };
}

export function line(change: Partial<DraftLine> = {}): DraftLine {
  return {
    id: 'goods',
    item: 'number_setup',
    description: 'Goods',
    quantity: 1,
    unitPrice: change.amount ?? units(1),
    amount: units(1),
    timing: 'now_balance',
    recurring: 'none',
    subject: null,
    entitled: false,
    taxable: true,
    ...change,
  };
}

/** Goods a test sells: its lines, and which of them cannot be delivered. */
export interface Goods {
  lines: readonly DraftLine[];
  failing: readonly FailedLine[];
  delivered: number;
  onDeliver?: () => void;
  onPrice?: () => void;
}

const GOODS_REQUEST: QuoteRequest = { kind: 'metered_service', service: 'test-goods', enabled: true };

function goodsOffer(goods: Goods): Offer<'metered_service'> {
  return {
    kind: 'metered_service',
    action: 'numbers.manage',
    price() {
      goods.onPrice?.();
      return { lines: goods.lines, warnings: [], summary: 'Goods bought' };
    },
    deliver() {
      goods.delivered += 1;
      goods.onDeliver?.();
      return goods.failing;
    },
  };
}

/** Real books with a shop whose goods the test chooses, nothing else that sells, and a clock the test moves. */
export function openShop(options: ShopOptions = {}) {
  const profile = profileWith(options.profile ?? 'voiptime', options.change);
  let now = options.startAt ?? Date.UTC(2026, 10, 22, 9, 0, 0);
  const clock = { now: () => now, after: () => () => undefined };
  const real = openLedger({ file: options.file ?? ':memory:', profile, clock });
  const ledger = options.wrap ? options.wrap(real) : real;
  const people = createPeople(ledger, createSpans(ledger));
  const credit = createCredit(ledger);
  const commerce = createCommerce(ledger, people);
  const goods: Goods = { lines: [line()], failing: [], delivered: 0, ...options.goods };
  commerce.register(goodsOffer(goods));
  commerce.resume();
  const user = (id: string) => {
    const found = people.user(id);
    if (!found) throw new Error(`No ${id}`);
    return found;
  };
  const dana = user('usr_dana');
  let keys = 0;

  return {
    profile,
    ledger,
    people,
    credit,
    commerce,
    goods,
    dana,
    marcus: user('usr_marcus'),
    priya: user('usr_priya'),
    close: () => real.close(),
    balance: () => ledger.journal.balance(),
    quoteGoods: () => commerce.quote(GOODS_REQUEST, dana),
    quoteCredit: (amount = '10.00') => commerce.quote({ kind: 'add_credit', amount }, dana),
    nextKey: () => `key-${(keys += 1)}`,
    execute(quote: Quote, key = `key-${(keys += 1)}`, paymentMethodId: string | null = null): Charge {
      return commerce.execute({ buyer: dana, key, quoteId: quote.id, priceHash: quote.priceHash, paymentMethodId });
    },
    addCredit(amount = '10.00'): Charge {
      return this.execute(this.quoteCredit(amount));
    },
    setBalance(amount: Micros) {
      const difference = toMicros(amount - ledger.journal.balance());
      const usage = { kind: 'adjustment', priceState: 'priced', amount: difference, description: 'Test' } as const;
      ledger.write(() => ledger.journal.post(usage, now));
    },
    /** Stores the test instrument of that name; answers its id. */
    addMethod(name: string): string {
      const instrument = TEST_INSTRUMENTS.find((each) => each.name === name);
      if (!instrument) throw new Error(`No test card ${name}`);
      const token = commerce.network.tokenise({ ...instrument, ...expiryOf(instrument, now) });
      return ledger.write(() => commerce.methods.add(token)).id;
    },
    /** The only stored method is the test instrument of that name. */
    onlyMethod(name: string): string {
      const id = this.addMethod(name);
      ledger.db.prepare('DELETE FROM payment_methods WHERE id <> ?').run(id);
      return id;
    },
    faults(...behaviours: Behaviour[]) {
      commerce.useCardFaults({ take: () => behaviours.shift() });
    },
    /** Moves time and does what falls due. */
    travel(ms: number) {
      now += ms;
      ledger.agenda.runDue();
    },
    usageOf: (charge: Charge) =>
      ledger.db
        .prepare<[string], { id: string; kind: string; amount: number; description: string }>(
          'SELECT id, kind, amount, description FROM usage WHERE charge_id = ? ORDER BY seq',
        )
        .all(charge.id),
    newest: (charge: Charge): Charge => {
      const found = commerce.charge(charge.id);
      if (!found) throw new Error('The charge is gone');
      return found;
    },
  };
}
export type Shop = ReturnType<typeof openShop>;

/** The code of the Refusal that work throws; the words in brackets. */
export function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (fault) {
    const { code, message } = fault as { code?: string; message: string };
    if (code !== undefined) return message === code ? code : `${code} (${message})`;
    throw fault;
  }
  return 'nothing was refused';
}

/** Begins an automatic charge in a transaction and answers what became of it. */
export function automatic(shop: Shop, change: Partial<AutomaticOrder> = {}): Charge {
  const begun = shop.ledger.write(() =>
    shop.commerce.automaticCharge({
      origin: 'top_up',
      kind: 'top_up',
      key: shop.nextKey(),
      description: 'Automatic top-up',
      lines: [creditLine(shop.ledger, units(25))],
      paymentMethodId: null,
      ...change,
    }),
  );
  const charge = shop.commerce.charge(begun.chargeId);
  if (!charge) throw new Error('No charge');
  return charge;
}
