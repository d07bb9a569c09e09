import {
  API_VERSION,
  DISCOVERY_PATH,
  OAUTH_CLIENT_ID,
  OAUTH_METADATA_PATH,
  VERSION_HEADER,
  discoverySchema,
  oauthMetadataSchema,
} from '../../api/endpoints.ts';
import { tokenSchema } from '../../api/token.ts';
import type { Case, Kit } from '../kit.ts';
import { expectProblem, outcomeOf } from '../kit.ts';
import { shapeFaults } from '../shapes.ts';
import { authorizationRequest, tokenRequest } from '../sign-in.ts';
import { Failure, Skip, failOn } from '../verdict.ts';
import type { Answer } from '../wire.ts';

const open = (kit: Kit, path: string): Promise<Answer> =>
  kit.once(`open ${path}`, () => kit.wire.ask({ method: 'GET', url: new URL(path, kit.url).href, token: null }));

function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

async function discovery(kit: Kit): Promise<void> {
  const answer = await open(kit, DISCOVERY_PATH);
  const { shape } = shapeFaults(discoverySchema, answer.json);
  failOn(shape.map((fault) => `${DISCOVERY_PATH} answered ${fault}`));
}

/** What the discovery document says, as far as it says it. */
async function discovered(kit: Kit) {
  const { json } = await open(kit, DISCOVERY_PATH);
  return (json ?? {}) as { versions?: unknown; api_base?: unknown; authorization_server?: unknown };
}

async function knownVersion(kit: Kit): Promise<void> {
  const { versions } = await discovered(kit);
  if (Array.isArray(versions) && versions.includes(API_VERSION)) return;
  throw new Failure(`The discovery document does not offer version ${API_VERSION}`);
}

async function safeAddresses(kit: Kit): Promise<void> {
  const { api_base: api, authorization_server: server } = await discovered(kit);
  const endpoints = [
    kit.metadata.authorization_endpoint,
    kit.metadata.token_endpoint,
    kit.metadata.revocation_endpoint,
  ];
  failOn(
    [api, server, ...endpoints].filter((each) => !isSafe(String(each))).map((each) => `${String(each)} is not https`),
  );
}

async function metadata(kit: Kit): Promise<void> {
  const { json } = await open(kit, OAUTH_METADATA_PATH);
  const { shape } = shapeFaults(oauthMetadataSchema, json);
  failOn(shape.map((fault) => `${OAUTH_METADATA_PATH} answered ${fault}`));
  if (!kit.metadata.grant_types_supported.includes('refresh_token')) {
    throw new Failure('grant_types_supported lacks refresh_token: people would have to sign in every hour');
  }
}

async function issuer(kit: Kit): Promise<void> {
  const { authorization_server: server } = await discovered(kit);
  if (kit.metadata.issuer === server) return;
  throw new Failure(`The issuer is not the authorization_server of the discovery document (RFC 8414 section 3.3)`);
}

async function pkceOffered(kit: Kit): Promise<void> {
  if (kit.metadata.code_challenge_methods_supported.includes('S256')) return;
  throw new Failure('code_challenge_methods_supported lacks S256');
}

async function authorize(kit: Kit, change: (url: URL) => void): Promise<Answer> {
  const { url } = authorizationRequest(kit.metadata, 'http://127.0.0.1:9/callback');
  change(url);
  return kit.wire.ask({ method: 'GET', url: url.href, token: null });
}

async function pkceDemanded(kit: Kit): Promise<void> {
  const answer = await authorize(kit, (url) => {
    url.searchParams.delete('code_challenge');
    url.searchParams.delete('code_challenge_method');
  });
  const location = answer.headers.get('location') ?? '';
  const refused = answer.status >= 400 || (URL.canParse(location) && new URL(location).searchParams.has('error'));
  if (!refused) throw new Failure('A sign-in without code_challenge is not refused (RFC 7636 section 4.4.1)');
}

async function foreignRedirect(kit: Kit): Promise<void> {
  const answer = await authorize(kit, (url) =>
    url.searchParams.set('redirect_uri', 'https://elsewhere.example/callback'),
  );
  const location = answer.headers.get('location') ?? '';
  if (location.startsWith('https://elsewhere.example')) {
    throw new Failure('The sign-in redirects to an address that is not the app (an open redirector)');
  }
  if (answer.status < 400) throw new Failure(`A foreign redirect_uri is answered ${answer.status} and not refused`);
}

async function unknownCode(kit: Kit): Promise<void> {
  const form = {
    grant_type: 'authorization_code',
    code: 'conformance',
    redirect_uri: 'http://127.0.0.1:9/callback',
    code_verifier: 'conformance-conformance-conformance-conformance',
  };
  const response = await tokenRequest(kit.fetch, kit.metadata, form);
  const { error } = (await response.json().catch(() => ({}))) as { error?: unknown };
  if (response.status === 400 && error === 'invalid_grant') return;
  throw new Failure(
    `A code nobody gave is answered ${response.status} ${String(error)}; 400 invalid_grant is promised`,
  );
}

