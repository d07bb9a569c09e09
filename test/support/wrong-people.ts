import type { Ask, Told, Wrong } from './wrong-server.ts';
import { problem, told, withHeader } from './wrong-server.ts';

const isAsked = (ask: Ask, method: string, path: string): boolean =>
  ask.method === method && ask.url.pathname === `/api${path}`;
const bearer = (ask: Ask): string | undefined => ask.headers['authorization'];
const keyOf = (ask: Ask): string => ask.headers['idempotency-key'] ?? '';

/** Another answer to what fits; everything else is served rightly. */
const instead = (fits: (ask: Ask) => boolean, answer: () => Told): Wrong => ({
  serve: async (ask, next) => (fits(ask) ? answer() : next(ask)),
});

/** Learns the two tokens of the kit: the owner signs in first. */
function tokens() {
  const known: string[] = [];
  return (ask: Ask): 'owner' | 'user' | 'nobody' => {
    const token = bearer(ask);
    if (token === undefined || token.includes('conformance')) return 'nobody';
    if (!known.includes(token) && known.length < 2) known.push(token);
    return token === known[1] ? 'user' : 'owner';
  };
}

/** What the second person asks is served as if the first had asked it, where `fits` says so. */
const asOwner = (fits: (ask: Ask) => boolean): Wrong => {
  const who = tokens();
  let owner = '';
  return {
    serve: (ask, next) => {
      const by = who(ask);
      if (by === 'owner') owner = bearer(ask) ?? '';
      return next(by === 'user' && fits(ask) ? withHeader(ask, 'authorization', owner) : ask);
    },
  };
};

const unguarded = (ofReads: boolean): Wrong => {
  const who = tokens();
  return {
    serve: async (ask, next) => {
      const by = who(ask);
      const answer = await next(ask);
      const opened = by === 'user' && (ask.method === 'GET') === ofReads && keyOf(ask) === '' && answer.status === 403;
      return opened ? told(200, {}) : answer;
    },
  };
};

const roles = {
  'roles.reads': () => unguarded(true),
  'roles.writes': () => unguarded(false),
  'roles.balance': () => asOwner((ask) => isAsked(ask, 'GET', '/balance')),
  'roles.usage': () => asOwner((ask) => isAsked(ask, 'GET', '/usage')),
  'quotes.role': () => asOwner((ask) => isAsked(ask, 'POST', '/quotes') && keyOf(ask) !== ''),
} satisfies Record<string, () => Wrong>;

const nameOfBlock = (block: string): string | undefined => /^event: (.*)$/m.exec(block)?.[1];
const isResumed = (ask: Ask): boolean => /-\d+$/.test(ask.headers['last-event-id'] ?? '') && !isUnknownPlace(ask);
const isUnknownPlace = (ask: Ask): boolean => ask.headers['last-event-id'] === 'conformance-0';

const events = {
  'events.type': (): Wrong => ({ streamType: 'application/json' }),
  'events.opened': (): Wrong => ({ block: (block) => block.replace('event: stream.opened', 'event: hello') }),
  'events.resume': (): Wrong => ({
    before: (ask) => (isResumed(ask) ? 'id: x-1\nevent: stream.opened\ndata: {}\n\n' : ''),
  }),
  'events.unknown_place': (): Wrong => ({
    opening: (ask) => (isUnknownPlace(ask) ? withHeader(ask, 'last-event-id', undefined) : ask),
  }),
  'events.token': () =>
    instead(
      (ask) => ask.url.pathname === '/api/events' && bearer(ask)?.includes('conformance') === true,
      () => problem('role_not_allowed'),
    ),
  'events.heartbeat': (): Wrong => ({ block: (block) => (block.startsWith(': heartbeat') ? '' : block) }),
  'events.told': (): Wrong => ({ block: (block) => (nameOfBlock(block) === 'charge.updated' ? '' : block) }),
  'events.shapes': (): Wrong => ({
    block: (block) => (nameOfBlock(block) === 'balance.updated' ? block.replace(/^data: .*$/m, 'data: {}') : block),
  }),
  'events.replay': (): Wrong => ({ block: (block, ask) => (isResumed(ask) ? '' : block) }),
} satisfies Record<string, () => Wrong>;

/** Servers that do not look who asks, and servers whose events go wrong: one row for each case of the kit. */
export const wrongPeople: Readonly<Record<string, () => Wrong>> = { ...roles, ...events };
