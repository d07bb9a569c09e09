import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { ACCOUNT_STATES } from '../policies/onboarding.ts';
import { startOver } from '../ledger/order/start-over.ts';
import type { ApiContext } from './context.ts';
import { parsePart } from './parse.ts';
import { Refusal } from './refusal.ts';

const accountSchema = z
  .strictObject({ frozen: z.boolean().optional(), state: z.enum(ACCOUNT_STATES).optional() })
  .refine((asked) => asked.frozen !== undefined || asked.state !== undefined, 'Nothing is asked for');
const vettingSchema = z.strictObject({ reason: z.string().min(1).max(256) });
const emergencySchema = z.strictObject({ number: z.string(), reason: z.string().min(1).max(256) });
const acceptSchema = z.strictObject({ address_id: z.string() });

/** What the provider's own people do to an account: where it stands, what vetting finds, addresses support has seen. */
export function registerAccountAdmin(admin: FastifyInstance, context: ApiContext): void {
  const { ledger, services } = context;
  const { orders, calls, addresses, registrations } = services;

  admin.put('/account', async (request) => {
    const { frozen, state } = parsePart(accountSchema, request.body);
    if (frozen !== undefined) ledger.write(() => calls.freeze.byProvider(frozen));
    if (state !== undefined) startOver(ledger, services, state);
    return { ...(frozen === undefined ? {} : { frozen }), state: orders.states.standing().state };
  });
  admin.post('/account/vetting', async (request) => {
    const { reason } = parsePart(vettingSchema, request.body);
    if (!orders.states.offered) throw new Refusal('not_offered');
    ledger.write(() => orders.states.revoke(reason));
    return { state: orders.states.standing().state };
  });
  admin.post('/emergency/failures', async (request) => {
    const { number, reason } = parsePart(emergencySchema, request.body);
    registrations.fail(number, reason);
    return { number, state: 'failed' };
  });
  admin.post('/addresses/accepted', async (request) => {
    const { address_id: id } = parsePart(acceptSchema, request.body);
    return { address_id: id, state: addresses.accept(id).state };
  });
}
