import * as z from 'zod/mini';
import { shortText, utcMs } from './primitives.ts';

/** How fresh the cache is and what is happening to it (3.3). `serverOffsetMs` = provider time minus local time. */
export const syncStatus = z.object({
  state: z.enum(['idle', 'syncing', 'offline', 'failed', 'not_offered']),
  lastSuccessAt: z.nullable(utcMs),
  rowsDone: z.int(),
  rowsTotal: z.nullable(z.int()),
  partialBefore: z.nullable(utcMs),
  serverOffsetMs: z.int(),
  /** An AppErrorKind, when state is offline or failed. */
  errorKind: z.nullable(shortText),
});
export type SyncStatus = z.infer<typeof syncStatus>;

/** Nothing was synced and nothing is going on: before the first sync, or with nobody signed in. */
export const NEVER_SYNCED: SyncStatus = {
  state: 'idle',
  lastSuccessAt: null,
  rowsDone: 0,
  rowsTotal: null,
  partialBefore: null,
  serverOffsetMs: 0,
  errorKind: null,
};

/** Faults of the store that the person must know of, in words on screen; empty when all is well. */
export const storeNotice = z.object({
  file: z.enum(['cache', 'intents', 'keep']),
  fault: z.enum(['corrupt', 'newer_version', 'read_only', 'disk_full', 'closed']),
  /** `rebuilt`: set aside and made anew; `memory_only`: works until the app closes; `unavailable`: cannot be used. */
  outcome: z.enum(['rebuilt', 'memory_only', 'unavailable']),
});
export type StoreNotice = z.infer<typeof storeNotice>;
