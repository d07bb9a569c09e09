import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { tokenSchema } from '../../provider/api/token.ts';
import { OAUTH_CLIENT_ID } from '../../provider/api/endpoints.ts';
import { randomToken } from '../../platform/ids.ts';
import type { TokenPair } from '../ledger/sign-ins.ts';
import { authorizePage, pagePolicy, refusedPage } from './authorize-page.ts';
import type { ApiContext } from './context.ts';
import { delayed } from './serve.ts';

/** RFC 6749 section 4.1.2 asks for a short life; the app exchanges a code within a second. */
export const CODE_LIFE_MS = 60_000;

interface Code {
  readonly userId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly expiresAt: number;
  /** Set once the code was exchanged: a second exchange ends what the first one gave. */
  given: TokenPair | null;
}

const authorizationRequest = z.object({
  response_type: z.literal('code'),
  client_id: z.literal(OAUTH_CLIENT_ID),
  redirect_uri: z.string().max(512),
  state: z.string().min(8).max(512),
  code_challenge: z.string().regex(/^[\w-]{43}$/),
  code_challenge_method: z.literal('S256'),
});
type AuthorizationRequest = z.output<typeof authorizationRequest>;

/** RFC 8252 section 7.3: http to a loopback address, any port. A name such as localhost may resolve elsewhere. */
function loopbackRedirect(text: unknown): URL | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const loopback = url.hostname === '127.0.0.1' || url.hostname === '[::1]';
  const plain = url.username === '' && url.password === '' && url.hash === '';
  return url.protocol === 'http:' && loopback && plain ? url : undefined;
}

function sendPage(reply: FastifyReply, status: number, html: string, redirectOrigin: string | null): FastifyReply {
  return reply
    .code(status)
    .header('content-security-policy', pagePolicy(redirectOrigin))
    .header('referrer-policy', 'same-origin')
    .type('text/html; charset=utf-8')
    .send(html);
}

function sendToken(reply: FastifyReply, pair: TokenPair): FastifyReply {
  const body: z.output<typeof tokenSchema> = {
    access_token: pair.accessToken,
    token_type: 'Bearer',
    expires_in: pair.expiresInSec,
    refresh_token: pair.refreshToken,
    scope: 'account',
  };
  return reply.header('pragma', 'no-cache').send(body);
}

/** The texts of a form. What is no text, as JSON may hold, was not sent. */
function textsOf(body: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(body ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

const refuseToken = (reply: FastifyReply, error: string): FastifyReply => reply.code(400).send({ error });

/** Sign-in: authorization code with PKCE S256 (RFC 6749, 7636, 8252, 9207), refresh with rotation, RFC 7009. */
export function registerOauth(app: FastifyInstance, context: ApiContext): void {
  const { services, signIns, clock, tickets } = context;
  const { people } = services;
  const codes = new Map<string, Code>();

  function redirect(reply: FastifyReply, to: URL, parameters: Readonly<Record<string, string>>): FastifyReply {
    for (const [name, value] of Object.entries(parameters)) to.searchParams.set(name, value);
    to.searchParams.set('iss', context.origin());
    return reply.header('referrer-policy', 'no-referrer').redirect(to.href, 303);
  }

  function grantCode(reply: FastifyReply, asked: AuthorizationRequest, to: URL, userId: string): FastifyReply {
    for (const [code, { expiresAt }] of codes) if (expiresAt + CODE_LIFE_MS < clock.now()) codes.delete(code);
    const code = randomToken();
    codes.set(code, {
      userId,
      redirectUri: asked.redirect_uri,
      challenge: asked.code_challenge,
      expiresAt: clock.now() + CODE_LIFE_MS,
      given: null,
    });
    return redirect(reply, to, { code, state: asked.state });
  }

  /** The checks both ways in share. Answers itself and returns undefined when the request cannot go on. */
  function readRequest(raw: Readonly<Record<string, unknown>>, reply: FastifyReply) {
    const to = loopbackRedirect(raw.redirect_uri);
    if (!to || raw.client_id !== OAUTH_CLIENT_ID) {
      sendPage(reply, 400, refusedPage('The request does not come from the app this provider knows.'), null);
      return undefined;
    }
    const parsed = authorizationRequest.safeParse(raw);
    if (parsed.success) return { asked: parsed.data, to };
    const state = typeof raw.state === 'string' ? { state: raw.state } : {};
    const error = raw.response_type === 'code' ? 'invalid_request' : 'unsupported_response_type';
    redirect(reply, to, { error, ...state });
    return undefined;
  }

  app.get('/oauth/authorize', async (request, reply) => {
    await delayed(context, request.url);
    const query = textsOf(request.query);
    const read = readRequest(query, reply);
    if (!read) return reply;
    const { asked, to } = read;
    if (query.login_ticket !== undefined) {
      const role = tickets.take(query.login_ticket);
      const user = people.users().find((each) => each.role === role);
      return user
        ? grantCode(reply, asked, to, user.id)
        : redirect(reply, to, { error: 'access_denied', state: asked.state });
    }
    const html = authorizePage(context.ledger.profile.account.name, people.users(), { ...asked });
    return sendPage(reply, 200, html, to.origin);
  });

  app.post('/oauth/authorize', async (request, reply) => {
    const form = textsOf(request.body);
    const { origin } = request.headers;
    if (origin !== undefined && origin !== context.origin()) {
      return sendPage(reply, 403, refusedPage('The form came from another page.'), null);
    }
    const read = readRequest(form, reply);
    if (!read) return reply;
    const user = people.user(form.user_id ?? '');
    return user
      ? grantCode(reply, read.asked, read.to, user.id)
      : redirect(reply, read.to, { error: 'access_denied', state: read.asked.state });
  });

  function exchangeCode(form: Readonly<Record<string, string>>, reply: FastifyReply): FastifyReply {
    const code = codes.get(form.code ?? '');
    if (!code || code.expiresAt <= clock.now()) return refuseToken(reply, 'invalid_grant');
    if (code.given) {
      signIns.revoke(code.given.refreshToken);
      return refuseToken(reply, 'invalid_grant');
    }
    const challenge = createHash('sha256')
      .update(form.code_verifier ?? '')
      .digest('base64url');
    if (challenge !== code.challenge || form.redirect_uri !== code.redirectUri) {
      codes.delete(form.code ?? '');
      return refuseToken(reply, 'invalid_grant');
    }
    code.given = signIns.issue(code.userId);
    return sendToken(reply, code.given);
  }

  app.post('/oauth/token', async (request: FastifyRequest, reply) => {
    await delayed(context, request.url);
    const form = textsOf(request.body);
    if (form.client_id !== OAUTH_CLIENT_ID) return refuseToken(reply, 'invalid_client');
    if (form.grant_type === 'authorization_code') return exchangeCode(form, reply);
    if (form.grant_type !== 'refresh_token') return refuseToken(reply, 'unsupported_grant_type');
    const pair = signIns.refresh(form.refresh_token ?? '');
    return pair ? sendToken(reply, pair) : refuseToken(reply, 'invalid_grant');
  });

  app.post('/oauth/revoke', async (request, reply) => {
    await delayed(context, request.url);
    const form = textsOf(request.body);
    signIns.revoke(form.token ?? '');
    return reply.code(200).send({});
  });
}
