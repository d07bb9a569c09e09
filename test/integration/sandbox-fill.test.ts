import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitUntil } from '../support/wait-until.ts';

const SANDBOX = path.resolve('main/sandbox/index.ts');
const FILE = 'sandbox-voiptime.sqlite';
const ROWS = 30_000;

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'offhook-fill-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function start(...extra: string[]): ChildProcess {
  const child = fork(SANDBOX, ['--data', folder, ...extra], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  children.push(child);
  return child;
}

interface State {
  readonly usage_rows: number;
  readonly invariant: { readonly holds: boolean };
}

/** The books of a sandbox once it is ready, after which it is ended. */
async function stateOf(child: ChildProcess): Promise<State> {
  const [{ address, adminKey }] = (await once(child, 'message')) as [{ address: string; adminKey: string }];
  const response = await fetch(`${address}/sandbox/state`, { headers: { authorization: `Bearer ${adminKey}` } });
  const state = (await response.json()) as State;
  child.kill('SIGTERM');
  await once(child, 'exit');
  return state;
}

const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

test('kill -9 on the way leaves no account; the next start fills it whole, later ones leave it alone', async () => {
  const fill = ['--fill', String(ROWS), '--seed', '5', '--months', '3'];
  const killed = start(...fill);
  const building = path.join(folder, `${FILE}.filling-${killed.pid}`);
  await waitUntil('half a file', async () => sizeOf(building) > 0, 20_000);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(readdirSync(folder)).not.toContain(FILE);

  expect(await stateOf(start(...fill))).toMatchObject({ usage_rows: ROWS, invariant: { holds: true } });
  expect(readdirSync(folder).filter((name) => name.includes('filling'))).toEqual([]);
  expect(await stateOf(start(...fill))).toMatchObject({ usage_rows: ROWS });
  expect(await stateOf(start())).toMatchObject({ usage_rows: ROWS });

  const other = start('--fill', '2000');
  const [words, [code]] = await Promise.all([text(other.stderr ?? process.stdin), once(other, 'exit')]);
  expect(code).toBe(1);
  expect(words).toContain('has its history already');
}, 60_000);

test('a plan that makes no sense is refused with its usage', async () => {
  const child = start('--fill', '12');
  const [words, [code]] = await Promise.all([text(child.stderr ?? process.stdin), once(child, 'exit')]);
  expect(code).toBe(1);
  expect(words).toContain('--fill takes 1000 to 10000000 rows');
  expect(words).toContain('Usage:');
  expect(readdirSync(folder)).toEqual([]);
});
