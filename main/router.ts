import { invokeChannels, type Access, type InvokeName } from '../preload/contract/channels.ts';
import { fail, type AppError, type Result } from '../preload/contract/result.ts';
import { mayDo, whoMay, type Person } from '../preload/contract/roles.ts';
import type { Asker, Handlers } from './platform/handlers.ts';
import { newUuid } from './platform/ids.ts';
import type { Logger } from './platform/logger.ts';

export interface RouterOptions {
  readonly log: Logger;
  /** Also hold every success against its response schema; a mismatch is a bug of ours and answers `internal`. */
  readonly checkResponses?: boolean;
}

/** What a host calls for a window that passed its sender check. Never rejects. */
export type Route = (window: { readonly id: string }, name: string, payload: unknown) => Promise<Result<unknown>>;

/** Why a person may not use a row of this access, or undefined when they may. */
export function refusal(access: Access, person: Person | null): AppError | undefined {
  if (access === 'window') return undefined;
  if (!person) return { kind: 'not_signed_in', nextStep: 'sign_in', detail: 'Nobody is signed in' };
  if (access === 'signed_in' || mayDo(person, access)) return undefined;
  return { kind: 'forbidden', nextStep: 'ask_owner', detail: `Needs ${access}`, who: whoMay(access) };
}

/**
 * Turns the contract table into the one way in: unknown channel, access, payload, handler, in this order. Handlers only
 * ever see parsed requests of people who may ask. What a handler throws is logged under an id and answered `internal`.
 */
export function createRouter(
  handlers: Handlers,
  whoIsAsking: (window: { readonly id: string }) => Person | null,
  options: RouterOptions,
): Route {
  const log = options.log.part('router');
  const bug = (name: string, what: string, cause: unknown): Result<never> => {
    const id = newUuid();
    log.error(what, { id, channel: name }, cause);
    return fail({ kind: 'internal', nextStep: 'report_bug', detail: `Error ${id}` });
  };
  return async (window, name, payload) => {
    if (!Object.hasOwn(invokeChannels, name)) {
      return fail({ kind: 'invalid_request', nextStep: 'report_bug', detail: 'No such channel' });
    }
    const channel = name as InvokeName;
    const row = invokeChannels[channel];
    const person = whoIsAsking(window);
    const refused = refusal(row.access, person);
    if (refused) return fail(refused);
    const parsed = row.request.safeParse(payload);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const field = issue?.path.join('.') ?? '';
      // Paths and codes only: the values may be secrets.
      const detail = `${channel}: ${issue?.code ?? 'invalid'} at "${field}"`;
      log.warn('Refused a payload', { detail });
      return fail({ kind: 'invalid_request', nextStep: 'check_input', detail, field });
    }
    const asker: Asker = { window, person };
    try {
      const handle = handlers[channel] as (request: unknown, asker: Asker) => Promise<Result<unknown>>;
      const answer = await handle(parsed.data, asker);
      if (!answer.ok || !options.checkResponses) return answer;
      const checked = row.response.safeParse(answer.value);
      return checked.success ? answer : bug(name, 'A handler answered out of its schema', checked.error);
    } catch (cause) {
      return bug(name, 'A handler threw', cause);
    }
  };
}
