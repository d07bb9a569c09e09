import { setTimeout as delay } from 'node:timers/promises';
import { toDecimal, toMicros } from '../../../../preload/contract/money.ts';
import type { Books } from '../books.ts';
import { amountOf, expectExplained, newRows, readBooks, sumOf } from '../books.ts';
import type { Case, Kit } from '../kit.ts';
import { endpointOf, expectProblem, outcomeOf } from '../kit.ts';
import { shapeFaults } from '../shapes.ts';
import { openStream } from '../stream.ts';
import { Failure, NotOffered, Skip, failOn } from '../verdict.ts';
import type { Answer } from '../wire.ts';
import { codeOf } from '../wire.ts';
import { eventFault } from './events.ts';
import type { WireQuote } from './quotes.ts';
import { askQuote, smallestCredit } from './quotes.ts';

/** How long the card network may take, and how often the charge is looked at meanwhile. */
const FINAL_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 500;
const EVENTS_WITHIN_MS = 10_000;

interface WireCharge {
  readonly id: string;
  readonly state: string;
  readonly usage_ids: readonly string[];
  readonly decline?: { readonly text?: string } | null;
  readonly new_quote?: unknown;
}

interface Event {
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly data: string;
}

interface Purchase {
  readonly amount: string;
  readonly key: string;
  readonly quote: WireQuote;
  readonly first: Answer;
  readonly charge: WireCharge;
  readonly before: Books;
  readonly after: Books;
  /** Second row and what follows, asked for with the cursor of before the purchase. */
  readonly nextPage: readonly string[];
  readonly pageBefore: readonly string[];
  readonly events: readonly Event[];
  readonly openedAt: string | undefined;
}

const bodyOf = (quote: WireQuote) => ({ quote_id: quote.id, price_hash: quote.price_hash, payment_method_id: null });

const FINAL = new Set(['done', 'partial', 'declined', 'needs_consent', 'failed']);

async function finalCharge(kit: Kit, answer: Answer): Promise<WireCharge> {
  let charge = answer.json as WireCharge;
  const until = Date.now() + FINAL_WITHIN_MS * kit.patience;
  while (!FINAL.has(charge.state)) {
    if (charge.state === 'action_required')
      throw new Skip('The bank asks for a confirmation of this card: nothing was taken');
    if (Date.now() > until) throw new Failure(`The charge ${charge.id} is still ${charge.state} after two minutes`);
    await delay(LOOK_EVERY_MS * kit.patience);
    charge = (await kit.ask('GET', `/charges/${encodeURIComponent(charge.id)}`)).json as WireCharge;
  }
  return charge;
}

const idsOf = (answer: Answer): readonly string[] =>
  ((answer.json as { data?: readonly { id?: unknown }[] } | undefined)?.data ?? []).map((row) => String(row.id));

/** The one purchase of the run: the smallest credit, by the default method, watched from all sides. */
const purchase = (kit: Kit): Promise<Purchase> =>
  kit.once('purchase', async () => {
    const amount = await smallestCredit(kit);
    const quote = (await askQuote(kit, amount)).json as WireQuote;
    const before = await readBooks(kit);
    const paged = await kit.ask('GET', '/usage?limit=1');
    const { next_cursor: cursor } = paged.json as { next_cursor?: unknown };
    const stream = await openStream(kit);
    try {
      await stream.until(() => stream.events.length > 0, EVENTS_WITHIN_MS * kit.patience);
      const key = crypto.randomUUID();
      const first = await kit.ask('POST', '/charges', { key, body: bodyOf(quote) });
      if (codeOf(first) === 'not_offered') throw new NotOffered();
      if (codeOf(first) === 'payment_method_required') throw new Skip('The account has no payment method on file');
      if (first.status >= 300) throw new Failure(`${first.asked} answered ${outcomeOf(first)}; 201 is promised`);
      const charge = await finalCharge(kit, first);
      if (charge.state === 'declined')
        throw new Skip(`The card was declined: ${charge.decline?.text ?? 'no reason given'}`);
      const names = () => new Set(stream.events.map((each) => each.event));
      await stream.until(
        () => ['charge.updated', 'usage.upserted', 'balance.updated'].every((each) => names().has(each)),
        EVENTS_WITHIN_MS * kit.patience,
      );
      const next =
        typeof cursor === 'string'
          ? await kit.ask('GET', `/usage?limit=50&cursor=${encodeURIComponent(cursor)}`)
          : undefined;
      return {
        amount,
        key,
        quote,
        first,
        charge,
        before,
        after: await readBooks(kit),
        nextPage: next ? idsOf(next) : [],
        pageBefore: before.rows.slice(1, 51).map((row) => row.id),
        events: stream.events.map(({ event, id, data }) => ({ event, id, data })),
        openedAt: stream.events[0]?.id,
      };
    } finally {
      stream.close();
    }
  });

async function shape(kit: Kit): Promise<void> {
  const { first } = await purchase(kit);
  failOn(
    shapeFaults(endpointOf('createCharge').response, first.json).shape.map(
      (fault) => `${first.asked} answered ${fault}`,
    ),
  );
}

async function moves(kit: Kit): Promise<void> {
  const { charge, before, after, amount } = await purchase(kit);
  if (charge.state !== 'done') throw new Failure(`The charge ended as ${charge.state}; done is promised`);
  const booked = newRows(before, after).filter((row) => charge.usage_ids.includes(row.id));
  const sum = sumOf(booked.map((row) => row.amount));
  if (toDecimal(sum) !== toDecimal(amountOf(amount))) {
    throw new Failure(`Credit of ${amount} was bought, the rows of the charge add up to ${toDecimal(sum)}`);
  }
}

