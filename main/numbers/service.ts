import type { OwnedNumber } from '../../preload/contract/models.ts';
import type { Result } from '../../preload/contract/result.ts';
import type { Push } from '../platform/push.ts';
import type { Store } from '../store/store.ts';
import { readNumbers, replaceNumbers } from './repo.ts';

export interface NumberService {
  list(): Promise<Result<readonly OwnedNumber[]>>;
  /** Keeps the provider's whole list and tells the windows. */
  replace(numbers: readonly OwnedNumber[]): Promise<Result<null>>;
}

/** The numbers of one account, from the cache. */
export function createNumberService(deps: { readonly store: Store; readonly push: Push }): NumberService {
  return {
    list: () => readNumbers(deps.store),
    async replace(numbers) {
      const replaced = await replaceNumbers(deps.store, numbers);
      if (replaced.ok) deps.push('numbers.changed', numbers);
      return replaced;
    },
  };
}
