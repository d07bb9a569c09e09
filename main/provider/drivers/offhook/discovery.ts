import type * as z from 'zod';
import type { Result } from '../../../../preload/contract/result.ts';
import { fail, ok } from '../../../../preload/contract/result.ts';
import { isLoopback } from '../../../platform/loopback.ts';
import type { ApiOutcome } from '../../api/client.ts';
import { requestJson } from '../../api/client.ts';
import {
  API_VERSION,
  DISCOVERY_PATH,
  OAUTH_METADATA_PATH,
  discoverySchema,
  oauthMetadataSchema,
} from '../../api/endpoints.ts';
import { failed, protocolFault } from './errors.ts';

/** What a driver needs of the world; tests pass their own. */
export interface HttpOptions {
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly timeoutMs?: number;
}

/** A provider that speaks our API, as learnt from the address a person typed. Holds no secret; may be stored. */
export interface OffhookProvider {
  /** Origin that was asked. */
  readonly address: string;
  readonly name: string;
  readonly apiBase: string;
  readonly portalUrl: string | null;
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string;
}

function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

function invalidAddress(detail: string): Result<never> {
  return fail({ kind: 'invalid_request', nextStep: 'check_address', detail, field: 'address' });
}

/**
 * Reads an address as people type it ("example.com", "https://example.com/", "http://127.0.0.1:8080") to an origin.
 * https is added where no scheme is given; http is refused but for loopback.
 */
export function parseAddress(text: string): Result<URL> {
  const trimmed = text.trim();
  if (trimmed === '') return invalidAddress('The address is empty');
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (!URL.canParse(withScheme)) return invalidAddress('Not an address');
  const url = new URL(withScheme);
  if (url.username !== '' || url.password !== '') return invalidAddress('The address holds a user name or password');
  if (!isSafe(url)) return invalidAddress('The address must begin with https://');
  return ok(new URL(url.origin));
}

function checkedUrls(root: URL, urls: readonly string[]): string | undefined {
  for (const text of urls) {
    const url = new URL(text);
    if (!isSafe(url)) return `Not https: ${url.origin}`;
    // A page on the internet must not point the app at a service of this machine.
    if (isLoopback(url.hostname) && !isLoopback(root.hostname)) return 'The provider points at this machine';
  }
  return undefined;
}

/** RFC 8414 section 3.1: the well-known part goes between host and path of the issuer. */
function metadataUrl(issuer: string): string {
  const url = new URL(issuer);
  const path = url.pathname.replace(/\/$/, '');
  return `${url.origin}${OAUTH_METADATA_PATH}${path}`;
}

function get<S extends z.ZodType>(options: HttpOptions, url: string, schema: S): Promise<ApiOutcome<z.output<S>>> {
  return requestJson(options, url, { headers: { accept: 'application/json' } }, schema);
}

/** Learns a provider from its address: our discovery document, then the RFC 8414 metadata of its sign-in. */
export async function discover(address: string, options: HttpOptions): Promise<Result<OffhookProvider>> {
  const root = parseAddress(address);
  if (!root.ok) return root;
  const host = root.value.host;

  const discovery = await get(options, new URL(DISCOVERY_PATH, root.value).href, discoverySchema);
  if (discovery.kind === 'problem' && discovery.status === 404) {
    return fail({ kind: 'not_found', nextStep: 'check_address', detail: 'No provider of this API at the address' });
  }
  if (discovery.kind === 'malformed') {
    return fail({ kind: 'provider_protocol', nextStep: 'check_address', detail: discovery.detail });
  }
  if (discovery.kind !== 'answer') return failed(discovery, host);
  const provider = discovery.value;
  if (!provider.versions.includes(API_VERSION)) {
    return fail({ kind: 'provider_protocol', nextStep: 'update_app', detail: 'No common version of the API' });
  }
  const portal = provider.portal_url === null ? [] : [provider.portal_url];
  const unsafe = checkedUrls(root.value, [provider.api_base, provider.authorization_server, ...portal]);
  if (unsafe !== undefined) return protocolFault(unsafe);

  const metadata = await get(options, metadataUrl(provider.authorization_server), oauthMetadataSchema);
  if (metadata.kind !== 'answer') return failed(metadata, host);
  const oauth = metadata.value;
  // RFC 8414 section 3.3: another issuer may be an attack that mixes up servers.
  if (oauth.issuer !== provider.authorization_server) return protocolFault('The issuer of the sign-in differs');
  if (!oauth.code_challenge_methods_supported.includes('S256')) return protocolFault('The sign-in lacks PKCE S256');
  const endpoints = [oauth.authorization_endpoint, oauth.token_endpoint, oauth.revocation_endpoint];
  const unsafeOauth = checkedUrls(root.value, endpoints);
  if (unsafeOauth !== undefined) return protocolFault(unsafeOauth);

  return ok({
    address: root.value.origin,
    name: provider.name,
    apiBase: provider.api_base,
    portalUrl: provider.portal_url,
    issuer: oauth.issuer,
    authorizationEndpoint: oauth.authorization_endpoint,
    tokenEndpoint: oauth.token_endpoint,
    revocationEndpoint: oauth.revocation_endpoint,
  });
}
