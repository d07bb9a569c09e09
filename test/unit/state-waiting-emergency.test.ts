import { expect, test } from 'vitest';
import { createAppStore } from '../../renderer/state/store.ts';
import { keepWaitingEmergency } from '../../renderer/state/waiting-emergency.ts';

test('[F-04 C] an emergency call that waits for a phone outlives a reload of the window, and no longer', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const before = createAppStore();
  keepWaitingEmergency(before, storage);
  before.setState({ emergencyFailure: { number: '911', isWaiting: true } });
  const after = createAppStore();
  keepWaitingEmergency(after, storage);
  expect(after.getState().emergencyFailure).toEqual({ number: '911', isWaiting: true });
  after.setState({ emergencyFailure: null });
  expect(kept.size).toBe(0);
});
