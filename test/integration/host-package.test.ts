import { extractFile, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeElectronDist } from '../support/electron-dist.ts';

const PACKAGING_LIMIT_MS = 180_000;

let folder: string;
let unpacked: string;
let archive: string;
let files: readonly string[];

/** The Linux package of this checkout around a stand-in for Electron's binary. */
beforeAll(async () => {
  const config = path.resolve('esbuild.config.mjs');
  const { buildAll } = (await import(config)) as { buildAll: () => Promise<void> };
  if (!existsSync('out/main/index.js')) await buildAll();
  folder = mkdtempSync(path.join(tmpdir(), 'offhook-package-'));
  const { version } = JSON.parse(readFileSync('node_modules/electron/package.json', 'utf8')) as { version: string };
  const builder = path.resolve('node_modules/electron-builder/cli.js');
  await promisify(execFile)(process.execPath, [
    builder,
    '--linux',
    '--x64',
    '--dir',
    `-c.electronDist=${makeElectronDist(folder, version)}`,
    `-c.directories.output=${path.join(folder, 'dist')}`,
  ]);
  unpacked = path.join(folder, 'dist/linux-unpacked');
  archive = path.join(unpacked, 'resources/app.asar');
  files = listPackage(archive, { isPack: false });
}, PACKAGING_LIMIT_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the package holds what the app runs, at the place its main entry names', () => {
  const { main, type } = JSON.parse(extractFile(archive, 'package.json').toString()) as Record<string, string>;
  expect([main, type]).toEqual(['out/main/index.js', 'module']);
  for (const file of [
    'out/main/index.js',
    'out/main/store-worker.js',
    'out/main/child-entry.js',
    'out/sandbox/index.js',
    'out/preload/bridge.cjs',
    'out/renderer/index.html',
    'out/renderer/app.js',
    'out/assets/icons/tray.png',
    'node_modules/better-sqlite3/package.json',
    'node_modules/fastify/package.json',
    'node_modules/werift/package.json',
    'node_modules/ws/package.json',
  ]) {
    expect(files).toContain(`/${file}`);
  }
});

test('nothing else is in it: no sources, tests, maps, no second Node, no database of another system', () => {
  const folders = new Set(files.map((file) => file.split('/')[1]));
  expect(folders).toEqual(new Set(['node_modules', 'out', 'package.json']));
  expect(files.filter((file) => /\.(map|ts)$|^\/node_modules\/(node|zod|electron)\//.test(file))).toEqual([]);
  const prebuilds = path.join(unpacked, 'resources/app.asar.unpacked/node_modules/better-sqlite3/prebuilds');
  expect(readdirSync(prebuilds)).toEqual(['linux-x64.node']);
});

test('every fuse that would open the app is off', async () => {
  const wire = await getCurrentFuseWire(path.join(unpacked, 'offhook'));
  const state = (fuse: FuseV1Options): FuseState | undefined => wire[fuse];
  for (const fuse of [
    FuseV1Options.RunAsNode,
    FuseV1Options.EnableNodeOptionsEnvironmentVariable,
    FuseV1Options.EnableNodeCliInspectArguments,
    FuseV1Options.GrantFileProtocolExtraPrivileges,
  ]) {
    expect(state(fuse)).toBe(FuseState.DISABLE);
  }
  expect(state(FuseV1Options.OnlyLoadAppFromAsar)).toBe(FuseState.ENABLE);
  expect(state(FuseV1Options.EnableCookieEncryption)).toBe(FuseState.ENABLE);
});

test('the update finds the file by a constant name, and macOS is told why the microphone is needed', () => {
  const config = readFileSync('electron-builder.yml', 'utf8');
  expect(config).toMatch(/^artifactName: \$\{productName\}-\$\{os\}-\$\{arch\}\.\$\{ext\}$/m);
  expect(config).toContain('NSMicrophoneUsageDescription');
  for (const name of ['entitlements.mac.plist', 'entitlements.mac.inherit.plist']) {
    const plist = readFileSync(path.join('assets/packaging', name), 'utf8');
    expect(plist).toMatch(/com\.apple\.security\.device\.audio-input<\/key>\s*<true\/>/);
  }
});
