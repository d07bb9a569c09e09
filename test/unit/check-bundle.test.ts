import { expect, test } from 'vitest';
import {
  judgeBundle,
  measureBundle,
  PAINT_BUDGET_BYTES,
  REGISTERED_BUDGET_BYTES,
  type Metafile,
} from '../check/bundle.ts';

type Output = Metafile['outputs'][string];

const output = (part: Partial<Output>): Output => ({ imports: [], inputs: {}, ...part });

const staticImport = (path: string) => ({ path, kind: 'import-statement' });
const dynamicImport = (path: string) => ({ path, kind: 'dynamic-import' });

function bundle(changes: Record<string, Output> = {}): Metafile {
  return {
    outputs: {
      'out/app.js': output({
        entryPoint: 'renderer/index.tsx',
        cssBundle: 'out/app.css',
        imports: [staticImport('out/shared.js'), dynamicImport('out/phone.js'), dynamicImport('out/help.js')],
      }),
      'out/app.css': output({}),
      'out/shared.js': output({ inputs: { 'renderer/ui/a.tsx': {} } }),
      'out/phone.js': output({ imports: [staticImport('out/jssip.js'), staticImport('out/shared.js')] }),
      'out/jssip.js': output({ inputs: { 'node_modules/jssip/lib/UA.js': {} } }),
      'out/help.js': output({ inputs: { 'renderer/features/help.tsx': {} } }),
      'out/timer-worker.js': output({ entryPoint: 'renderer/telephony/timer-worker.ts' }),
      ...changes,
    },
  };
}

const weights: Record<string, number> = {
  'out/app.js': 1,
  'out/app.css': 10,
  'out/shared.js': 100,
  'out/phone.js': 1000,
  'out/jssip.js': 10_000,
  'out/help.js': 100_000,
  'out/timer-worker.js': 1_000_000,
};
const weigh = (name: string): number => weights[name] ?? 0;

test('the first paint loads the entry, its styles and its static imports', () => {
  expect(measureBundle(bundle(), weigh).paintBytes).toBe(111);
});

test('until registered, the telephony chunks and the worker come on top, each once, and other panes do not', () => {
  expect(measureBundle(bundle(), weigh).registeredBytes).toBe(1_011_111);
});

test('names what must not be loaded before the first paint', () => {
  const planted = bundle({ 'out/shared.js': output({ inputs: { 'node_modules/jssip/lib/UA.js': {} } }) });
  const offences = judgeBundle({ ...measureBundle(planted, weigh), paintBytes: 1, registeredBytes: 1 });
  expect(offences.map((each) => each.says)).toStrictEqual([
    'node_modules/jssip is loaded before the first paint; it must load after it',
  ]);
});

test('each budget breaks one byte beyond it', () => {
  const at = { paintBytes: PAINT_BUDGET_BYTES, registeredBytes: REGISTERED_BUDGET_BYTES, early: [] };
  expect(judgeBundle(at)).toStrictEqual([]);
  expect(judgeBundle({ ...at, paintBytes: at.paintBytes + 1 })).toHaveLength(1);
  expect(judgeBundle({ ...at, registeredBytes: at.registeredBytes + 1 })).toHaveLength(1);
});

test('a bundle without the entry is a bug, not an empty bundle', () => {
  expect(() => measureBundle({ outputs: {} }, weigh)).toThrow(/no entry/);
});
