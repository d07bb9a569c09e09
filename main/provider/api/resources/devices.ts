import * as z from 'zod';
import { idSchema, timestampSchema } from '../primitives.ts';

export const deviceSchema = z
  .object({
    id: idSchema,
    /** RFC 5626 instance of the install: a bare UUID. */
    instance_id: z.uuid(),
    name: z.string().max(256),
    created_at: timestampSchema,
    sip: z.object({
      wss_url: z.string(),
      domain: z.string(),
      user: z.string(),
      authorization_user: z.string(),
      realm: z.string(),
      password: z.string(),
      register_expires_seconds: z.int(),
      ice_servers: z.array(
        z.object({ urls: z.array(z.string()), username: z.string().optional(), credential: z.string().optional() }),
      ),
    }),
  })
  .meta({ id: 'Device', description: 'One install of a softphone, with the SIP credentials only it uses.' });
