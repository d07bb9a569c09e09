import path from 'node:path';
import { ok, type Result } from '../preload/contract/result.ts';
import { eraseCalls } from './calls/repo.ts';
import type { Clock } from './platform/clock.ts';
import type { Logger } from './platform/logger.ts';
import { openStore } from './store/open.ts';

/**
 * Deletes the cache of an account that is closed and, where asked, its call history. Safe to repeat: a sign-out that was
 * cut short is finished this way too.
 */
export async function eraseAccountFiles(
  key: string,
  eraseHistory: boolean,
  parts: { readonly dataDir: string; readonly storeWorkerUrl: URL; readonly clock: Clock; readonly log: Logger },
): Promise<Result<null>> {
  const { dataDir, storeWorkerUrl: workerUrl, clock, log } = parts;
  const store = await openStore({ directory: path.join(dataDir, 'accounts', key), workerUrl, clock, log });
  try {
    // First what makes room: a full disk may not take the deletions of the history otherwise.
    const cache = await store.eraseCache();
    const history = eraseHistory ? await eraseCalls(store) : ok(null);
    return cache.ok ? history : cache;
  } finally {
    await store.close();
  }
}
