import type { AppStore } from './store.ts';

const KEY = 'offhook.waiting-emergency';

/**
 * Keeps an emergency call that waits for a phone over a reload of the window: a change of the page's policy loads it
 * anew, and the call must still go out then (F-04). `storage` lives as long as the window and no longer.
 */
export function keepWaitingEmergency(
  store: AppStore,
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
): () => void {
  const number = storage.getItem(KEY);
  if (number !== null) store.setState({ emergencyFailure: { number, isWaiting: true } });
  return store.subscribe(({ emergencyFailure }, before) => {
    if (emergencyFailure === before.emergencyFailure) return;
    if (emergencyFailure?.isWaiting) storage.setItem(KEY, emergencyFailure.number);
    else storage.removeItem(KEY);
  });
}
