import { EVENTS_PATH } from '../../api/endpoints.ts';
import { PROBLEM_MEDIA_TYPE, PROBLEM_TYPE_BASE, problemSchema } from '../../api/problems.ts';
import type { Case, Kit } from '../kit.ts';
import { KIT_INSTANCE, anyPath, endpointNames, endpointOf, expectProblem } from '../kit.ts';
import { shapeFaults } from '../shapes.ts';
import { Failure, Skip, failOn } from '../verdict.ts';
import type { Answer } from '../wire.ts';
import { codeOf } from '../wire.ts';

const DEVICE = `/devices/${KIT_INSTANCE}`;
const newKey = (): string => crypto.randomUUID();

async function unknownPath(kit: Kit): Promise<void> {
  expectProblem(await kit.ask('GET', '/conformance/no-such-thing'), 'not_found');
}

async function wrongMethod(kit: Kit): Promise<void> {
  const answer = await kit.ask('PATCH', '/policy', { key: newKey(), body: {} });
  expectProblem(answer, 'method_not_allowed');
  if (answer.headers.get('allow')?.includes('GET') !== true) {
    throw new Failure(`${answer.asked} answered 405 without an Allow header that names GET (RFC 9110 section 15.5.6)`);
  }
}

async function pointer(kit: Kit): Promise<void> {
  const answer = await kit.ask('GET', '/usage?limit=many');
  expectProblem(answer, 'invalid_request');
  const { errors } = answer.json as { errors?: unknown };
  const named = Array.isArray(errors) && errors.some((each: { pointer?: unknown }) => each.pointer === '/limit');
  if (!named) throw new Failure(`${answer.asked} does not name /limit as a pointer in errors`);
}

async function halfJson(kit: Kit): Promise<void> {
  expectProblem(await kit.ask('PUT', DEVICE, { key: newKey(), rawBody: '{"name":' }), 'invalid_request');
}

async function wrongBody(kit: Kit): Promise<void> {
  expectProblem(await kit.ask('PUT', DEVICE, { key: newKey(), body: { name: 7 } }), 'invalid_request');
}

/** Every problem document of the run, by RFC 9457. */
async function documents(kit: Kit): Promise<void> {
  const problems = kit.wire.seen.filter((each) => each.url.startsWith(kit.apiBase) && each.status >= 400);
  const faults = problems.flatMap((answer) => {
    const { asked, status, headers, json } = answer;
    const { shape } = shapeFaults(problemSchema, json);
    if (shape.length > 0) return [`${asked} answered ${status} with ${shape.join(', ')}`];
    const { type, status: told, code } = problemSchema.parse(json);
    return [
      ...(headers.get('content-type')?.startsWith(PROBLEM_MEDIA_TYPE) ? [] : [`${asked}: not ${PROBLEM_MEDIA_TYPE}`]),
      ...(told === status ? [] : [`${asked}: the document says ${told}, the answer ${status}`]),
      ...(type === PROBLEM_TYPE_BASE + code ? [] : [`${asked}: type is not ${PROBLEM_TYPE_BASE}${code}`]),
    ];
  });
  failOn(faults);
}

function isChallenge(answer: Answer): boolean {
  return answer.headers.get('www-authenticate')?.startsWith('Bearer') === true;
}

async function withoutToken(kit: Kit): Promise<void> {
  const faults: string[] = [];
  const asks = endpointNames.map((name) => endpointOf(name)).map(({ method, path }) => ({ method, path }));
  for (const { method, path } of [...asks, { method: 'GET', path: EVENTS_PATH }]) {
    const answer = await kit.ask(method, anyPath(path), { token: null });
    const refused = answer.status === 401 && codeOf(answer) === 'invalid_token';
    // A capability that is not there may say so to anybody.
    if (!refused && codeOf(answer) !== 'not_offered')
      faults.push(`${answer.asked} answered ${answer.status} without a token`);
  }
  failOn(faults);
}

async function unknownToken(kit: Kit): Promise<void> {
  expectProblem(await kit.ask('GET', '/balance', { token: 'conformance-conformance-conformance' }), 'invalid_token');
}

async function challenge(kit: Kit): Promise<void> {
  const answer = await kit.ask('GET', '/account', { token: null });
  if (!isChallenge(answer))
    throw new Failure(`${answer.asked} answered ${answer.status} without WWW-Authenticate: Bearer`);
}

const STRUCTURED_ITEM =
  /^"[^"]+"(?:\s*;\s*[a-z]+=(?:\d+|"[^"]*"))+(?:\s*,\s*"[^"]+"(?:\s*;\s*[a-z]+=(?:\d+|"[^"]*"))+)*$/;

/** Limits are seldom met in a run: what was seen of them must be right. */
async function limits(kit: Kit): Promise<void> {
  const refused = kit.wire.seen.filter((each) => each.status === 429);
  const told = kit.wire.seen.filter((each) => each.headers.has('ratelimit') || each.headers.has('ratelimit-policy'));
  if (refused.length === 0 && told.length === 0) throw new Skip('The run met no limit and was told of none');
  failOn([
    ...refused
      .filter((each) => codeOf(each) !== 'rate_limited' || !/^\d+$/.test(each.headers.get('retry-after') ?? ''))
      .map((each) => `${each.asked} answered 429 without the code rate_limited and whole seconds in Retry-After`),
    ...told
      .filter((each) =>
        [each.headers.get('ratelimit'), each.headers.get('ratelimit-policy')].some(
          (value) => value !== null && !STRUCTURED_ITEM.test(value),
        ),
      )
      .map((each) => `${each.asked} has a RateLimit header that is no structured field`),
  ]);
}

export const errorCases: readonly Case[] = [
  { id: 'errors.unknown_path', tag: 'Errors', promise: 'An unknown path is 404 not_found', run: unknownPath },
  { id: 'errors.wrong_method', tag: 'Errors', promise: 'A method not offered is 405 with Allow', run: wrongMethod },
  { id: 'errors.pointer', tag: 'Errors', promise: 'A fault of a parameter is named by a JSON pointer', run: pointer },
  { id: 'errors.half_json', tag: 'Errors', promise: 'A body that is no JSON is 400 invalid_request', run: halfJson },
  { id: 'errors.wrong_body', tag: 'Errors', promise: 'A body of another shape is 400 invalid_request', run: wrongBody },
  {
    id: 'auth.without',
    tag: 'Errors',
    promise: 'Without a token every operation is 401 invalid_token',
    run: withoutToken,
  },
  { id: 'auth.unknown', tag: 'Errors', promise: 'A token nobody gave is 401 invalid_token', run: unknownToken },
  { id: 'auth.challenge', tag: 'Errors', promise: 'A 401 names the scheme in WWW-Authenticate', run: challenge },
];

/** They look at all answers of the run. */
export const observedCases: readonly Case[] = [
  { id: 'errors.documents', tag: 'Errors', promise: 'Every error is an RFC 9457 document with a code', run: documents },
  { id: 'limits.form', tag: 'Errors', promise: 'A limit says when to come back', run: limits },
];
