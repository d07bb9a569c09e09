import type { PhoneMirror } from '../../../preload/contract/models.ts';
import type { ElectronApi } from './api.ts';

/** Keeps the machine from suspending the app while a call is up, and only then. */
interface CallPower {
  mirrored(mirror: PhoneMirror): void;
  dispose(): void;
}

/** Follows the mirror of the phone: the first live call starts the blocker, the end of the last one stops it. */
export function createCallPower({ powerSaveBlocker }: ElectronApi): CallPower {
  let blocker: number | undefined;
  const release = (): void => {
    if (blocker !== undefined) powerSaveBlocker.stop(blocker);
    blocker = undefined;
  };
  return {
    mirrored(mirror) {
      const inCall = mirror.calls.some((call) => call.state !== 'ended');
      if (!inCall) release();
      else blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    },
    dispose: release,
  };
}
