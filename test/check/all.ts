// npm run check: every check with its time; ends non-zero when any finds something. `-- --quick` leaves out the
// installation, which takes half a minute; `-- --install` does only that.
import path from 'node:path';
import { bundleBudget } from './bundle.ts';
import { describe, type Check } from './check.ts';
import { claims } from './claims.ts';
import { cycles } from './cycles.ts';
import { importTable } from './import-table.ts';
import { install } from './install.ts';
import { lengths } from './lengths.ts';
import { lockfile } from './lockfile.ts';
import { neutral } from './neutral.ts';
import { paper } from './paper.ts';
import { format, lint, types } from './tools.ts';

const QUICK: readonly Check[] = [
  format,
  types,
  lint,
  importTable,
  cycles,
  lengths,
  lockfile,
  neutral,
  claims,
  paper,
  bundleBudget,
];

const root = path.resolve(import.meta.dirname, '../..');
function chosen(): readonly Check[] {
  if (process.argv.includes('--install')) return [install];
  return process.argv.includes('--quick') ? QUICK : [...QUICK, install];
}

const checks = chosen();
let failed = 0;
for (const check of checks) {
  const startedAt = performance.now();
  const offences = await check.run(root).catch((cause: unknown) => [
    {
      file: check.name,
      line: null,
      says: `could not run: ${cause instanceof Error ? cause.message : String(cause)}`,
    },
  ]);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${offences.length === 0 ? 'ok  ' : 'FAIL'} ${check.name} (${seconds} s)\n`);
  for (const offence of offences) process.stdout.write(`  ${describe(offence)}\n`);
  if (offences.length > 0) failed += 1;
}
process.stdout.write(`${checks.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
