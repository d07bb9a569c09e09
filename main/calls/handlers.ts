import { fail, type Result } from '../../preload/contract/result.ts';
import type { HandlersOf } from '../platform/handlers.ts';
import type { CallService } from './service.ts';

const nobody = (): Result<never> => fail({ kind: 'not_signed_in', nextStep: 'sign_in', detail: 'No account' });

/** `current` gives the history of the account that is signed in; undefined = nobody is. */
export function callHandlers(
  current: () => CallService | undefined,
): HandlersOf<'calls.page' | 'calls.record' | 'calls.markSeen'> {
  return {
    'calls.page': (request) => current()?.page(request) ?? nobody(),
    'calls.record': (entry) => current()?.record(entry) ?? nobody(),
    'calls.markSeen': () => current()?.markSeen() ?? nobody(),
  };
}
