import * as z from 'zod';
import { countrySchema, e164Schema } from '../primitives.ts';

export const numberSchema = z
  .object({
    number: e164Schema,
    label: z.string().max(256),
    country: countrySchema,
    capabilities: z.array(z.enum(['voice', 'emergency', 'sms', 'fax'])),
    state: z.enum(['provisioning', 'active', 'suspended', 'released']),
    emergency: z.enum([
      'none',
      'entered',
      'validating',
      'suggestion',
      'valid',
      'registering',
      'registered',
      'failed',
      'removing',
    ]),
    default_caller_id: z.boolean(),
  })
  .meta({ id: 'OwnedNumber' });
