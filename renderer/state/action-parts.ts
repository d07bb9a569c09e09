import type { OffhookClient } from '../../preload/contract/client.ts';
import type { PhoneController } from './phone-controller.ts';
import type { AppStore } from './store.ts';

/** What every action may use. */
export interface ActionParts {
  readonly client: OffhookClient;
  readonly store: AppStore;
  readonly phone: PhoneController;
  /** Reads the first state again after a failed start. */
  readonly restart: () => Promise<void>;
}
