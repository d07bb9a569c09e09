import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type * as z from 'zod';
import type { oauthMetadataSchema } from '../api/endpoints.ts';
import { OAUTH_CLIENT_ID } from '../api/endpoints.ts';
import { tokenSchema } from '../api/token.ts';

/** How long a person may take in the browser. */
const PERSON_TAKES_MS = 10 * 60_000;
/** Never contacted: with a ticket the answer is read from the redirect itself. */
const TICKET_REDIRECT_URI = 'http://127.0.0.1/ticket';

export type Metadata = z.output<typeof oauthMetadataSchema>;

/** A pair of tokens; `refreshToken` null where the token was given on the command line. */
export interface SignedIn {
  readonly accessToken: string;
  readonly refreshToken: string | null;
}

interface Pending {
  readonly url: URL;
  readonly redirectUri: string;
  readonly state: string;
  readonly verifier: string;
}

const random = (): string => randomBytes(36).toString('base64url');

/** The authorization request of RFC 6749 with PKCE S256 (RFC 7636). */
export function authorizationRequest(metadata: Metadata, redirectUri: string): Pending {
  const [verifier, state] = [random(), random()];
  const url = new URL(metadata.authorization_endpoint);
  const parameters = {
    response_type: 'code',
    client_id: OAUTH_CLIENT_ID,
    redirect_uri: redirectUri,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url, redirectUri, state, verifier };
}

/** One request of the token endpoint, as a form. */
export function tokenRequest(
  send: typeof fetch,
  metadata: Metadata,
  form: Readonly<Record<string, string>>,
): Promise<Response> {
  return send(metadata.token_endpoint, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ client_id: OAUTH_CLIENT_ID, ...form }).toString(),
  });
}

async function exchange(
  send: typeof fetch,
  metadata: Metadata,
  pending: Pending,
  returned: URLSearchParams,
): Promise<SignedIn> {
  const code = returned.get('code');
  if (returned.get('state') !== pending.state) throw new Error('The sign-in came back with another state');
  if (code === null) throw new Error(`The sign-in ended with ${returned.get('error') ?? 'no code'}`);
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: pending.redirectUri,
    code_verifier: pending.verifier,
  };
  const response = await tokenRequest(send, metadata, form);
  const token = tokenSchema.safeParse(await response.json());
  if (!token.success) throw new Error(`The token endpoint answered ${response.status} and no token of RFC 6749`);
  return { accessToken: token.data.access_token, refreshToken: token.data.refresh_token };
}

/** Signs in by a one-time ticket of the sandbox: the same request as a browser's, its redirect read instead of followed. */
export async function signInWithTicket(send: typeof fetch, metadata: Metadata, ticket: string): Promise<SignedIn> {
  const pending = authorizationRequest(metadata, TICKET_REDIRECT_URI);
  pending.url.searchParams.set('login_ticket', ticket);
  const response = await send(pending.url, { redirect: 'manual' });
  const location = response.headers.get('location') ?? '';
  await response.body?.cancel();
  if (!URL.canParse(location)) throw new Error('The ticket was not accepted');
  return exchange(send, metadata, pending, new URL(location).searchParams);
}

/** Signs in with a browser: `show` gets the address to open, a loopback server waits for the way back (RFC 8252). */
export async function signInWithBrowser(
  send: typeof fetch,
  metadata: Metadata,
  show: (url: string) => void,
): Promise<SignedIn> {
  const { promise, resolve, reject } = Promise.withResolvers<URLSearchParams>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname !== '/callback') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
    response.end('Signed in. You can close this page.');
    resolve(url.searchParams);
  });
  const timer = setTimeout(() => reject(new Error('Nobody signed in within ten minutes')), PERSON_TAKES_MS);
  try {
    await new Promise<void>((listening) => {
      server.listen(0, '127.0.0.1', listening);
    });
    const { port } = server.address() as AddressInfo;
    const pending = authorizationRequest(metadata, `http://127.0.0.1:${port}/callback`);
    show(pending.url.href);
    return await exchange(send, metadata, pending, await promise);
  } finally {
    clearTimeout(timer);
    server.closeAllConnections();
    server.close();
  }
}
