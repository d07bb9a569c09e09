import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Micros } from '../../../preload/contract/money.ts';
import { toDecimal } from '../../../preload/contract/money.ts';
import { mayDo } from '../../../preload/contract/roles.ts';
import { billingContactSchema } from '../../provider/api/resources/payment-methods.ts';
import type { Charge } from '../ledger/commerce/charges.ts';
import { totalsOf } from '../ledger/commerce/pricing.ts';
import type { PaymentSession } from '../ledger/commerce/sessions.ts';
import { pagePolicy, refusedPage } from './authorize-page.ts';
import type { ApiContext } from './context.ts';
import { contactPage, confirmPage, donePage, payPage } from './hosted-forms.ts';
import { Refusal } from './refusal.ts';
import { CONFIRM_PATH } from './wire-commerce.ts';

/** The payment vendor's page; the rest of the path is its secret. */
export const SESSION_PATH = '/pay/session/';

const secretParams = z.object({ secret: z.string().regex(/^[\w-]{20,64}$/) });
/** Anything else than a name chooses nothing, which is answered as such. */
const instrumentForm = z.object({ instrument: z.string().max(32).catch('') }).catch({ instrument: '' });
const decisionForm = z.object({ decision: z.enum(['confirm', 'refuse']) });

function send(reply: FastifyReply, status: number, html: string, returnUrl?: string | null): FastifyReply {
  return reply
    .code(status)
    .header(
      'content-security-policy',
      pagePolicy(typeof returnUrl !== 'string' ? 'http://127.0.0.1:*' : new URL(returnUrl).origin),
    )
    .header('referrer-policy', 'no-referrer')
    .type('text/html; charset=utf-8')
    .send(html);
}

const usedUp = (reply: FastifyReply): FastifyReply =>
  send(
    reply,
    404,
    refusedPage(
      'It was used already, or it has expired. What became of the payment stands in the app: look there before you pay again.',
      'This payment page is closed',
    ),
  );

/**
 * The pages of the payment vendor and of the bank, as the sandbox plays them: nobody can type a card here, a person picks
 * one of the test cards by name. They hold no session of ours: their secret is all they know.
 */
export function registerHostedPages(app: FastifyInstance, context: ApiContext): void {
  const { ledger, services } = context;
  const { people, commerce, paymentSessions } = services;
  const { account, commerce: shop } = ledger.profile;

  const say = (amount: Micros): string => `${toDecimal(amount)} ${account.currency}`;

  function secretOf(request: FastifyRequest): string {
    return secretParams.safeParse(request.params).data?.secret ?? '';
  }

  /** Back to the app, where a page of it waits; what it is told is a hint. */
  function finish(reply: FastifyReply, session: PaymentSession | undefined, words: string): FastifyReply {
    if (!session || session.returnUrl === null) return send(reply, 200, donePage(words));
    const to = new URL(session.returnUrl);
    to.searchParams.set('session', session.id);
    to.searchParams.set('session_state', session.state);
    return reply.header('referrer-policy', 'no-referrer').redirect(to.href, 303);
  }

  function form(session: PaymentSession, complaint: string | null, typed?: unknown): string {
    if (session.purpose === 'store') {
      const known = (typed ?? paymentSessions.contact() ?? { country: account.country }) as Record<string, unknown>;
      return contactPage({ bankDebit: shop.bankDebit, contact: known, complaint });
    }
    const quote = session.quoteId === null ? undefined : commerce.quoteById(session.quoteId);
    const lines = quote?.lines.filter((line) => line.timing === 'now_card') ?? [];
    return payPage({
      lines: lines.map((line) => ({ description: line.description, amount: say(line.amount) })),
      total: say(totalsOf(lines).todayCard),
      complaint,
    });
  }

  function store(secret: string, session: PaymentSession, body: unknown, reply: FastifyReply): FastifyReply {
    const { instrument } = instrumentForm.parse(body);
    const { instrument: _choice, ...typed } = body as Record<string, unknown>;
    const contact = billingContactSchema.safeParse(typed);
    if (!contact.success) {
      return send(reply, 422, form(session, 'Every field of the billing contact is needed.', typed), session.returnUrl);
    }
    const method = paymentSessions.store(secret, instrument, contact.data);
    return finish(reply, paymentSessions.byId(session.id), `Saved: ${method.brand} ending ${method.last4}.`);
  }

  function afterPayment(charge: Charge, session: PaymentSession, reply: FastifyReply): FastifyReply {
    if (charge.state === 'declined') {
      const words = `${charge.decline?.text ?? 'It was declined'}. Nothing was taken.`;
      return send(reply, 402, form(session, words), session.returnUrl);
    }
    if (charge.actionToken !== null) return reply.redirect(CONFIRM_PATH + charge.actionToken, 303);
    const words: Partial<Record<Charge['state'], string>> = {
      done: `Paid: ${say(charge.card)}.`,
      needs_consent: 'The price has changed. Nothing was taken; go back and accept it again.',
      pending: 'The payment is on its way. Do not pay again.',
    };
    return finish(reply, paymentSessions.byId(session.id), words[charge.state] ?? 'Nothing was taken.');
  }

  app.get(`${SESSION_PATH}:secret`, async (request, reply) => {
    const session = paymentSessions.bySecret(secretOf(request));
    if (session?.state !== 'open') return usedUp(reply);
    return send(reply, 200, form(session, null), session.returnUrl);
  });

  app.post(`${SESSION_PATH}:secret`, async (request, reply) => {
    const secret = secretOf(request);
    const session = paymentSessions.bySecret(secret);
    const user = session && people.user(session.userId);
    if (session?.state !== 'open' || !user || !mayDo(user, 'billing.manage')) return usedUp(reply);
    const body = (request.body ?? {}) as Record<string, unknown>;
    if (body['cancel'] !== undefined) {
      paymentSessions.cancel(secret);
      return finish(reply, paymentSessions.byId(session.id), 'Nothing was saved and nothing was taken.');
    }
    try {
      if (session.purpose === 'store') return store(secret, session, body, reply);
      return afterPayment(paymentSessions.pay(secret, instrumentForm.parse(body).instrument), session, reply);
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault;
      return send(reply, 422, form(session, fault.message), session.returnUrl);
    }
  });

  app.get(`${CONFIRM_PATH}:secret`, async (request, reply) => {
    const action = commerce.network.action(secretOf(request));
    if (!action) return usedUp(reply);
    const session = paymentSessions.ofCharge(action.reference.split(':')[0] ?? '');
    return send(reply, 200, confirmPage(say(action.amount), action.last4), session?.returnUrl);
  });

  app.post(`${CONFIRM_PATH}:secret`, async (request, reply) => {
    const decided = decisionForm.safeParse(request.body);
    const charge = decided.success
      ? commerce.confirmAction(secretOf(request), decided.data.decision === 'confirm')
      : undefined;
    if (!charge) return usedUp(reply);
    const words = charge.state === 'done' ? 'Confirmed.' : 'Not confirmed. Nothing was taken.';
    return finish(reply, paymentSessions.ofCharge(charge.id), `${words} You can go back to the app.`);
  });
}
