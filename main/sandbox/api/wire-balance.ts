import type * as z from 'zod';
import { addMicros } from '../../../preload/contract/money.ts';
import { mayDo } from '../../../preload/contract/roles.ts';
import type { balanceSchema } from '../../provider/api/resources/balance.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { User } from '../ledger/people.ts';
import type { Services } from '../ledger/services.ts';
import { money, timestamp } from './wire.ts';
import { wireBuckets } from './wire-credit.ts';

/** Who knows a part of what the balance tells. */
type BalanceSources = Pick<Services, 'alerts' | 'calls' | 'commerce' | 'credit'>;

/** The balance as this person may see it: exact for the owner and by grant, else its level alone. */
export function wireBalance(ledger: Ledger, user: User, services: BalanceSources): z.output<typeof balanceSchema> {
  const calling = services.calls.callingState();
  const { policy, account } = ledger.profile;
  const balance = ledger.journal.balance();
  const exact = {
    balance: money(balance, account.currency),
    pending: money(services.commerce.inFlight(), account.currency),
    available: money(addMicros(balance, policy.creditLimit), account.currency),
    credit_limit: money(policy.creditLimit, account.currency),
    buckets: wireBuckets(ledger, services.credit),
  };
  return {
    level: services.alerts.level(),
    exact: mayDo(user, 'balance.exact') ? exact : null,
    calling: {
      state: calling.state,
      reason: calling.reason,
      since: calling.since === null ? null : timestamp(calling.since),
    },
    as_of: timestamp(ledger.clock.now()),
  };
}