async function explained(kit: Kit): Promise<void> {
  const { before, after } = await purchase(kit);
  expectExplained(before, after);
}

async function once(kit: Kit): Promise<void> {
  const { key, quote, charge, after } = await purchase(kit);
  const again = await kit.ask('POST', '/charges', { key, body: bodyOf(quote) });
  const { id } = (again.json ?? {}) as { id?: unknown };
  if (again.status >= 300 || id !== charge.id)
    throw new Failure('The same request under the same key is not the same charge');
  const later = await readBooks(kit);
  const moved = toMicros(later.balance - after.balance);
  if (moved !== 0) throw new Failure(`Asking again under the same key moved the balance by ${toDecimal(moved)}`);
}

async function foundByKey(kit: Kit): Promise<void> {
  const { key, charge } = await purchase(kit);
  const ids = idsOf(await kit.ask('GET', `/charges?idempotency_key=${encodeURIComponent(key)}`));
  if (ids.length !== 1 || ids[0] !== charge.id) throw new Failure('The charge is not found by its idempotency key');
}

async function refusedWithoutEffect(kit: Kit, body: object, asked: string): Promise<Answer> {
  const before = await readBooks(kit);
  const answer = await kit.ask('POST', '/charges', { key: crypto.randomUUID(), body });
  const ended = answer.status < 300 ? await finalCharge(kit, answer) : undefined;
  const after = await readBooks(kit);
  if (ended?.state === 'done' || after.balance !== before.balance) throw new Failure(`${asked} took money`);
  return answer;
}

async function wrongHash(kit: Kit): Promise<void> {
  const { amount } = await purchase(kit);
  const quote = (await askQuote(kit, amount)).json as WireQuote;
  const body = { ...bodyOf(quote), price_hash: 'conformance-conformance' };
  await refusedWithoutEffect(kit, body, 'A charge at a price nobody saw');
}

async function usedQuote(kit: Kit): Promise<void> {
  const { quote } = await purchase(kit);
  await refusedWithoutEffect(kit, bodyOf(quote), 'A quote that was executed already, under another key,');
}

async function unknownQuote(kit: Kit): Promise<void> {
  await purchase(kit);
  const body = { quote_id: 'conformance', price_hash: 'conformance-conformance', payment_method_id: null };
  expectProblem(await refusedWithoutEffect(kit, body, 'A quote nobody gave'), 'not_found');
}

async function told(kit: Kit): Promise<void> {
  const { events } = await purchase(kit);
  const names = new Set(events.map((each) => each.event));
  const missing = ['charge.updated', 'usage.upserted', 'balance.updated'].filter((each) => !names.has(each));
  failOn(missing.map((each) => `${each} did not come within ten seconds of the purchase`));
}

async function eventShapes(kit: Kit): Promise<void> {
  const { events } = await purchase(kit);
  failOn(events.flatMap(({ event, data }) => eventFault(event, data) ?? []));
}

async function replay(kit: Kit): Promise<void> {
  const { events, openedAt } = await purchase(kit);
  if (openedAt === undefined) throw new Skip('The stream gave no place to resume from');
  const missed = events.slice(1).flatMap((each) => each.id ?? []);
  const stream = await openStream(kit, openedAt);
  try {
    const ids = () => new Set(stream.events.map((each) => each.id));
    const all = await stream.until(() => missed.every((id) => ids().has(id)), EVENTS_WITHIN_MS * kit.patience);
    if (!all) throw new Failure('A stream resumed from before the purchase does not tell of it again');
  } finally {
    stream.close();
  }
}

async function stablePages(kit: Kit): Promise<void> {
  const { nextPage, pageBefore } = await purchase(kit);
  if (pageBefore.length === 0) throw new Skip('The history has no second row');
  const same = pageBefore.every((id, index) => nextPage[index] === id);
  if (!same) throw new Failure('A row that arrived moved the page after it: a client would lose or repeat a row');
}

const TAG = 'Quotes and charges';

export const spendingCases: readonly Case[] = (
  [
    { id: 'charges.shape', tag: TAG, promise: 'A charge answers its schema', run: shape },
    { id: 'charges.moves', tag: TAG, promise: 'Credit that is bought arrives, to the last micro', run: moves },
    { id: 'usage.explains', tag: 'Usage', promise: 'The balance moves by what its rows say', run: explained },
    { id: 'charges.once', tag: TAG, promise: 'The same key is one charge', run: once },
    { id: 'charges.by_key', tag: TAG, promise: 'A charge is found by its key', run: foundByKey },
    { id: 'charges.wrong_hash', tag: TAG, promise: 'Nothing is taken at a price nobody saw', run: wrongHash },
    { id: 'charges.used_quote', tag: TAG, promise: 'A quote is executed once', run: usedQuote },
    { id: 'charges.unknown_quote', tag: TAG, promise: 'A quote nobody gave is 404 not_found', run: unknownQuote },
    { id: 'events.told', tag: 'Events', promise: 'A purchase is told: charge, row and balance', run: told },
    { id: 'events.shapes', tag: 'Events', promise: 'Events answer their schemas', run: eventShapes },
    { id: 'events.replay', tag: 'Events', promise: 'What happened while away is told on return', run: replay },
    {
      id: 'lists.stable',
      tag: 'Lists',
      promise: 'Rows that arrive do not move the pages after them',
      run: stablePages,
    },
  ] as const
).map((each): Case => ({ ...each, spends: true }));
