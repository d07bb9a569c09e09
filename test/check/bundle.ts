import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Check, Offence } from './check.ts';

/** The part of esbuild's metafile the budget is computed from. */
export interface Metafile {
  readonly outputs: Readonly<
    Record<
      string,
      {
        readonly entryPoint?: string;
        readonly cssBundle?: string;
        readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
        readonly inputs: Readonly<Record<string, unknown>>;
      }
    >
  >;
}

const KB = 1000;
/** All that is loaded before the last state is painted (B15), gzip. */
export const PAINT_BUDGET_BYTES = 220 * KB;
/** The same and what is loaded until the phone is registered, gzip. */
export const REGISTERED_BUDGET_BYTES = 340 * KB;

const ENTRY = 'renderer/index.tsx';
/** These load after the first paint. */
const LATE = [/^node_modules\/jssip\//, /^node_modules\/libphonenumber-js\//];
const UNTIL_REGISTERED = [...LATE, /^renderer\/telephony\//];

type Outputs = Metafile['outputs'];

/** Every output loaded with the given ones before their code can run: static imports and styles. */
function closureOf(outputs: Outputs, roots: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const queue = [...roots];
  for (const name of queue) {
    const output = outputs[name];
    if (!output || seen.has(name)) continue;
    seen.add(name);
    if (output.cssBundle) queue.push(output.cssBundle);
    for (const each of output.imports) if (!each.external && each.kind === 'import-statement') queue.push(each.path);
  }
  return [...seen];
}

function inputsOf(outputs: Outputs, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => Object.keys(outputs[name]?.inputs ?? {}));
}

/** Chunks fetched on the way to a registration: those whose code is telephony, JsSIP or phone-number metadata, and the worker. */
function untilRegistered(outputs: Outputs): readonly string[] {
  const dynamic = Object.values(outputs).flatMap((output) =>
    output.imports.filter((each) => each.kind === 'dynamic-import' && !each.external).map((each) => each.path),
  );
  const workers = Object.keys(outputs).filter((name) => {
    const entry = outputs[name]?.entryPoint;
    return entry !== undefined && entry !== ENTRY && UNTIL_REGISTERED.some((pattern) => pattern.test(entry));
  });
  const carriers = dynamic.filter((name) =>
    inputsOf(outputs, closureOf(outputs, [name])).some((input) =>
      UNTIL_REGISTERED.some((pattern) => pattern.test(input)),
    ),
  );
  return [...new Set([...carriers, ...workers])];
}

/** The two figures of B15 in gzip bytes, with what must not be in the first one but is. */
export function measureBundle(meta: Metafile, gzipBytes: (output: string) => number) {
  const entry = Object.keys(meta.outputs).find((name) => meta.outputs[name]?.entryPoint === ENTRY);
  if (entry === undefined) throw new Error(`The metafile knows no entry ${ENTRY}`);
  const paint = closureOf(meta.outputs, [entry]);
  const registered = closureOf(meta.outputs, [entry, ...untilRegistered(meta.outputs)]);
  const sum = (names: readonly string[]): number => names.reduce((total, name) => total + gzipBytes(name), 0);
  const early = inputsOf(meta.outputs, paint).filter((input) => LATE.some((pattern) => pattern.test(input)));
  return { paintBytes: sum(paint), registeredBytes: sum(registered), early };
}

/** What of the measured bundle breaks its budget. */
export function judgeBundle(measured: ReturnType<typeof measureBundle>): readonly Offence[] {
  const over = (says: string): Offence => ({ file: 'out/renderer', line: null, says });
  const offences: Offence[] = [];
  if (measured.paintBytes > PAINT_BUDGET_BYTES) {
    offences.push(over(`${measured.paintBytes} bytes gzip before the first paint; at most ${PAINT_BUDGET_BYTES}`));
  }
  if (measured.registeredBytes > REGISTERED_BUDGET_BYTES) {
    offences.push(over(`${measured.registeredBytes} bytes gzip until registered; at most ${REGISTERED_BUDGET_BYTES}`));
  }
  const packages = new Set(measured.early.map((input) => input.split('/').slice(0, 2).join('/')));
  for (const each of packages) offences.push(over(`${each} is loaded before the first paint; it must load after it`));
  return offences;
}

/** Brings out/ up to date, then weighs it. */
export const bundleBudget: Check = {
  name: 'bundle budget',
  async run(root) {
    const config = (await import(pathToFileURL(path.join(root, 'esbuild.config.mjs')).href)) as {
      isFresh(): Promise<boolean>;
      buildAll(): Promise<void>;
    };
    if (!(await config.isFresh())) await config.buildAll();
    const meta = JSON.parse(await readFile(path.join(root, 'out/renderer-meta.json'), 'utf8')) as Metafile;
    const weights = new Map<string, number>();
    for (const name of Object.keys(meta.outputs)) {
      if (!name.endsWith('.map'))
        weights.set(name, gzipSync(await readFile(path.join(root, name)), { level: 9 }).length);
    }
    const measured = measureBundle(meta, (name) => weights.get(name) ?? 0);
    process.stdout.write(
      `  first paint ${(measured.paintBytes / KB).toFixed(1)} KB, registered ${(measured.registeredBytes / KB).toFixed(1)} KB gzip\n`,
    );
    return judgeBundle(measured);
  },
};
