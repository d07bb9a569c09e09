import type { Action } from '../../../preload/contract/roles.ts';
import { grant, mayDo, role } from '../../../preload/contract/roles.ts';
import type { Grant, Role } from '../../../preload/contract/roles.ts';
import type { Endpoint } from '../api/endpoint.ts';
import type { EndpointName } from '../api/endpoints.ts';
import { endpoints } from '../api/endpoints.ts';
import { isOptional } from '../api/minimal.ts';
import type { ProblemCode } from '../api/problems.ts';
import { PROBLEMS } from '../api/problems.ts';
import type { Metadata, SignedIn } from './sign-in.ts';
import { Failure, NotOffered, Skip } from './verdict.ts';
import type { Answer, Ask, Wire } from './wire.ts';
import { codeOf } from './wire.ts';

/** One promise of the API and how it is tried. */
export interface Case {
  /** Stable, as in `lists.bad_cursor`. */
  readonly id: string;
  /** A tag of the reference, or one of the groups that belong to all of it. */
  readonly tag: string;
  /** What the server has to do, in one sentence. */
  readonly promise: string;
  /** Takes money, or cannot be tried without: runs with --spend alone. */
  readonly spends?: true;
  /** Starts with the run and is waited for in its place: it takes long. */
  readonly early?: true;
  /** Throws Failure, Skip or NotOffered; else it has passed. */
  run(kit: Kit): Promise<void>;
}

/** Somebody signed in. */
export interface Person {
  readonly token: string;
  /** null where the token was given and cannot be renewed. */
  readonly refreshToken: string | null;
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly grants: readonly Grant[];
}

export interface KitOptions {
  /** Origin a person would type. */
  readonly url: string;
  readonly spend: boolean;
  readonly wire: Wire;
  readonly fetch: typeof fetch;
  readonly apiBase: string;
  readonly metadata: Metadata;
  readonly owner: Person;
  /** Somebody with fewer rights; null = what roles refuse cannot be tried. */
  readonly user: Person | null;
  /** Scales every wait of the kit; 1 is what the API promises. Tests run on faster clocks. */
  readonly patience: number;
}

/** What cases work with. */
export interface Kit extends KitOptions {
  /** Asks the API as the owner, or as `by`; null = as nobody. */
  ask(method: string, path: string, more?: Partial<Omit<Ask, 'method' | 'url'>>): Promise<Answer>;
  /** Work that several cases look at is done once. */
  once<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export const endpointOf = (name: EndpointName): Endpoint => endpoints[name];
export const endpointNames = Object.keys(endpoints) as EndpointName[];

/** The table's operations that fulfil a condition. */
export function operationsThat(fulfil: (endpoint: Endpoint) => boolean): readonly EndpointName[] {
  return endpointNames.filter((name) => fulfil(endpointOf(name)));
}

export const isRead = (endpoint: Endpoint): boolean => endpoint.method === 'GET';
export const isPaged = (endpoint: Endpoint): boolean => isRead(endpoint) && endpoint.query?.shape.cursor !== undefined;
export const may = (person: Person, action: Action): boolean => mayDo(person, action);

/** Values for the {names} of a path that is refused before anybody looks at them. */
export const anyPath = (path: string): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => (name === 'instance_id' ? KIT_INSTANCE : 'conformance'));

/** The one install the kit provisions; always the same, so that running it a hundred times makes one device. */
export const KIT_INSTANCE = '5c0fa4ce-0000-4000-8000-000000000001';
export const KIT_DEVICE_NAME = 'Conformance kit';

export function createKit(options: KitOptions): Kit {
  const done = new Map<string, Promise<unknown>>();
  const base = options.apiBase.replace(/\/+$/, '');
  return {
    ...options,
    ask: (method, path, more = {}) =>
      options.wire.ask({ token: options.owner.token, ...more, method, url: base + path }),
    once<T>(name: string, work: () => Promise<T>) {
      const known = done.get(name) ?? work();
      done.set(name, known);
      return known as Promise<T>;
    },
  };
}

/** Who a token belongs to, as GET /account says. Throws Error: without it nothing can be tried. */
export async function identify(wire: Wire, apiBase: string, signedIn: SignedIn): Promise<Person> {
  const token = signedIn.accessToken;
  const answer = await wire.ask({ method: 'GET', url: `${apiBase.replace(/\/+$/, '')}/account`, token });
  const user = (answer.json as { user?: Record<string, unknown> } | undefined)?.user ?? {};
  const parsedRole = role.safeParse(user['role']);
  if (answer.status !== 200 || !parsedRole.success) {
    throw new Error(`GET /account answered ${answer.status} and does not say who is signed in`);
  }
  const given: readonly unknown[] = Array.isArray(user['grants']) ? user['grants'] : [];
  return {
    token,
    refreshToken: signedIn.refreshToken,
    id: String(user['id']),
    name: String(user['name']),
    role: parsedRole.data,
    grants: given.flatMap((each) => grant.safeParse(each).data ?? []),
  };
}

/** "404 not_offered", as in the sentences of the report. */
export function outcomeOf(answer: Answer): string {
  const code = codeOf(answer);
  return code === undefined ? String(answer.status) : `${answer.status} ${code}`;
}

/** Throws a Failure unless the answer is that problem. */
export function expectProblem(answer: Answer, ...codes: readonly ProblemCode[]): void {
  if (codes.some((code) => answer.status === PROBLEMS[code].status && codeOf(answer) === code)) return;
  const wanted = codes.map((code) => `${PROBLEMS[code].status} ${code}`).join(' or ');
  throw new Failure(`${answer.asked} answered ${outcomeOf(answer)}; ${wanted} is promised`);
}

/** Throws NotOffered where the server says so and may; Failure for every other answer than the success promised. */
export function expectSuccess(answer: Answer, name: EndpointName): void {
  const wanted = endpointOf(name).status ?? 200;
  if (answer.status === wanted) return;
  if (codeOf(answer) === 'not_offered' && isOptional(name)) throw new NotOffered();
  throw new Failure(`${answer.asked} answered ${outcomeOf(answer)}; ${wanted} is promised`);
}

/** The second person, or a Skip. */
export function requireUser(kit: Kit): Person {
  if (!kit.user) throw new Skip('Needs the token of a person with fewer rights: --token-user or --ticket-user');
  return kit.user;
}
