import type { EndpointName } from '../api/endpoints.ts';
import { isOptional } from '../api/minimal.ts';
import type { Kit } from './kit.ts';
import { endpointNames, endpointOf, isPaged, isRead, may } from './kit.ts';
import type { Answer } from './wire.ts';
import { codeOf } from './wire.ts';

/** What one read of the table came to. */
export type Sample =
  | { readonly kind: 'answer'; readonly path: string; readonly answer: Answer }
  | { readonly kind: 'not_offered' }
  /** It cannot be read here: no right, no row to ask for, or a state of the account that is documented. */
  | { readonly kind: 'missing'; readonly says: string };

type Places =
  | { readonly kind: 'paths'; readonly paths: readonly string[]; readonly found: boolean }
  | Exclude<Sample, { kind: 'answer' }>;

/** What belongs to a row need not be there for each, as the receipt of a charge: so many rows are asked. */
const ROWS_ASKED = 10;

const rowsOf = (json: unknown): readonly Record<string, unknown>[] => {
  const data = typeof json === 'object' && json !== null ? (json as { data?: unknown }).data : undefined;
  return Array.isArray(data) ? (data as Record<string, unknown>[]) : [];
};

/** The list whose rows a path parameter names: `/charges` for `/charges/{charge_id}`. */
function listOfParameter(path: string, parameter: string): EndpointName | undefined {
  const collection = path.slice(0, path.indexOf(`/{${parameter}}`));
  return endpointNames.find((name) => {
    const endpoint = endpointOf(name);
    return isRead(endpoint) && endpoint.path === collection && !endpoint.path.includes('{');
  });
}

/** Fills the {name} of a path with what this account has: ids of rows, else the documented example. */
async function fillPath(kit: Kit, name: EndpointName): Promise<Places> {
  const { path, example } = endpointOf(name);
  const [, parameter] = /\{(\w+)\}/.exec(path) ?? [];
  if (parameter === undefined) return { kind: 'paths', paths: [path], found: false };
  const list = listOfParameter(path, parameter);
  const sample = list === undefined ? undefined : await sampleOf(kit, list);
  if (sample?.kind === 'not_offered') return sample;
  const rows = sample?.kind === 'answer' ? rowsOf(sample.answer.json) : [];
  // A collection that is no list names one of its own: `month` of the running month.
  const named = sample?.kind === 'answer' ? (sample.answer.json as Record<string, unknown>)[parameter] : undefined;
  const documented = list === undefined ? example?.path?.[parameter] : undefined;
  const values = [...rows.map((row) => row[parameter] ?? row['id']), named ?? documented].filter(
    (each) => typeof each === 'string',
  );
  if (values.length === 0) return { kind: 'missing', says: `The account has no ${parameter} to ask for` };
  const whole = path.endsWith('}');
  const paths = values
    .slice(0, whole ? 1 : ROWS_ASKED)
    .map((each) => path.replace(`{${parameter}}`, encodeURIComponent(each)));
  return { kind: 'paths', paths, found: whole && rows.length > 0 };
}

/** The query of the documented example without its paging: pages are asked for by those who look at them. */
export function exampleQuery(name: EndpointName): URLSearchParams {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(endpointOf(name).example?.query ?? {})) {
    if (key !== 'limit' && key !== 'cursor') query.set(key, String(value));
  }
  return query;
}

async function readAt(kit: Kit, name: EndpointName, place: string, found: boolean): Promise<Sample> {
  const endpoint = endpointOf(name);
  const query = exampleQuery(name);
  if (isPaged(endpoint)) query.set('limit', '100');
  const path = query.size === 0 ? place : `${place}?${query.toString()}`;
  const answer = await kit.ask('GET', path);
  const code = codeOf(answer);
  if (answer.status === 404 && code === 'not_offered' && isOptional(name)) return { kind: 'not_offered' };
  const documented = endpoint.problems?.some((each) => each === code) === true;
  if (answer.status >= 400 && documented && !(found && code === 'not_found')) {
    return { kind: 'missing', says: `${answer.asked} answers ${code}, which it may` };
  }
  return { kind: 'answer', path, answer };
}

async function read(kit: Kit, name: EndpointName): Promise<Sample> {
  const { action } = endpointOf(name);
  if (!may(kit.owner, action)) {
    return { kind: 'missing', says: `${kit.owner.name} may not ${action}: give an owner's token` };
  }
  const places = await fillPath(kit, name);
  if (places.kind !== 'paths') return places;
  let last: Sample = { kind: 'missing', says: 'There is nothing to ask for' };
  for (const path of places.paths) {
    last = await readAt(kit, name, path, places.found);
    if (last.kind !== 'missing') return last;
  }
  return last;
}

/** One answer of each read, asked for once in a run. */
export function sampleOf(kit: Kit, name: EndpointName): Promise<Sample> {
  return kit.once(`sample ${name}`, () => read(kit, name));
}

/** All reads that were answered with 200, in the order of the table. */
export async function answeredReads(kit: Kit) {
  const found: { readonly name: EndpointName; readonly path: string; readonly answer: Answer }[] = [];
  for (const name of endpointNames) {
    if (!isRead(endpointOf(name))) continue;
    const sample = await sampleOf(kit, name);
    if (sample.kind === 'answer' && sample.answer.status === 200) found.push({ name, ...sample });
  }
  return found;
}
