import * as z from 'zod';

export const tokenSchema = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int(),
    refresh_token: z.string(),
    scope: z.string(),
  })
  .meta({ id: 'Token', description: 'RFC 6749 section 5.1; the refresh token is replaced at every use.' });
