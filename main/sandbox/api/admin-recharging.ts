import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { ApiContext } from './context.ts';
import { Refusal } from './refusal.ts';

const suspensionSchema = z.strictObject({ suspended: z.boolean() });
const MOST_MESSAGES = 200;

/**
 * /sandbox/messages and /sandbox/top-up: what would have been sent, newest first, and the provider's own hand on
 * automatic top-up. Registered among the routes that need the admin key.
 */
export function registerRechargingAdmin(admin: FastifyInstance, context: ApiContext): void {
  const { ledger, services } = context;
  admin.get('/messages', async () => ({ data: services.alerts.records.messages(MOST_MESSAGES) }));
  admin.put('/top-up', async (request) => {
    const parsed = suspensionSchema.safeParse(request.body);
    if (!parsed.success) throw new Refusal('invalid_request', { detail: z.prettifyError(parsed.error) });
    const { topUp } = services;
    if (!topUp) throw new Refusal('not_offered');
    ledger.write(() => topUp.suspend(parsed.data.suspended));
    return { state: topUp.standing().state.kind };
  });
}
