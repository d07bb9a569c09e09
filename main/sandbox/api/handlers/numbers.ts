import type { numberOperations } from '../../../provider/api/operations/numbers.ts';
import type { ApiContext } from '../context.ts';
import type { Handlers } from '../handler.ts';

/** Numbers of the account. */
export function numberHandlers(context: ApiContext): Handlers<typeof numberOperations> {
  const { lists } = context;
  return { listNumbers: ({ user, query }) => lists.numbers(user, query) };
}
