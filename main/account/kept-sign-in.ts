import * as z from 'zod';
import { fail, ok, type Result } from '../../preload/contract/result.ts';

/** What is kept of a sign-in to a provider that speaks our API. */
const apiSignIn = z.object({
  provider: z.object({
    address: z.string(),
    name: z.string(),
    apiBase: z.string(),
    portalUrl: z.nullable(z.string()),
    issuer: z.string(),
    authorizationEndpoint: z.string(),
    tokenEndpoint: z.string(),
    revocationEndpoint: z.string(),
  }),
  tokens: z.object({ accessToken: z.string(), refreshToken: z.string(), expiresAt: z.number() }),
});
export type KeptApiSignIn = z.infer<typeof apiSignIn>;

/** What is kept of a plain SIP account. */
const sipSignIn = z.object({
  wssUrl: z.string(),
  domain: z.string(),
  user: z.string(),
  authorizationUser: z.string(),
  password: z.string(),
  realm: z.string(),
  displayName: z.string(),
});
export type KeptSipSignIn = z.infer<typeof sipSignIn>;

function parse<T>(schema: z.ZodType<T>, text: string): Result<T> {
  try {
    return ok(schema.parse(JSON.parse(text)));
  } catch {
    return fail({ kind: 'sign_in_expired', nextStep: 'sign_in', detail: 'The kept sign-in is unreadable' });
  }
}

/** Reads a secret back; one that is unreadable needs a new sign-in. */
export const parseApiSignIn = (secret: string): Result<KeptApiSignIn> => parse(apiSignIn, secret);

/** Reads a secret back; one that is unreadable needs a new sign-in. */
export const parseSipSignIn = (secret: string): Result<KeptSipSignIn> => parse(sipSignIn, secret);
