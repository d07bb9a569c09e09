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

type Place =
  { readonly kind: 'path'; readonly path: string; readonly found: boolean } | Exclude<Sample, { kind: 'answer' }>;

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

/** Fills the {names} of a path with what this account has: ids of rows, else the documented example. */
async function fillPath(kit: Kit, name: EndpointName): Promise<Place> {
  const { path, example } = endpointOf(name);
  let filled = path;
  let found = false;
  for (const [, parameter = ''] of path.matchAll(/\{(\w+)\}/g)) {
    const list = listOfParameter(path, parameter);
    const sample = list === undefined ? undefined : await sampleOf(kit, list);
    if (sample?.kind === 'not_offered') return sample;
    const row = sample?.kind === 'answer' ? rowsOf(sample.answer.json)[0] : undefined;
    const value = row?.[parameter] ?? row?.['id'] ?? (list === undefined ? example?.path?.[parameter] : undefined);
    if (typeof value !== 'string') return { kind: 'missing', says: `The account has no ${parameter} to ask for` };
    found ||= row !== undefined;
    filled = filled.replace(`{${parameter}}`, encodeURIComponent(value));
  }
  return { kind: 'path', path: filled, found };
}

/** The query of the documented example without its paging: pages are asked for by those who look at them. */
export function exampleQuery(name: EndpointName): URLSearchParams {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(endpointOf(name).example?.query ?? {})) {
    if (key !== 'limit' && key !== 'cursor') query.set(key, String(value));
  }
  return query;
}

async function read(kit: Kit, name: EndpointName): Promise<Sample> {
  const endpoint = endpointOf(name);
  if (!may(kit.owner, endpoint.action)) {
    return { kind: 'missing', says: `${kit.owner.name} may not ${endpoint.action}: give an owner's token` };
  }
  const place = await fillPath(kit, name);
  if (place.kind !== 'path') return place;
  const query = exampleQuery(name);
  if (isPaged(endpoint)) query.set('limit', '100');
  const path = query.size === 0 ? place.path : `${place.path}?${query.toString()}`;
  const answer = await kit.ask('GET', path);
  const code = codeOf(answer);
  if (answer.status === 404 && code === 'not_offered' && isOptional(name)) return { kind: 'not_offered' };
  const documented = endpoint.problems?.some((each) => each === code) === true;
  if (answer.status >= 400 && documented && !(place.found && code === 'not_found')) {
    return { kind: 'missing', says: `${answer.asked} answers ${code}, which it may` };
  }
  return { kind: 'answer', path, answer };
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
