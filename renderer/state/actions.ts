import type { OffhookClient } from '../../preload/contract/client.ts';
import type { AppError } from '../../preload/contract/result.ts';
import { createCallActions } from './call-actions.ts';
import { createListActions } from './list-actions.ts';
import type { Pane, Selection } from './model.ts';
import type { PhoneController } from './phone-controller.ts';
import { createSessionActions } from './session-actions.ts';
import type { AppStore } from './store.ts';

export interface ActionParts {
  readonly client: OffhookClient;
  readonly store: AppStore;
  readonly phone: PhoneController;
  /** Reads the first state again after a failed start. */
  readonly restart: () => Promise<void>;
}

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
