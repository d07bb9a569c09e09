import SqliteDatabase from 'better-sqlite3';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { recordCall } from '../../main/calls/repo.ts';
import { upsertUsage } from '../../main/usage/repo.ts';
import { must, openTestStore, tempDirectory } from './store-rig.ts';
import { callOf, usageRowOf } from './store-rows.ts';

const CHILD = fileURLToPath(new URL('store-use-child.ts', import.meta.url));
/** Root writes what nobody may write, unless it gives that right up. */
const WITHOUT_OVERRIDE = ['--inh-caps=-all', '--bounding-set=-dac_override,-dac_read_search'];

function useStore(directory: string): Record<string, unknown> {
  const run = [process.execPath, CHILD, directory];
  const [command = '', ...args] = process.getuid?.() === 0 ? ['setpriv', ...WITHOUT_OVERRIDE, ...run] : run;
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8' })) as Record<string, unknown>;
}

async function usedDirectory(): Promise<string> {
  const { store, directory } = await openTestStore();
  must(await upsertUsage(store, [usageRowOf(1)]));
  must(await recordCall(store, callOf(1)));
  await store.close();
  return directory;
}

function contentOf(directory: string): readonly (readonly [string, string])[] {
  return readdirSync(directory).map((name) => [name, readFileSync(path.join(directory, name)).toString('base64')]);
}

function protect(directory: string, mode: { readonly folder: number; readonly files: number }): void {
  for (const name of readdirSync(directory)) chmodSync(path.join(directory, name), mode.files);
  chmodSync(directory, mode.folder);
  onTestFinished(() => chmodSync(directory, 0o700));
}

const page = (rows: readonly unknown[]): unknown => ({ ok: true, value: { rows, next: null } });
const MEMORY_ONLY = [
  { file: 'cache', fault: 'read_only', outcome: 'memory_only' },
  { file: 'intents', fault: 'read_only', outcome: 'unavailable' },
  { file: 'keep', fault: 'read_only', outcome: 'memory_only' },
];

describe('what may not be written', () => {
  test.each([
    ['a folder', { folder: 0o555, files: 0o444 }],
    ['files in a folder that may', { folder: 0o755, files: 0o444 }],
    ['a folder with files that may', { folder: 0o555, files: 0o644 }],
  ])('%s: shows the last state, works in memory, changes nothing', async (_name, mode) => {
    const directory = await usedDirectory();
    protect(directory, mode);
    const before = contentOf(directory).filter(([name]) => name.endsWith('.db'));
    expect(useStore(directory)).toEqual({
      shown: [page([usageRowOf(1)]), page([callOf(1)])],
      intent: {
        ok: false,
        error: expect.objectContaining({ kind: 'store', fault: 'read_only', nextStep: 'make_folder_writable' }),
      },
      written: [
        { ok: true, value: { changed: true } },
        { ok: true, value: callOf(2) },
      ],
      afterwards: [page([usageRowOf(2), usageRowOf(1)]), page([callOf(2), callOf(1)])],
      notices: MEMORY_ONLY,
    });
    expect(contentOf(directory).filter(([name]) => name.endsWith('.db'))).toEqual(before);
  });

  test('a damaged file in it: works in memory, from nothing', async () => {
    const directory = await usedDirectory();
    const cache = path.join(directory, 'cache.db');
    const db = new SqliteDatabase(cache);
    const root = db.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'usage'`).pluck().get() as number;
    db.close();
    const bytes = readFileSync(cache);
    writeFileSync(cache, bytes.fill(0xa5, (root - 1) * 4096, root * 4096));
    protect(directory, { folder: 0o755, files: 0o444 });
    expect(useStore(directory)).toMatchObject({
      shown: [page([]), page([callOf(1)])],
      afterwards: [page([usageRowOf(2)]), page([callOf(2), callOf(1)])],
      notices: MEMORY_ONLY,
    });
  });

  test.each<[string, (place: string) => void]>([
    ['in a folder that may not be written', (place) => mkdirSync(place, { mode: 0o555 })],
    ['where a file is in its way', (place) => writeFileSync(place, '')],
  ])('a folder that cannot even be made, %s: works in memory', (_name, obstruct) => {
    const place = path.join(tempDirectory(), 'place');
    obstruct(place);
    expect(useStore(path.join(place, 'store'))).toMatchObject({
      shown: [page([]), page([])],
      afterwards: [page([usageRowOf(2)]), page([callOf(2)])],
      notices: MEMORY_ONLY,
    });
  });
});
