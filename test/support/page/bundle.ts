import { build } from 'esbuild';
import path from 'node:path';

const HERE = import.meta.dirname;
const built = new Map<string, Promise<string>>();

/** A script of this folder, bundled for the page as one classic script. Built once a run. */
export function pageScript(name: 'listener' | 'probe' | 'raw-phone'): Promise<string> {
  const known = built.get(name);
  if (known) return known;
  const text = build({
    entryPoints: [path.join(HERE, `${name}.ts`)],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'chrome110',
    minify: name === 'raw-phone',
    define: { global: 'globalThis' },
    logLevel: 'warning',
  }).then((result) => result.outputFiles[0]?.text ?? '');
  built.set(name, text);
  return text;
}
