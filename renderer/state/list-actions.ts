import type { ActionParts } from './action-parts.ts';
import { withCallPage, withUsageHead, withUsagePage } from './lists.ts';

/** Rows asked for at a time: two screens of a tall window. */
const PAGE_ROWS = 100;

/** Reading history and usage page by page. One question at a time per list. */
export function createListActions({ client, store }: ActionParts) {
  const readCalls = async (cursor: string | null) => {
    store.setState(({ history }) => ({ history: { ...history, phase: { kind: 'loading' } } }));
    const answer = await client.invoke('calls.page', { cursor, limit: PAGE_ROWS });
    store.setState(({ history }) => ({
      history: answer.ok
        ? withCallPage(history, answer.value)
        : { ...history, phase: { kind: 'failed', error: answer.error } },
    }));
  };

  const readUsage = async (cursor: string | null) => {
    store.setState(({ usage }) => ({ usage: { ...usage, phase: { kind: 'loading' } } }));
    const answer = await client.invoke('usage.page', { cursor, limit: PAGE_ROWS });
    store.setState(({ usage }) => {
      if (!answer.ok) return { usage: { ...usage, phase: { kind: 'failed', error: answer.error } } };
      const merge = cursor === null ? withUsageHead : withUsagePage;
      return { usage: merge(usage, answer.value), usagePartialBefore: answer.value.partialBefore };
    });
  };

  return {
    /** The first page of the history, or the one after what is shown. Does nothing while one is on its way. */
    readMoreCalls: async () => {
      const { history } = store.getState();
      if (history.phase.kind === 'loading') return;
      if (history.phase.kind === 'ready' && history.next === null) return;
      await readCalls(history.next);
    },
    readMoreUsage: async () => {
      const { usage } = store.getState();
      if (usage.phase.kind === 'loading') return;
      if (usage.phase.kind === 'ready' && usage.next === null) return;
      await readUsage(usage.next);
    },
    /** The newest usage again, after main said that something changed. */
    refreshUsage: async () => {
      if (store.getState().usage.phase.kind !== 'loading') await readUsage(null);
    },
    /** Missed calls were looked at. */
    markCallsSeen: async () => {
      const answer = await client.invoke('calls.markSeen', null);
      if (!answer.ok) return;
      store.setState(({ history }) => ({
        history: { ...history, rows: history.rows.map((row) => (row.seen ? row : { ...row, seen: true })) },
      }));
    },
  };
}