function refreshTokenOf(kit: Kit): string {
  if (kit.owner.refreshToken !== null) return kit.owner.refreshToken;
  throw new Skip('Needs a sign-in of the kit itself (--ticket, or a browser): a token alone cannot be renewed');
}

const renewed = (kit: Kit) =>
  kit.once('refresh', async () => {
    const form = { grant_type: 'refresh_token', refresh_token: refreshTokenOf(kit) };
    const response = await tokenRequest(kit.fetch, kit.metadata, form);
    return { status: response.status, json: (await response.json().catch(() => undefined)) as unknown };
  });

async function refresh(kit: Kit): Promise<void> {
  const { status, json } = await renewed(kit);
  const token = tokenSchema.safeParse(json);
  if (status !== 200 || !token.success) throw new Failure(`Renewing the token is answered ${status} and no token`);
  if (token.data.refresh_token === kit.owner.refreshToken) {
    throw new Failure('The refresh token is not replaced when it is used (RFC 9700 section 4.14.2)');
  }
}

async function revoke(kit: Kit): Promise<void> {
  const token = tokenSchema.safeParse((await renewed(kit)).json);
  if (!token.success) throw new Skip('Renewing the token did not work');
  const { access_token: access, refresh_token: last } = token.data;
  const response = await kit.fetch(kit.metadata.revocation_endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ client_id: OAUTH_CLIENT_ID, token: last, token_type_hint: 'refresh_token' }).toString(),
  });
  await response.body?.cancel();
  if (response.status !== 200) throw new Failure(`Signing out is answered ${response.status}; RFC 7009 promises 200`);
  const after = await kit.ask('GET', '/account', { token: access });
  if (after.status !== 401) throw new Failure('The access token still works after its sign-in was revoked');
}

async function unknownVersion(kit: Kit): Promise<void> {
  expectProblem(
    await kit.ask('GET', '/account', { headers: { [VERSION_HEADER]: '1999-01-01' } }),
    'unsupported_version',
  );
}

async function noVersion(kit: Kit): Promise<void> {
  const response = await kit.fetch(`${kit.apiBase.replace(/\/+$/, '')}/account`, {
    headers: { authorization: `Bearer ${kit.owner.token}` },
  });
  await response.body?.cancel();
  if (response.status !== 200)
    throw new Failure(`A request without a version is answered ${response.status}; 200 is promised`);
}

async function saysVersion(kit: Kit): Promise<void> {
  const answers = kit.wire.seen.filter((each) => each.status < 300 && each.url.startsWith(kit.apiBase));
  failOn(
    answers
      .filter((each) => each.headers.get(VERSION_HEADER) !== API_VERSION)
      .map(
        (each) => `${each.asked} does not say in ${VERSION_HEADER} that it served ${API_VERSION} (${outcomeOf(each)})`,
      ),
  );
}

export const discoveryCases: readonly Case[] = [
  { id: 'discovery.document', tag: 'Discovery', promise: `${DISCOVERY_PATH} says where the API is`, run: discovery },
  { id: 'discovery.version', tag: 'Discovery', promise: `The version ${API_VERSION} is offered`, run: knownVersion },
  {
    id: 'discovery.https',
    tag: 'Discovery',
    promise: 'Every address is https, or on this machine',
    run: safeAddresses,
  },
  { id: 'sign_in.metadata', tag: 'Sign-in', promise: 'The sign-in is described by RFC 8414 metadata', run: metadata },
  { id: 'sign_in.issuer', tag: 'Sign-in', promise: 'The issuer is the one the discovery document names', run: issuer },
  { id: 'sign_in.pkce', tag: 'Sign-in', promise: 'PKCE S256 is offered', run: pkceOffered },
  { id: 'sign_in.pkce_only', tag: 'Sign-in', promise: 'A sign-in without PKCE is refused', run: pkceDemanded },
  {
    id: 'sign_in.redirect',
    tag: 'Sign-in',
    promise: 'Codes go to the app on this machine and nowhere else (RFC 8252)',
    run: foreignRedirect,
  },
  { id: 'sign_in.unknown_code', tag: 'Sign-in', promise: 'A code nobody gave is 400 invalid_grant', run: unknownCode },
  {
    id: 'version.unknown',
    tag: 'Conventions',
    promise: 'An unknown version is 400 unsupported_version',
    run: unknownVersion,
  },
  { id: 'version.missing', tag: 'Conventions', promise: 'Without a version the current one is served', run: noVersion },
];

/** These look at, or end, what all the others did: they come last. */
export const closingCases: readonly Case[] = [
  { id: 'version.said', tag: 'Conventions', promise: 'Every answer says which version it served', run: saysVersion },
  { id: 'sign_in.refresh', tag: 'Sign-in', promise: 'A refresh token gives a new pair, once', run: refresh },
  { id: 'sign_in.revoke', tag: 'Sign-in', promise: 'Revoking ends the sign-in (RFC 7009)', run: revoke },
];
