import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { decimalSchema } from '../../provider/api/primitives.ts';
import { chargeFee } from '../ledger/topup/fees.ts';
import { amountOf } from '../ledger/topup/offer.ts';
import type { TopUp } from '../ledger/topup/topup.ts';
import type { ApiContext } from './context.ts';
import { parsePart } from './parse.ts';
import { Refusal } from './refusal.ts';

const suspensionSchema = z.strictObject({ suspended: z.boolean() });
const feeSchema = z.strictObject({
  item: z.enum(['porting', 'emergency']),
  amount: decimalSchema,
  description: z.string().min(1).max(256),
});
const MOST_MESSAGES = 200;

/**
 * /sandbox/messages, /sandbox/top-up and /sandbox/fees: what would have been sent, newest first, the provider's own
 * hand on automatic top-up, and what it charges by itself. Registered among the routes that need the admin key.
 */
export function registerRechargingAdmin(admin: FastifyInstance, context: ApiContext): void {
  const { ledger, services } = context;
  const required = (): TopUp => {
    if (services.topUp) return services.topUp;
    throw new Refusal('not_offered');
  };
  admin.get('/messages', async () => ({ data: services.alerts.records.messages(MOST_MESSAGES) }));
  admin.put('/top-up', async (request) => {
    const { suspended } = parsePart(suspensionSchema, request.body);
    const topUp = required();
    ledger.write(() => topUp.suspend(suspended));
    return { state: topUp.standing().state.kind };
  });
  /** The provider charges a fee by itself (TOP-05). */
  admin.post('/fees', async (request) => {
    const { item, amount, description } = parsePart(feeSchema, request.body);
    const fee = { item, amount: amountOf(amount, '/amount'), description, key: randomUUID() };
    const timing = required().fundingOf(item, fee.amount);
    const id = ledger.write(() => chargeFee(services.commerce, fee, timing));
    return { charge_id: id, paid_from: timing };
  });
}
