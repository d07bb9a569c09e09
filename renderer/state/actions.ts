import type { AppError } from '../../preload/contract/result.ts';
import type { ActionParts } from './action-parts.ts';
import { createCallActions } from './call-actions.ts';
import { createListActions } from './list-actions.ts';
import type { Pane, Selection } from './model.ts';
import { createSessionActions } from './session-actions.ts';

/** Everything the screens can do. They never see the client. */
export function createActions(parts: ActionParts) {
  const { store, client, restart } = parts;
  return {
    ...createSessionActions(parts),
    ...createCallActions(parts),
    ...createListActions(parts),
    restart,
    show: (pane: Pane) => {
      store.setState((state) => ({ pane, selection: state.pane === pane ? state.selection : null }));
    },
    select: (selection: Selection) => {
      store.setState({ selection });
    },
    report: (fault: AppError) => {
      store.setState({ fault });
    },
    closeFault: () => {
      store.setState({ fault: null });
    },
    /** Tells main how long the first paint took, for the bench. */
    painted: async (sincePageStartMs: number) => {
      await client.invoke('app.painted', { sincePageStartMs });
    },
  };
}

export type Actions = ReturnType<typeof createActions>;
