import * as z from 'zod';
import { idSchema } from './primitives.ts';
import { balanceSchema } from './resources/balance.ts';
import { chargeSchema } from './resources/commerce.ts';
import { usageRowSchema } from './resources/usage.ts';

/**
 * Data of the server-sent events; the SSE `event` field is the key, `id` resumes by Last-Event-ID. An event without
 * data says that the resource of its name changed: read it again.
 */
export const eventSchemas = {
  /** First on a stream opened without Last-Event-ID: carries the present place, so that a later resume loses nothing. */
  'stream.opened': z.object({}),
  'balance.updated': balanceSchema,
  'usage.upserted': z.object({ rows: z.array(usageRowSchema) }),
  'charge.updated': chargeSchema,
  'alert.raised': z.object({ alert_id: idSchema }),
  'alerts.updated': z.object({}),
  'top_up.updated': z.object({}),
  'numbers.updated': z.object({}),
  'order.updated': z.object({}),
  'plan.updated': z.object({}),
  'statements.updated': z.object({}),
  'payment_methods.updated': z.object({}),
  'live_calls.updated': z.object({}),
  'policy.updated': z.object({}),
  'account.updated': z.object({}),
  /** The place asked for is gone: read again what may have changed. */
  resync: z.object({}),
} as const;
export type WireEventName = keyof typeof eventSchemas;
