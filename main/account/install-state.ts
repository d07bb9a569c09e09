import { chmod, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { account, settings } from '../../preload/contract/models.ts';
import { role } from '../../preload/contract/roles.ts';
import type { Logger } from '../platform/logger.ts';
import { writeWhole } from '../platform/whole-file.ts';

/** How the last sign-in reached its provider. Secrets are elsewhere, under the account's key. */
const connectionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sandbox'), profile: z.string(), role }),
  /** `address` as the person typed it; null in a file of a version that did not keep it. */
  z.object({ kind: z.literal('provider'), address: z.nullable(z.string()).default(null) }),
  z.object({ kind: z.literal('sip') }),
]);
export type Connection = z.infer<typeof connectionSchema>;

/** It becomes the name of a folder. */
const accountKeyText = z.string().regex(/^[\w-]{1,120}$/);

const stateSchema = z.object({
  version: z.literal(1),
  /** Who was signed in when the app ended, and as whom: known before any database or network is. */
  last: z.nullable(z.object({ key: accountKeyText, account, connection: connectionSchema })),
  /** Why nobody is signed in, where `last` is null. */
  signedOut: z.enum(['never', 'by_person', 'expired', 'refused']),
  /** Accounts whose sign-out has not deleted everything yet. */
  leaving: z.array(z.object({ key: accountKeyText, eraseHistory: z.boolean() })).default([]),
  /** Settings of the windows while nobody is signed in. */
  settings: z.nullable(settings),
  /** Where the sandbox listened last: the same port keeps a page's content policy valid over a restart. */
  sandboxPort: z.nullable(z.int().min(1).max(65_535)),
});
type InstallData = z.infer<typeof stateSchema>;

const FRESH: InstallData = {
  version: 1,
  last: null,
  signedOut: 'never',
  leaving: [],
  settings: null,
  sandboxPort: null,
};

/** What this install remembers beside the accounts' databases: one small file. */
export interface InstallState {
  get(): InstallData;
  /** Takes effect at once and is written behind; a failed write is logged and tried with the next one. */
  set(patch: Partial<Omit<InstallData, 'version'>>): void;
  /** Resolves when everything set so far is on disk, or could not be written. */
  flush(): Promise<void>;
}

/** Reads the file; one that is missing or unreadable counts as a first start, for it holds nothing that cannot be typed. */
export async function openInstallState(dataDir: string, log: Logger): Promise<InstallState> {
  const file = path.join(dataDir, 'install.json');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await chmod(dataDir, 0o700).catch(() => undefined);
  let data = FRESH;
  try {
    data = stateSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (!isMissing) log.warn('The install file is unreadable and is begun anew');
  }
  let writing: Promise<void> = Promise.resolve();
  return {
    get: () => data,
    set(patch) {
      data = { ...data, ...patch };
      const text = JSON.stringify(data, null, 2);
      // Each link catches: one failed write does not stop the later ones.
      writing = writing
        .then(() => writeWhole(file, text))
        .catch((cause: unknown) => log.error('The install file cannot be written', {}, cause));
    },
    flush: () => writing,
  };
}
