import { endpoints } from '../../main/provider/api/endpoints.ts';
import type { EndpointName } from '../../main/provider/api/endpoints.ts';
import type { Endpoint } from '../../main/provider/api/endpoint.ts';
import { wrongBooks } from './wrong-books.ts';
import { wrongPeople } from './wrong-people.ts';
import type { Ask, Told, Wrong } from './wrong-server.ts';
import { ELSEWHERE, changed, jsonOf, problem, told, withHeader } from './wrong-server.ts';

const API = '/api';
const pathOf = (ask: Ask): string => ask.url.pathname.replace(API, '');
const isAsked = (ask: Ask, method: string, path: string): boolean => ask.method === method && pathOf(ask) === path;
const bearer = (ask: Ask): string | undefined => ask.headers['authorization'];
const endpointRows: readonly Endpoint[] = Object.values(endpoints);

/** The answer of one path with another body. */
const body = (method: string, path: string, change: (json: Record<string, unknown>) => unknown): Wrong => ({
  serve: async (ask, next) => {
    const answer = await next(ask);
    return ask.url.pathname === path && ask.method === method && answer.status < 300 ? changed(answer, change) : answer;
  },
});
const api = (method: string, path: string, change: (json: Record<string, unknown>) => unknown): Wrong =>
  body(method, API + path, change);

/** Another answer to what fits; everything else is served rightly. */
const instead = (fits: (ask: Ask) => boolean, answer: (ask: Ask) => Told): Wrong => ({
  serve: async (ask, next) => (fits(ask) ? answer(ask) : next(ask)),
});

const asOther = (fits: (ask: Ask) => boolean, change: (ask: Ask) => Ask): Wrong => ({
  serve: (ask, next) => next(fits(ask) ? change(ask) : ask),
});

const withUrl = (ask: Ask, change: (url: URL) => void): Ask => {
  const url = new URL(ask.url);
  change(url);
  return { ...ask, url };
};

const answerHeader = (fits: (ask: Ask) => boolean, change: (headers: Record<string, string>) => void): Wrong => ({
  serve: async (ask, next) => {
    const answer = await next(ask);
    if (!fits(ask)) return answer;
    const headers = { ...answer.headers };
    change(headers);
    return { ...answer, headers };
  },
});

const omit = (name: string) => (json: Record<string, unknown>) => {
  const { [name]: _gone, ...rest } = json;
  return rest;
};

const rowsOf = (json: Record<string, unknown>): Record<string, unknown>[] =>
  Array.isArray(json['data']) ? (json['data'] as Record<string, unknown>[]) : [];

/** Members other cases look at: a read is broken elsewhere. */
const LOOKED_AT = new Set(['id', 'user', 'data', 'next_cursor', 'total', 'exact', 'amounts']);

