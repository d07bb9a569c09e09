import type { StoreFile } from '../store.ts';
import { first as cacheFirst } from './cache/0010-first.ts';
import { first as intentsFirst } from './intents/0010-first.ts';
import { first as keepFirst } from './keep/0010-first.ts';
import type { Migration } from './migration.ts';

/** Every step of every file, in order. */
export const MIGRATIONS: Readonly<Record<StoreFile, readonly Migration[]>> = {
  cache: [cacheFirst],
  intents: [intentsFirst],
  keep: [keepFirst],
};
