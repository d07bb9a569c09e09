import type * as z from 'zod';
import { IDEMPOTENCY_HEADER } from '../../main/provider/api/endpoints.ts';
import { problemSchema } from '../../main/provider/api/problems.ts';
import { chargeSchema, quoteSchema } from '../../main/provider/api/resources/commerce.ts';
import { paymentSessionSchema } from '../../main/provider/api/resources/payment-methods.ts';
import type { Tokens } from '../../main/provider/drivers/offhook/tokens.ts';
import type { Rig } from './sandbox-api-rig.ts';

type Person = Pick<Tokens, 'accessToken'>;

/** Asks of the shop as a client does, each answer parsed by its schema. */
export function createBuyer(rig: Rig, person: Person) {
  let keys = 0;
  const send = (method: string, url: string, body: unknown, key = `key-${(keys += 1)}`, headers = {}) =>
    rig.call(person, method, url, {
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        [IDEMPOTENCY_HEADER]: key,
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  async function parsed<S extends z.ZodType>(schema: S, response: Response, status: number): Promise<z.output<S>> {
    const text = await response.text();
    if (response.status !== status) throw new Error(`${response.status}: ${text}`);
    return schema.parse(JSON.parse(text));
  }

  return {
    send,
    get: (url: string) => rig.call(person, 'GET', url),
    problem: async (response: Response) => problemSchema.parse(await response.json()),
    quote: async (body: unknown = { kind: 'add_credit', amount: '25.00' }) =>
      parsed(quoteSchema, await send('POST', '/quotes', body), 201),
    charge: async (quote: z.output<typeof quoteSchema>, key?: string, method: string | null = null) =>
      parsed(
        chargeSchema,
        await send(
          'POST',
          '/charges',
          { quote_id: quote.id, price_hash: quote.price_hash, payment_method_id: method },
          key,
        ),
        201,
      ),
    readCharge: async (id: string) => parsed(chargeSchema, await rig.call(person, 'GET', `/charges/${id}`), 200),
    session: async (body: unknown) => parsed(paymentSessionSchema, await send('POST', '/payment-sessions', body), 201),
    readSession: async (id: string) =>
      parsed(paymentSessionSchema, await rig.call(person, 'GET', `/payment-sessions/${id}`), 200),
  };
}

/** Sends a form of a page as a browser does, without following where it leads. */
export function submit(url: string, fields: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
}

export const CONTACT = {
  name: 'Dana Whitfield',
  email: 'dana@fernhill.example',
  street: '18 Alder Row',
  city: 'Oakland',
  region: 'CA',
  postal_code: '94607',
  country: 'US',
} as const;
