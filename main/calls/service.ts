import type { CallLogEntry, UsageRow } from '../../preload/contract/models.ts';
import { toMicros, type Money } from '../../preload/contract/money.ts';
import { fail, ok, type Result } from '../../preload/contract/result.ts';
import type { Push } from '../platform/push.ts';
import type { Store } from '../store/store.ts';
import {
  callsPage,
  callsWithoutCost,
  closeLostCalls,
  markCallsSeen,
  recordCall,
  setCallCosts,
  type CallCost,
} from './repo.ts';

/** A provider that has not priced a call for this long will not do it any more. */
const COST_WAIT_MS = 30 * 24 * 60 * 60 * 1000;

/** As many as a surface shows at once; what lies below is read again when it is scrolled to. */
const SHOWN_ROWS = 200;

export interface CallService {
  page(request: {
    readonly cursor: string | null;
    readonly limit: number;
  }): Promise<Result<{ readonly rows: readonly CallLogEntry[]; readonly next: string | null }>>;
  /**
   * Upsert by id; tells every window, and whoever waits for the end of calls. What the disk does not take is kept in
   * memory, shown all the same, and written with the next entry or as soon as the disk takes something again.
   */
  record(entry: CallLogEntry): Promise<Result<null>>;
  markSeen(): Promise<Result<null>>;
  /** Ends the calls whose window is gone, as `lost`. */
  closeLost(): Promise<Result<null>>;
  /** Puts prices of usage rows on the calls they explain. */
  applyCosts(rows: readonly UsageRow[]): Promise<Result<null>>;
}

/** A charge is negative in the ledger; what a call cost is not. */
function costOf(rows: readonly UsageRow[]): Money | undefined {
  const [first] = rows;
  if (!first || rows.some((row) => row.currency !== first.currency)) return undefined;
  return { micros: toMicros(rows.reduce((sum, row) => sum - row.amount, 0)), currency: first.currency };
}

/**
 * The price of each call among the rows. Both legs of a call within the account may carry one Call-ID: the calling leg
 * is what the call cost, the called leg counts only where it stands alone.
 */
export function costsByCall(rows: readonly UsageRow[]): readonly CallCost[] {
  const byCall = new Map<string, UsageRow[]>();
  for (const row of rows) {
    if (row.sipCallId === null || row.kind !== 'call' || row.priceState === 'price_pending') continue;
    byCall.set(row.sipCallId, [...(byCall.get(row.sipCallId) ?? []), row]);
  }
  return [...byCall].flatMap(([sipCallId, legs]) => {
    const calling = legs.filter((row) => row.leg !== 'b');
    const cost = costOf(calling.length > 0 ? calling : legs);
    return cost ? [{ sipCallId, cost }] : [];
  });
}

/** The call history of one account. `onEnded` runs once a call's end is on disk. */
export function createCallService(deps: {
  readonly store: Store;
  readonly push: Push;
  readonly now: () => number;
  readonly accountId: () => string;
  readonly onEnded: (entry: CallLogEntry) => void;
  /** All legs the cache knows of a call, so that a late leg does not replace the other's price. */
  readonly legsOf: (sipCallId: string, aroundMs: number) => Promise<Result<readonly UsageRow[]>>;
}): CallService {
  const { store, push } = deps;
  const ended = new Set<string>();
  /** The newest step of each call the disk did not take. */
  const unwritten = new Map<string, CallLogEntry>();
  const announce = (entries: readonly CallLogEntry[]): void => {
    for (const entry of entries) push('calls.changed', entry);
  };

  /** Runs a change and tells the windows which of the shown rows it touched. */
  const changing = async (
    touches: (entry: CallLogEntry) => boolean,
    change: () => Promise<Result<unknown>>,
  ): Promise<Result<null>> => {
    const before = await callsPage(store, { cursor: null, limit: SHOWN_ROWS });
    if (!before.ok) return before;
    const ids = new Set(before.value.rows.filter(touches).map((entry) => entry.id));
    const changed = await change();
    if (!changed.ok) return changed;
    if (ids.size === 0) return ok(null);
    const after = await callsPage(store, { cursor: null, limit: SHOWN_ROWS });
    if (after.ok) announce(after.value.rows.filter((entry) => ids.has(entry.id)));
    return ok(null);
  };

  /** The price may have come while the call was in memory only. */
  const costAfterwards = async (entry: CallLogEntry): Promise<void> => {
    if (entry.sipCallId === null || entry.endedAt === null) return;
    const legs = await deps.legsOf(entry.sipCallId, entry.startedAt);
    const changed = legs.ok ? await setCallCosts(store, costsByCall(legs.value)) : legs;
    if (changed.ok) announce(changed.value);
  };

  const writeWaiting = async (): Promise<void> => {
    for (const entry of unwritten.values()) {
      const written = await recordCall(store, entry);
      if (!written.ok) return;
      if (unwritten.get(entry.id) === entry) unwritten.delete(entry.id);
      await costAfterwards(entry);
    }
  };
  store.onNotice((notices) => {
    if (unwritten.size > 0 && !notices.some(({ file }) => file === 'keep')) void writeWaiting();
  });

  return {
    async page(request) {
      const page = await callsPage(store, request);
      if (!page.ok || request.cursor !== null || unwritten.size === 0) return page;
      const stored = page.value.rows.filter((row) => !unwritten.has(row.id));
      const rows = [...unwritten.values(), ...stored].toSorted((a, b) => b.startedAt - a.startedAt);
      return ok({ ...page.value, rows });
    },
    async record(entry) {
      if (entry.accountId !== deps.accountId()) {
        return fail({ kind: 'conflict', nextStep: 'report_bug', detail: 'A call of another account' });
      }
      const written = await recordCall(store, entry);
      if (written.ok) unwritten.delete(entry.id);
      else unwritten.set(entry.id, entry);
      const shown = written.ok ? written.value : entry;
      announce([shown]);
      if (shown.endedAt !== null && !ended.has(entry.id)) {
        ended.add(entry.id);
        deps.onEnded(shown);
      }
      if (!written.ok) return written;
      if (unwritten.size > 0) await writeWaiting();
      return ok(null);
    },
    markSeen: () =>
      changing(
        (entry) => !entry.seen,
        () => markCallsSeen(store),
      ),
    closeLost: () =>
      changing(
        (entry) => entry.endedAt === null,
        () => closeLostCalls(store),
      ),
    async applyCosts(rows) {
      const waiting = await callsWithoutCost(store, Math.max(0, deps.now() - COST_WAIT_MS));
      if (!waiting.ok) return waiting;
      const wanted = new Set(waiting.value.map((entry) => entry.sipCallId));
      const touched = new Map<string, number>();
      for (const row of rows) {
        if (row.sipCallId === null || (!wanted.has(row.sipCallId) && row.priceState !== 'corrected')) continue;
        touched.set(row.sipCallId, row.time);
      }
      const legs: UsageRow[] = [];
      for (const [sipCallId, time] of touched) {
        const found = await deps.legsOf(sipCallId, time);
        if (!found.ok) return found;
        legs.push(...found.value);
      }
      const changed = await setCallCosts(store, costsByCall(legs));
      if (!changed.ok) return changed;
      announce(changed.value);
      return ok(null);
    },
  };
}
