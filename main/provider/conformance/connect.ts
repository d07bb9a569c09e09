import * as z from 'zod';
import { assertNever } from '../../../preload/contract/result.ts';
import { DISCOVERY_PATH, OAUTH_METADATA_PATH, discoverySchema, oauthMetadataSchema } from '../api/endpoints.ts';
import type { KitOptions, Person } from './kit.ts';
import { identify } from './kit.ts';
import type { Metadata, SignedIn } from './sign-in.ts';
import { signInWithBrowser, signInWithTicket } from './sign-in.ts';
import { createWire } from './wire.ts';

/** How somebody signs in: a token they hold, a one-time ticket of the sandbox, or their browser. */
export type Credentials =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'ticket'; readonly ticket: string }
  | { readonly kind: 'browser'; readonly show: (url: string) => void };

export interface ConnectOptions {
  readonly url: string;
  readonly owner: Credentials;
  readonly user: Credentials | null;
  readonly spend: boolean;
  readonly fetch?: typeof fetch;
  readonly patience?: number;
}

/** What the kit cannot do without; everything else of the documents is a case. */
const address = z.object({ api_base: discoverySchema.shape.api_base });
const endpointsOnly = z.object({
  authorization_endpoint: oauthMetadataSchema.shape.authorization_endpoint,
  token_endpoint: oauthMetadataSchema.shape.token_endpoint,
});

async function readDocument(send: typeof fetch, url: string, schema: z.ZodType): Promise<unknown> {
  const response = await send(url, { headers: { accept: 'application/json' }, redirect: 'manual' });
  const json: unknown = await response.json().catch(() => undefined);
  if (!schema.safeParse(json).success)
    throw new Error(`${url} answers ${response.status} and not what is needed to begin`);
  return json;
}

/** RFC 8414 section 3.1: the well-known part goes between host and path of the issuer. */
function metadataUrl(server: unknown, fallback: string): string {
  const url = new URL(typeof server === 'string' && URL.canParse(server) ? server : fallback);
  return `${url.origin}${OAUTH_METADATA_PATH}${url.pathname.replace(/\/$/, '')}`;
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

/** The metadata with what is missing left empty: the cases say what is wrong with it. */
function lenient(json: unknown): Metadata {
  const given = json as Readonly<Record<string, unknown>>;
  const text = (name: string): string => (typeof given[name] === 'string' ? given[name] : '');
  return {
    issuer: text('issuer'),
    authorization_endpoint: text('authorization_endpoint'),
    token_endpoint: text('token_endpoint'),
    revocation_endpoint: text('revocation_endpoint'),
    response_types_supported: listOf(given['response_types_supported']),
    grant_types_supported: listOf(given['grant_types_supported']),
    code_challenge_methods_supported: listOf(given['code_challenge_methods_supported']),
  };
}

function signIn(send: typeof fetch, metadata: Metadata, credentials: Credentials): Promise<SignedIn> {
  switch (credentials.kind) {
    case 'token':
      return Promise.resolve({ accessToken: credentials.token, refreshToken: null });
    case 'ticket':
      return signInWithTicket(send, metadata, credentials.ticket);
    case 'browser':
      return signInWithBrowser(send, metadata, credentials.show);
    default:
      return assertNever(credentials);
  }
}

/** Finds the API of an address and signs in. Throws Error in plain words where nothing could be tried at all. */
export async function connect(options: ConnectOptions): Promise<KitOptions> {
  const send = options.fetch ?? fetch;
  const discovery = (await readDocument(send, new URL(DISCOVERY_PATH, options.url).href, address)) as {
    readonly api_base: string;
    readonly authorization_server?: unknown;
  };
  const { api_base: apiBase, authorization_server: server } = discovery;
  const metadata = lenient(await readDocument(send, metadataUrl(server, options.url), endpointsOnly));
  const wire = createWire(send);
  const person = async (credentials: Credentials): Promise<Person> =>
    identify(wire, apiBase, await signIn(send, metadata, credentials));
  return {
    url: options.url,
    spend: options.spend,
    wire,
    fetch: send,
    apiBase,
    metadata,
    owner: await person(options.owner),
    user: options.user && (await person(options.user)),
    patience: options.patience ?? 1,
  };
}
