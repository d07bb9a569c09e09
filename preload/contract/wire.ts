import * as z from 'zod/mini';
import type { Result } from './result.ts';

/** The browser host's WebSocket. */
export const BRIDGE_PATH = '/bridge';

/** The Server-Timing metric that tells a page under which content policy it was served. */
export const POLICY_METRIC = 'policy';

/** A window asks; `id` is counted by the page and comes back in the reply. */
export const bridgeRequest = z.object({
  id: z.int().check(z.minimum(1)),
  name: z.string().check(z.maxLength(100)),
  payload: z.unknown(),
});
export type BridgeRequest = z.infer<typeof bridgeRequest>;

/**
 * The query of the bridge's address. `window` names the page for its lifetime, `policy` the content policy it was served
 * under; `seen` is the number of the last event the page got, 0 at first.
 */
export const bridgeQuery = z.object({ window: z.uuid(), policy: z.coerce.number(), seen: z.coerce.number() });
export type BridgeQuery = z.infer<typeof bridgeQuery>;

/**
 * What the host sends. `hello` comes first: `resumed` is true when all events after `seen` follow.
 * `reload`: the page was served under a policy that no longer fits.
 */
export type BridgeMessage =
  | { readonly type: 'hello'; readonly resumed: boolean }
  | { readonly type: 'reply'; readonly id: number; readonly result: Result<unknown> }
  | { readonly type: 'event'; readonly seq: number; readonly name: string; readonly payload: unknown }
  | { readonly type: 'reload' };

/** Electron's two IPC channels; names and payloads travel inside and are checked on both sides. */
export const INVOKE_CHANNEL = 'offhook:invoke';
export const EVENT_CHANNEL = 'offhook:event';
