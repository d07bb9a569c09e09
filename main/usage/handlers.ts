import { fail } from '../../preload/contract/result.ts';
import type { HandlersOf } from '../platform/handlers.ts';
import type { UsageService } from './service.ts';

/** `current` gives the service of the account that is signed in, and who its user is; undefined = nobody. */
export function usageHandlers(
  current: () => { readonly usage: UsageService; readonly userId: string } | undefined,
): HandlersOf<'usage.page'> {
  return {
    'usage.page': (request, { person }) => {
      const account = current();
      if (!account || !person) return fail({ kind: 'not_signed_in', nextStep: 'sign_in', detail: 'No account' });
      return account.usage.page(request, { ...person, userId: account.userId });
    },
  };
}
