import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type * as z from 'zod';
import { billingContactSchema } from '../../../provider/api/resources/payment-methods.ts';
import type { paymentSessionRequestSchema } from '../../../provider/api/resources/payment-methods.ts';
import { Refusal } from '../../api/refusal.ts';
import type { Ledger } from '../ledger.ts';
import type { People, User } from '../people.ts';
import type { Charge } from './charges.ts';
import type { Commerce } from './commerce.ts';
import type { PaymentMethod } from './methods.ts';
import { TEST_INSTRUMENTS, expiryOf } from './instruments.ts';

export type BillingContact = z.output<typeof billingContactSchema>;

/** One visit to the payment vendor's page. */
export interface PaymentSession {
  readonly id: string;
  readonly userId: string;
  readonly purpose: 'store' | 'pay';
  readonly quoteId: string | null;
  readonly priceHash: string | null;
  readonly returnUrl: string | null;
  readonly state: 'open' | 'completed' | 'cancelled' | 'expired';
  readonly methodId: string | null;
  readonly chargeId: string | null;
  readonly expiresAt: number;
}

/** Pages of the payment vendor: made by whoever manages billing, used once by whoever holds the secret. */
export interface PaymentSessions {
  /** In the caller's transaction. The secret is told here alone. */
  create(user: User, request: z.output<typeof paymentSessionRequestSchema>): PaymentSession & { secret: string };
  byId(id: string): PaymentSession | undefined;
  ofCharge(chargeId: string): PaymentSession | undefined;
  bySecret(secret: string): PaymentSession | undefined;
  contact(): BillingContact | null;
  /** In the caller's transaction. */
  putContact(contact: BillingContact): void;
  /** Stores the instrument of that name with the billing contact, once. Throws not_found for a page that is used up. */
  store(secret: string, instrument: string, contact: BillingContact): PaymentMethod;
  /** Pays the quote with the instrument; after a decline the page may be used again with another. */
  pay(secret: string, instrument: string): Charge;
  cancel(secret: string): void;
}

const SESSION_LASTS_MS = 30 * 60_000;
const CONTACT = 'billing_contact';

const COLUMNS = `id, user_id AS userId, purpose, quote_id AS quoteId, price_hash AS priceHash, return_url AS returnUrl,
  state, method_id AS methodId, charge_id AS chargeId, expires_at AS expiresAt`;

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

export function createPaymentSessions(ledger: Ledger, people: People, commerce: Commerce): PaymentSessions {
  const { db, clock, settings } = ledger;
  const byId = db.prepare<[string], PaymentSession>(`SELECT ${COLUMNS} FROM payment_sessions WHERE id = ?`);
  const byHash = db.prepare<[string], PaymentSession>(`SELECT ${COLUMNS} FROM payment_sessions WHERE secret_hash = ?`);
  const byCharge = db.prepare<[string], PaymentSession>(`SELECT ${COLUMNS} FROM payment_sessions WHERE charge_id = ?`);
  const insert = db.prepare(`
    INSERT INTO payment_sessions (id, secret_hash, user_id, purpose, quote_id, price_hash, return_url, state, created_at,
      expires_at)
    VALUES (@id, @hash, @userId, @purpose, @quoteId, @priceHash, @returnUrl, 'open', @now, @expiresAt)`);
  const finish = db.prepare('UPDATE payment_sessions SET state = ?, method_id = ?, charge_id = ? WHERE id = ?');

  const aged = (session: PaymentSession | undefined): PaymentSession | undefined =>
    session?.state === 'open' && session.expiresAt <= clock.now() ? { ...session, state: 'expired' } : session;

  function open(secret: string, purpose: PaymentSession['purpose']): PaymentSession {
    const session = aged(byHash.get(hashOf(secret)));
    if (session?.state !== 'open' || session.purpose !== purpose) {
      throw new Refusal('not_found', { detail: 'This page is used up' });
    }
    return session;
  }

  /** What the vendor's form would hand over: a token in place of what was typed. */
  function tokenise(name: string): string {
    const instrument = TEST_INSTRUMENTS.find((each) => each.name === name);
    if (!instrument) throw new Refusal('out_of_range', { detail: 'No such test card' });
    if (instrument.kind === 'bank_debit' && !ledger.profile.commerce.bankDebit) {
      throw new Refusal('not_offered', { detail: 'Bank debit is not taken here' });
    }
    return commerce.network.tokenise({ ...instrument, ...expiryOf(instrument, clock.now()) });
  }

  /** The charge of the newest try, and the key of the next one. */
  function tries(session: PaymentSession): { readonly last: Charge | undefined; readonly key: string } {
    let last: Charge | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const key = `${session.id}:${attempt}`;
      const charge = commerce.chargeByKey(session.userId, key);
      if (!charge) return { last, key };
      last = charge;
    }
  }

  function complete(session: PaymentSession, charge: Charge): Charge {
    if (charge.state !== 'declined') ledger.write(() => finish.run('completed', null, charge.id, session.id));
    return charge;
  }

  return {
    create(user, request) {
      const quote = request.purpose === 'pay' ? commerce.quoteById(request.quote_id) : undefined;
      if (request.purpose === 'pay' && quote?.userId !== user.id) {
        throw new Refusal('not_found', { detail: 'No such quote' });
      }
      const secret = randomBytes(32).toString('base64url');
      const id = `pse_${randomUUID().replaceAll('-', '')}`;
      const now = clock.now();
      insert.run({
        id,
        hash: hashOf(secret),
        userId: user.id,
        purpose: request.purpose,
        quoteId: quote?.id ?? null,
        priceHash: request.purpose === 'pay' ? request.price_hash : null,
        returnUrl: request.return_url,
        now,
        expiresAt: now + SESSION_LASTS_MS,
      });
      const made = byId.get(id);
      if (!made) throw new Error('The session just made is not there');
      return { ...made, secret };
    },
    byId: (id) => aged(byId.get(id)),
    ofCharge: (chargeId) => aged(byCharge.get(chargeId)),
    bySecret: (secret) => aged(byHash.get(hashOf(secret))),
    contact: () => settings.get(CONTACT, billingContactSchema.nullable(), () => null),
    putContact: (contact) => settings.put(CONTACT, contact),
    store(secret, instrument, contact) {
      open(secret, 'store');
      const token = tokenise(instrument);
      return ledger.write(() => {
        const session = open(secret, 'store');
        settings.put(CONTACT, contact);
        const method = commerce.methods.add(token);
        finish.run('completed', method.id, null, session.id);
        return method;
      });
    },
    pay(secret, instrument) {
      const session = open(secret, 'pay');
      const { last, key } = tries(session);
      // A process that died before it marked the page as used: the payment stands, another must not be made.
      if (last && last.state !== 'declined') return complete(session, last);
      const buyer = people.user(session.userId);
      if (!buyer || session.quoteId === null || session.priceHash === null) throw new Refusal('not_found');
      const charge = commerce.execute({
        buyer,
        key,
        quoteId: session.quoteId,
        priceHash: session.priceHash,
        paymentMethodId: null,
        oneTimeToken: tokenise(instrument),
      });
      return complete(session, charge);
    },
    cancel(secret) {
      const session = aged(byHash.get(hashOf(secret)));
      if (session?.state === 'open') ledger.write(() => finish.run('cancelled', null, null, session.id));
    },
  };
}
