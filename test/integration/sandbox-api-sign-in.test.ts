import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OAUTH_CLIENT_ID } from '../../main/provider/api/endpoints.ts';
import { finishSignIn, signInWithTicket, startSignIn } from '../../main/provider/drivers/offhook/pkce.ts';
import type { Tokens } from '../../main/provider/drivers/offhook/tokens.ts';
import { createTokenSource } from '../../main/provider/drivers/offhook/tokens.ts';
import { CODE_LIFE_MS } from '../../main/sandbox/api/oauth.ts';
import { ACCESS_TOKEN_SEC } from '../../main/sandbox/ledger/sign-ins.ts';
import { ManualClock } from '../support/manual-clock.ts';
import type { Rig } from './sandbox-api-rig.ts';
import { errorOf, startRig, unwrap } from './sandbox-api-rig.ts';

const REDIRECT = 'http://127.0.0.1:51234/return';

let rig: Rig;
let clock: ManualClock;
beforeEach(async () => {
  clock = new ManualClock(Date.UTC(2026, 10, 22, 9));
  rig = await startRig({ clock });
});
afterEach(() => rig.stop());

/** What a browser does with the page: takes the hidden fields and sends the form. */
async function clickThrough(authorizationUrl: string, userId: string, origin = rig.origin): Promise<Response> {
  const html = await (await fetch(authorizationUrl)).text();
  const form = new URLSearchParams({ user_id: userId });
  for (const [, name = '', value = ''] of html.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)) {
    form.set(
      name,
      value.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))),
    );
  }
  return fetch(`${rig.origin}/oauth/authorize`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
    headers: { origin },
  });
}

const returned = (response: Response): URLSearchParams =>
  new URL(response.headers.get('location') ?? 'http://nowhere').searchParams;

