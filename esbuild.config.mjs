// Builds every entry of the app into out/. Both hosts run the same files. Usage: node esbuild.config.mjs
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(fileURLToPath(import.meta.url));
const out = path.join(root, 'out');
const stampFile = path.join(out, '.stamp');
const SOURCES = ['main', 'preload', 'renderer', 'assets', 'package-lock.json', 'esbuild.config.mjs', 'tsconfig.json'];

/** The build tool is loaded only when something is built: it is absent from an installation without dev packages. */
async function build(options) {
  const esbuild = await import('esbuild');
  return esbuild.build({ ...common, ...options });
}

/** Resolved from node_modules at run time: native code, or a library that loads files of its own. */
const EXTERNAL = ['electron', 'better-sqlite3', 'electron-updater', 'fastify', 'werift', 'ws'];

const common = { absWorkingDir: root, bundle: true, logLevel: 'warning', sourcemap: 'linked', legalComments: 'none' };

function* filesBelow(name) {
  const info = statSync(path.join(root, name), { throwIfNoEntry: false });
  if (!info) return;
  if (info.isFile()) {
    yield [name, info.mtimeMs, info.size];
    return;
  }
  for (const entry of readdirSync(path.join(root, name)).sort()) yield* filesBelow(path.join(name, entry));
}

/** A digest of every source's name, time and size: what out/ must have been built from. Every start waits for it. */
function sourceStamp() {
  const hash = createHash('sha256');
  for (const source of SOURCES) for (const row of filesBelow(source)) hash.update(row.join('\0'));
  return hash.digest('hex');
}

/** True when out/ was built from the sources as they are now. */
export async function isFresh() {
  const built = await readFile(stampFile, 'utf8').catch(() => '');
  return built === sourceStamp();
}

async function buildNode() {
  await build({
    entryPoints: {
      'main/index': 'main/index.ts',
      'main/store-worker': 'main/store/worker.ts',
      'main/child-entry': 'main/hosts/electron/child-entry.ts',
      'sandbox/index': 'main/sandbox/index.ts',
    },
    outdir: out,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    external: EXTERNAL,
    // CommonJS packages inside an ES module bundle ask for require().
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
}

/** A sandboxed preload is one plain script: no module syntax, no splitting. */
async function buildPreload() {
  await build({
    entryPoints: { 'preload/bridge': 'preload/bridge.ts' },
    outdir: out,
    outExtension: { '.js': '.cjs' },
    platform: 'browser',
    format: 'cjs',
    target: 'chrome140',
    external: ['electron'],
  });
}

async function buildRenderer() {
  const result = await build({
    entryPoints: { app: 'renderer/index.tsx', 'timer-worker': 'renderer/telephony/timer-worker.ts' },
    outdir: path.join(out, 'renderer'),
    platform: 'browser',
    format: 'esm',
    target: 'chrome140',
    jsx: 'automatic',
    splitting: true,
    minify: true,
    metafile: true,
    chunkNames: 'chunks/[name]-[hash]',
    assetNames: 'assets/[name]-[hash]',
    loader: { '.svg': 'file', '.woff2': 'file' },
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  await writeFile(path.join(out, 'renderer-meta.json'), JSON.stringify(result.metafile));
  await copyFile(path.join(root, 'renderer/index.html'), path.join(out, 'renderer/index.html'));
}

async function copyAssets(from, to) {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) await copyAssets(source, target);
    else await copyFile(source, target);
  }
}

/** Builds everything afresh and stamps it. Throws with esbuild's message when a source does not build. */
export async function buildAll() {
  const stamp = sourceStamp();
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await Promise.all([
    buildNode(),
    buildPreload(),
    buildRenderer(),
    copyAssets(path.join(root, 'assets'), path.join(out, 'assets')),
  ]);
  await writeFile(stampFile, stamp);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll();
