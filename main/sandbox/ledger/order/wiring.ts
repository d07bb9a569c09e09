import type { AddressBook } from '../addresses/addresses.ts';
import type { Commerce } from '../commerce/commerce.ts';
import type { Offer } from '../commerce/offer.ts';
import type { Ledger } from '../ledger.ts';
import type { Numbers } from '../numbers/numbers.ts';
import type { OrderPorts } from './ports.ts';

interface Features {
  readonly commerce: Commerce;
  readonly numbers: Pick<Numbers, 'market' | 'rows'>;
  readonly channels: Offer<'channels'>;
  readonly addresses: AddressBook;
}

/** What the initial order asks of the features of an open ledger. */
export function createOrderPorts(
  { profile }: Ledger,
  { commerce, numbers, channels, addresses }: Features,
): OrderPorts {
  const { market, rows } = numbers;
  const { country } = profile.account;
  return {
    channels,
    sold(type) {
      const product = market.inventory.country(country)?.products.find((each) => each.type === type);
      if (!product) return undefined;
      const free = market.availability();
      const open = market.inventory.numbers.filter(
        (each) => each.country === country && each.type === type && free.of(each) === undefined,
      );
      const { setup, monthly, capabilities } = product;
      return { setup, monthly, emergency: capabilities.includes('emergency'), available: open.length };
    },
    room: () => Math.max(0, market.rules.cap - rows.held()),
    addresses: {
      business: () => addresses.business()?.id,
      isValid: (id) => addresses.byId(id)?.state === 'valid',
      makeBusiness: (id, by) => addresses.makeBusiness(id, by),
    },
    charge: (id) => commerce.charge(id),
    placing: () => commerce.charges.open().filter((charge) => charge.kind === 'initial_order'),
    makeDefault: (methodId) => commerce.methods.moveTo(methodId, 0),
  };
}
