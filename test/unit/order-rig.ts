import type { QuoteRequest } from '../../main/provider/api/resources/commerce.ts';
import type { AddressLines } from '../../main/sandbox/ledger/addresses/postal.ts';
import type { Charge } from '../../main/sandbox/ledger/commerce/charges.ts';
import { TEST_INSTRUMENTS, expiryOf } from '../../main/sandbox/ledger/commerce/instruments.ts';
import { startOver } from '../../main/sandbox/ledger/order/start-over.ts';
import type { User } from '../../main/sandbox/ledger/people.ts';
import type { AccountState } from '../../main/sandbox/policies/onboarding.ts';
import { openBooks } from './ledger-rig.ts';

type OrderRequest = Extract<QuoteRequest, { readonly kind: 'initial_order' }>;

export const OFFICE: AddressLines = {
  street: '210 Mission Street',
  unit: 'Suite 4',
  city: 'San Francisco',
  region: 'CA',
  postalCode: '94103',
  country: 'US',
};

/** An account of the first provider at some place of its onboarding, with the real ledger underneath. */
export function openOnboarding(state: AccountState = 'full_no_order', file = ':memory:') {
  const books = openBooks('sipus', file);
  const { ledger, services } = books;
  startOver(ledger, services, state);
  return { ...books, leg: books.request, ...onboardingOf(books) };
}

/** What a test does to the onboarding of open books. */
export function onboardingOf({ ledger, services }: Pick<ReturnType<typeof openBooks>, 'ledger' | 'services'>) {
  const person = (id: string): User => {
    const user = services.people.user(id);
    if (!user) throw new Error('No such person');
    return user;
  };
  const owner = person('usr_dana');
  let keys = 0;

  const request = (changes: Partial<OrderRequest> = {}): OrderRequest => ({
    kind: 'initial_order',
    channels: 4,
    numbers: { standard: 3, enhanced: 1, toll_free: 0 },
    funds: '25.00',
    emergency_notice_acknowledged: true,
    address_id: null,
    ...changes,
  });

  return {
    owner,
    admin: person('usr_marcus'),
    user: person('usr_priya'),
    request,
    /** Stores a card of the network's test range; answers the method. */
    addCard(name = 'visa'): string {
      const instrument = TEST_INSTRUMENTS.find((each) => each.name === name);
      if (!instrument) throw new Error(`No test instrument ${name}`);
      const token = services.commerce.network.tokenise({ ...instrument, ...expiryOf(instrument, ledger.clock.now()) });
      return ledger.write(() => services.commerce.methods.add(token)).id;
    },
    /** Others have taken every number of that type in the country. */
    sellOut(type: 'standard' | 'enhanced' | 'toll_free'): void {
      const take = ledger.db.prepare(
        'INSERT INTO number_market (number, taken) VALUES (?, 1) ON CONFLICT (number) DO UPDATE SET taken = 1',
      );
      const { numbers } = services.numbers.market.inventory;
      const of = numbers.filter((each) => each.type === type && each.country === 'US');
      ledger.write(() => of.forEach((each) => take.run(each.number)));
    },
    /** Enters the business address, which verifies it. */
    verify: () => services.addresses.add(owner, 'business', OFFICE).id,
    /** Quotes the order and executes it, as one device does. */
    place(changes: Partial<OrderRequest> = {}, methodId: string | null = null, key?: string): Charge {
      const quote = services.commerce.quote(request(changes), owner);
      return this.execute(quote, methodId, key);
    },
    execute(
      quote: { readonly id: string; readonly priceHash: string },
      methodId: string | null = null,
      key = `order-${(keys += 1)}`,
    ): Charge {
      return services.commerce.execute({
        buyer: owner,
        key,
        quoteId: quote.id,
        priceHash: quote.priceHash,
        paymentMethodId: methodId,
      });
    },
  };
}

/** The code a refusal carries; undefined where nothing was refused. */
export function refusalOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (fault) {
    return (fault as { readonly code?: string }).code ?? String(fault);
  }
  return undefined;
}
