import type { accountOperations } from '../../../provider/api/operations/account.ts';
import type { ApiContext } from '../context.ts';
import type { Handlers } from '../handler.ts';
import { wireAccount, wireDevice } from '../wire.ts';
import { wireStanding } from '../wire-order.ts';
import { wirePolicy } from '../wire-policy.ts';

/** The account, its rules and its devices. */
export function accountHandlers(context: ApiContext): Handlers<typeof accountOperations> {
  const { ledger, services } = context;
  const { people } = services;
  const owner = people.users().find((user) => user.role === 'owner');
  const ownerContact = owner ? `${owner.name}, ${owner.email}` : null;
  return {
    getAccount: ({ user }) => ({ ...wireAccount(ledger, user, ownerContact), ...wireStanding(context) }),
    getPolicy: () => wirePolicy(ledger, services.calls.freeze.state()),
    putDevice: ({ user, params, body }) =>
      wireDevice(people.provision(user.id, params.instance_id, body.name), context.origin()),
  };
}
