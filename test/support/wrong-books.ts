import type { Ask, Next, Told, Wrong } from './wrong-server.ts';
import { changed, jsonOf, problem, withHeader } from './wrong-server.ts';

const isAsked = (ask: Ask, method: string, path: string): boolean =>
  ask.method === method && ask.url.pathname === `/api${path}`;
const isQuote = (ask: Ask): boolean => isAsked(ask, 'POST', '/quotes');
const isCharge = (ask: Ask): boolean => isAsked(ask, 'POST', '/charges');

/** The answer of a successful quote or charge with another body. */
const answered = (fits: (ask: Ask) => boolean, change: (json: Record<string, unknown>) => unknown): Wrong => ({
  serve: async (ask, next) => {
    const answer = await next(ask);
    return fits(ask) && answer.status < 300 ? changed(answer, change) : answer;
  },
});

const body = (ask: Ask): Record<string, unknown> => jsonOf(ask.text);
const withBody = (ask: Ask, json: object): Ask => ({ ...ask, text: JSON.stringify(json) });
const add = (amount: unknown, more: number): string => (Number(amount) + more).toFixed(2);

const moreBalance = (answer: Told, more: number): Told =>
  changed(answer, (json) => {
    const exact = json['exact'] as { balance: { amount: string; currency: string } } | null;
    if (exact === null) return json;
    return { ...json, exact: { ...exact, balance: { ...exact.balance, amount: add(exact.balance.amount, more) } } };
  });

/** A balance that moves by a cent after the first request that fits. */
const driftAfter = (fits: (ask: Ask) => boolean): Wrong => {
  let drifted = false;
  return {
    serve: async (ask, next) => {
      const answer = await next(ask);
      if (fits(ask) && answer.status < 300) drifted = true;
      return drifted && isAsked(ask, 'GET', '/balance') && answer.status === 200 ? moreBalance(answer, 0.01) : answer;
    },
  };
};

const rowsOf = (json: Record<string, unknown>) =>
  Array.isArray(json['data']) ? (json['data'] as Record<string, unknown>[]) : [];

/** Credits a cent more than was bought, in row and balance alike. */
const generous = (): Wrong => {
  const own = new Set<string>();
  const raised = (row: Record<string, unknown>) => {
    const amount = row['amount'] as { amount: string; currency: string };
    return own.has(String(row['id'])) ? { ...row, amount: { ...amount, amount: add(amount.amount, 0.01) } } : row;
  };
  return {
    serve: async (ask, next) => {
      const answer = await next(ask);
      const json = jsonOf(answer.text);
      if (ask.url.pathname.startsWith('/api/charges') && Array.isArray(json['usage_ids'])) {
        if (own.size === 0) for (const id of json['usage_ids']) own.add(String(id));
      }
      if (answer.status !== 200 || own.size === 0) return answer;
      if (isAsked(ask, 'GET', '/balance')) return moreBalance(answer, 0.01);
      return isAsked(ask, 'GET', '/usage')
        ? changed(answer, (each) => ({ ...each, data: rowsOf(each).map(raised) }))
        : answer;
    },
  };
};

/** Gives the same price another hash each time, and takes them all. */
const restlessHash = (): Wrong => {
  let count = 0;
  return {
    serve: async (ask, next) => {
      const { price_hash: given } = body(ask);
      const plain =
        typeof given === 'string' ? withBody(ask, { ...body(ask), price_hash: given.replace(/~\d+$/, '') }) : ask;
      const answer = await next(isCharge(ask) ? plain : ask);
      if (!isQuote(ask) || answer.status >= 300) return answer;
      count += 1;
      return changed(answer, (json) => ({
        ...json,
        price_hash: `${String(json['price_hash']).slice(0, 60)}~${count}`,
      }));
    },
  };
};

