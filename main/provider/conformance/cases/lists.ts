import type { EndpointName } from '../../api/endpoints.ts';
import type { Case, Kit } from '../kit.ts';
import { endpointOf, expectProblem, isPaged, operationsThat } from '../kit.ts';
import { exampleQuery, sampleOf } from '../samples.ts';
import { Skip, failOn } from '../verdict.ts';

type Row = Readonly<Record<string, unknown>>;

interface Page {
  readonly rows: readonly Row[];
  readonly next: string | null;
  readonly total: number | null;
}

/** One list that was answered, with the place it is asked at. */
interface List {
  readonly name: EndpointName;
  readonly path: string;
}

/** Rows looked at in one list: enough to see a fault of paging, few enough for a history of years. */
const WHOLE = 1000;
const MAX_PAGES = 12;

const identityOf = (row: Row): string => JSON.stringify(row['id'] ?? row['number'] ?? row);

async function offeredLists(kit: Kit): Promise<readonly List[]> {
  const lists: List[] = [];
  for (const name of operationsThat(isPaged)) {
    const sample = await sampleOf(kit, name);
    if (sample.kind === 'answer' && sample.answer.status === 200)
      lists.push({ name, path: sample.path.split('?')[0] ?? '' });
  }
  if (lists.length === 0) throw new Skip('No list could be read');
  return lists;
}

function pageOf(json: unknown): Page {
  const { data, next_cursor: next, total } = (json ?? {}) as { data?: unknown; next_cursor?: unknown; total?: unknown };
  return {
    rows: Array.isArray(data) ? (data as Row[]) : [],
    next: typeof next === 'string' ? next : null,
    total: typeof total === 'number' ? total : null,
  };
}

async function ask(kit: Kit, list: List, paging: Readonly<Record<string, string | number>>) {
  const query = exampleQuery(list.name);
  for (const [name, value] of Object.entries(paging)) query.set(name, String(value));
  return kit.ask('GET', `${list.path}?${query.toString()}`);
}

const page = async (kit: Kit, list: List, limit: number, cursor?: string): Promise<Page> =>
  pageOf((await ask(kit, list, cursor === undefined ? { limit } : { limit, cursor })).json);

/** Each list as far as one large page goes. */
const wholes = (kit: Kit) =>
  kit.once('lists', async () => {
    const found: (List & { readonly whole: Page })[] = [];
    for (const list of await offeredLists(kit)) found.push({ ...list, whole: await page(kit, list, WHOLE) });
    return found;
  });

async function limited(kit: Kit): Promise<void> {
  const faults: string[] = [];
  for (const { whole, ...list } of await wholes(kit)) {
    const { rows, next } = await page(kit, list, 1);
    if (rows.length > 1) faults.push(`${list.path} answered ${rows.length} rows to limit=1`);
    else if (whole.rows.length > 1 && next === null)
      faults.push(`${list.path} has no next_cursor after the first of its rows`);
  }
  failOn(faults);
}

async function walk(kit: Kit, list: List, limitEach: number) {
  const rows: Row[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const { rows: found, next } = await page(kit, list, limitEach, cursor);
    rows.push(...found);
    if (next === null) return { rows, ended: true };
    cursor = next;
  }
  return { rows, ended: false };
}

async function eachRowOnce(kit: Kit): Promise<void> {
  const faults: string[] = [];
  let tried = 0;
  for (const { whole, ...list } of await wholes(kit)) {
    if (whole.rows.length < 2) continue;
    tried += 1;
    const walked = await walk(kit, list, Math.max(1, Math.ceil(whole.rows.length / 4)));
    const expected = whole.rows.map(identityOf);
    const found = walked.rows.map(identityOf);
    const same = expected.slice(0, found.length).every((each, index) => each === found[index]);
    if (new Set(found).size !== found.length) faults.push(`${list.path} repeats rows when it is read page by page`);
    else if (!same || (walked.ended && whole.next === null && found.length !== expected.length)) {
      faults.push(`${list.path} read page by page has other rows than read at once`);
    }
  }
  if (tried === 0) throw new Skip('No list has two rows');
  failOn(faults);
}

async function badCursor(kit: Kit): Promise<void> {
  for (const list of await offeredLists(kit)) {
    expectProblem(await ask(kit, list, { cursor: 'conformance' }), 'invalid_request', 'cursor_expired');
  }
}

async function counted(kit: Kit): Promise<void> {
  const faults: string[] = [];
  for (const { path, whole } of await wholes(kit)) {
    const known = whole.next === null && whole.total !== null;
    if (known && whole.total !== whole.rows.length) {
      faults.push(`${path} says total ${whole.total} and has ${whole.rows.length} rows`);
    }
  }
  failOn(faults);
}

const TIME_KEYS = ['time', 'created_at', 'at', 'raised_at', 'started_at'];

async function newestFirst(kit: Kit): Promise<void> {
  const faults: string[] = [];
  let tried = 0;
  for (const { name, path, whole } of await wholes(kit)) {
    const { summary, description = '' } = endpointOf(name);
    const key = TIME_KEYS.find((each) => typeof whole.rows[0]?.[each] === 'string');
    if (!`${summary} ${description}`.includes('newest first') || key === undefined || whole.rows.length < 2) continue;
    tried += 1;
    const times = whole.rows.map((row) => Date.parse(String(row[key])));
    if (times.some((time, index) => time > (times[index - 1] ?? Infinity))) faults.push(`${path} is not newest first`);
  }
  if (tried === 0) throw new Skip('No list of times has two rows');
  failOn(faults);
}

export const listCases: readonly Case[] = [
  {
    id: 'lists.limit',
    tag: 'Lists',
    promise: 'A page has at most `limit` rows, and a next_cursor while there are more',
    run: limited,
  },
  {
    id: 'lists.each_row_once',
    tag: 'Lists',
    promise: 'Page by page every row comes once, in its order',
    run: eachRowOnce,
  },
  {
    id: 'lists.bad_cursor',
    tag: 'Lists',
    promise: 'A cursor that never was one is 400 invalid_request',
    run: badCursor,
  },
  { id: 'lists.total', tag: 'Lists', promise: '`total` counts the rows, where it is told', run: counted },
  { id: 'lists.newest_first', tag: 'Lists', promise: 'Histories come newest first', run: newestFirst },
];
