import * as z from 'zod';
import { countrySchema, currencySchema, idSchema } from '../primitives.ts';
import { accountStateSchema, initialOrderStateSchema } from './order.ts';

export const roleSchema = z.enum(['owner', 'admin', 'user']);
export const grantSchema = z.enum(['see_balance', 'billing', 'numbers_search', 'numbers_buy', 'plan']);

export const accountSchema = z
  .object({
    id: idSchema,
    name: z.string().max(256),
    provider_name: z.string().max(256),
    sandbox: z.boolean(),
    time_zone: z.string(),
    country: countrySchema,
    currency: currencySchema,
    owner_contact: z.string().nullable(),
    /** Missing = active. */
    state: accountStateSchema.optional(),
    /** What is waited for while it is not active, in plain words. */
    pending: z.string().max(512).nullable().optional(),
    /** How far the initial order has come; null = this provider asks for none. */
    initial_order: initialOrderStateSchema.nullable().optional(),
    user: z.object({ id: idSchema, name: z.string().max(256), role: roleSchema, grants: z.array(grantSchema) }),
  })
  .meta({ id: 'Account' });
