import { mayDo } from '../../../../preload/contract/roles.ts';
import type { billingOperations } from '../../../provider/api/operations/billing.ts';
import type { Charge } from '../../ledger/commerce/charges.ts';
import type { User } from '../../ledger/people.ts';
import type { ApiContext } from '../context.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Handlers } from '../handler.ts';
import { Refusal } from '../refusal.ts';
import { timestamp } from '../wire.ts';
import { wireCharge, wireQuote, wireReceipt } from '../wire-commerce.ts';

/** Whoever may read invoices sees every charge; others those they made. */
export const seesCharge = (user: User, charge: Charge): boolean =>
  charge.owner === user.id || mayDo(user, 'invoices.see');

/** Quotes and charges. */
export function billingHandlers(context: ApiContext): Handlers<typeof billingOperations> {
  const { ledger, services, epoch } = context;
  const { commerce } = services;
  return {
    createQuote: ({ user, body }) => wireQuote(context, commerce.quote(body, user)),
    createCharge: ({ user, body, idempotencyKey }) => ({
      async run(commit) {
        const charge = commerce.execute({
          buyer: user,
          key: idempotencyKey,
          quoteId: body.quote_id,
          priceHash: body.price_hash,
          paymentMethodId: body.payment_method_id,
        });
        commit(() => wireCharge(context, charge));
      },
    }),
    listCharges({ user, query }) {
      const [before] =
        query.cursor === undefined ? [Number.MAX_SAFE_INTEGER] : decodeCursor('charges', epoch, 1, query.cursor);
      const rows = commerce.charges.page({
        owner: mayDo(user, 'invoices.see') ? null : user.id,
        key: query.idempotency_key ?? null,
        before: Number(before),
        limit: query.limit + 1,
      });
      const shown = rows.slice(0, query.limit);
      const last = shown.at(-1);
      return {
        data: shown.map((charge) => wireCharge(context, charge)),
        next_cursor: rows.length > query.limit && last ? encodeCursor('charges', epoch, [last.seq]) : null,
        total: null,
        as_of: timestamp(ledger.clock.now()),
      };
    },
    getCharge({ user, params }) {
      const charge = commerce.charge(params.charge_id);
      if (!charge || !seesCharge(user, charge)) throw new Refusal('not_found');
      return wireCharge(context, charge);
    },
    getReceipt({ user, params }) {
      const charge = commerce.charge(params.charge_id);
      if (!charge || !seesCharge(user, charge)) throw new Refusal('not_found');
      if (charge.state !== 'done' && charge.state !== 'partial') {
        throw new Refusal('not_found', { detail: 'This charge took nothing' });
      }
      return wireReceipt(context, charge);
    },
  };
}
