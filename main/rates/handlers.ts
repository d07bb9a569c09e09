import { fail } from '../../preload/contract/result.ts';
import type { HandlersOf } from '../platform/handlers.ts';
import type { RateService } from './service.ts';

/** `current` gives the deck of the account that is signed in; undefined = nobody is. */
export function rateHandlers(current: () => RateService | undefined): HandlersOf<'rates.priceCall'> {
  return {
    'rates.priceCall': ({ target, direction = 'outbound' }, { person }) => {
      const rates = current();
      if (!rates || !person) return fail({ kind: 'not_signed_in', nextStep: 'sign_in', detail: 'No account' });
      return rates.priceCall(target, direction, person);
    },
  };
}
