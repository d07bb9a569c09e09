import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeOut, openBridge, request } from '../support/browser-host.ts';

/** A loaded machine is slow; a broken one never gets there. */
const SOON = { timeout: 10_000 };

const PROGRAM = path.resolve('test/support/host-child.ts');

interface Run {
  readonly process: ChildProcess;
  readonly lines: string[];
  /** Resolves with the first line, past or to come, that matches. */
  line(pattern: RegExp): Promise<string>;
  readonly exit: Promise<number | null>;
}

let folder: string;
let runs: Run[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'offhook-process-'));
  makeOut(folder);
  runs = [];
});
afterEach(async () => {
  for (const each of runs) each.process.kill('SIGKILL');
  // A child that outlived its app would hold the app's output open, and this hook with it.
  for (const pid of runs.flatMap((each) => each.lines).map((line) => Number(/"pid":(\d+)/.exec(line)?.[1] ?? 0))) {
    if (pid !== 0 && isAlive(pid)) process.kill(pid, 'SIGKILL');
  }
  await Promise.all(runs.map((each) => each.exit));
  for (const { pid } of launches(path.join(folder, 'arguments'))) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function run(env: NodeJS.ProcessEnv = {}, headless = 'yes', out = 'out'): Run {
  const child = spawn(process.execPath, [PROGRAM, path.join(folder, 'data'), path.join(folder, out), headless], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const started: Run = {
    process: child,
    lines,
    exit,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) => pattern.test(line));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void exit.then(() => reject(new Error(`Ended without ${pattern}:\n${lines.join('\n')}`)));
      }),
  };
  runs.push(started);
  return started;
}

/** A stand-in browser: writes its arguments beside itself, opens the address as a page would, and stays. */
function fakeBrowser(): { program: string; argumentsFile: string } {
  const [program, argumentsFile] = [path.join(folder, 'fake-browser'), path.join(folder, 'arguments')];
  writeFileSync(
    program,
    `#!${process.execPath}
const { appendFileSync } = require('node:fs');
appendFileSync(${JSON.stringify(argumentsFile)}, JSON.stringify({ pid: process.pid, args: process.argv.slice(2) }) + '\\n');
setInterval(() => {}, 1000);
`,
    { mode: 0o755 },
  );
  return { program, argumentsFile };
}

interface Launch {
  readonly pid: number;
  readonly args: readonly string[];
}

function launches(argumentsFile: string): readonly Launch[] {
  if (!existsSync(argumentsFile)) return [];
  const lines = readFileSync(argumentsFile, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Launch);
}

async function launched(argumentsFile: string, count: number): Promise<Launch> {
  await expect.poll(() => launches(argumentsFile).length, SOON).toBe(count);
  const last = launches(argumentsFile).at(-1);
  if (!last) throw new Error('No launch');
  return last;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('a second start asks the first, prints a fresh address and ends with 0', async () => {
  const first = run();
  await first.line(/^serving$/);
  const second = run();
  expect(await second.exit).toBe(0);
  const line = second.lines.join('\n');
  expect(line).toMatch(/^Offhook runs already\. Open http:\/\/127\.0\.0\.1:\d+\/open\?token=/);
  const url = new URL(/http:\S+/.exec(line)?.[0] ?? '');
  expect((await request(Number(url.port), url.pathname + url.search)).status).toBe(303);
  first.process.kill('SIGTERM');
  expect(await first.exit).toBe(0);
});

test('a start while the first is still starting waits for it', async () => {
  const [first, second] = [run(), run()];
  const one = await Promise.race([
    first.line(/^serving$/).then(() => first),
    second.line(/^serving$/).then(() => second),
  ]);
  const other = one === first ? second : first;
  expect(await other.exit).toBe(0);
  expect(other.lines.join('\n')).toMatch(/^Offhook runs already/);
});

test('after kill -9 the lock is stale: the next start takes it, and of two only one', async () => {
  const first = run();
  await first.line(/^serving$/);
  first.process.kill('SIGKILL');
  await first.exit;
  expect(existsSync(path.join(folder, 'data/host.lock'))).toBe(true);
  const pair = [run(), run()];
  await expect.poll(() => pair.filter((each) => each.lines.includes('serving')).length, SOON).toBe(1);
  const loser = pair.find((each) => !each.lines.includes('serving'));
  expect(await loser?.exit).toBe(0);
});

test('a lock whose pid now belongs to another program is stale', async () => {
  const first = run();
  await first.line(/^serving$/);
  first.process.kill('SIGKILL');
  await first.exit;
  const file = path.join(folder, 'data/host.lock');
  const lock = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...lock, pid: process.pid, startedTicks: '1' }));
  expect(await run().line(/^serving$/)).toBe('serving');
});

