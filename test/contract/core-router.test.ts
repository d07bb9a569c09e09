import { describe, expect, it } from 'vitest';
import type { Asker, Handlers } from '../../main/platform/handlers.ts';
import { createLogBook } from '../../main/platform/logger.ts';
import { createRouter, refusal } from '../../main/router.ts';
import { invokeChannels, type InvokeName, type RequestOf } from '../../preload/contract/channels.ts';
import { DEFAULT_SETTINGS } from '../../preload/contract/models.ts';
import { ok, type Result } from '../../preload/contract/result.ts';
import type { Person } from '../../preload/contract/roles.ts';

const PEOPLE: Readonly<Record<string, Person | null>> = {
  nobody: null,
  owner: { role: 'owner', grants: [] },
  admin: { role: 'admin', grants: ['billing'] },
  user: { role: 'user', grants: [] },
};

const call = {
  id: 'c1',
  accountId: 'a1',
  sipCallId: null,
  direction: 'outgoing',
  remote: '600',
  remoteE164: null,
  remoteName: null,
  ownNumber: null,
  startedAt: 1,
  answeredAt: null,
  endedAt: null,
  outcome: null,
  reason: null,
  sipCode: null,
  isEmergency: false,
  cost: null,
  seen: true,
} as const;

/** One good request a row; a new row does not compile without its own. */
const GOOD: { readonly [N in InvokeName]: RequestOf<N> } = {
  'app.snapshot': null,
  'app.painted': { sincePageStartMs: 12.5 },
  'app.openExternal': { page: 'provider_portal' },
  'session.signInProvider': { address: 'provider.example.test' },
  'session.signInAgain': null,
  'session.cancelSignIn': null,
  'session.probeSip': { wssUrl: 'wss://sip.example.test', domain: 'example.test', user: '1001' },
  'session.signInSip': {
    wssUrl: 'wss://sip.example.test',
    domain: 'example.test',
    user: '1001',
    authorizationUser: null,
    password: 'canary-password',
    realm: 'example.test',
    displayName: '',
    keepSecret: true,
  },
  'session.signInSandbox': null,
  'session.signOut': { eraseHistory: false },
  'settings.set': { theme: 'dark' },
  'account.refresh': null,
  'rates.priceCall': { target: '+14155550123' },
  'usage.page': { cursor: null, limit: 50 },
  'calls.page': { cursor: null, limit: 50 },
  'calls.record': call,
  'calls.markSeen': null,
  'phone.lease': { takeOver: false },
  'phone.release': null,
  'phone.report': { registration: { state: 'ready' }, calls: [] },
  'phone.command': { kind: 'answer', callId: 'c1' },
  'phone.fault': { what: 'bad_cseq' },
  'phone.answer': { id: 1, outcome: { refusal: null } },
};

const NAMES = Object.keys(invokeChannels) as InvokeName[];
const WINDOW = { id: 'w1' };

/** Requests that break each row, whatever it takes. */
const BAD: readonly unknown[] = [undefined, 7, 'text', [], { limit: 'x' }, { target: 5 }, { id: 1 }];

function setUp(person: Person | null, answer: (name: InvokeName) => Promise<Result<unknown>>) {
  const seen: { name: InvokeName; request: unknown; asker: Asker }[] = [];
  const handlers = Object.fromEntries(
    NAMES.map((name) => [
      name,
      (request: unknown, asker: Asker) => {
        seen.push({ name, request, asker });
        return answer(name);
      },
    ]),
  ) as unknown as Handlers;
  const clock = { now: () => 0, after: () => () => undefined };
  const log = createLogBook({ clock, level: 'debug', sinks: [] });
  return { route: createRouter(handlers, () => person, { log, checkResponses: true }), seen, log };
}

const nothing = () => Promise.resolve(ok(null));

describe.each(Object.entries(PEOPLE))('as %s', (_who, person) => {
  it.each(NAMES)('%s reaches its handler parsed, or is refused before it', async (name) => {
    const { route, seen } = setUp(person, nothing);
    const answer = await route(WINDOW, name, GOOD[name]);
    const mayAsk = invokeChannels[name].access === 'window' || person !== null;
    expect(seen).toEqual(mayAsk ? [{ name, request: GOOD[name], asker: { window: WINDOW, person } }] : []);
    expect(answer).toMatchObject(mayAsk ? {} : { ok: false, error: { kind: 'not_signed_in', nextStep: 'sign_in' } });
  });

  it.each(NAMES)('%s refuses what its schema does not take', async (name) => {
    const { route, seen } = setUp(person, nothing);
    for (const payload of BAD) {
      if (invokeChannels[name].request.safeParse(payload).success) continue;
      const answer = await route(WINDOW, name, payload);
      const isRefusedEarlier = invokeChannels[name].access !== 'window' && person === null;
      expect(answer).toMatchObject({ error: { kind: isRefusedEarlier ? 'not_signed_in' : 'invalid_request' } });
    }
    expect(seen).toEqual([]);
  });
});

describe('the router', () => {
  it.each(['', 'app.nothing', 'toString', '__proto__', 'constructor'])('knows no channel "%s"', async (name) => {
    const { route } = setUp(null, nothing);
    expect(await route(WINDOW, name, null)).toMatchObject({ ok: false, error: { kind: 'invalid_request' } });
  });

  it('refuses an action beyond role and grants, and says who may', () => {
    expect(refusal('balance.exact', { role: 'user', grants: [] })).toMatchObject({ kind: 'forbidden', who: 'owner' });
    expect(refusal('balance.exact', { role: 'user', grants: ['see_balance'] })).toBeUndefined();
    expect(refusal('balance.exact', { role: 'owner', grants: [] })).toBeUndefined();
    expect(refusal('balance.exact', null)).toMatchObject({ kind: 'not_signed_in' });
  });

  it('passes on only what the schema names', async () => {
    const { route, seen } = setUp(null, nothing);
    await route(WINDOW, 'app.openExternal', { page: 'sign_in', url: 'file:///etc/passwd' });
    expect(seen[0]?.request).toEqual({ page: 'sign_in' });
  });

  it('answers a thrown bug by an id that is in the log, and nothing else of it', async () => {
    const { route, log } = setUp(PEOPLE['owner'] ?? null, () => Promise.reject(new Error('secret canary')));
    const answer = await route(WINDOW, 'account.refresh', null);
    if (answer.ok) throw new Error('Expected an error');
    expect(answer.error).toMatchObject({ kind: 'internal', nextStep: 'report_bug' });
    expect(answer.error.detail).not.toContain('canary');
    const id = answer.error.detail.replace('Error ', '');
    expect(log.recent().some((line) => line.includes(id) && line.includes('account.refresh'))).toBe(true);
  });

  it('holds answers against their schema', async () => {
    const wrong = setUp(null, () => Promise.resolve(ok({ theme: 'pink' })));
    expect(await wrong.route(WINDOW, 'settings.set', {})).toMatchObject({ error: { kind: 'internal' } });
    const right = setUp(null, () => Promise.resolve(ok(DEFAULT_SETTINGS)));
    expect(await right.route(WINDOW, 'settings.set', {})).toEqual(ok(DEFAULT_SETTINGS));
  });

  it('logs no value of a refused payload', async () => {
    const { route, log } = setUp(null, nothing);
    await route(WINDOW, 'session.signInSip', { ...GOOD['session.signInSip'], keepSecret: 'canary-value' });
    expect(log.recent().join()).toContain('keepSecret');
    expect(log.recent().join()).not.toContain('canary');
  });
});
