import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Action } from '../../../preload/contract/roles.ts';
import { mayDo } from '../../../preload/contract/roles.ts';
import { API_VERSION, VERSION_HEADER } from '../../provider/api/endpoints.ts';
import type { User } from '../ledger/people.ts';
import type { ApiContext } from './context.ts';
import { Refusal } from './refusal.ts';

/** Who is asking, and until when the token says so. */
export interface Caller {
  readonly user: User;
  readonly token: string;
  /** The sign-in the token belongs to. */
  readonly session: string;
}

/** The one value of a header that must not be repeated. */
export function headerValue(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** A missing version means the current one; the one served is said in every answer. */
export function checkVersion(request: FastifyRequest, reply: FastifyReply): void {
  reply.header(VERSION_HEADER, API_VERSION);
  const asked = headerValue(request, VERSION_HEADER);
  if (asked !== undefined && asked !== API_VERSION) {
    throw new Refusal('unsupported_version', { detail: `This server speaks ${API_VERSION}` });
  }
}

/** The token of `Authorization: Bearer …` (RFC 6750 section 2.1); '' where there is none. */
export function bearerToken(request: FastifyRequest): string {
  return /^Bearer ([\w\-.~+/]+=*)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

/** Who the token stands for. Unknown and expired are told apart: only the second is worth a refresh. */
export function authenticate(context: ApiContext, token: string): Caller {
  const found = context.signIns.authenticate(token);
  if (found.kind === 'expired') throw new Refusal('expired_token');
  if (found.kind === 'unknown') throw new Refusal('invalid_token');
  const user = context.services.people.user(found.userId);
  if (!user) throw new Refusal('invalid_token');
  return { user, token, session: found.family };
}

/** Refuses a person whose role and grants do not allow the action (requirements.md 3.0). */
export function authorise(user: Pick<User, 'role' | 'grants'>, action: Action): void {
  if (!mayDo(user, action)) throw new Refusal('role_not_allowed', { detail: `${action} needs the owner, or a grant` });
}
