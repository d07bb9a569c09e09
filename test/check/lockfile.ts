import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Check, Offence } from './check.ts';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly gypfile?: boolean; readonly resolved?: string } | undefined>>;
}

const NATIVE = 'node_modules/better-sqlite3';

/**
 * From a lock file npm runs node-gyp for a package with a binding.gyp unless the lock says `"gypfile": false`; the
 * prebuilt binary needs none, and the machine may have no compiler.
 */
export function findLockOffences(text: string): readonly Offence[] {
  const lock = JSON.parse(text) as Lock;
  const entry = lock.packages[NATIVE];
  const at = (says: string): Offence => ({ file: 'package-lock.json', line: null, says });
  if (!entry) return [at(`has no entry ${NATIVE}`)];
  const offences =
    entry.gypfile === false
      ? []
      : [at(`must keep "gypfile": false on ${NATIVE}; npm drops it when it rewrites the file`)];
  const foreign = Object.entries(lock.packages).filter(
    ([, each]) => each?.resolved !== undefined && !each.resolved.startsWith('https://registry.npmjs.org/'),
  );
  return [...offences, ...foreign.map(([name]) => at(`${name} does not come from the npm registry`))];
}

export const lockfile: Check = {
  name: 'lock file',
  async run(root) {
    return findLockOffences(await readFile(path.join(root, 'package-lock.json'), 'utf8'));
  },
};
