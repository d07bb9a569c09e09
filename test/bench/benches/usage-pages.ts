import Database from 'better-sqlite3';
import { figure, type Bench } from '../bench.ts';
import { startBenchSandbox } from '../sandbox-process.ts';

const ROWS = 200_000;
const PAGE = 1_000;

interface Page {
  readonly data: readonly unknown[];
  readonly next_cursor: string | null;
}

/** The same rows in the same order and pages, as objects, by nothing but the library. */
function readRaw(file: string): { readonly rows: number; readonly perSecond: number[] } {
  const db = new Database(file, { readonly: true });
  const page = db.prepare<[number, string, number], { time: number; id: string }>(
    'SELECT * FROM usage WHERE (time, id) < (?, ?) ORDER BY time DESC, id DESC LIMIT ?',
  );
  const perSecond: number[] = [];
  let rows = 0;
  let [time, id] = [Number.MAX_SAFE_INTEGER, ''];
  for (;;) {
    const startedAt = performance.now();
    const found = page.all(time, id, PAGE);
    const last = found.at(-1);
    if (!last) break;
    perSecond.push((found.length / (performance.now() - startedAt)) * 1000);
    rows += found.length;
    [time, id] = [last.time, last.id];
  }
  db.close();
  return { rows, perSecond };
}

/** Usage over HTTP, page after page, beside the library reading the same rows of the same file. */
export const usagePages: Bench = {
  name: 'usage-pages',
  about: `${ROWS} usage rows in pages of ${PAGE}: rows/s over HTTP, beside raw better-sqlite3`,
  async run(say) {
    const sandbox = await startBenchSandbox('--fill', String(ROWS));
    try {
      const perSecond: number[] = [];
      let rows = 0;
      let cursor: string | null = null;
      const begunAt = performance.now();
      do {
        const startedAt = performance.now();
        const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page = (await sandbox.api('owner', 'GET', `/usage?limit=${PAGE}${after}`)) as Page;
        perSecond.push((page.data.length / (performance.now() - startedAt)) * 1000);
        rows += page.data.length;
        cursor = page.next_cursor;
      } while (cursor !== null);
      const seconds = (performance.now() - begunAt) / 1000;
      const raw = readRaw(sandbox.file);
      if (rows !== raw.rows) throw new Error(`${rows} rows were served, ${raw.rows} are there`);
      say(`${rows} rows in ${seconds.toFixed(1)} s, parsed by the client as well`);
      return [
        figure('usage rows over HTTP', 'rows/s', perSecond, {
          baseline: { name: 'raw better-sqlite3', samples: raw.perSecond },
        }),
        figure('rows that did not come', '', [raw.rows - rows], {
          target: { words: 'none', of: 'p50', max: 0 },
        }),
      ];
    } finally {
      await sandbox.stop();
    }
  },
};
