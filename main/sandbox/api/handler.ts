import type * as z from 'zod';
import type { Endpoint } from '../../provider/api/endpoint.ts';
import type { User } from '../ledger/people.ts';

type Part<E, K extends 'params' | 'query' | 'body'> = E extends { readonly [P in K]: infer S extends z.ZodType }
  ? z.output<S>
  : undefined;

/** A request that passed every guard: who asks, and its parts as their schemas parsed them. */
export interface Served<E extends Endpoint = Endpoint> {
  readonly user: User;
  /** The sign-in it came by. */
  readonly session: string;
  readonly params: Part<E, 'params'>;
  readonly query: Part<E, 'query'>;
  readonly body: Part<E, 'body'>;
  /** Of a write; '' on a read. Unique with the user: work that outlives a transaction is kept under it. */
  readonly idempotencyKey: string;
}

/** A write that needs more than one transaction, as a card payment does. */
export interface Staged<R> {
  /**
   * Does the work in transactions of its own and ends in `commit`, whose transaction keeps the answer under the key. A
   * process that dies before is asked again under the same key, and MUST then find what it had begun.
   */
  readonly run: (commit: (work: () => R) => void) => Promise<void>;
}

/** Serves one operation. A read answers its value; a write does so inside the transaction that keeps its answer. */
export type Handler<E extends Endpoint> = (
  served: Served<E>,
) => z.output<E['response']> | Staged<z.output<E['response']>>;

/** One handler for each row of a table of operations. */
export type Handlers<T extends Readonly<Record<string, Endpoint>>> = { readonly [N in keyof T]: Handler<T[N]> };
