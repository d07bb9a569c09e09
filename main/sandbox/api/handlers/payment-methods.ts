import type * as z from 'zod';
import type { paymentMethodOperations } from '../../../provider/api/operations/payment-methods.ts';
import type { paymentMethodSchema, paymentSessionSchema } from '../../../provider/api/resources/payment-methods.ts';
import type { PaymentMethod } from '../../ledger/commerce/methods.ts';
import { VERIFY_ATTEMPTS } from '../../ledger/commerce/methods.ts';
import type { PaymentSession } from '../../ledger/commerce/sessions.ts';
import type { ApiContext } from '../context.ts';
import type { Handlers } from '../handler.ts';
import { SESSION_PATH } from '../hosted-page.ts';
import { Refusal } from '../refusal.ts';
import { timestamp } from '../wire.ts';

type WireMethod = z.output<typeof paymentMethodSchema>;

/** Ways to pay, the pages they are made on, and who receives the bills. */
export function paymentMethodHandlers(context: ApiContext): Handlers<typeof paymentMethodOperations> {
  const { ledger, services } = context;
  const { commerce, paymentSessions, audit } = services;
  const { methods } = commerce;
  const now = (): string => timestamp(ledger.clock.now());

  function hasExpired(method: PaymentMethod): boolean {
    if (method.expYear === null || method.expMonth === null) return false;
    return Date.UTC(method.expYear, method.expMonth, 1) <= ledger.clock.now();
  }

  function wireMethod(method: PaymentMethod): WireMethod {
    return {
      id: method.id,
      kind: method.kind,
      brand: method.brand,
      last4: method.last4,
      exp_month: method.expMonth,
      exp_year: method.expYear,
      state: method.state === 'active' && hasExpired(method) ? 'expired' : method.state,
      default: methods.preferred()?.id === method.id,
      position: method.position,
      verify_attempts_left: method.state === 'verifying' ? VERIFY_ATTEMPTS - method.verifyAttempts : null,
      created_at: timestamp(method.createdAt),
    };
  }

  const list = () => ({ data: methods.list().map(wireMethod), as_of: now() });

  function one(id: string): WireMethod {
    const method = methods.byId(id);
    if (!method) throw new Refusal('not_found', { detail: 'No such payment method' });
    return wireMethod(method);
  }

  const wireSession = (session: PaymentSession, url: string | null): z.output<typeof paymentSessionSchema> => ({
    id: session.id,
    purpose: session.purpose,
    state: session.state,
    url,
    expires_at: timestamp(session.expiresAt),
    payment_method_id: session.methodId,
    charge_id: session.chargeId,
    as_of: now(),
  });

  return {
    listPaymentMethods: list,
    createPaymentSession({ user, body }) {
      const { secret, ...session } = paymentSessions.create(user, body);
      return wireSession(session, `${context.origin()}${SESSION_PATH}${secret}`);
    },
    getPaymentSession({ user, params }) {
      const session = paymentSessions.byId(params.session_id);
      if (session?.userId !== user.id) throw new Refusal('not_found');
      return wireSession(session, null);
    },
    updatePaymentMethod({ user, params, body }) {
      const id = params.payment_method_id;
      const { position, state } = one(id);
      if (body.state !== undefined) methods.reactivate(id);
      if (body.position !== undefined) methods.moveTo(id, body.position);
      const after = one(id);
      const told = { position: after.position, state: after.state };
      audit.write(user, 'payment_method.changed', { position, state }, told, { subject: id });
      return after;
    },
    verifyPaymentMethod({ params, body }) {
      methods.verify(params.payment_method_id, body.cents);
      return one(params.payment_method_id);
    },
    deletePaymentMethod({ user, params }) {
      const id = params.payment_method_id;
      const { brand, last4 } = one(id);
      methods.remove(id);
      audit.write(user, 'payment_method.removed', { brand, last4 }, null, { subject: id });
      return list();
    },
    getBillingContact: () => ({ contact: paymentSessions.contact(), as_of: now() }),
    putBillingContact({ user, body }) {
      const before = paymentSessions.contact();
      paymentSessions.putContact(body);
      audit.write(user, 'billing_contact.changed', before, body);
      return { contact: body, as_of: now() };
    },
  };
}
