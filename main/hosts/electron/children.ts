import path from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import type { Child } from '../host.ts';
import type { ElectronApi } from './api.ts';

/** How long a child has between SIGTERM and SIGKILL. */
export const KILL_AFTER_MS = 3_000;

/** The Node children of the Electron host. */
export interface Children {
  spawn(entry: string, args: readonly string[]): Child;
  stopAll(): Promise<void>;
}

/**
 * Children are utility processes: the fuse that would let Electron run as plain Node is off. They end with the app.
 * out/main/child-entry.js gives them the messages of a forked Node. Call after `ready`.
 */
export function createChildren({ utilityProcess }: ElectronApi, outDir: string, clock: Clock): Children {
  const running = new Set<Child>();
  return {
    spawn(entry, args) {
      const shim = path.join(outDir, 'main/child-entry.js');
      const forked = utilityProcess.fork(shim, [path.join(outDir, entry), ...args], {
        stdio: 'inherit',
        serviceName: `offhook ${entry}`,
      });
      const gone = new Promise<void>((resolve) => forked.once('exit', () => resolve()));
      const child: Child = {
        // A process port, no window: there is no origin to name.
        // oxlint-disable-next-line unicorn/require-post-message-target-origin
        send: (message) => forked.postMessage(message),
        onMessage: (listener) => void forked.on('message', listener),
        onExit: (listener) => void forked.on('exit', listener),
        async stop() {
          const { pid } = forked;
          if (!running.has(child)) return;
          forked.kill();
          const cancel = clock.after(KILL_AFTER_MS, () => {
            if (pid !== undefined) process.kill(pid, 'SIGKILL');
          });
          await gone;
          cancel();
        },
      };
      running.add(child);
      forked.once('exit', () => running.delete(child));
      return child;
    },
    async stopAll() {
      await Promise.all([...running].map((child) => child.stop()));
    },
  };
}
