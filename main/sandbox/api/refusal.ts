import type { FastifyReply } from 'fastify';
import type { Problem, ProblemCode } from '../../provider/api/problems.ts';
import { PROBLEM_MEDIA_TYPE, problemDocument } from '../../provider/api/problems.ts';

interface RefusalDetails {
  readonly detail?: string;
  readonly errors?: NonNullable<Problem['errors']>;
  readonly retryAfterSec?: number;
}

/** Thrown by anything that serves a request; the error handler answers it as an RFC 9457 document. */
export class Refusal extends Error {
  readonly code: ProblemCode;
  readonly details: RefusalDetails;

  constructor(code: ProblemCode, details: RefusalDetails = {}) {
    super(details.detail ?? code);
    this.code = code;
    this.details = details;
  }
}

/** Sends the problem document of a refusal. `instance` names the request, for support. */
export function sendRefusal(reply: FastifyReply, refusal: Refusal, instance: string): FastifyReply {
  const { detail, errors, retryAfterSec } = refusal.details;
  const document: Problem = {
    ...problemDocument(refusal.code),
    instance,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
  };
  if (retryAfterSec !== undefined) reply.header('retry-after', String(retryAfterSec));
  if (document.status === 401) reply.header('www-authenticate', `Bearer error="invalid_token"`);
  return reply.code(document.status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(document));
}