const token = (form: Record<string, string>) =>
  fetch(`${rig.origin}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: OAUTH_CLIENT_ID, ...form }),
  });

const refresh = async (refreshToken: string) => {
  const response = await token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  const body = (await response.json()) as { access_token?: string; refresh_token?: string; error?: string };
  return { status: response.status, ...body };
};

const statusWith = async (accessToken: string): Promise<number> =>
  (await rig.call({ accessToken }, 'GET', '/account')).status;

describe('in the browser', () => {
  test('a person chooses who to be, and the app gets tokens for that person', async () => {
    const pending = startSignIn(rig.provider, REDIRECT);
    const response = await clickThrough(pending.authorizationUrl, 'usr_priya');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toMatch(/^http:\/\/127\.0\.0\.1:51234\/return\?/);
    const tokens = unwrap(await finishSignIn(rig.provider, pending, returned(response), rig.http));
    const account = await (await rig.call(tokens, 'GET', '/account')).json();
    expect(account).toMatchObject({ user: { id: 'usr_priya', role: 'user' } });
  });

  test('the page runs no script, names where the form may lead, and cannot be framed', async () => {
    const response = await fetch(startSignIn(rig.provider, REDIRECT).authorizationUrl);
    const policy = response.headers.get('content-security-policy') ?? '';
    const html = await response.text();
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' http://127.0.0.1:51234");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(html).not.toContain('<script');
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
    expect(policy).toContain(createHash('sha256').update(style).digest('base64'));
  });

  test('what comes in the address is shown as text only', async () => {
    const url = new URL(startSignIn(rig.provider, REDIRECT).authorizationUrl);
    url.searchParams.set('state', '"><b>injected</b>');
    expect(await (await fetch(url)).text()).not.toContain('<b>injected');
  });

  test.each([
    'https://127.0.0.1/return',
    'http://localhost:5000/return',
    'http://evil.example/return',
    'http://127.0.0.1.evil.example/',
    'javascript:alert(1)',
  ])('%s is no place to send a code to: the person stays on a page that says so', async (redirectUri) => {
    const response = await fetch(startSignIn(rig.provider, redirectUri).authorizationUrl, { redirect: 'manual' });
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
  });

  test.each([
    ['code_challenge_method', 'plain', 'invalid_request'],
    ['code_challenge', 'short', 'invalid_request'],
    ['response_type', 'token', 'unsupported_response_type'],
  ])('%s=%s goes back to the app as %s', async (name, value, error) => {
    const url = new URL(startSignIn(rig.provider, REDIRECT).authorizationUrl);
    url.searchParams.set(name, value);
    const response = await fetch(url, { redirect: 'manual' });
    expect(returned(response).get('error')).toBe(error);
  });

  test('a form of another page is refused', async () => {
    const pending = startSignIn(rig.provider, REDIRECT);
    const response = await clickThrough(pending.authorizationUrl, 'usr_dana', 'https://evil.example');
    expect(response.status).toBe(403);
  });

  test('an answer with another state, or of another issuer, is not taken', async () => {
    const pending = startSignIn(rig.provider, REDIRECT);
    const good = returned(await clickThrough(pending.authorizationUrl, 'usr_dana'));
    const otherState = new URLSearchParams(good);
    otherState.set('state', 'x'.repeat(32));
    expect(errorOf(await finishSignIn(rig.provider, pending, otherState, rig.http)).kind).toBe('wrong_sender');
    const otherIssuer = new URLSearchParams(good);
    otherIssuer.set('iss', 'https://evil.example');
    expect(errorOf(await finishSignIn(rig.provider, pending, otherIssuer, rig.http)).kind).toBe('provider_protocol');
    expect((await finishSignIn(rig.provider, pending, good, rig.http)).ok).toBe(true);
  });
});

describe('codes', () => {
  const codeOf = async (pending: ReturnType<typeof startSignIn>): Promise<URLSearchParams> =>
    returned(await clickThrough(pending.authorizationUrl, 'usr_dana'));

  test('serve once: a second exchange ends what the first one gave', async () => {
    const pending = startSignIn(rig.provider, REDIRECT);
    const answer = await codeOf(pending);
    const tokens = unwrap(await finishSignIn(rig.provider, pending, answer, rig.http));
    expect(await statusWith(tokens.accessToken)).toBe(200);
    expect(errorOf(await finishSignIn(rig.provider, pending, answer, rig.http)).kind).toBe('sign_in_expired');
    expect(await statusWith(tokens.accessToken)).toBe(401);
  });

  test('live 60 s', async () => {
    const pending = startSignIn(rig.provider, REDIRECT);
    const answer = await codeOf(pending);
    clock.advance(CODE_LIFE_MS);
    expect(errorOf(await finishSignIn(rig.provider, pending, answer, rig.http)).kind).toBe('sign_in_expired');
  });

  test('are worth nothing without their verifier', async () => {
    const pending = startSignIn(rig.provider, REDIRECT);
    const answer = await codeOf(pending);
    const other = { ...pending, verifier: startSignIn(rig.provider, REDIRECT).verifier };
    expect(errorOf(await finishSignIn(rig.provider, other, answer, rig.http)).kind).toBe('sign_in_expired');
  });
});

describe('tickets', () => {
  test('sign in once, for the role they were made for, without a page', async () => {
    const ticket = rig.api.tickets.issue('admin');
    const tokens = unwrap(await signInWithTicket(rig.provider, ticket, rig.http));
    expect(await (await rig.call(tokens, 'GET', '/account')).json()).toMatchObject({ user: { role: 'admin' } });
    expect(errorOf(await signInWithTicket(rig.provider, ticket, rig.http)).kind).toBe('forbidden');
    expect(errorOf(await signInWithTicket(rig.provider, 'guess', rig.http)).kind).toBe('forbidden');
  });
});

describe('refresh tokens', () => {
  test('are replaced at every use; a copy used later ends the sign-in', async () => {
    const first = await rig.signIn('owner');
    const second = await refresh(first.refreshToken);
    expect(second.status).toBe(200);
    expect(await statusWith(second.access_token ?? '')).toBe(200);
    expect(await refresh(first.refreshToken)).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(await statusWith(second.access_token ?? '')).toBe(401);
    expect(await refresh(second.refresh_token ?? '')).toMatchObject({ error: 'invalid_grant' });
  });

  test('an answer lost on the way does not end the sign-in: the unused successor is replaced', async () => {
    const first = await rig.signIn('owner');
    const lost = await refresh(first.refreshToken);
    const again = await refresh(first.refreshToken);
    expect(again.status).toBe(200);
    expect(await statusWith(lost.access_token ?? '')).toBe(401);
    expect(await statusWith(again.access_token ?? '')).toBe(200);
    expect(await refresh(first.refreshToken)).toMatchObject({ error: 'invalid_grant' });
  });

  test('an access token ends after an hour and says that it expired', async () => {
    const tokens = await rig.signIn('owner');
    clock.advance(ACCESS_TOKEN_SEC * 1000);
    const response = await rig.call(tokens, 'GET', '/account');
    expect(await response.json()).toMatchObject({ status: 401, code: 'expired_token' });
  });

  test('revocation ends the whole sign-in and never complains', async () => {
    const tokens = await rig.signIn('owner');
    for (const each of [tokens.refreshToken, tokens.refreshToken, 'unknown']) {
      const body = new URLSearchParams({ token: each });
      expect((await fetch(`${rig.origin}/oauth/revoke`, { method: 'POST', body })).status).toBe(200);
    }
    expect(await statusWith(tokens.accessToken)).toBe(401);
  });
});

describe('the driver renews', () => {
  test('once for many requests at once, and stores the pair before it is used', async () => {
    const { driver, saved } = await rig.driver('owner');
    clock.advance(ACCESS_TOKEN_SEC * 1000);
    const answers = await Promise.all(Array.from({ length: 12 }, () => driver.balance()));
    expect(answers.every((answer) => answer.ok)).toBe(true);
    expect(saved).toHaveLength(1);
  });

  test('once after a 401 nobody saw coming', async () => {
    const { driver, saved } = await rig.driver('owner');
    rig.setFaults({ status: { code: 401, times: 3, path: '/api/', retryAfterSec: 1 } });
    const answers = await Promise.all([driver.balance(), driver.numbers(), driver.policy()]);
    expect(answers.map((answer) => answer.ok)).toEqual([true, true, true]);
    expect(saved).toHaveLength(1);
  });

  test('never twice for one request: a 401 that stays means to sign in again', async () => {
    const { driver, saved } = await rig.driver('owner');
    rig.setFaults({ status: { code: 401, times: null, path: '/api/', retryAfterSec: 1 } });
    expect(errorOf(await driver.balance())).toMatchObject({ kind: 'sign_in_expired', nextStep: 'sign_in' });
    expect(saved).toHaveLength(1);
  });

  test('a pair that cannot be stored is not used, but kept and stored at the next request', async () => {
    const tokens = await rig.signIn('owner');
    const stored: Tokens[] = [];
    let diskFull = true;
    const save = async (fresh: Tokens): Promise<void> => {
      if (diskFull) throw new Error('ENOSPC');
      stored.push(fresh);
    };
    const source = createTokenSource(rig.provider, tokens, save, rig.http);
    clock.advance(ACCESS_TOKEN_SEC * 1000);
    expect(errorOf(await source.accessToken()).kind).toBe('internal');
    diskFull = false;
    const accessToken = unwrap(await source.accessToken());
    expect(stored.map((each) => each.accessToken)).toEqual([accessToken]);
    expect(await statusWith(accessToken)).toBe(200);
  });

  test('sign-out revokes the newest pair', async () => {
    const { driver, saved } = await rig.driver('owner');
    clock.advance(ACCESS_TOKEN_SEC * 1000);
    unwrap(await driver.account());
    await driver.signOut();
    expect(await statusWith(saved[0]?.accessToken ?? '')).toBe(401);
    expect(errorOf(await driver.account()).kind).toBe('sign_in_expired');
  });
});
