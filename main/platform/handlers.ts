import type { InvokeName, ParsedRequestOf, ResponseOf } from '../../preload/contract/channels.ts';
import type { Result } from '../../preload/contract/result.ts';
import type { Person } from '../../preload/contract/roles.ts';

/** Who asks: the trusted window, and who is signed in (null = nobody). */
export interface Asker {
  readonly window: { readonly id: string };
  readonly person: Person | null;
}

/** What answers one row of the contract. The request is parsed and the asker may ask it: the router saw to both. */
export type Handler<N extends InvokeName> = (
  request: ParsedRequestOf<N>,
  asker: Asker,
) => Result<ResponseOf<N>> | Promise<Result<ResponseOf<N>>>;

/** One handler for every row; a missing one does not compile. */
export type Handlers = { readonly [N in InvokeName]: Handler<N> };

/** The part of the table one feature answers. */
export type HandlersOf<N extends InvokeName> = Pick<Handlers, N>;
