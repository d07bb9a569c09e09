import { execFile, spawn } from 'node:child_process';
import { access, chmod, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POLICY = '/usr/sbin/policy-rc.d';
const KAMAILIO_MODULES = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib'];

const exists = (file) =>
  access(file).then(
    () => true,
    () => false,
  );

async function isOnPath(name) {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/bin'];
  for (const folder of folders) if (await exists(path.join(folder, name))) return true;
  return false;
}

async function anyOnPath(...names) {
  for (const name of names) if (await isOnPath(name)) return true;
  return false;
}

async function hasModule(name) {
  for (const folder of KAMAILIO_MODULES) if (await exists(path.join(folder, 'kamailio/modules', name))) return true;
  return false;
}

/** What each need of a suite is made of: a probe, and the Debian packages that bring it. */
const PARTS = [
  {
    need: 'browser',
    packages: ['chromium'],
    has: async () =>
      (process.env.OFFHOOK_BROWSER !== undefined && (await exists(process.env.OFFHOOK_BROWSER))) ||
      (await anyOnPath('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge')) ||
      (await exists('/Applications/Google Chrome.app')),
  },
  {
    need: 'browser',
    packages: ['fonts-dejavu-core'],
    has: async () => process.platform !== 'linux' || (await readdir('/usr/share/fonts').catch(() => [])).length > 0,
  },
  { need: 'telephony', packages: ['kamailio'], has: () => isOnPath('kamailio') },
  { need: 'telephony', packages: ['kamailio-websocket-modules'], has: () => hasModule('websocket.so') },
  { need: 'telephony', packages: ['kamailio-tls-modules'], has: () => hasModule('tls.so') },
  { need: 'telephony', packages: ['rtpengine-daemon'], has: () => isOnPath('rtpengine') },
  { need: 'telephony', packages: ['baresip-core'], has: () => isOnPath('baresip') },
  { need: 'telephony', packages: ['sip-tester'], has: () => isOnPath('sipp') },
  { need: 'telephony', packages: ['openssl'], has: () => isOnPath('openssl') },
];

async function findMissing(needs) {
  const missing = [];
  for (const part of PARTS) if (needs.has(part.need) && !(await part.has())) missing.push(part);
  return missing;
}

async function isDebian() {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(?:_LIKE)?=.*debian/m.test(text) && (await isOnPath('apt-get'));
}

function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return new Promise((resolve, reject) => {
    const child = spawn('apt-get', args, { stdio: ['ignore', 'inherit', 'inherit'], env });
    child.on('error', reject);
    child.on('close', resolve);
  });
}

/** While `work` runs, no package may start its service; what the machine had to say about that before is put back. */
async function withoutServices(work) {
  const kept = `${POLICY}.offhook`;
  const had = await exists(POLICY);
  if (had) await rename(POLICY, kept);
  await writeFile(POLICY, '#!/bin/sh\nexit 101\n');
  await chmod(POLICY, 0o755);
  try {
    return await work();
  } finally {
    if (had) await rename(kept, POLICY);
    else await rm(POLICY, { force: true });
  }
}

/** Kept from starting now, they shall not start at the next boot either. Without systemd there is nothing to do. */
async function disableServices(packages) {
  const services = ['kamailio', 'rtpengine-daemon'].filter((name) => packages.includes(name));
  for (const name of services) await run('systemctl', ['disable', `${name}.service`]).catch(() => undefined);
}

/**
 * Installs what the asked needs lack, where this runs as root on Debian; elsewhere prints the exact command. Answers
 * the needs that stay unmet.
 */
export async function installMissing(needs, say) {
  const missing = await findMissing(needs);
  if (missing.length === 0) return new Set();
  const packages = missing.flatMap((part) => part.packages);
  const command = `apt-get install --no-install-recommends ${packages.join(' ')}`;
  if (process.getuid?.() !== 0 || !(await isDebian())) {
    say(`This machine lacks what some suites need. On Debian, as root: ${command}`);
    return new Set(missing.map((part) => part.need));
  }
  say(`Installing what the suites need: ${packages.join(', ')}`);
  await withoutServices(async () => {
    await apt(['update', '-q']);
    await apt(['install', '-y', '-q', '--no-install-recommends', ...packages]);
  });
  await disableServices(packages);
  const still = await findMissing(needs);
  if (still.length > 0)
    say(`Could not be installed: ${still.flatMap((part) => part.packages).join(', ')} (${command})`);
  return new Set(still.map((part) => part.need));
}
