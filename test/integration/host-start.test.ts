import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** A loaded machine is slow; a broken one never gets there. */
const SOON = { timeout: 10_000 };

/** A house of one room: the real start.mjs, a build that writes one file, an app that tells how it was started. */
let root: string;
let started: Started[];

interface Started {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly exit: Promise<number | null>;
}

function write(file: string, text: string): void {
  const full = path.join(root, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
}

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'offhook-start-'));
  started = [];
  write('package.json', '{ "type": "module" }');
  mkdirSync(path.join(root, 'main'));
  copyFileSync('main/start.mjs', path.join(root, 'main/start.mjs'));
  write('node_modules/esbuild/package.json', '{}');
  write(
    'esbuild.config.mjs',
    `import { existsSync, mkdirSync, copyFileSync } from 'node:fs';
     const at = (name) => new URL(name, import.meta.url);
     export const isFresh = async () => existsSync(at('out/main/index.js'));
     export const buildAll = async () => { mkdirSync(at('out/main/'), { recursive: true }); copyFileSync(at('app.js'), at('out/main/index.js')); };`,
  );
  write('app.js', `console.log('app', JSON.stringify(process.argv.slice(2)));`);
});
afterEach(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.map(({ exit }) => exit));
  rmSync(root, { recursive: true, force: true });
});

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Started {
  const clean = { ...process.env, npm_lifecycle_event: '', OFFHOOK_HOST: '' };
  const child = spawn(program, args, { env: { ...clean, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', (line) => lines.push(line));
  const exit = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const each = { child, lines, exit };
  started.push(each);
  return each;
}

const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}, nodeArgs: readonly string[] = []): Started =>
  run(process.execPath, [...nodeArgs, path.join(root, 'main/start.mjs'), ...args], env);

/** An Electron whose binary is a shell script. */
function installElectron(script: string): NodeJS.ProcessEnv {
  write('node_modules/electron/path.txt', 'electron');
  write('dist/electron', `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(root, 'dist/electron'), 0o755);
  return { DISPLAY: ':9', ELECTRON_OVERRIDE_DIST_PATH: path.join(root, 'dist') };
}

test('it builds what is stale, once, and passes the arguments on', async () => {
  const first = start(['--headless', '--port', '4000', '--data', '/d', '--profile', 'sipus', '--as', 'user']);
  expect(await first.exit).toBe(0);
  expect(first.lines).toEqual([
    'Building Offhook …',
    'app ["--headless","--port","4000","--data","/d","--profile","sipus","--as","user"]',
  ]);
  const second = start(['--headless']);
  await second.exit;
  expect(second.lines).toEqual(['app ["--headless"]']);
});

test('two starts at once build once after the other, and both run', async () => {
  const both = [start(['--headless']), start(['--headless'])];
  expect(await Promise.all(both.map(({ exit }) => exit))).toEqual([0, 0]);
  expect(existsSync(path.join(root, 'node_modules/.cache/offhook/building'))).toBe(false);
});

test('a build that was killed does not hold up the next start', async () => {
  const killed = start(['--headless']);
  await killed.exit;
  write('node_modules/.cache/offhook/building', String(killed.child.pid));
  rmSync(path.join(root, 'out'), { recursive: true, force: true });
  const next = start(['--headless']);
  expect(await next.exit).toBe(0);
  expect(next.lines).toContain('app ["--headless"]');
});

test('without the build tool it runs what is built, or says what to do', async () => {
  rmSync(path.join(root, 'node_modules/esbuild'), { recursive: true });
  const unbuilt = start(['--headless']);
  expect(await unbuilt.exit).toBe(1);
  expect(unbuilt.lines).toEqual(['Offhook is not built and its build tool is not installed. Run npm ci first.']);
  write('out/main/index.js', `console.log('built before');`);
  const built = start(['--headless']);
  await built.exit;
  expect(built.lines).toEqual(['built before']);
});

test('an old Node gets a sentence', async () => {
  const fake = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.19.0'}})`;
  const old = start([], {}, ['--import', fake]);
  expect(await old.exit).toBe(1);
  expect(old.lines).toEqual(['Offhook needs Node 22 or newer; this is Node 20.19.0. See https://nodejs.org/']);
});

test('where Electron is present it runs there, with the arguments, and its exit code is ours', async () => {
  const env = installElectron('echo "electron $*"; exit 3');
  const electron = start(['--as', 'user'], env);
  expect(await electron.exit).toBe(3);
  expect(electron.lines.at(-1)).toMatch(new RegExp(`^electron (--no-sandbox )?${root} --as user$`));
});

test('a SIGTERM reaches Electron, and waits for it', async () => {
  const env = installElectron(`trap 'echo leaving; exit 0' TERM; echo up; while :; do sleep 0.05; done`);
  const electron = start([], env);
  await expect.poll(() => electron.lines, SOON).toContain('up');
  electron.child.kill('SIGTERM');
  expect(await electron.exit).toBe(0);
  expect(electron.lines.at(-1)).toBe('leaving');
});

test('an Electron that cannot run here gives way to the browser host, with the reason', async () => {
  const electron = start([], installElectron('exit 127'));
  expect(await electron.exit).toBe(0);
  expect(electron.lines.slice(-2)).toEqual([
    'Offhook runs in its browser host: Electron does not run on this machine (127).',
    'app []',
  ]);
});

test('the browser host can be asked for, and is what a machine without display gets', async () => {
  const asked = start([], { ...installElectron('exit 9'), OFFHOOK_HOST: 'browser' });
  await asked.exit;
  expect(asked.lines).toContain('Offhook runs in its browser host: OFFHOOK_HOST says so.');
  if (process.platform !== 'linux') return;
  const blind = start([], { ...installElectron('exit 9'), DISPLAY: '', WAYLAND_DISPLAY: '' });
  await blind.exit;
  expect(blind.lines).toContain('Offhook runs in its browser host: there is no display.');
});

test('an Electron that cannot be fetched is tried once a day', async () => {
  write('node_modules/electron/package.json', '{ "version": "45.0.0" }');
  write('node_modules/electron/install.js', `console.log(); require('fs').appendFileSync(__dirname + '/tries', 'x');`);
  write('node_modules/electron/index.js', '');
  rmSync(path.join(root, 'package.json'));
  // A mirror is taken at its word: the installer runs, and here it brings nothing.
  const env = { DISPLAY: ':9', ELECTRON_MIRROR: 'http://127.0.0.1:9/' };
  const line = 'Offhook runs in its browser host: Electron is not on this machine and cannot be downloaded.';
  const first = start([], env);
  await first.exit;
  expect(first.lines).toEqual(['Building Offhook …', 'Fetching Electron, once (about 120 MB) …', line, 'app []']);
  const second = start([], env);
  await second.exit;
  expect(second.lines).toEqual([line, 'app []']);
  expect(readFileSync(path.join(root, 'node_modules/electron/tries'), 'utf8')).toBe('x');
  const forced = start([], { ...env, OFFHOOK_HOST: 'electron' });
  expect(await forced.exit).toBe(1);
});

test('when the npm that ran it is gone, the app ends too', async () => {
  write(
    'app.js',
    `process.on('SIGTERM', () => { console.log('leaving'); process.exit(0); }); console.log('up', process.pid); setInterval(() => {}, 1000);`,
  );
  const script = `${process.execPath} ${path.join(root, 'main/start.mjs')} --headless; :`;
  const shell = run('/bin/sh', ['-c', script], { npm_lifecycle_event: 'start' });
  await expect.poll(() => shell.lines.some((line) => line.startsWith('up')), SOON).toBe(true);
  shell.child.kill('SIGKILL');
  await expect.poll(() => shell.lines.at(-1), SOON).toBe('leaving');
});