/** Charges under a key once more when it comes again. */
const forgetful = (): Wrong => {
  const seen = new Set<string>();
  return {
    serve: (ask, next) => {
      const key = ask.headers['idempotency-key'] ?? '';
      const again = isCharge(ask) && seen.has(key);
      seen.add(key);
      return next(again ? withHeader(ask, 'idempotency-key', crypto.randomUUID()) : ask);
    },
  };
};

async function freshQuote(ask: Ask, next: Next): Promise<Ask> {
  const url = new URL('/api/quotes', ask.url);
  const asking = withHeader({ ...ask, url }, 'idempotency-key', crypto.randomUUID());
  const quote = jsonOf((await next(withBody(asking, { kind: 'add_credit', amount: '25.00' }))).text);
  return withBody(ask, { ...body(ask), quote_id: quote['id'], price_hash: quote['price_hash'] });
}

/** Executes an executed quote again under another key. */
const wearless = (): Wrong => {
  const keys = new Map<string, string>();
  return {
    serve: async (ask, next) => {
      if (!isCharge(ask)) return next(ask);
      const [quote, key] = [String(body(ask)['quote_id']), ask.headers['idempotency-key'] ?? ''];
      const first = keys.get(quote) ?? key;
      keys.set(quote, first);
      return next(first === key ? ask : await freshQuote(ask, next));
    },
  };
};

/** Takes any price for the right one. */
const blindToPrice = (): Wrong => ({
  serve: async (ask, next) => {
    const blind =
      isCharge(ask) && body(ask)['price_hash'] === 'conformance-conformance' && body(ask)['quote_id'] !== 'conformance';
    return next(blind ? await freshQuote(ask, next) : ask);
  },
});

/** Moves the page after a row that arrived. */
const shiftingPages = (): Wrong => {
  let bought = false;
  return {
    serve: async (ask, next) => {
      const answer = await next(ask);
      bought ||= isCharge(ask);
      const { searchParams } = ask.url;
      const shifted = bought && isAsked(ask, 'GET', '/usage') && searchParams.has('cursor') && answer.status === 200;
      return shifted ? changed(answer, (json) => ({ ...json, data: rowsOf(json).slice(1) })) : answer;
    },
  };
};

/** Servers that keep the books, their quotes and charges wrongly: one row for each case of the kit. */
export const wrongBooks: Readonly<Record<string, () => Wrong>> = {
  'quotes.shape': () => answered(isQuote, ({ warnings: _gone, ...rest }) => rest),
  'quotes.bind_nothing': () => driftAfter(isQuote),
  'quotes.expire': () => answered(isQuote, (json) => ({ ...json, expires_at: json['as_of'] })),
  'quotes.totals': () =>
    answered(isQuote, (json) => ({
      ...json,
      totals: { ...(json['totals'] as object), today_card: { amount: '0.01', currency: 'USD' } },
    })),
  'quotes.hash': restlessHash,
  'quotes.zero': () => ({
    serve: (ask, next) =>
      next(
        isQuote(ask) && body(ask)['amount'] === '0.00' ? withBody(ask, { kind: 'add_credit', amount: '25.00' }) : ask,
      ),
  }),
  'quotes.unknown_kind': () => ({
    serve: async (ask, next) => (isQuote(ask) && body(ask)['kind'] === 'conformance' ? problem('internal') : next(ask)),
  }),
  'charges.shape': () => answered(isCharge, ({ origin: _gone, ...rest }) => rest),
  'charges.moves': generous,
  'usage.explains': () => driftAfter(isCharge),
  'charges.once': forgetful,
  'charges.by_key': () =>
    answered(
      (ask) => isAsked(ask, 'GET', '/charges') && ask.url.searchParams.has('idempotency_key'),
      (json) => ({ ...json, data: [] }),
    ),
  'charges.wrong_hash': blindToPrice,
  'charges.used_quote': wearless,
  'charges.unknown_quote': () => ({
    serve: async (ask, next) =>
      isCharge(ask) && body(ask)['quote_id'] === 'conformance' ? problem('conflict') : next(ask),
  }),
  'lists.stable': shiftingPages,
};
