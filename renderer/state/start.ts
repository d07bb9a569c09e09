import type { OffhookClient } from '../../preload/contract/client.ts';
import { loadPhoneNumbers } from '../i18n/phone-numbers.ts';
import { createActions } from './actions.ts';
import { watchEndedCalls } from './ended-calls.ts';
import { createPhoneController } from './phone-controller.ts';
import type { PhoneController, PhoneControllerParts } from './phone-controller.ts';
import { watchCallPrices, watchDialPrice } from './pricing.ts';
import { createAppStore } from './store.ts';
import { createStateSync } from './sync.ts';
import type { App } from './use-app.ts';
import { keepWaitingEmergency } from './waiting-emergency.ts';

export interface RunningApp extends App {
  readonly phone: PhoneController;
  /** Resolves when the first snapshot, or the reason there is none, is in the store. */
  readonly ready: Promise<void>;
  /** Called once after the first paint of the snapshot: everything that may load late starts here. */
  afterFirstPaint(): void;
  dispose(): Promise<void>;
}

export interface StartParts {
  readonly client: OffhookClient;
  readonly loadPhone: PhoneControllerParts['loadPhone'];
}

/** Builds the window's state and starts reading it. Nothing here knows React. */
export function startApp({ client, loadPhone }: StartParts): RunningApp {
  const store = createAppStore();
  const sync = createStateSync(client, store);
  const phone = createPhoneController({ client, store, loadPhone, network: window });
  const actions = createActions({ client, store, phone, restart: () => sync.start() });
  const stops = [
    keepWaitingEmergency(store, window.sessionStorage),
    watchDialPrice(client, store, (work) => {
      const frame = requestAnimationFrame(work);
      return () => cancelAnimationFrame(frame);
    }),
    watchCallPrices(client, store),
    watchEndedCalls(
      store,
      (work, ms) => window.setTimeout(work, ms),
      (timer) => window.clearTimeout(timer),
    ),
    // The list is re-read only where a person can see it; the pane reads it when it opens.
    client.on('usage.changed', () => {
      if (store.getState().pane === 'usage') void actions.refreshUsage();
    }),
  ];
  return {
    store,
    actions,
    phone,
    ready: sync.start(),
    afterFirstPaint() {
      phone.start();
      void loadPhoneNumbers();
    },
    async dispose() {
      for (const stop of stops.splice(0)) stop();
      sync.dispose();
      await phone.dispose();
    },
  };
}
