import type { topUpOperations } from '../../../provider/api/operations/top-up.ts';
import type { TopUp } from '../../ledger/topup/topup.ts';
import type { ApiContext } from '../context.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Handlers } from '../handler.ts';
import { Refusal } from '../refusal.ts';
import { timestamp } from '../wire.ts';
import { readTopUpSettings, wireTopUpRow, wireTopUpSettings, wireTopUpStatus } from '../wire-top-up.ts';

/** Automatic top-up: settings, state and history. */
export function topUpHandlers(context: ApiContext): Handlers<typeof topUpOperations> {
  const { ledger, services, epoch } = context;
  const required = (): TopUp => {
    if (services.topUp) return services.topUp;
    throw new Refusal('not_offered', { detail: 'This provider has no automatic top-up' });
  };
  return {
    getTopUp: () => wireTopUpSettings(required().settings()),
    putTopUp({ user, body }) {
      const topUp = required();
      topUp.change(readTopUpSettings(body), user.id);
      return wireTopUpSettings(topUp.settings());
    },
    getTopUpStatus: () => wireTopUpStatus(ledger, required()),
    listTopUps({ query }) {
      const { tries } = required();
      const [before] =
        query.cursor === undefined ? [Number.MAX_SAFE_INTEGER] : decodeCursor('top_ups', epoch, 1, query.cursor);
      const rows = tries.page(Number(before), query.limit + 1);
      const shown = rows.slice(0, query.limit);
      const last = shown.at(-1);
      return {
        data: shown.map((row) => wireTopUpRow(ledger, row, services.commerce.charge(row.chargeId))),
        next_cursor: rows.length > query.limit && last ? encodeCursor('top_ups', epoch, [last.seq]) : null,
        total: null,
        as_of: timestamp(ledger.clock.now()),
      };
    },
  };
}
