// `npm start`: builds what is stale, picks the host, starts it. Plain JavaScript that parses on Node 18, so that an old
// Node gets a sentence and not a syntax error. OFFHOOK_HOST=browser|electron takes the choice away from it.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const MIN_NODE = 22;
const EXIT_INTERRUPTED = 130;
const PARENT_CHECK_MS = 500;
const PROBE_TIMEOUT_MS = 3_000;
const DOWNLOAD_TIMEOUT_MS = 180_000;
const TRY_AGAIN_AFTER_MS = 24 * 60 * 60 * 1_000;
/** Between making the lock and writing the pid into it. */
const LOCK_WRITTEN_WITHIN_MS = 2_000;
/** An Electron that ends within this time by one of these never opened a window: a library or the sandbox is missing. */
const NEVER_RAN_WITHIN_MS = 5_000;
const NEVER_RAN = new Set([127, 'SIGTRAP', 'SIGABRT', 'SIGILL', 'SIGSEGV']);

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const entry = path.join(root, 'out/main/index.js');
const electronDir = path.join(root, 'node_modules/electron');
const cacheDir = path.join(root, 'node_modules/.cache/offhook');
const args = process.argv.slice(2);

const say = (line) => process.stdout.write(`${line}\n`);

function give(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** True while the process that made the lock still runs. */
function holderRuns(lock) {
  const pid = Number(readText(lock));
  if (!pid) return Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0) < LOCK_WRITTEN_WITHIN_MS;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

/** Two starts at once must not build into each other: one holds the lock, the other waits for its result. */
async function withBuildLock(work) {
  const lock = path.join(cacheDir, 'building');
  mkdirSync(cacheDir, { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (holderRuns(lock)) await delay(100);
      else rmSync(lock, { recursive: true, force: true });
    }
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

async function build() {
  const { isFresh, buildAll } = await import('../esbuild.config.mjs');
  if (await isFresh()) return;
  if (!existsSync(path.join(root, 'node_modules/esbuild'))) {
    if (existsSync(entry)) return;
    give('Offhook is not built and its build tool is not installed. Run npm ci first.');
  }
  say('Building Offhook …');
  await withBuildLock(async () => {
    if (!(await isFresh())) await buildAll();
  });
}

/** The Electron program, or undefined when its binary is not on this machine. */
function electronProgram() {
  const name = readText(path.join(electronDir, 'path.txt')).trim();
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? path.join(electronDir, 'dist');
  const program = path.join(dist, name === '' ? 'electron' : name);
  return existsSync(program) ? program : undefined;
}

/** Electron's download server answers at all. A mirror or proxy of the person's own is taken at its word. */
async function downloadReachable() {
  const { ELECTRON_MIRROR, npm_config_electron_mirror, HTTPS_PROXY, https_proxy } = process.env;
  if (ELECTRON_MIRROR ?? npm_config_electron_mirror ?? HTTPS_PROXY ?? https_proxy) return true;
  return fetch('https://github.com/electron/electron/releases', {
    method: 'HEAD',
    signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
  }).then(
    () => true,
    () => false,
  );
}

function run(program, programArgs, options) {
  const child = spawn(program, programArgs, options);
  const pass = (signal) => child.kill(signal);
  // Ctrl-C reaches the child by the terminal; the parent only must not go first.
  const wait = () => undefined;
  process.on('SIGTERM', pass);
  process.on('SIGHUP', pass);
  process.on('SIGINT', wait);
  return new Promise((resolve) => {
    const ended = (how) => {
      process.off('SIGTERM', pass);
      process.off('SIGHUP', pass);
      process.off('SIGINT', wait);
      resolve(how);
    };
    child.once('error', () => ended(127));
    child.once('exit', (code, signal) => ended(signal ?? code));
  });
}

/** Tries to fetch Electron, at most once a day in vain. Returns the reason when it still is not here. */
async function fetchElectron() {
  const attemptFile = path.join(cacheDir, 'electron-attempt');
  const { version } = JSON.parse(readText(path.join(electronDir, 'package.json')) || '{}');
  if (!version) return 'Electron is not installed';
  const [tried, at] = readText(attemptFile).split(' ');
  const recently = tried === version && Date.now() - Number(at) < TRY_AGAIN_AFTER_MS;
  const why = 'Electron is not on this machine and cannot be downloaded';
  if (recently) return why;
  if (await downloadReachable()) {
    say('Fetching Electron, once (about 120 MB) …');
    const installer = path.join(electronDir, 'install.js');
    const how = await run(process.execPath, [installer], { stdio: 'ignore', timeout: DOWNLOAD_TIMEOUT_MS });
    if (how === 'SIGINT') process.exit(EXIT_INTERRUPTED);
    if (electronProgram()) return undefined;
  }
  mkdirSync(cacheDir, { recursive: true });
  writeFileSync(attemptFile, `${version} ${Date.now()}`);
  return why;
}

/** Why this start uses the browser host, or undefined for Electron. */
async function reasonForBrowser() {
  const forced = process.env.OFFHOOK_HOST;
  if (forced === 'browser') return 'OFFHOOK_HOST says so';
  if (args.includes('--headless')) return 'headless';
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return 'there is no display';
  if (electronProgram()) return undefined;
  const why = await fetchElectron();
  if (why && forced === 'electron') give(`${why}. Without OFFHOOK_HOST=electron the browser host would start.`);
  return why;
}

/** Runs the app in Electron to its end. Returns only when Electron cannot run here: then the reason. */
async function startElectron() {
  const isRoot = process.platform === 'linux' && process.getuid() === 0;
  if (isRoot)
    say('You are root: Electron runs without its sandbox (--no-sandbox). Use an ordinary user for real calls.');
  const startedAt = Date.now();
  const how = await run(electronProgram(), [...(isRoot ? ['--no-sandbox'] : []), root, ...args], { stdio: 'inherit' });
  const neverRan = NEVER_RAN.has(how) && Date.now() - startedAt < NEVER_RAN_WITHIN_MS;
  if (!neverRan) process.exit(typeof how === 'number' ? how : 1);
  return `Electron does not run on this machine (${how})`;
}

/**
 * npm passes a SIGTERM to the shell between us, which ends without passing it on. So the end of that shell, seen by a
 * new parent, counts as the signal.
 */
function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_CHECK_MS);
  look.unref();
}

if (Number(process.versions.node.split('.')[0]) < MIN_NODE) {
  give(`Offhook needs Node ${MIN_NODE} or newer; this is Node ${process.versions.node}. See https://nodejs.org/`);
}
endWithNpm();
module.enableCompileCache?.(path.join(cacheDir, 'compiled'));
await build();
const reason = (await reasonForBrowser()) ?? (await startElectron());
if (reason !== 'headless') say(`Offhook runs in its browser host: ${reason}.`);
await import(pathToFileURL(entry).href);
