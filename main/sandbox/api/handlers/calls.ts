import { mayDo } from '../../../../preload/contract/roles.ts';
import type { callOperations } from '../../../provider/api/operations/calls.ts';
import type { ApiContext } from '../context.ts';
import type { Handlers } from '../handler.ts';
import { timestamp } from '../wire.ts';
import { readSpendControls, wireChannels, wireLiveLeg, wireLookup, wireSpendControls } from '../wire-calls.ts';

/** Calls in progress, what a call would be, and what the account forbids itself. */
export function callHandlers(context: ApiContext): Handlers<typeof callOperations> {
  const { ledger, services, lists } = context;
  const { currency } = ledger.profile.account;
  const { liveCalls, lookup, spendControls } = services.calls;
  const asOf = (): string => timestamp(ledger.clock.now());
  return {
    listLiveCalls: ({ user }) => ({
      data: liveCalls.list(mayDo(user, 'usage.all') ? null : user.id).map((leg) => wireLiveLeg(leg, currency)),
      channels: wireChannels(liveCalls.channels()),
      as_of: asOf(),
    }),
    lookUpRate({ user, query }) {
      const answer = lookup.look(query.to, query.direction);
      const rate = answer.price === undefined ? null : (lists.rate(answer.price.rateId) ?? null);
      return { ...wireLookup(answer, rate, user), as_of: asOf() };
    },
    getSpendControls: () => wireSpendControls(spendControls.get()),
    putSpendControls({ user, body }) {
      spendControls.put(readSpendControls(body), user.id);
      return wireSpendControls(spendControls.get());
    },
  };
}
