import * as z from 'zod';
import type { Action } from '../../../preload/contract/roles.ts';
import {
  accountSchema,
  balanceSchema,
  deviceSchema,
  listOf,
  listQuery,
  numberSchema,
  policySchema,
  rateSchema,
  usageRowSchema,
} from './schemas.ts';

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

interface Endpoint {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  /** What the person must be allowed to do (requirements.md 3.0); else 403 role_not_allowed. */
  readonly action: Action;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly response: z.ZodType;
}

/**
 * The open Provider API under `api_base`: one row an operation. Server routes, typed client and the OpenAPI document
 * derive from it. Paths use {name} parameters as OpenAPI does.
 */
export const endpoints = {
  getAccount: {
    method: 'GET',
    action: 'settings.own',
    path: '/account',
    summary: 'The account and who is signed in',
    response: accountSchema,
  },
  getPolicy: {
    method: 'GET',
    action: 'phone.use',
    path: '/policy',
    summary: 'The rules of the account',
    response: policySchema,
  },
  getBalance: {
    method: 'GET',
    action: 'balance.state',
    path: '/balance',
    summary: 'The balance, or its state only',
    response: balanceSchema,
  },
  listUsage: {
    method: 'GET',
    action: 'usage.own',
    path: '/usage',
    summary: 'Usage rows, newest first',
    query: listQuery,
    response: listOf(usageRowSchema),
  },
  listRates: {
    method: 'GET',
    action: 'phone.use',
    path: '/rates',
    summary: 'The rate deck, in force and to come',
    query: listQuery,
    response: listOf(rateSchema),
  },
  listNumbers: {
    method: 'GET',
    action: 'numbers.see',
    path: '/numbers',
    summary: 'Numbers of the account',
    query: listQuery,
    response: listOf(numberSchema),
  },
  putDevice: {
    method: 'PUT',
    action: 'phone.use',
    path: '/devices/{instance_id}',
    summary: 'Provision this install once; the same instance gets the same device again',
    body: z.object({ name: z.string().min(1).max(256) }),
    response: deviceSchema,
  },
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;
export type EndpointResponse<N extends EndpointName> = z.output<(typeof endpoints)[N]['response']>;

/** GET, text/event-stream, resumable by Last-Event-ID. Described in OpenAPI beside the table. */
export const EVENTS_PATH = '/events';
