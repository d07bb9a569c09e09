import * as z from 'zod';
import type { Endpoint } from './endpoint.ts';
import { accountOperations } from './operations/account.ts';
import { addressOperations } from './operations/addresses.ts';
import { alertOperations } from './operations/alerts.ts';
import { billingOperations } from './operations/billing.ts';
import { callOperations } from './operations/calls.ts';
import { meteredOperations } from './operations/metered.ts';
import { numberOperations } from './operations/numbers.ts';
import { paymentMethodOperations } from './operations/payment-methods.ts';
import { planOperations } from './operations/plan.ts';
import { statementOperations } from './operations/statements.ts';
import { orderOperations } from './operations/order.ts';
import { topUpOperations } from './operations/top-up.ts';
import { usageOperations } from './operations/usage.ts';

/** The date version a client sends in the Offhook-Version header; a server refuses one it does not know. */
export const API_VERSION = '2026-11-22';
export const VERSION_HEADER = 'offhook-version';
/** On every write (draft-ietf-httpapi-idempotency-key-header). */
export const IDEMPOTENCY_HEADER = 'idempotency-key';
/** Where a client learns the API of an address a person typed. OAuth metadata is RFC 8414's own document. */
export const DISCOVERY_PATH = '/.well-known/offhook-provider';
export const OAUTH_METADATA_PATH = '/.well-known/oauth-authorization-server';
export const OAUTH_CLIENT_ID = 'offhook-desktop';

export const discoverySchema = z
  .object({
    name: z.string(),
    api_base: z.url(),
    versions: z.array(z.string()),
    authorization_server: z.url(),
    portal_url: z.url().nullable(),
  })
  .meta({ id: 'Discovery' });

/** RFC 8414, the members a client of ours uses. */
export const oauthMetadataSchema = z
  .object({
    issuer: z.url(),
    authorization_endpoint: z.url(),
    token_endpoint: z.url(),
    revocation_endpoint: z.url(),
    response_types_supported: z.array(z.string()),
    grant_types_supported: z.array(z.string()),
    code_challenge_methods_supported: z.array(z.string()),
  })
  .meta({ id: 'AuthorizationServerMetadata' });

/** The open Provider API under `api_base`: one row an operation. */
export const endpoints = {
  ...accountOperations,
  ...usageOperations,
  ...callOperations,
  ...billingOperations,
  ...paymentMethodOperations,
  ...numberOperations,
  ...planOperations,
  ...statementOperations,
  ...orderOperations,
  ...addressOperations,
  ...topUpOperations,
  ...alertOperations,
  ...meteredOperations,
} as const satisfies Record<string, Endpoint>;

export type Endpoints = typeof endpoints;
export type EndpointName = keyof Endpoints;
export type EndpointResponse<N extends EndpointName> = z.output<Endpoints[N]['response']>;

/** GET, text/event-stream, resumable by Last-Event-ID. Described in OpenAPI beside the table. */
export const EVENTS_PATH = '/events';
