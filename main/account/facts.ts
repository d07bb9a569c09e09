import type { Account, Balance, Policy } from '../../preload/contract/models.ts';
import { ok, type Result } from '../../preload/contract/result.ts';
import { mayDo } from '../../preload/contract/roles.ts';
import type { Push } from '../platform/push.ts';
import type { Store } from '../store/store.ts';
import { readBalance, readPolicy, saveAccount, saveBalance, savePolicy } from './repo.ts';

/** What the provider last said of the account itself, held in memory and in the cache. */
export interface AccountFacts {
  account(): Account;
  balance(): Balance | null;
  policy(): Policy | null;
  saveAccount(account: Account, asOf: number): Promise<Result<null>>;
  /** A balance with a lower stamp than the known one changes nothing (3.3). */
  saveBalance(balance: Balance): Promise<Result<null>>;
  savePolicy(policy: Policy): Promise<Result<null>>;
}

/** Reads what is cached, then keeps it up to date. `onAccount` runs when name, role or rights are no longer the same. */
export async function openAccountFacts(deps: {
  readonly store: Store;
  readonly push: Push;
  readonly account: Account;
  readonly onAccount: (account: Account) => void;
}): Promise<AccountFacts> {
  const { store, push } = deps;
  let { account } = deps;
  const [cachedBalance, cachedPolicy] = await Promise.all([readBalance(store), readPolicy(store)]);
  let balance = cachedBalance.ok ? cachedBalance.value : null;
  let policy = cachedPolicy.ok ? cachedPolicy.value : null;

  /** The server decides who sees amounts; should it send them to somebody without the right, they go no further. */
  const asSeen = (value: Balance | null): Balance | null =>
    value && !mayDo(account.user, 'balance.exact') ? { ...value, exact: null } : value;

  return {
    account: () => account,
    balance: () => asSeen(balance),
    policy: () => policy,
    async saveAccount(next, asOf) {
      const before = { account: JSON.stringify(account), balance: asSeen(balance)?.exact };
      account = next;
      if (JSON.stringify(next) !== before.account) deps.onAccount(next);
      // A right to see amounts that was taken away takes them off the screen.
      if (asSeen(balance)?.exact !== before.balance) push('balance.changed', asSeen(balance));
      const saved = await saveAccount(store, next, asOf);
      return saved.ok ? ok(null) : saved;
    },
    async saveBalance(next) {
      if (balance && next.asOf < balance.asOf) return ok(null);
      balance = next;
      push('balance.changed', asSeen(next));
      const saved = await saveBalance(store, asSeen(next) ?? next);
      return saved.ok ? ok(null) : saved;
    },
    async savePolicy(next) {
      if (policy && next.fetchedAt < policy.fetchedAt) return ok(null);
      policy = next;
      push('policy.changed', next);
      const saved = await savePolicy(store, next);
      return saved.ok ? ok(null) : saved;
    },
  };
}
