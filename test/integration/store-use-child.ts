// Opens a store in a process with fewer rights, uses it once, prints what came of it as JSON. Arguments: directory.
import { callsPage, recordCall } from '../../main/calls/repo.ts';
import { prepareIntent } from '../../main/money/repo.ts';
import { openStore } from '../../main/store/open.ts';
import { upsertUsage, usagePage } from '../../main/usage/repo.ts';
import { callOf, usageRowOf } from './store-rows.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const store = await openStore({
  directory: process.argv[2] ?? '',
  workerUrl: new URL('../../main/store/worker.ts', import.meta.url),
  log: quiet,
});
const first = { cursor: null, limit: 10 } as const;
const usage = () => usagePage(store, { ...first, scope: { kind: 'all' } });

const report = {
  shown: [await usage(), await callsPage(store, first)],
  intent: await prepareIntent(store, { key: 'k-9', kind: 'topup', body: {}, at: 1 }),
  written: [await upsertUsage(store, [usageRowOf(2)]), await recordCall(store, callOf(2))],
  afterwards: [await usage(), await callsPage(store, first)],
  notices: store.notices(),
};
await store.close();
process.stdout.write(JSON.stringify(report));
