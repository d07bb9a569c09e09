// Writes as fast as it can and says what was acknowledged, until it is killed. Arguments: directory.
import { recordCall } from '../../main/calls/repo.ts';
import { prepareIntent } from '../../main/money/repo.ts';
import { openStore } from '../../main/store/open.ts';
import { syncStateStatements } from '../../main/sync/repo.ts';
import { upsertUsage } from '../../main/usage/repo.ts';
import { callOf, usageRowOf } from './store-rows.ts';

const ROWS_PER_PAGE = 500;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

const store = await openStore({
  directory: process.argv[2] ?? '',
  workerUrl: new URL('../../main/store/worker.ts', import.meta.url),
  log: quiet,
});

async function burst(write: (n: number) => Promise<{ readonly ok: boolean }>, name: string): Promise<void> {
  for (let n = 0; ; n += 1) {
    const { ok } = await write(n);
    process.stdout.write(`${ok ? name : 'failed'} ${n}\n`);
  }
}

await Promise.all([
  burst((n) => prepareIntent(store, { key: `k-${n}`, kind: 'topup', body: { n }, at: n }), 'intent'),
  burst((n) => recordCall(store, callOf(n)), 'call'),
  burst((page) => {
    const rows = Array.from({ length: ROWS_PER_PAGE }, (_, n) => usageRowOf(page * ROWS_PER_PAGE + n));
    return upsertUsage(store, rows, syncStateStatements({ rowsDone: (page + 1) * ROWS_PER_PAGE }));
  }, 'page'),
]);
