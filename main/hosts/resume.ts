import { networkInterfaces } from 'node:os';
import type { Clock } from '../platform/clock.ts';

/** How often the machine is looked at. */
export const RESUME_CHECK_MS = 5_000;
/** A gap in wall-clock time beyond this, between two looks, means that the machine slept. */
export const SLEEP_GAP_MS = 30_000;

/** True when some interface reaches beyond this machine. */
export function hasNetwork(): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some((address) => !address.internal));
}

/**
 * Calls `resumed` when the machine woke (the wall clock jumped) or its network came back. Systems may send no event of
 * their own, so both hosts watch. Late by up to RESUME_CHECK_MS and no more than a hint: a system's own event may tell of
 * the same change, and the phone asks its path before it gives anything up. Returns the way to stop.
 */
export function watchResume(clock: Clock, resumed: () => void, networkUp: () => boolean = hasNetwork): () => void {
  let lookedAt = clock.now();
  let wasUp = networkUp();
  let cancel = (): void => undefined;
  const look = (): void => {
    const [now, up] = [clock.now(), networkUp()];
    const woke = now - lookedAt > RESUME_CHECK_MS + SLEEP_GAP_MS;
    const cameBack = up && !wasUp;
    lookedAt = now;
    wasUp = up;
    cancel = clock.after(RESUME_CHECK_MS, look);
    if (woke || cameBack) resumed();
  };
  cancel = clock.after(RESUME_CHECK_MS, look);
  return () => cancel();
}
