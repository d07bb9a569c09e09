import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openInSystemBrowser, OPENER_PATIENCE_MS } from '../../main/hosts/browser/open-external.ts';
import { systemClock } from '../../main/platform/clock.ts';
import { manualClock } from '../integration/store-rig.ts';

const URL = 'https://provider.example/authorize';

it.each([
  ['that takes the address', ['sh', '-c', 'exit 0'], { ok: true }],
  ['that finds no browser', ['sh', '-c', 'exit 3'], { ok: false, error: { kind: 'unsupported_here' } }],
  ['that is killed', ['sh', '-c', 'kill -9 $$'], { ok: false, error: { kind: 'unsupported_here' } }],
  ['that is missing', ['no-such-opener'], { ok: false, error: { kind: 'unsupported_here' } }],
] as const)('an opener %s is told apart', async (_what, opener, outcome) => {
  expect(await openInSystemBrowser(URL, systemClock, opener)).toMatchObject(outcome);
});

it('an opener that has become the browser is not waited for', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'offhook-opener-'));
  const pipe = path.join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const clock = manualClock();
  // Runs until somebody writes into the pipe.
  const opening = openInSystemBrowser(URL, clock, ['sh', '-c', `exec cat < '${pipe}'`]);
  clock.advance(OPENER_PATIENCE_MS);
  expect(await opening).toEqual({ ok: true, value: null });
  await writeFile(pipe, '');
  rmSync(folder, { recursive: true });
});
