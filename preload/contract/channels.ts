import * as z from 'zod/mini';
import { commandOutcome } from './command-outcome.ts';
import {
  balance,
  callLogEntry,
  callPrice,
  ownedNumber,
  phoneCommand,
  phoneLease,
  phoneMirror,
  policy,
  session,
  settings,
  snapshot,
  usagePage,
} from './models.ts';
import { storeNotice, syncStatus } from './sync-status.ts';
import type { Action } from './roles.ts';

/** Who may use a row: anyone with a trusted window, anyone signed in, or whoever may do the action. */
export type Access = 'window' | 'signed_in' | Action;

interface InvokeRow {
  readonly access: Access;
  readonly request: z.ZodMiniType;
  readonly response: z.ZodMiniType;
}

const row = <Req extends z.ZodMiniType, Res extends z.ZodMiniType>(access: Access, request: Req, response: Res) =>
  ({ access, request, response }) satisfies InvokeRow;

const nothing = z.null();

/** A page request. `limit` is capped so that no answer blocks a frame. */
const pageRequest = z.object({ cursor: z.nullable(z.string()), limit: z.int().check(z.minimum(1), z.maximum(500)) });

/**
 * The whole boundary, window -> main: each row's name, who may call it, what it takes, what a success carries. Router,
 * bridge, client and test double derive from it. An answer always is a Result.
 */
export const invokeChannels = {
  'app.snapshot': row('window', nothing, snapshot),
  'app.painted': row('window', z.object({ sincePageStartMs: z.number() }), nothing),
  'app.openExternal': row('window', z.object({ page: z.enum(['provider_portal', 'sign_in']) }), nothing),

  'session.signInProvider': row('window', z.object({ address: z.string().check(z.maxLength(2048)) }), nothing),
  /** To the provider of the open account, whose sign-in has expired. Resolves as signInProvider does. */
  'session.signInAgain': row('signed_in', nothing, nothing),
  'session.cancelSignIn': row('window', nothing, nothing),
  'session.probeSip': row(
    'window',
    z.object({ wssUrl: z.string(), domain: z.string(), user: z.string() }),
    z.object({ realm: z.string() }),
  ),
  'session.signInSip': row(
    'window',
    z.object({
      wssUrl: z.string(),
      domain: z.string(),
      user: z.string(),
      authorizationUser: z.nullable(z.string()),
      password: z.string(),
      realm: z.string(),
      displayName: z.string(),
      keepSecret: z.boolean(),
    }),
    nothing,
  ),
  'session.signInSandbox': row('window', nothing, nothing),
  'session.signOut': row('window', z.object({ eraseHistory: z.boolean() }), nothing),

  'settings.set': row('window', z.partial(settings), settings),

  'account.refresh': row('signed_in', nothing, nothing),

  /** `inbound`: what being called on the own number `target` costs. Left out = outbound. */
  'rates.priceCall': row(
    'phone.use',
    z.object({
      target: z.string().check(z.maxLength(256)),
      direction: z.optional(z.enum(['outbound', 'inbound'])),
    }),
    callPrice,
  ),

  'usage.page': row('usage.own', pageRequest, usagePage),

  'calls.page': row(
    'phone.use',
    pageRequest,
    z.object({ rows: z.readonly(z.array(callLogEntry)), next: z.nullable(z.string()) }),
  ),
  /** Upsert by id; the phone window writes at start, answer and end, so a crash loses nothing. */
  'calls.record': row('phone.use', callLogEntry, nothing),
  'calls.markSeen': row('phone.use', nothing, nothing),

  'phone.lease': row('window', z.object({ takeOver: z.boolean() }), phoneLease),
  'phone.release': row('window', nothing, nothing),
  'phone.report': row('window', phoneMirror, nothing),
  /** Answers when the lease holder has; `timed_out`: it did not say, and the command may have been carried out. */
  'phone.command': row('phone.use', phoneCommand, commandOutcome),
  /** A kind of message the telephone dropped, or one that came out of order: for the log, by name, with no content. */
  'phone.fault': row('window', z.object({ what: z.string().check(z.regex(/^[a-z_ ]{1,60}$/)) }), nothing),
  /** The lease holder, about the command of that id. */
  'phone.answer': row('window', z.object({ id: z.int(), outcome: commandOutcome }), nothing),
} as const satisfies Record<string, InvokeRow>;

/** main -> window. Each carries the whole new value of its slice; a late subscriber starts from app.snapshot. */
export const eventChannels = {
  'session.changed': session,
  'settings.changed': settings,
  'balance.changed': z.nullable(balance),
  'policy.changed': z.nullable(policy),
  'numbers.changed': z.readonly(z.array(ownedNumber)),
  'sync.changed': syncStatus,
  'store.changed': z.readonly(z.array(storeNotice)),
  /** Something in the usage table changed: re-read the first page if it is on screen. */
  'usage.changed': z.object({ newestTime: z.nullable(z.int()) }),
  'calls.changed': callLogEntry,
  'phone.mirror': phoneMirror,
  /** To the lease holder only, which answers by phone.answer. */
  'phone.command': z.object({ id: z.int(), command: phoneCommand }),
  /** This window's lease was taken: media stops at once. */
  'phone.leaseLost': nothing,
  /** A hint that the machine woke or the network came back; the phone asks its path whether it holds. */
  'host.resumed': nothing,
  /** The app is closing: un-REGISTER, then answer by phone.release. */
  'host.closing': nothing,
} as const satisfies Record<string, z.ZodMiniType>;

export type InvokeName = keyof typeof invokeChannels;
export type EventName = keyof typeof eventChannels;
export type RequestOf<N extends InvokeName> = z.input<(typeof invokeChannels)[N]['request']>;
/** What a handler receives: parsed. */
export type ParsedRequestOf<N extends InvokeName> = z.output<(typeof invokeChannels)[N]['request']>;
export type ResponseOf<N extends InvokeName> = z.output<(typeof invokeChannels)[N]['response']>;
export type EventOf<N extends EventName> = z.output<(typeof eventChannels)[N]>;
