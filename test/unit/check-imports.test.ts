import { expect, test } from 'vitest';
import { findCycles } from '../check/cycles.ts';
import { findImportOffences, findUnknownRooms } from '../check/import-table.ts';
import { findLongFiles, MAX_LINES } from '../check/lengths.ts';
import { ROOMS } from '../check/rooms.ts';
import { referencesOf } from '../check/sources.ts';

const offences = (file: string, text: string) =>
  findImportOffences([{ file, text }]).map(({ line, says }) => `${line} ${says}`);

test('sees every form a module reference can take', () => {
  const text = [
    `import { a } from './a.ts';`,
    `import type { B } from './b.ts';`,
    `export { c } from './c.ts';`,
    `const d = () => import('./d.ts');`,
    `let e: import('./e.ts').E;`,
    `new Worker(new URL('./f.ts', import.meta.url));`,
    `export * from './g.ts';`,
    `new URL('./not-code', import.meta.url);`,
  ].join('\n');
  expect(
    referencesOf({ file: 'main/x.ts', text }).map(({ specifier, line, form }) => [specifier, line, form]),
  ).toStrictEqual([
    ['./a.ts', 1, 'import'],
    ['./b.ts', 2, 'type'],
    ['./c.ts', 3, 'reexport'],
    ['./d.ts', 4, 'dynamic'],
    ['./e.ts', 5, 'type'],
    ['./f.ts', 6, 'url'],
    ['./g.ts', 7, 'reexport_all'],
  ]);
});

test('reads TSX', () => {
  const text = `import { Pane } from '../ui/pane.tsx';\nexport const X = () => <Pane />;`;
  expect(offences('renderer/features/x.tsx', text)).toStrictEqual([]);
});

test.for([
  [
    'main imports the renderer',
    'main/compose.ts',
    `\nimport '../renderer/state/store.ts'`,
    '2 composition may not import state',
  ],
  [
    'the renderer imports main',
    'renderer/state/a.ts',
    `import '../../main/router.ts'`,
    '1 state may not import router',
  ],
  [
    'a type counts like a value',
    'renderer/ui/a.tsx',
    `import type { S } from '../state/s.ts'`,
    '1 ui may not import state',
  ],
  ['import() counts too', 'main/store/a.ts', `await import('../sync/s.ts')`, '1 store may not import sync'],
  ['Electron outside its host', 'main/account/service.ts', `import { app } from 'electron'`, 'the package electron'],
  ['JsSIP outside its adapter', 'renderer/telephony/tones.ts', `import JsSIP from 'jssip'`, 'the package jssip'],
  ['a part of JsSIP', 'renderer/state/a.ts', `import 'jssip/lib/UA'`, 'the package jssip/lib/UA'],
  ['full zod in the contract', 'preload/contract/a.ts', `import * as z from 'zod'`, 'the package zod'],
  ['node: in the window', 'renderer/state/a.ts', `import 'node:fs'`, 'the package node:fs'],
  ['anything of test', 'main/platform/a.ts', `import '../../test/support/x.ts'`, 'nothing may import test'],
  [
    'the repo of another feature',
    'main/usage/service.ts',
    `import '../money/repo.ts'`,
    `another feature's service.ts only`,
  ],
  [
    'the handlers of another feature',
    'main/usage/service.ts',
    `import '../money/handlers.ts'`,
    'may not import feature handlers',
  ],
  ['a file of no room', 'main/odd/a.ts', `export const a = 1`, 'stands in no room'],
  ['everything handed on', 'renderer/state/all.ts', `export * from './a.ts'\nexport const b = 1`, 'no barrels'],
  ['a file that only hands on', 'renderer/state/index.ts', `export { a } from './a.ts'`, 'only re-exports'],
] as const)('names the offender: %s', ([, file, text, says]) => {
  expect(offences(file, text).join('\n')).toContain(says);
});

test('lets through what the table allows', () => {
  const allowed: [string, string][] = [
    [
      'main/usage/service.ts',
      `import './repo.ts'; import '../money/service.ts'; import '../store/store.ts'; import 'node:path'`,
    ],
    ['main/router.ts', `import './usage/handlers.ts'; import '../preload/contract/channels.ts'`],
    ['main/hosts/electron/host.ts', `import { app } from 'electron'; import '../host.ts'`],
    ['renderer/telephony/jssip/ua.ts', `import JsSIP from 'jssip'; import '../phone.ts'`],
    ['renderer/index.tsx', `import './app.css'; import('./telephony/jssip/phone.ts')`],
    ['preload/contract/a.ts', `import * as z from 'zod/mini'`],
    ['test/unit/a.test.ts', `import '../../main/usage/repo.ts'; import 'electron'`],
  ];
  expect(allowed.flatMap(([file, text]) => offences(file, text))).toStrictEqual([]);
});

test('the table names only rooms that exist', () => {
  expect(findUnknownRooms()).toStrictEqual([]);
  const [room = { name: 'x', files: /x/, rooms: [], packages: [] }] = ROOMS;
  expect(findUnknownRooms([{ ...room, rooms: ['attic'] }])).toStrictEqual(['attic']);
});

test('finds a cycle once, through type and dynamic imports, and names the way', () => {
  const sources = [
    { file: 'main/a.ts', text: `import type { B } from './b.ts'` },
    { file: 'main/b.ts', text: `const c = () => import('./c.ts')` },
    { file: 'main/c.ts', text: `export { a } from './a.ts'` },
    { file: 'main/d.ts', text: `import './a.ts'` },
  ];
  expect(findCycles(sources)).toStrictEqual([
    { file: 'main/a.ts', line: null, says: 'is in an import cycle: main/a.ts -> main/b.ts -> main/c.ts -> main/a.ts' },
  ]);
  expect(findCycles(sources.slice(0, 2))).toStrictEqual([]);
});

test('a file is too long from the first line beyond the limit', () => {
  const text = 'x\n'.repeat(MAX_LINES);
  expect(findLongFiles([{ file: 'main/a.ts', text }])).toStrictEqual([]);
  expect(findLongFiles([{ file: 'main/a.ts', text: `${text}x` }])).toStrictEqual([
    { file: 'main/a.ts', line: null, says: 'has 401 lines; at most 400' },
  ]);
});
