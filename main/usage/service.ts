import type { UsagePage, UsageRow } from '../../preload/contract/models.ts';
import { ok, type Result } from '../../preload/contract/result.ts';
import { mayDo, type Person } from '../../preload/contract/roles.ts';
import type { Push } from '../platform/push.ts';
import type { Store, WriteStatement } from '../store/store.ts';
import { countUsage, newestUsageTime, upsertUsage, usageOfCall, usagePage, type UsageScope } from './repo.ts';

/** A row may be stamped with the start of its call or with its end; no call is longer than this. */
const CALL_WINDOW_MS = 26 * 60 * 60 * 1000;

export interface UsageService {
  /** Cached rows the person may see, newest first. */
  page(
    request: { readonly cursor: string | null; readonly limit: number },
    who: Person & { readonly userId: string },
  ): Promise<Result<UsagePage>>;
  /**
   * Keeps rows of the provider, with the sync's place in the same transaction, and tells the windows when something is
   * new. `changed` is false when every row was known.
   */
  save(rows: readonly UsageRow[], together?: readonly WriteStatement[]): Promise<Result<{ readonly changed: boolean }>>;
  /** Rows of one call around a UTC ms, oldest first. */
  ofCall(sipCallId: string, aroundMs: number): Promise<Result<readonly UsageRow[]>>;
  count(): Promise<Result<number>>;
}

/** The usage list of one account, from the cache. */
export function createUsageService(deps: {
  readonly store: Store;
  readonly push: Push;
  readonly partialBefore: () => number | null;
}): UsageService {
  const { store } = deps;
  return {
    async page(request, who) {
      const scope: UsageScope = mayDo(who, 'usage.all') ? { kind: 'all' } : { kind: 'user', userId: who.userId };
      const page = await usagePage(store, { ...request, scope });
      return page.ok ? ok({ ...page.value, partialBefore: deps.partialBefore() }) : page;
    },
    async save(rows, together) {
      const saved = await upsertUsage(store, rows, together);
      if (!saved.ok || !saved.value.changed) return saved;
      const newest = await newestUsageTime(store);
      deps.push('usage.changed', { newestTime: newest.ok ? newest.value : null });
      return saved;
    },
    ofCall: (sipCallId, aroundMs) =>
      usageOfCall(store, sipCallId, { fromMs: aroundMs - CALL_WINDOW_MS, toMs: aroundMs + CALL_WINDOW_MS }),
    count: () => countUsage(store),
  };
}