test('SIGTERM ends everything: process, child, lock, port', async () => {
  const out = path.join(folder, 'with-child');
  renameSync(path.join(folder, 'out'), out);
  writeFileSync(
    path.join(out, 'child.mjs'),
    'process.send({ pid: process.pid, args: process.argv.slice(2) }); setInterval(() => {}, 1000);',
  );
  const first = run({}, 'yes', 'with-child');
  const hello = /\{.*\}/.exec(await first.line(/^child says/))?.[0] ?? '';
  const child = JSON.parse(hello) as Launch;
  expect(child.args).toEqual(['one', 'two']);
  first.process.kill('SIGTERM');
  expect(await first.exit).toBe(0);
  expect(isAlive(child.pid)).toBe(false);
  expect(existsSync(path.join(folder, 'data/host.lock'))).toBe(false);
  expect(existsSync(path.join(folder, 'data/host.sock'))).toBe(false);
});

test('a child ends when the app is killed with -9', async () => {
  const out = path.join(folder, 'with-child');
  renameSync(path.join(folder, 'out'), out);
  writeFileSync(
    path.join(out, 'child.mjs'),
    'process.send({ pid: process.pid, args: [] }); process.on("message", () => {}); setInterval(() => {}, 1000);',
  );
  const first = run({}, 'yes', 'with-child');
  const hello = /\{.*\}/.exec(await first.line(/^child says/))?.[0] ?? '';
  const { pid } = JSON.parse(hello) as Launch;
  first.process.kill('SIGKILL');
  await first.exit;
  await expect.poll(() => isAlive(pid), SOON).toBe(false);
});

test('the window is an app window of our own profile, and the app ends with it', async () => {
  const { program, argumentsFile } = fakeBrowser();
  const first = run({ DISPLAY: ':9', OFFHOOK_BROWSER: program }, 'no');
  const { pid, args } = await launched(argumentsFile, 1);
  expect(args[0]).toMatch(/^--app=http:\/\/127\.0\.0\.1:\d+\/open\?token=/);
  expect(args).toContain(`--user-data-dir=${path.join(folder, 'data/browser')}`);
  process.kill(pid, 'SIGTERM');
  expect(await first.exit).toBe(0);
  expect(first.lines.at(-1)).toBe('ended');
});

test('the app ends when its last page was closed, and takes the browser along', async () => {
  const { program, argumentsFile } = fakeBrowser();
  const first = run({ DISPLAY: ':9', OFFHOOK_BROWSER: program }, 'no');
  const { pid, args } = await launched(argumentsFile, 1);
  await first.line(/^serving$/);
  const url = new URL(args[0]?.slice('--app='.length) ?? '');
  const port = Number(url.port);
  const cookie = (await request(port, url.pathname + url.search)).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const page = await openBridge(port, { cookie, origin: url.origin });
  await page.next();
  page.socket.close(1001);
  expect(await first.exit).toBe(0);
  expect(isAlive(pid)).toBe(false);
});

test('a second start opens another window; a start after kill -9 closes the browser that was left', async () => {
  const { program, argumentsFile } = fakeBrowser();
  const env = { DISPLAY: ':9', OFFHOOK_BROWSER: program };
  const first = run(env, 'no');
  const { pid: left } = await launched(argumentsFile, 1);
  await first.line(/^serving$/);
  const second = run(env, 'no');
  expect(await second.exit).toBe(0);
  expect(second.lines).toEqual(['Offhook runs already; its window was opened.']);
  const { pid: extra } = await launched(argumentsFile, 2);
  process.kill(extra);

  first.process.kill('SIGKILL');
  await first.exit;
  expect(isAlive(left)).toBe(true);
  const third = run(env, 'no');
  await third.line(/^serving$/);
  expect(isAlive(left)).toBe(false);
  await launched(argumentsFile, 3);
  third.process.kill('SIGTERM');
  expect(await third.exit).toBe(0);
  expect(launches(argumentsFile).map(({ pid }) => isAlive(pid))).toEqual([false, false, false]);
});

test('with no display it prints the address and keeps serving', async () => {
  const first = run({ DISPLAY: '', WAYLAND_DISPLAY: '' }, 'no');
  const line = await first.line(/No window can be opened here \(no display\)\. Open http:/);
  await first.line(/^serving$/);
  const url = new URL(/http:\S+/.exec(line)?.[0] ?? '');
  expect((await request(Number(url.port), url.pathname + url.search)).status).toBe(303);
});

test('a core that fails exits without stop(): no browser and no lock are left', async () => {
  const { program, argumentsFile } = fakeBrowser();
  const first = run({ DISPLAY: ':9', OFFHOOK_BROWSER: program }, 'no');
  const { pid } = await launched(argumentsFile, 1);
  first.process.kill('SIGUSR2');
  expect(await first.exit).toBe(1);
  await expect.poll(() => isAlive(pid), SOON).toBe(false);
  expect(existsSync(path.join(folder, 'data/host.lock'))).toBe(false);
});
