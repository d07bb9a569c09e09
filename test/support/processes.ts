import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { waitUntil } from './wait-until.ts';

/** Long enough for a proxy to say goodbye, short enough for a suite. */
const STOP_LIMIT_MS = 5_000;
const START_LIMIT_MS = 15_000;

/** A process a test started and will end. */
export interface Managed {
  readonly name: string;
  readonly pid: number;
  /** All it printed so far, both streams in order of arrival. */
  output(): string;
  /** Resolves when it is gone, with its exit code (null when a signal ended it). */
  readonly ended: Promise<number | null>;
  isAlive(): boolean;
  write(text: string): void;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL; resolves when it is gone. Safe to call twice. */
  stop(): Promise<void>;
}

export interface ProcessPlan {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Its output is copied there, to be kept when a test fails. */
  readonly logFile?: string;
}

function manage(plan: ProcessPlan, child: ChildProcess, pid: number): Managed {
  let printed = '';
  const take = (part: Buffer): void => {
    printed += part.toString('utf8');
    if (plan.logFile !== undefined) appendFileSync(plan.logFile, part);
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
  });
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    name: plan.name,
    pid,
    output: () => printed,
    ended,
    isAlive,
    write: (text) => child.stdin?.write(text),
    signal: (signal) => child.kill(signal),
    async stop() {
      if (!isAlive()) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Starts a process. Rejects when it cannot be started at all; see `whenReady` for the rest. */
export function startProcess(plan: ProcessPlan): Promise<Managed> {
  return new Promise((resolve, reject) => {
    const child = spawn(plan.command, plan.args, { cwd: plan.cwd, env: plan.env ?? process.env, stdio: 'pipe' });
    child.once('error', (cause) => reject(new Error(`${plan.name} does not start`, { cause })));
    child.once('spawn', () => {
      if (child.pid !== undefined) resolve(manage(plan, child, child.pid));
    });
  });
}

/** Waits until the probe answers; rejects with what the process printed when it ends or stays silent. */
export async function whenReady<T>(managed: Managed, probe: () => T | Promise<T>, withinMs = START_LIMIT_MS) {
  const died = managed.ended.then((code) => {
    throw new Error(`${managed.name} ended with ${code}`);
  });
  try {
    return await Promise.race([waitUntil(`${managed.name} ready`, probe, withinMs), died]);
  } catch (cause) {
    throw new Error(`${managed.name} is not ready\n${managed.output().slice(-4000)}`, { cause });
  }
}

/** Processes of this machine that carry the given variable in their environment: whatever a run left behind. */
export async function findMarked(
  variable: string,
  value: string,
): Promise<readonly { pid: number; command: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      if (!environment.split('\0').includes(`${variable}=${value}`)) return undefined;
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return { pid, command: command.replaceAll('\0', ' ').trim().slice(0, 200) };
    }),
  );
  return found.filter((each) => each !== undefined);
}
