import { describe, expect, test } from 'vitest';
import { retryAfterMs } from '../../main/provider/api/client.ts';
import { PROBLEMS, problemDocument } from '../../main/provider/api/problems.ts';
import type { ProblemCode } from '../../main/provider/api/problems.ts';
import { parseAddress } from '../../main/provider/drivers/offhook/discovery.ts';
import { appError, networkError } from '../../main/provider/drivers/offhook/errors.ts';
import { toCredentials, WireFault } from '../../main/provider/drivers/offhook/mapping.ts';
import { requestTokens } from '../../main/provider/drivers/offhook/tokens.ts';
import { failureAction } from '../../main/sync/topics.ts';
import { finishSignIn, startSignIn } from '../../main/provider/drivers/offhook/pkce.ts';
import { createHash } from 'node:crypto';

describe('an address as people type it', () => {
  test.each([
    ['phone.example', 'https://phone.example'],
    ['  https://Phone.Example/sign-in?x=1 ', 'https://phone.example'],
    ['phone.example:8443', 'https://phone.example:8443'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
    ['http://localhost:4000/', 'http://localhost:4000'],
    ['http://[::1]:4000', 'http://[::1]:4000'],
  ])('%s is %s', (typed, origin) => {
    expect(parseAddress(typed)).toMatchObject({ ok: true, value: { origin } });
  });

  test.each([
    '',
    '   ',
    'http://phone.example',
    'ftp://phone.example',
    'https://me:secret@phone.example',
    'a b c',
    'http://127.0.0.1.evil.example',
  ])('%j is refused, naming the field', (typed) => {
    expect(parseAddress(typed)).toMatchObject({ ok: false, error: { kind: 'invalid_request', field: 'address' } });
  });
});

describe('where a provider says to register', () => {
  const credentials = (wssUrl: string) =>
    toCredentials(
      {
        instance_id: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
        sip: { wss_url: wssUrl, authorization_user: 'u', realm: 'r', password: 'p', ice_servers: [] },
      } as unknown as Parameters<typeof toCredentials>[0],
      'Ann',
      'anchored',
    );

  test.each(['wss://sip.example.com:7443/ws', 'ws://127.0.0.1:5066/sip'])('%s is taken', (url) => {
    expect(credentials(url).wssUrl).toBe(url);
  });

  test.each([
    '',
    'nonsense',
    'ws://sip.example.com',
    'https://sip.example.com',
    'wss://me@sip.example.com',
    'wss://a;b',
  ])('%j is a fault of the provider, never an address the page is opened for', (url) => {
    expect(() => credentials(url)).toThrow(WireFault);
  });
});

describe('faults of the network', () => {
  const fetchFailed = (code: string) =>
    new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });

  test.each([
    ['ENOTFOUND', 'host_not_found'],
    ['EAI_AGAIN', 'offline'],
    ['ENETUNREACH', 'offline'],
    ['ECONNREFUSED', 'provider_unavailable'],
    ['ECONNRESET', 'provider_unavailable'],
    ['UND_ERR_SOCKET', 'provider_unavailable'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timed_out'],
    ['ETIMEDOUT', 'timed_out'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'provider_protocol'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'provider_protocol'],
    ['CERT_HAS_EXPIRED', 'provider_protocol'],
  ])('%s is %s', (code, kind) => {
    expect(networkError(fetchFailed(code), 'phone.example').kind).toBe(kind);
  });

  test('several addresses of one host are one fault', () => {
    const tried = new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]);
    expect(networkError(new TypeError('fetch failed', { cause: tried }), 'h').kind).toBe('provider_unavailable');
  });

  test('our own limit is a timeout', () => {
    expect(networkError(new DOMException('x', 'TimeoutError'), 'h').kind).toBe('timed_out');
  });
});

test.each(Object.keys(PROBLEMS) as ProblemCode[])('problem %s has an error with a next step', (code) => {
  const problem = problemDocument(code);
  const error = appError({ kind: 'problem', status: problem.status, problem, retryAfterMs: null }, 'h');
  expect(error.nextStep).toBeTruthy();
  expect(error.detail).toContain(code);
});

