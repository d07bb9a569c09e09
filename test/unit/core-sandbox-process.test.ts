import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sandboxStarter } from '../../main/account/sandbox-process.ts';
import { manualClock } from '../integration/store-rig.ts';

const READY = {
  kind: 'ready',
  address: 'http://127.0.0.1:4711',
  adminKey: 'k',
  tickets: { owner: 'a', admin: 'b', user: 'c' },
};

/** The starter over a child that does as it is told; `sign` is the file scripts find the sandbox by. */
function setUp(left?: string, fill: number | null = null) {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'offhook-sandbox-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const sign = path.join(dataDir, 'running.json');
  if (left !== undefined) writeFileSync(sign, left);
  let exit = (_code: number | null): void => undefined;
  const said: string[] = [];
  const start = sandboxStarter({
    spawn: (_entry, words) => {
      said.push(...words);
      return {
        onMessage: (listener) => queueMicrotask(() => listener(READY)),
        onExit: (listener) => void (exit = listener),
        async stop() {
          exit(0);
        },
      };
    },
    entry: 'sandbox/index.js',
    dataDir,
    fill,
    clock: manualClock(),
  });
  return { said, sign, exit: (code: number) => exit(code), run: () => start({ profile: 'voiptime', port: null }) };
}

it('scripts find the sandbox while it runs, and not after it was stopped', async () => {
  const { sign, run } = setUp();
  const running = await run();
  if (!running.ok) throw new Error(running.error.detail);
  await expect
    .poll(() => existsSync(sign) && JSON.parse(readFileSync(sign, 'utf8')))
    .toEqual({
      address: READY.address,
      adminKey: 'k',
    });
  await running.value.stop();
  expect(existsSync(sign)).toBe(false);
});

it('nor after it ended by itself', async () => {
  const { sign, exit, run } = setUp();
  await run();
  await expect.poll(() => existsSync(sign)).toBe(true);
  exit(1);
  await expect.poll(() => existsSync(sign)).toBe(false);
});

it('what a killed run left is taken away, also where no sandbox is started', async () => {
  const { sign } = setUp('{"address":"http://127.0.0.1:1","adminKey":"old"}');
  await expect.poll(() => existsSync(sign)).toBe(false);
});

it('a new account is filled where a number of rows was asked for, and only there', async () => {
  const filled = setUp(undefined, 50_000);
  await filled.run();
  expect(filled.said.slice(-2)).toEqual(['--fill', '50000']);
  const plain = setUp();
  await plain.run();
  expect(plain.said).not.toContain('--fill');
});