/** The row of the table a request is for; a path without parameters goes before one with. */
function rowOf(ask: Ask): Endpoint | undefined {
  const fits = (each: Endpoint): boolean =>
    each.method === ask.method && new RegExp(`^${each.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathOf(ask));
  const found = endpointRows.filter(fits);
  return found.find((each) => !each.path.includes('{')) ?? found[0];
}

/** An answer that lacks one member its schema demands. */
function broken(endpoint: Endpoint): Wrong {
  return {
    serve: async (ask, next) => {
      const answer = await next(ask);
      if (rowOf(ask) !== endpoint || answer.status !== 200) return answer;
      const json = jsonOf(answer.text);
      const demanded = Object.keys(json).filter((key) => !LOOKED_AT.has(key));
      const lacks = (name: string): boolean => endpoint.response.safeParse(omit(name)(json)).error !== undefined;
      const name = ['as_of', ...demanded].find((each) => each in json && lacks(each));
      if (name !== undefined) return changed(answer, omit(name));
      // A document whose members all are looked at or may be missing: a list in its place.
      return { ...answer, text: '[]' };
    },
  };
}

const reads = Object.fromEntries(
  (Object.keys(endpoints) as EndpointName[])
    .filter((name) => endpoints[name].method === 'GET')
    .map((name) => [`read.${name}`, (): Wrong => broken(endpoints[name])]),
);

const isVersionedWrite = (ask: Ask): boolean => ask.method !== 'GET' && rowOf(ask)?.versioned === true;
const isDevice = (ask: Ask): boolean => ask.method === 'PUT' && pathOf(ask).startsWith('/devices/');
const keyOf = (ask: Ask): string => ask.headers['idempotency-key'] ?? '';
const newKey = (ask: Ask): Ask => withHeader(ask, 'idempotency-key', crypto.randomUUID());

const discovery = {
  'discovery.document': () => body('GET', '/.well-known/offhook-provider', omit('portal_url')),
  'discovery.version': () =>
    body('GET', '/.well-known/offhook-provider', (json) => ({ ...json, versions: ['1999-01-01'] })),
  'discovery.https': () =>
    body('GET', '/.well-known/oauth-authorization-server', (json) => ({
      ...json,
      revocation_endpoint: `${ELSEWHERE}/oauth/revoke`,
    })),
  'sign_in.metadata': () => body('GET', '/.well-known/oauth-authorization-server', omit('response_types_supported')),
  'sign_in.issuer': () =>
    body('GET', '/.well-known/oauth-authorization-server', (json) => ({ ...json, issuer: 'https://other.example' })),
  'sign_in.pkce': () =>
    body('GET', '/.well-known/oauth-authorization-server', (json) => ({
      ...json,
      code_challenge_methods_supported: ['plain'],
    })),
  'sign_in.pkce_only': () =>
    instead(
      (ask) => ask.url.pathname === '/oauth/authorize' && !ask.url.searchParams.has('code_challenge'),
      () => ({ status: 200, headers: { 'content-type': 'text/html' }, text: 'Who are you?' }),
    ),
  'sign_in.redirect': () =>
    instead(
      (ask) => ask.url.searchParams.get('redirect_uri')?.startsWith('https://elsewhere') === true,
      () => ({ status: 303, headers: { location: 'https://elsewhere.example/callback?code=1' }, text: '' }),
    ),
  'sign_in.unknown_code': () =>
    instead(
      (ask) => ask.url.pathname === '/oauth/token' && ask.text?.includes('code=conformance') === true,
      () => told(401, { error: 'invalid_client' }),
    ),
  'sign_in.refresh': (): Wrong => ({
    serve: async (ask, next) => {
      const answer = await next(ask);
      const form = new URLSearchParams(ask.text);
      if (form.get('grant_type') !== 'refresh_token') return answer;
      return changed(answer, (json) => ({ ...json, refresh_token: form.get('refresh_token') }));
    },
  }),
  'sign_in.revoke': () =>
    instead(
      (ask) => ask.url.pathname === '/oauth/revoke',
      () => told(200, {}),
    ),
} satisfies Record<string, () => Wrong>;

const conventions = {
  'version.unknown': () =>
    asOther(
      (ask) => ask.headers['offhook-version'] === '1999-01-01',
      (ask) => withHeader(ask, 'offhook-version', undefined),
    ),
  'version.missing': () =>
    instead(
      (ask) => pathOf(ask) === '/account' && ask.headers['offhook-version'] === undefined,
      () => problem('unsupported_version'),
    ),
  'version.said': () =>
    answerHeader(
      (ask) => pathOf(ask) === '/rates',
      (headers) => delete headers['offhook-version'],
    ),
  'format.money': () =>
    api('GET', '/policy', (json) => ({
      ...json,
      amounts: { ...(json['amounts'] as object), threshold_min: { amount: 5, currency: 'USD' } },
    })),
  'format.time': () =>
    api('GET', '/rates', (json) => ({
      ...json,
      data: rowsOf(json).map((row) => ({ ...row, effective_from: '2026-11-22 09:00' })),
    })),
  'cache.not_modified': () =>
    asOther(
      (ask) => pathOf(ask) === '/rates',
      (ask) => withHeader(ask, 'if-none-match', undefined),
    ),
  'cache.strong': (): Wrong => ({
    serve: async (ask, next) => {
      const answer = await next(withHeader(ask, 'if-match', ask.headers['if-match']?.replace('W/', '')));
      const tag = answer.headers['etag'];
      if (ask.method !== 'GET' || ask.headers['if-none-match'] || !tag?.startsWith('"')) return answer;
      return { ...answer, headers: { ...answer.headers, etag: `W/${tag}` } };
    },
  }),
  'lists.limit': () =>
    asOther(
      (ask) => pathOf(ask) === '/rates' && ask.url.searchParams.get('limit') === '1',
      (ask) => withUrl(ask, (url) => url.searchParams.set('limit', '2')),
    ),
  'lists.each_row_once': (): Wrong => ({
    serve: async (ask, next) => {
      const answer = await next(ask);
      if (pathOf(ask) !== '/rates' || !ask.url.searchParams.has('cursor') || answer.status !== 200) return answer;
      return changed(answer, (json) => ({
        ...json,
        data: rowsOf(json).flatMap((row, at) => (at === 0 ? [row, row] : [row])),
      }));
    },
  }),
  'lists.bad_cursor': () =>
    asOther(
      (ask) => ask.url.searchParams.get('cursor') === 'conformance',
      (ask) => withUrl(ask, (url) => url.searchParams.delete('cursor')),
    ),
  'lists.total': () => api('GET', '/rates', (json) => ({ ...json, total: Number(json['total']) + 1 })),
  'lists.newest_first': () =>
    api('GET', '/usage', (json) => ({
      ...json,
      data: rowsOf(json).map((row, at, rows) =>
        at > 0 && at === rows.length - 1 ? { ...row, time: '2099-01-01T00:00:00.000Z' } : row,
      ),
    })),
} satisfies Record<string, () => Wrong>;

const errors = {
  'errors.unknown_path': () =>
    instead(
      (ask) => pathOf(ask) === '/conformance/no-such-thing',
      () => problem('invalid_request'),
    ),
  'errors.wrong_method': () =>
    answerHeader(
      (ask) => ask.method === 'PATCH' && pathOf(ask) === '/policy',
      (headers) => delete headers['allow'],
    ),
  'errors.pointer': (): Wrong => ({
    serve: async (ask, next) => {
      const answer = await next(ask);
      return ask.url.searchParams.get('limit') === 'many' ? changed(answer, omit('errors')) : answer;
    },
  }),
  'errors.half_json': () =>
    instead(
      (ask) => ask.text === '{"name":',
      () => problem('internal'),
    ),
  'errors.wrong_body': () =>
    instead(
      (ask) => ask.text === '{"name":7}',
      () => problem('out_of_range'),
    ),
  'errors.documents': () =>
    answerHeader(
      (ask) => pathOf(ask) === '/conformance/no-such-thing',
      (headers) => (headers['content-type'] = 'application/json'),
    ),
  'limits.form': () =>
    answerHeader(
      (ask) => pathOf(ask) === '/rates',
      (headers) => (headers['ratelimit'] = 'plenty'),
    ),
  'auth.without': () =>
    instead(
      (ask) => isAsked(ask, 'GET', '/rates') && bearer(ask) === undefined,
      () => told(200, {}),
    ),
  'auth.unknown': () =>
    instead(
      (ask) => isAsked(ask, 'GET', '/balance') && bearer(ask)?.includes('conformance') === true,
      () => problem('role_not_allowed'),
    ),
  'auth.challenge': () =>
    answerHeader(
      (ask) => isAsked(ask, 'GET', '/account') && bearer(ask) === undefined,
      (headers) => delete headers['www-authenticate'],
    ),
} satisfies Record<string, () => Wrong>;

/** How many requests of a kind are on their way, for what only goes wrong when several are. */
function crowd() {
  let size = 0;
  return async <T>(work: (alone: boolean) => Promise<T>): Promise<T> => {
    size += 1;
    try {
      return await work(size === 1);
    } finally {
      size -= 1;
    }
  };
}

const writes = {
  'device.shape': (): Wrong => ({
    serve: async (ask, next) => {
      const answer = await next(ask);
      if (!isDevice(ask) || answer.status !== 200) return answer;
      return changed(answer, (json) => ({ ...json, sip: omit('realm')(json['sip'] as Record<string, unknown>) }));
    },
  }),
  'device.once': (): Wrong => ({
    serve: async (ask, next) => {
      const answer = await next(ask);
      if (!isDevice(ask) || answer.status !== 200) return answer;
      return changed(answer, (json) => ({ ...json, id: `dev_${keyOf(ask).slice(0, 8)}` }));
    },
  }),
  'idempotency.same_answer': (): Wrong => {
    const together = crowd();
    return {
      serve: (ask, next) =>
        together(async (alone) => {
          const answer = await next(ask);
          const isReplay = alone && isDevice(ask) && answer.headers['idempotency-replayed'] === 'true';
          return isReplay ? changed(answer, (json) => ({ ...json, created_at: '2020-01-01T00:00:00.000Z' })) : answer;
        }),
    };
  },
  'idempotency.other_body': () => asOther((ask) => ask.text?.includes('(other)') === true, newKey),
  'idempotency.missing': () =>
    asOther((ask) => isDevice(ask) && ask.text !== undefined && bearer(ask) !== undefined && keyOf(ask) === '', newKey),
  'idempotency.at_once': (): Wrong => {
    const together = crowd();
    return {
      serve: (ask, next) =>
        together(async (alone) => {
          if (alone || !isDevice(ask)) return next(ask);
          return changed(await next(newKey(ask)), (json) => ({ ...json, id: `dev_${crypto.randomUUID()}` }));
        }),
    };
  },
  'versioned.required': () =>
    instead(
      (ask) => isVersionedWrite(ask) && keyOf(ask) !== '' && ask.headers['if-match'] === undefined,
      () => told(200, {}),
    ),
  'versioned.outdated': () =>
    instead(
      (ask) => ask.headers['if-match'] === '"conformance"',
      () => told(200, {}),
    ),
  'versioned.current': (): Wrong => {
    const written = new Set<string>();
    return {
      serve: async (ask, next) => {
        const answer = await next(ask);
        if (isVersionedWrite(ask) && answer.status === 200) written.add(ask.url.pathname);
        return ask.method === 'GET' && written.has(ask.url.pathname) && answer.status === 200
          ? changed(answer, (json) => ({ ...json, written: true }))
          : answer;
      },
    };
  },
} satisfies Record<string, () => Wrong>;

/**
 * For each case of the conformance kit a server that breaks this promise and no other. A new read of the table has its
 * wrong server at once; any other new case needs a row.
 */
export const WRONG_SERVERS: Readonly<Record<string, () => Wrong>> = {
  ...reads,
  ...discovery,
  ...conventions,
  ...errors,
  ...writes,
  ...wrongPeople,
  ...wrongBooks,
};
