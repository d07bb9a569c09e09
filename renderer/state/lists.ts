import type { CallLogEntry, UsagePage, UsageRow } from '../../preload/contract/models.ts';
import type { ListState } from './model.ts';

function merge<Row extends { readonly id: string }>(
  old: readonly Row[],
  fresh: readonly Row[],
  timeOf: (row: Row) => number,
): readonly Row[] {
  const byId = new Map(old.map((row) => [row.id, row]));
  for (const row of fresh) byId.set(row.id, row);
  return [...byId.values()].sort((a, b) => timeOf(b) - timeOf(a) || (a.id < b.id ? 1 : -1));
}

/** Puts a call in its place in the history, or in place of its earlier version. */
export function withCall(list: ListState<CallLogEntry>, entry: CallLogEntry): ListState<CallLogEntry> {
  return { ...list, rows: merge(list.rows, [entry], (row) => row.startedAt) };
}

/** Adds a page of older calls. */
export function withCallPage(
  list: ListState<CallLogEntry>,
  page: { readonly rows: readonly CallLogEntry[]; readonly next: string | null },
): ListState<CallLogEntry> {
  return { rows: merge(list.rows, page.rows, (row) => row.startedAt), next: page.next, phase: { kind: 'ready' } };
}

/** Adds a page of older usage. A row with a lower version than the one held is a late echo and is dropped. */
export function withUsagePage(list: ListState<UsageRow>, page: UsagePage): ListState<UsageRow> {
  return { rows: mergeUsage(list.rows, page.rows), next: page.next, phase: { kind: 'ready' } };
}

/**
 * Replaces the head of the list by a fresh first page; the way on stays where the list already reached further. An end
 * is none any more once the page has a next: older rows are still coming in below it.
 */
export function withUsageHead(list: ListState<UsageRow>, page: UsagePage): ListState<UsageRow> {
  const last = page.rows.at(-1);
  const reachesFurther = last !== undefined && list.rows.some((row) => row.time < last.time);
  return {
    rows: mergeUsage(list.rows, page.rows),
    next: (reachesFurther ? list.next : null) ?? page.next,
    phase: { kind: 'ready' },
  };
}

function mergeUsage(old: readonly UsageRow[], fresh: readonly UsageRow[]): readonly UsageRow[] {
  const held = new Map(old.map((row) => [row.id, row.version]));
  const newer = fresh.filter((row) => row.version >= (held.get(row.id) ?? 0));
  return merge(old, newer, (row) => row.time);
}
