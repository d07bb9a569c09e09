import type { addressOperations } from '../../../provider/api/operations/addresses.ts';
import type { User } from '../../ledger/people.ts';
import type { ApiContext } from '../context.ts';
import type { Handlers } from '../handler.ts';
import { Refusal } from '../refusal.ts';
import { timestamp } from '../wire.ts';
import { toLines, wireAddress, wireEmergencyLocation, wireNumberEmergency } from '../wire-addresses.ts';

/** Addresses, what is registered for numbers, and where people are. */
export function addressHandlers(context: ApiContext): Handlers<typeof addressOperations> {
  const { ledger, services } = context;
  const { addresses, registrations, locations, numbers } = services;

  /** The number's registration as somebody sees who may see the number. */
  function emergencyOf(user: User, number: string) {
    const view = numbers.view(user, number);
    if (!view) throw new Refusal('not_found', { detail: 'The account has no such number' });
    const capabilities = JSON.parse(view.row.capabilities) as readonly string[];
    return wireNumberEmergency(context, number, capabilities.includes('emergency'));
  }

  return {
    listAddresses: ({ user }) => ({
      data: addresses.list(user).map((address) => wireAddress(context, address)),
      as_of: timestamp(ledger.clock.now()),
    }),
    createAddress: ({ user, body }) => wireAddress(context, addresses.add(user, body.purpose, toLines(body.lines))),
    getAddress({ user, params }) {
      const address = addresses.find(user, params.address_id);
      if (!address) throw new Refusal('not_found', { detail: 'There is no such address' });
      return wireAddress(context, address);
    },
    updateAddress: ({ user, params, body }) =>
      wireAddress(context, addresses.edit(user, params.address_id, toLines(body.lines))),
    chooseAddressForm: ({ user, params, body }) =>
      wireAddress(context, addresses.choose(user, params.address_id, body.form)),
    deleteAddress({ user, params }) {
      addresses.remove(user, params.address_id);
      return {};
    },
    getNumberEmergency: ({ user, params }) => emergencyOf(user, params.number),
    putNumberEmergency({ user, params, body }) {
      const { address_id: addressId, floor, room } = body;
      registrations.register(user, params.number, { addressId, floor, room });
      return emergencyOf(user, params.number);
    },
    deleteNumberEmergency({ user, params }) {
      registrations.remove(user, params.number);
      return emergencyOf(user, params.number);
    },
    getEmergencyLocation: ({ user, query }) => wireEmergencyLocation(context, user, query.instance_id),
    putEmergencyLocation({ user, body }) {
      const { instance_id: instanceId, address_id: addressId, floor, room } = body;
      locations.confirm(user, instanceId, { addressId, floor, room });
      return wireEmergencyLocation(context, user, instanceId);
    },
  };
}
