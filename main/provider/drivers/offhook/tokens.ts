import type { Result } from '../../../../preload/contract/result.ts';
import { fail, ok } from '../../../../preload/contract/result.ts';
import { requestJson } from '../../api/client.ts';
import { OAUTH_CLIENT_ID } from '../../api/endpoints.ts';
import { tokenSchema } from '../../api/token.ts';
import type { HttpOptions, OffhookProvider } from './discovery.ts';
import { tokenFault } from './errors.ts';
import * as z from 'zod';

/** One sign-in. The refresh token changes at every use: what is stored must always be the newest pair. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** UTC ms of this machine. */
  readonly expiresAt: number;
}

/** Renewed this long before the end, so that no request leaves with a token that dies on the way. */
const RENEW_BEFORE_MS = 60_000;
const REVOKE_TIMEOUT_MS = 5_000;

const oauthErrorSchema = z.object({ error: z.string() });

/** Posts a form to the token endpoint and reads the pair (RFC 6749 section 5). */
export async function requestTokens(
  provider: Pick<OffhookProvider, 'tokenEndpoint'>,
  form: Readonly<Record<string, string>>,
  options: HttpOptions,
): Promise<Result<Tokens>> {
  let refusal = '';
  const outcome = await requestJson(
    {
      ...options,
      // RFC 6749 section 5.2 has an error shape of its own: read it in passing.
      fetch: async (input, init) => {
        const response = await options.fetch(input, init);
        if (response.status === 400 || response.status === 401) {
          const parsed = oauthErrorSchema.safeParse(
            await response
              .clone()
              .json()
              .catch(() => undefined),
          );
          if (parsed.success) refusal = parsed.data.error;
        }
        return response;
      },
    },
    provider.tokenEndpoint,
    { method: 'POST', body: new URLSearchParams({ ...form, client_id: OAUTH_CLIENT_ID }) },
    tokenSchema,
  );
  if (refusal === 'invalid_grant') {
    return fail({ kind: 'sign_in_expired', nextStep: 'sign_in', detail: 'invalid_grant' });
  }
  if (refusal !== '') return fail({ kind: 'provider_protocol', nextStep: 'report_bug', detail: refusal });
  if (outcome.kind !== 'answer') return tokenFault(outcome, new URL(provider.tokenEndpoint).host);
  return ok({
    accessToken: outcome.value.access_token,
    refreshToken: outcome.value.refresh_token,
    expiresAt: options.now() + outcome.value.expires_in * 1000,
  });
}

/** Hands out a valid access token, and renews it; one renewal at a time whoever asks. */
export interface TokenSource {
  accessToken(): Promise<Result<string>>;
  /** After a 401 for `refused`: the newer token if there is one by now, else a renewal. */
  renewed(refused: string): Promise<Result<string>>;
  /** Ends the sign-in at the provider (RFC 7009). Best effort, at most 5 s; never fails. */
  revoke(): Promise<void>;
}

/**
 * Keeps one pair in memory. `save` writes a renewed pair to where secrets are kept and MUST have finished before the
 * pair is used: else a crash would leave only a spent refresh token behind.
 */
export function createTokenSource(
  provider: OffhookProvider,
  initial: Tokens,
  save: (tokens: Tokens) => Promise<void>,
  options: HttpOptions,
): TokenSource {
  let tokens = initial;
  let unsaved: Tokens | null = null;
  let renewal: Promise<Result<string>> | null = null;

  async function saveNew(fresh: Tokens): Promise<Result<string>> {
    unsaved = fresh;
    try {
      await save(fresh);
    } catch (cause) {
      const detail = `The renewed sign-in could not be stored: ${cause instanceof Error ? cause.name : 'unknown'}`;
      return fail({ kind: 'internal', nextStep: 'retry', detail });
    }
    unsaved = null;
    tokens = fresh;
    return ok(fresh.accessToken);
  }

  async function renew(): Promise<Result<string>> {
    if (unsaved) return saveNew(unsaved);
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refreshToken };
    const fresh = await requestTokens(provider, form, options);
    return fresh.ok ? saveNew(fresh.value) : fresh;
  }

  function renewOnce(): Promise<Result<string>> {
    renewal ??= renew().finally(() => {
      renewal = null;
    });
    return renewal;
  }

  return {
    async accessToken() {
      return options.now() < tokens.expiresAt - RENEW_BEFORE_MS ? ok(tokens.accessToken) : renewOnce();
    },
    async renewed(refused) {
      return tokens.accessToken === refused ? renewOnce() : ok(tokens.accessToken);
    },
    async revoke() {
      await renewal?.catch(() => undefined);
      await requestJson(
        { ...options, timeoutMs: REVOKE_TIMEOUT_MS },
        provider.revocationEndpoint,
        {
          method: 'POST',
          body: new URLSearchParams({
            token: (unsaved ?? tokens).refreshToken,
            token_type_hint: 'refresh_token',
            client_id: OAUTH_CLIENT_ID,
          }),
        },
        z.unknown(),
      );
    },
  };
}
