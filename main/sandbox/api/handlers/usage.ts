import type { usageOperations } from '../../../provider/api/operations/usage.ts';
import type { ApiContext } from '../context.ts';
import type { Handlers } from '../handler.ts';
import { wireBalance } from '../wire-balance.ts';
import { wireCredits } from '../wire-credit.ts';

/** The balance and what explains it, and the prices. */
export function usageHandlers(context: ApiContext): Handlers<typeof usageOperations> {
  const { ledger, lists, services } = context;
  return {
    getBalance: ({ user }) => wireBalance(ledger, user, services),
    getCredits: () => wireCredits(ledger, services.credit),
    listUsage: ({ user, query }) => lists.usage(user, query),
    listRates: ({ query }) => lists.rates(query),
  };
}
