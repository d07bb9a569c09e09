import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostOptions, HostStart } from './host.ts';

/** How long a start waits for an owner that lives but does not answer yet (it may be starting). */
const ANSWER_WITHIN_MS = 5_000;
const ASK_TIMEOUT_MS = 1_500;
const RETRY_MS = 100;
/** After taking over a dead owner's lock: time in which another start doing the same would show up. */
const SETTLE_MS = 100;
/** sun_path of Linux and macOS, with room to spare. */
const MAX_SOCKET_PATH = 100;

interface LockContent {
  readonly pid: number;
  readonly startedTicks: string | null;
  readonly nonce: string;
}

/** The profile is ours until released. */
export interface ProfileLock {
  /** Answers another start of the profile: shows a window and returns the line that start prints. */
  onShow(show: () => string): void;
  release(): void;
}

export type LockAnswer =
  | { readonly kind: 'mine'; readonly lock: ProfileLock }
  | { readonly kind: 'other'; readonly line: string }
  | { readonly kind: 'stuck'; readonly pid: number; readonly lockFile: string };

function socketPath(dataDir: string): string {
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\offhook-${name}`;
  const inside = path.join(dataDir, 'host.sock');
  return Buffer.byteLength(inside) <= MAX_SOCKET_PATH ? inside : path.join(tmpdir(), `offhook-${name}.sock`);
}

/** When a process started, in the kernel's ticks: a reused pid has another value. null where it cannot be read. */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function lives(owner: LockContent): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return owner.startedTicks === null || startTicks(owner.pid) === owner.startedTicks;
}

/** `unreadable`: being written this moment, or damaged. */
type LockState = LockContent | 'missing' | 'unreadable';

function readLock(file: string): LockState {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as Partial<LockContent> | null;
    if (!Number.isInteger(content?.pid) || typeof content?.nonce !== 'string') return 'unreadable';
    return content as LockContent;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'unreadable';
  }
}

function isOurs(file: string, nonce: string): boolean {
  const state = readLock(file);
  return typeof state === 'object' && state.nonce === nonce;
}

function isSameLock(now: LockState, before: LockState): boolean {
  if (typeof now === 'string' || typeof before === 'string') return now === before;
  return now.nonce === before.nonce;
}

/** True when the lock was created by this call. Throws when the folder cannot be written. */
function createLock(file: string, content: LockContent): boolean {
  try {
    writeFileSync(file, JSON.stringify(content), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Asks the owner to show its window; undefined when nobody answers. */
function askOwner(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = net.connect(address);
    const end = (line: string | undefined): void => {
      socket.destroy();
      resolve(line);
    };
    socket.setTimeout(ASK_TIMEOUT_MS, () => end(undefined));
    socket.on('error', () => end(undefined));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => end(answer === '' ? undefined : answer));
  });
}

function hold(dataDir: string, file: string, nonce: string): Promise<ProfileLock> {
  const address = socketPath(dataDir);
  let answer: (() => string) | undefined;
  const waiting = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    if (answer) socket.end(answer());
    else waiting.add(socket);
  });
  if (process.platform !== 'win32') rmSync(address, { force: true });
  const lock: ProfileLock = {
    onShow(show) {
      answer = show;
      for (const socket of waiting) socket.end(show());
      waiting.clear();
    },
    release() {
      server.close();
      for (const socket of waiting) socket.destroy();
      if (isOurs(file, nonce)) rmSync(file, { force: true });
    },
  };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.unref();
      resolve(lock);
    });
  });
}

/**
 * Takes the profile for this process. The lock file says who owns it, the socket beside it whether the owner still
 * answers: after a kill -9 the file stays but the owner is dead (pid and its start time), so it is taken over. Throws
 * when the folder cannot be written.
 */
export async function lockProfile(dataDir: string): Promise<LockAnswer> {
  const file = path.join(dataDir, 'host.lock');
  const content = { pid: process.pid, startedTicks: startTicks(process.pid), nonce: randomUUID() };
  const giveUpAt = Date.now() + ANSWER_WITHIN_MS;
  let tookOver = false;
  for (;;) {
    if (createLock(file, content)) {
      if (tookOver) await delay(SETTLE_MS);
      if (!tookOver || isOurs(file, content.nonce)) {
        return { kind: 'mine', lock: await hold(dataDir, file, content.nonce) };
      }
    }
    const owner = readLock(file);
    const line = await askOwner(socketPath(dataDir));
    if (line !== undefined) return { kind: 'other', line };
    if (owner === 'missing') continue;
    const mayLive = owner === 'unreadable' ? Date.now() < giveUpAt : lives(owner);
    if (!mayLive) {
      // Asking took time: another start may have taken the dead owner's place, and its lock is not ours to delete.
      if (!isSameLock(readLock(file), owner)) continue;
      rmSync(file, { force: true });
      tookOver = true;
    } else if (owner !== 'unreadable' && Date.now() > giveUpAt) {
      return { kind: 'stuck', pid: owner.pid, lockFile: file };
    } else {
      await delay(RETRY_MS);
    }
  }
}

/** What a start comes to that did not get the lock. */
export function lockedStart(options: HostOptions, answer: Exclude<LockAnswer, { kind: 'mine' }>): HostStart {
  if (answer.kind === 'other') {
    options.say(answer.line);
    return { kind: 'runs_already' };
  }
  const { pid, lockFile } = answer;
  return {
    kind: 'refused',
    sentence: `Offhook runs already (process ${pid}) but does not answer. End it, or delete ${lockFile}.`,
  };
}
