import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import path from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import type { Child } from '../host.ts';

/** How long a child has between SIGTERM and SIGKILL. */
export const KILL_AFTER_MS = 3_000;

/** Runs in the child before its entry: it ends with its parent, even when that was killed with -9. */
const END_WITH_PARENT = 'data:text/javascript,process.on("disconnect",()=>process.exit())';

function whenGone(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

/** The Node children of the browser host. */
export interface Children {
  spawn(entry: string, args: readonly string[]): Child;
  stopAll(): Promise<void>;
}

/** Children run entries of `outDir`; messages are structured clones. */
export function createChildren(outDir: string, clock: Clock): Children {
  const running = new Set<Child>();
  return {
    spawn(entry, args) {
      const forked = fork(path.join(outDir, entry), args, {
        execArgv: ['--import', END_WITH_PARENT],
        serialization: 'advanced',
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        // A Ctrl-C goes to the whole terminal group; the app ends its children itself, in order.
        detached: process.platform !== 'win32',
      });
      const child: Child = {
        send(message) {
          if (forked.connected) forked.send(message as never, () => undefined);
        },
        onMessage: (listener) => void forked.on('message', listener),
        onExit: (listener) => void forked.on('exit', listener),
        async stop() {
          const gone = whenGone(forked);
          forked.kill('SIGTERM');
          const cancel = clock.after(KILL_AFTER_MS, () => forked.kill('SIGKILL'));
          await gone;
          cancel();
        },
      };
      running.add(child);
      forked.on('error', () => running.delete(child));
      forked.on('exit', () => running.delete(child));
      return child;
    },
    async stopAll() {
      await Promise.all([...running].map((child) => child.stop()));
    },
  };
}
