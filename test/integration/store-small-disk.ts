import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { tempDirectory, WORKER_URL } from './store-rig.ts';

/** A disk that can be filled to the last byte and freed again. */
export interface SmallDisk {
  readonly directory: string;
  readonly workerUrl: URL;
  fill(): void;
  free(): void;
}

const SIZE_BYTES = 4 * 1024 * 1024;

function tmpfs(mountPoint: string): SmallDisk | undefined {
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_BYTES}`, 'tmpfs', mountPoint]).status !== 0)
    return undefined;
  onTestFinished(() => void spawnSync('umount', [mountPoint]));
  const filler = path.join(mountPoint, 'filler');
  return {
    directory: path.join(mountPoint, 'store'),
    workerUrl: WORKER_URL,
    fill() {
      const handle = openSync(filler, 'w');
      try {
        for (;;) writeSync(handle, Buffer.alloc(4096, 1));
      } catch {
        // ENOSPC: that is what was wanted.
      }
      closeSync(handle);
    },
    free: () => rmSync(filler),
  };
}

/** Where nothing can be mounted: SQLite's own page limit, raised by the worker below while a flag file stands. */
function pageLimit(directory: string): SmallDisk {
  mkdirSync(directory, { recursive: true });
  const flag = path.join(directory, 'disk-is-full');
  return {
    directory,
    workerUrl: new URL('store-page-limit-worker.ts', import.meta.url),
    fill: () => writeFileSync(flag, ''),
    free: () => rmSync(flag),
  };
}

/** A real small disk where this process may mount one, else SQLite's page limit. */
export function smallDisk(): SmallDisk {
  const directory = tempDirectory();
  return tmpfs(directory) ?? pageLimit(path.join(directory, 'store'));
}
