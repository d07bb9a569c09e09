import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findLockOffences } from '../check/lockfile.ts';
import { namedPaths, paper } from '../check/paper.ts';

const paths = (markdown: string) => namedPaths(markdown).map((each) => `${each.line} ${each.path}`);

test('finds paths in code, links, images and tree blocks, and leaves words and build output alone', () => {
  const text = [
    'The `main/store/store.ts` port, `npm ci`, `a/b`, `out/main/index.js`, `main`.',
    '![a call](assets/readme/call.png) and [issues](https://example.test/x), see [how](ARCHITECTURE.md#calls).',
    '```tree',
    'main/            the core',
    '  store/',
    '    store.ts     its port',
    'test/',
    '```',
    '```',
    'main/not-a-tree',
    '```',
  ].join('\n');
  expect(paths(text)).toStrictEqual([
    '1 main/store/store.ts',
    '2 assets/readme/call.png',
    '2 ARCHITECTURE.md',
    '4 main',
    '5 main/store',
    '6 main/store/store.ts',
    '7 test',
  ]);
});

test('a named path that does not exist is an offence with its line; so is a missing document', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'offhook-paper-'));
  try {
    await writeFile(path.join(root, 'README.md'), 'See `README.md`.\n\nAnd `main/gone.ts`.');
    expect(await paper.run(root)).toStrictEqual([
      { file: 'README.md', line: 3, says: 'names main/gone.ts, which does not exist' },
      { file: 'ARCHITECTURE.md', line: null, says: 'is missing' },
    ]);
  } finally {
    await rm(root, { recursive: true });
  }
});

test('the lock file keeps gypfile false, and every package comes from the registry', () => {
  const lock = (entry: object, other = 'https://registry.npmjs.org/x') =>
    findLockOffences(
      JSON.stringify({ packages: { 'node_modules/better-sqlite3': entry, 'node_modules/x': { resolved: other } } }),
    ).map((each) => each.says);
  expect(lock({ gypfile: false })).toStrictEqual([]);
  expect(lock({})).toStrictEqual([expect.stringContaining('"gypfile": false')]);
  expect(lock({ gypfile: true })).toHaveLength(1);
  expect(lock({ gypfile: false }, 'http://elsewhere.test/x')).toStrictEqual([
    expect.stringContaining('node_modules/x'),
  ]);
});
