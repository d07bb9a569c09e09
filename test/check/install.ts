import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Check, Offence } from './check.ts';

/** The whole installation, cold cache included, must stay within this. */
const LIMIT_MS = 240_000;
/** What install scripts ask of any system beside node and npm. */
const SYSTEM = ['sh', 'env'];

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** The first file of that name on PATH outside this checkout, so that the machine's own npm is proven. */
async function find(name: string, root: string): Promise<string> {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((each) => !each.startsWith(root));
  for (const folder of [...folders, '/usr/bin', '/bin']) {
    const file = await realpath(path.join(folder, name)).catch(() => undefined);
    if (file !== undefined && !file.startsWith(root)) return path.join(folder, name);
  }
  throw new Error(`No ${name} on PATH`);
}

function runAlone(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT_MS });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.stderr.on('data', (part: Buffer) => parts.push(part));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, output: Buffer.concat(parts).toString('utf8') }));
  });
}

/** Opens a real database with what was installed: the prebuilt binary is there and fits this Node. */
const USE_SQLITE = `
  const Database = require('better-sqlite3');
  const db = new Database(':memory:');
  process.stdout.write(String(db.prepare('select 6 * 7 as answer').get().answer));
`;

/**
 * `npm ci` in a folder that holds nothing but the three files npm reads, with only node and npm on PATH, an empty HOME
 * and no compiler; then the installed SQLite is opened.
 */
export async function proveInstall(root: string, at: string): Promise<readonly Offence[]> {
  const [project, home, bin] = [path.join(at, 'project'), path.join(at, 'home'), path.join(at, 'bin')];
  await Promise.all([project, home, bin].map((folder) => mkdir(folder)));
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
    await copyFile(path.join(root, name), path.join(project, name));
  }
  for (const name of ['node', 'npm', ...SYSTEM]) await symlink(await find(name, root), path.join(bin, name));
  const env = { PATH: bin, HOME: home, ...registrySettings() };
  const offence = (says: string): readonly Offence[] => [{ file: 'package-lock.json', line: null, says }];

  const install = await runAlone(path.join(bin, 'npm'), ['ci'], project, env);
  if (install.code !== 0) return offence(`npm ci ended with ${install.code}\n${install.output.slice(-2000)}`);
  if (/node-gyp|gyp ERR/.test(install.output)) return offence('npm ci asked for a compiler');
  // As npm scripts run it: the Node that came with the packages first, the machine's own after it.
  const scripts = { ...env, PATH: [path.join(project, 'node_modules/.bin'), bin].join(path.delimiter) };
  const used = await runAlone('node', ['-e', USE_SQLITE], project, scripts);
  return used.output === '42'
    ? []
    : offence(`the installed better-sqlite3 does not open (${used.code}, ${used.signal})\n${used.output}`);
}

/** A proxy or a mirror of the registry is a fact of the machine, not of the person's HOME. */
function registrySettings(): NodeJS.ProcessEnv {
  const names =
    /^(?:https?_proxy|no_proxy|npm_config_(?:registry|cafile|proxy|https_proxy|noproxy)|node_extra_ca_certs)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => names.test(name)));
}

export const install: Check = {
  name: 'npm ci on a bare machine',
  async run(root) {
    const at = await mkdtemp(path.join(tmpdir(), 'offhook-install-'));
    try {
      return await proveInstall(root, at);
    } finally {
      await rm(at, { recursive: true, force: true });
    }
  },
};
