import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { e164Schema } from '../../provider/api/primitives.ts';
import type { ApiContext } from './context.ts';
import { parsePart } from './parse.ts';
import { Refusal } from './refusal.ts';
import { createNumberWire } from './wire-numbers.ts';

const params = z.object({ number: e164Schema });
const takenSchema = z.strictObject({ taken: z.boolean() });
/** UTC ms of the ledger's clock. */
const extensionSchema = z.strictObject({ until: z.int().min(0) });
const reviewSchema = z.strictObject({ approved: z.boolean(), reason: z.string().max(256).nullable() });
const answerSchema = z.strictObject({ approved: z.boolean(), detail: z.string().max(256).nullable() });

/**
 * /sandbox/numbers/…: what other customers and the provider's support do to numbers. Registered among the routes that
 * need the admin key.
 */
export function registerNumberAdmin(admin: FastifyInstance, context: ApiContext): void {
  const { ledger, services } = context;
  const { numbers } = services;
  const wire = createNumberWire(ledger, numbers);

  /** Somebody else takes a number between search and purchase, or gives it back. */
  admin.put('/numbers/:number/taken', async (request) => {
    const { number } = parsePart(params, request.params);
    const { taken } = parsePart(takenSchema, request.body);
    const done = ledger.write(() => numbers.market.setTaken(number, taken));
    if (!done) throw new Refusal('conflict', { detail: 'It is held, owned, or not a number of this market' });
    return { number, taken };
  });
  admin.post('/numbers/:number/extension', async (request) => {
    const { number } = parsePart(params, request.params);
    return wire.owned(numbers.support.extend(number, parsePart(extensionSchema, request.body).until));
  });
  admin.post('/numbers/:number/review', async (request) => {
    const { number } = parsePart(params, request.params);
    const { approved, reason } = parsePart(reviewSchema, request.body);
    return wire.owned(numbers.support.review(number, approved, reason));
  });
  admin.post('/numbers/:number/release-answer', async (request) => {
    const { number } = parsePart(params, request.params);
    const { approved, detail } = parsePart(answerSchema, request.body);
    return wire.owned(numbers.support.answer(number, approved, detail));
  });
}
