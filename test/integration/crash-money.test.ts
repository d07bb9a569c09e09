import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectHonest, toldBy } from '../support/crash/books-told.ts';
import { MONEY_OPERATIONS } from '../support/crash/operations.ts';
import { openBooks } from '../unit/ledger-rig.ts';

let folder: string;
let child: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'offhook-crash-'));
  // One file starts in a fraction of the time of a few hundred.
  child = path.resolve('node_modules/.cache/offhook-crash-child.mjs');
  await build({
    entryPoints: ['test/support/crash/child.ts'],
    outfile: child,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly signal: string | null;
  readonly said: string;
}

/** Runs the operation in a process of its own that dies at the n-th place; no place = it finishes. */
function runUntil(name: string, file: string, prepared: string, place: number | null): Promise<Ended> {
  const words = [child, name, file, prepared, ...(place === null ? [] : [String(place)])];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, words, (fault, stdout, stderr) => {
      const signal = (fault as { signal?: string | null } | null)?.signal ?? null;
      if (fault && signal === null) reject(new Error(stderr));
      else resolve({ signal, said: stdout });
    });
  });
}

describe.each(MONEY_OPERATIONS)('kill -9 during $name', (operation) => {
  test('at every step and start again: nothing is doubled, nothing is lost', async () => {
    const fresh = path.join(folder, `${operation.name}.sqlite`);
    const prepared = operation.prepare(fresh);
    const copy = (name: string): string => {
      const file = path.join(folder, `${operation.name}-${name}.sqlite`);
      copyFileSync(fresh, file);
      return file;
    };
    const untouched = openBooks(operation.profile, copy('untouched'));
    const before = toldBy(untouched);
    untouched.ledger.close();
    const whole = copy('whole');
    const { said } = await runUntil(operation.name, whole, prepared, null);
    const places = Number(said);
    expect(places).toBeGreaterThanOrEqual(2);
    const undisturbed = openBooks(operation.profile, whole);
    expectHonest(undisturbed);
    const expected = toldBy(undisturbed);
    expect(expected, 'it does something').not.toEqual(before);
    operation.run(undisturbed, prepared);
    expect(toldBy(undisturbed), 'a second run changes nothing').toEqual(expected);
    undisturbed.ledger.close();

    const dieAt = async (place: number): Promise<void> => {
      const file = copy(String(place));
      expect((await runUntil(operation.name, file, prepared, place)).signal).toBe('SIGKILL');
      const rig = openBooks(operation.profile, file);
      expectHonest(rig);
      operation.run(rig, prepared);
      expectHonest(rig);
      expect(toldBy(rig), `killed at place ${place} of ${places}`).toEqual(expected);
      rig.ledger.close();
    };
    const left = Array.from({ length: places }, (_, index) => index + 1);
    const worker = async (): Promise<void> => {
      for (let place = left.shift(); place !== undefined; place = left.shift()) await dieAt(place);
    };
    await Promise.all([worker(), worker()]);
  }, 60_000);
});
