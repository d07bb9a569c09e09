import type { SyncStatus } from '../../preload/contract/sync-status.ts';
import type { AppError } from '../../preload/contract/result.ts';
import type { SyncState } from './repo.ts';
import { isOffline } from './topics.ts';

/** What the sync is doing, apart from how far it is. */
export type Activity =
  | { readonly kind: 'not_offered' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'syncing' }
  /** Waits for its next try; the last good data stand. */
  | { readonly kind: 'waiting'; readonly error: AppError };

/** Activity and place as the windows see them. */
export function syncStatusOf(activity: Activity, place: SyncState): SyncStatus {
  const waiting = activity.kind === 'waiting' ? activity.error : null;
  return {
    state: activity.kind === 'waiting' ? (isOffline(activity.error) ? 'offline' : 'failed') : activity.kind,
    lastSuccessAt: place.lastSuccessAt,
    rowsDone: place.rowsDone,
    rowsTotal: place.rowsTotal,
    partialBefore: place.partialBefore,
    serverOffsetMs: place.serverOffsetMs,
    errorKind: waiting?.kind ?? null,
  };
}
