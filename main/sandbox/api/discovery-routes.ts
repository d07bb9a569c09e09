import type { FastifyInstance } from 'fastify';
import type * as z from 'zod';
import type { discoverySchema, oauthMetadataSchema } from '../../provider/api/endpoints.ts';
import { API_VERSION, DISCOVERY_PATH, OAUTH_METADATA_PATH } from '../../provider/api/endpoints.ts';
import openApiDocument from '../../provider/api/openapi.json' with { type: 'json' };
import type { ApiContext } from './context.ts';
import { API_PREFIX } from './context.ts';
import { delayed } from './serve.ts';

/** What can be read without a token: where the API is, how to sign in (RFC 8414), and the OpenAPI document. */
export function registerDiscovery(app: FastifyInstance, context: ApiContext): void {
  app.get(DISCOVERY_PATH, async (request) => {
    await delayed(context, request.url);
    const origin = context.origin();
    return {
      name: context.ledger.profile.providerName,
      api_base: origin + API_PREFIX,
      versions: [API_VERSION],
      authorization_server: origin,
      portal_url: null,
    } satisfies z.output<typeof discoverySchema>;
  });

  app.get(OAUTH_METADATA_PATH, async (request) => {
    await delayed(context, request.url);
    const origin = context.origin();
    return {
      issuer: origin,
      authorization_endpoint: `${origin}/oauth/authorize`,
      token_endpoint: `${origin}/oauth/token`,
      revocation_endpoint: `${origin}/oauth/revoke`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
      authorization_response_iss_parameter_supported: true,
    } satisfies z.output<typeof oauthMetadataSchema> & Record<string, unknown>;
  });

  app.get('/openapi.json', async () => openApiDocument);
}
