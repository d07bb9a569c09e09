import type { UsageRow } from '../../preload/contract/models.ts';
import { fail, ok, type Result } from '../../preload/contract/result.ts';
import type { Page } from '../provider/driver.ts';
import type { UsageService } from '../usage/service.ts';
import { syncStateStatements, type SyncState } from './repo.ts';

/** Small enough to be on screen at once. */
const FIRST_PAGE_ROWS = 100;
const PAGE_ROWS = 1_000;

/** A row may turn up this much below the newest one: stamped with the start of a long call, or posted late. */
const LATE_ROW_MS = 24 * 60 * 60 * 1000;

export interface UsagePassPorts {
  /** Asks the provider; newest first, null = from the newest. */
  readonly ask: (cursor: string | null, limit: number) => Promise<Result<Page<UsageRow>>>;
  readonly usage: UsageService;
  state(): SyncState;
  /** The patch is on disk already, in one transaction with its rows. */
  stateSaved(patch: Partial<SyncState>): void;
  /** True when the account was left or the driver replaced: nothing may be written any more. */
  isStale(): boolean;
  onRows(rows: readonly UsageRow[]): Promise<void>;
}

/** `more`: the fill has further pages. `stale`: stopped in the middle, nothing wrong. */
type PassOutcome = 'done' | 'more' | 'stale';

const broken = (detail: string): Result<never> => fail({ kind: 'provider_protocol', nextStep: 'wait', detail });

/** A walk that comes round again would never end. */
function repeats(page: Page<UsageRow>, cursor: string | null, previousFirst: string | null): boolean {
  return (page.next !== null && page.next === cursor) || (page.rows[0]?.id ?? '') === (previousFirst ?? undefined);
}

async function save(
  ports: UsagePassPorts,
  rows: readonly UsageRow[],
  patch: Partial<SyncState>,
): Promise<Result<null>> {
  const saved = await ports.usage.save(rows, syncStateStatements(patch));
  if (!saved.ok) return saved;
  ports.stateSaved(patch);
  await ports.onRows(rows);
  return ok(null);
}

/** The first page of an empty cache: what it leaves out is the fill's. */
function firstPatch(page: Page<UsageRow>): Partial<SyncState> {
  return {
    newestSyncedTime: page.rows[0]?.time ?? null,
    backfillCursor: page.next,
    backfillDone: page.next === null,
    partialBefore: page.next === null ? null : (page.rows.at(-1)?.time ?? null),
    rowsDone: page.rows.length,
    rowsTotal: page.total,
  };
}

/**
 * Reads from the newest row down to what is known. The place moves up only when the gap is closed, in one transaction
 * with the page that closes it: a pass cut short is begun again and leaves no hole. `deep` also looks for late rows.
 */
export async function readNewest(ports: UsagePassPorts, deep: boolean): Promise<Result<PassOutcome>> {
  const known = ports.state().newestSyncedTime;
  let cursor: string | null = null;
  let newest: number | null = null;
  let previousFirst: string | null = null;
  for (;;) {
    const answer: Result<Page<UsageRow>> = await ports.ask(cursor, cursor === null ? FIRST_PAGE_ROWS : PAGE_ROWS);
    if (ports.isStale()) return ok('stale');
    if (!answer.ok) return answer;
    const page = answer.value;
    if (known === null) {
      const saved = await save(ports, page.rows, firstPatch(page));
      if (!saved.ok) return saved;
      return ok(page.next === null ? 'done' : 'more');
    }
    if (repeats(page, cursor, previousFirst)) return broken('A usage page repeats');
    newest ??= page.rows[0]?.time ?? known;
    const oldest = page.rows.at(-1)?.time ?? 0;
    const isClosed = page.next === null || oldest < known - (deep ? LATE_ROW_MS : 0);
    const total = page.total === null ? {} : { rowsTotal: page.total };
    const patch = isClosed ? { newestSyncedTime: Math.max(newest, known), ...total } : {};
    const saved = await save(ports, page.rows, patch);
    if (!saved.ok) return saved;
    if (isClosed) return ok('done');
    cursor = page.next;
    previousFirst = page.rows[0]?.id ?? null;
  }
}

/** Forgets the place of the fill: the next pass begins from the newest row. Rows stay and are upserted again. */
const BEGIN_AGAIN: Partial<SyncState> = { newestSyncedTime: null, backfillCursor: null, backfillDone: false };

/** Reads the next page of the history. Its rows and the place behind them commit together. */
export async function fillHistory(ports: UsagePassPorts): Promise<Result<PassOutcome>> {
  const { backfillDone, backfillCursor, partialBefore, rowsDone } = ports.state();
  if (backfillDone || backfillCursor === null) return ok('done');
  const answer = await ports.ask(backfillCursor, PAGE_ROWS);
  if (ports.isStale()) return ok('stale');
  if (!answer.ok) {
    if (answer.error.kind !== 'not_found') return answer;
    const saved = await save(ports, [], BEGIN_AGAIN);
    return saved.ok ? readNewest(ports, false) : saved;
  }
  const page = answer.value;
  const first = page.rows[0];
  if (page.next === backfillCursor || (first && partialBefore !== null && first.time > partialBefore)) {
    return broken('A page of the history repeats');
  }
  const saved = await save(ports, page.rows, {
    backfillCursor: page.next,
    backfillDone: page.next === null,
    partialBefore: page.next === null ? null : (page.rows.at(-1)?.time ?? partialBefore),
    rowsDone: rowsDone + page.rows.length,
    ...(page.total === null ? {} : { rowsTotal: page.total }),
  });
  if (!saved.ok) return saved;
  return ok(page.next === null ? 'done' : 'more');
}