test.each([
  ['7', 7_000],
  ['Sun, 22 Nov 2026 09:00:30 GMT', 30_000],
  ['Sun, 22 Nov 2026 08:00:00 GMT', 0],
  ['soon', null],
  [null, null],
])('Retry-After: %s is %s ms', (value, expected) => {
  const headers = new Headers({
    date: 'Sun, 22 Nov 2026 09:00:00 GMT',
    ...(value === null ? {} : { 'retry-after': value }),
  });
  expect(retryAfterMs(headers, () => 0)).toBe(expected);
});

describe('PKCE', () => {
  const provider = {
    address: 'https://p.example',
    name: 'P',
    apiBase: 'https://p.example/api',
    portalUrl: null,
    issuer: 'https://p.example',
    authorizationEndpoint: 'https://p.example/authorize?tenant=7',
    tokenEndpoint: 'https://p.example/token',
    revocationEndpoint: 'https://p.example/revoke',
  };

  test('the challenge is the S256 of the verifier; parameters the provider has of its own stay', () => {
    const pending = startSignIn(provider, 'http://127.0.0.1:5000/return');
    const { searchParams } = new URL(pending.authorizationUrl);
    expect(pending.verifier).toMatch(/^[\w-]{43,128}$/);
    expect(searchParams.get('code_challenge')).toBe(createHash('sha256').update(pending.verifier).digest('base64url'));
    expect(searchParams.get('code_challenge_method')).toBe('S256');
    expect(searchParams.get('tenant')).toBe('7');
    expect(pending.authorizationUrl).not.toContain(pending.verifier);
    expect(startSignIn(provider, 'http://127.0.0.1:5000/return').state).not.toBe(pending.state);
  });

  test.each([
    ['error=access_denied', 'forbidden'],
    ['error=server_error', 'provider_protocol'],
    ['', 'provider_protocol'],
  ])('an answer with %j is %s, and nothing is sent', async (query, kind) => {
    const pending = startSignIn(provider, 'http://127.0.0.1:5000/return');
    const returned = new URLSearchParams(query);
    returned.set('state', pending.state);
    const http = { fetch: () => Promise.reject(new Error('must not be sent')), now: () => 0 };
    expect(await finishSignIn(provider, pending, returned, http)).toMatchObject({ ok: false, error: { kind } });
  });
});

describe('the token endpoint', () => {
  const provider = { tokenEndpoint: 'https://p.example/token' };
  const refresh = (status: number, body: string) =>
    requestTokens(
      provider,
      { grant_type: 'refresh_token' },
      { fetch: async () => new Response(body, { status }), now: () => 0 },
    );

  test('ends a sign-in by the well-formed invalid_grant of RFC 6749 5.2', async () => {
    for (const status of [400, 401]) {
      expect(await refresh(status, '{"error":"invalid_grant"}')).toMatchObject({ error: { kind: 'sign_in_expired' } });
    }
  });

  test.each([
    [401, ''],
    [401, '<html>A proxy</html>'],
    [401, JSON.stringify(problemDocument('invalid_token'))],
    [401, '"invalid_grant"'],
    [401, '{"error":["invalid_grant"]}'],
    [403, ''],
    [403, '{"error":"invalid_grant"}'],
    [500, '{"error":"invalid_grant"}'],
    [200, '{"error":"invalid_grant"}'],
    [401, '{"error":"invalid_client"}'],
  ])('%i %s is a fault to try again after, and ends nothing', async (status, body) => {
    const answer = await refresh(status, body);
    if (answer.ok) throw new Error('Not a refusal');
    expect(failureAction(answer.error)).toBe('retry_topic');
  });
});

test('a 401 of the API without a document of the provider ends no sign-in', () => {
  const bare = appError({ kind: 'problem', status: 401, problem: null, retryAfterMs: null }, 'h');
  expect(failureAction(bare)).toBe('retry_topic');
});
