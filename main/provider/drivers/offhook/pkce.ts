import { createHash } from 'node:crypto';
import type { Result } from '../../../../preload/contract/result.ts';
import { fail } from '../../../../preload/contract/result.ts';
import { randomToken } from '../../../platform/ids.ts';
import { secretEqual } from '../../../platform/secret-equal.ts';
import { REQUEST_TIMEOUT_MS } from '../../api/client.ts';
import { OAUTH_CLIENT_ID } from '../../api/endpoints.ts';
import type { HttpOptions, OffhookProvider } from './discovery.ts';
import { networkError, protocolFault } from './errors.ts';
import { requestTokens } from './tokens.ts';
import type { Tokens } from './tokens.ts';

/** A sign-in that waits for the browser. Lives in memory only: the verifier is a secret. */
interface PendingSignIn {
  readonly authorizationUrl: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly verifier: string;
}

/**
 * Starts an authorization code sign-in with PKCE S256 (RFC 7636, RFC 8252) that comes back to `redirectUri`, a loopback
 * address of ours. Open `authorizationUrl` in the system browser, then call finishSignIn with what came back.
 */
export function startSignIn(
  provider: Pick<OffhookProvider, 'authorizationEndpoint'>,
  redirectUri: string,
): PendingSignIn {
  const verifier = randomToken(48);
  const state = randomToken(24);
  const url = new URL(provider.authorizationEndpoint);
  const parameters = {
    response_type: 'code',
    client_id: OAUTH_CLIENT_ID,
    redirect_uri: redirectUri,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { authorizationUrl: url.href, redirectUri, state, verifier };
}

/**
 * Finishes a sign-in with the query parameters the browser brought back: checks `state` and, where sent, `iss`
 * (RFC 9207), then exchanges the code. A person who declined answers `forbidden`.
 */
export async function finishSignIn(
  provider: OffhookProvider,
  pending: PendingSignIn,
  returned: URLSearchParams,
  options: HttpOptions,
): Promise<Result<Tokens>> {
  if (!secretEqual(returned.get('state') ?? '', pending.state)) {
    return fail({ kind: 'wrong_sender', nextStep: 'sign_in', detail: 'The answer belongs to another sign-in' });
  }
  const issuer = returned.get('iss');
  if (issuer !== null && issuer !== provider.issuer) return protocolFault('The answer names another issuer');
  const error = returned.get('error');
  if (error === 'access_denied') {
    return fail({ kind: 'forbidden', nextStep: 'sign_in', detail: 'access_denied', who: 'anyone_signed_in' });
  }
  if (error !== null) return protocolFault(`The sign-in page answered ${error.slice(0, 64)}`);
  const code = returned.get('code');
  if (code === null) return protocolFault('The sign-in page sent no code');
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: pending.redirectUri,
    code_verifier: pending.verifier,
  };
  return requestTokens(provider, form, options);
}

/** Never contacted: the ticket sign-in reads its answer from the redirect itself. */
const TICKET_REDIRECT_URI = 'http://127.0.0.1/ticket';

/**
 * Signs in without a page, by the one-time ticket the embedded sandbox hands to the process that started it. The same
 * authorization request as a browser's; the redirect is read instead of followed.
 */
export async function signInWithTicket(
  provider: OffhookProvider,
  ticket: string,
  options: HttpOptions,
): Promise<Result<Tokens>> {
  const pending = startSignIn(provider, TICKET_REDIRECT_URI);
  const url = new URL(pending.authorizationUrl);
  url.searchParams.set('login_ticket', ticket);
  let location: string | null;
  try {
    const response = await options.fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs ?? REQUEST_TIMEOUT_MS),
    });
    location = response.headers.get('location');
    await response.body?.cancel();
  } catch (cause) {
    return fail(networkError(cause, url.host));
  }
  if (location === null || !URL.canParse(location)) return protocolFault('The ticket was not accepted');
  return finishSignIn(provider, pending, new URL(location).searchParams, options);
}
