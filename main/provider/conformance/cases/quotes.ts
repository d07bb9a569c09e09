import { toDecimal } from '../../../../preload/contract/money.ts';
import type { Case, Kit } from '../kit.ts';
import { endpointOf, expectProblem, expectSuccess, may, outcomeOf, requireUser } from '../kit.ts';
import { amountOf, readBooks, sumOf } from '../books.ts';
import { shapeFaults } from '../shapes.ts';
import { Failure, NotOffered, Skip, failOn } from '../verdict.ts';
import type { Answer } from '../wire.ts';
import { codeOf } from '../wire.ts';

export interface WireQuote {
  readonly id: string;
  readonly price_hash: string;
  readonly expires_at: string;
  readonly as_of: string;
  readonly lines: readonly {
    readonly amount: unknown;
    readonly timing: string;
    readonly kind: string;
    readonly item: string;
  }[];
  readonly totals: Readonly<Record<string, unknown>>;
}

/** The smallest credit the account's rules allow, as decimal text. */
export async function smallestCredit(kit: Kit): Promise<string> {
  const { json } = await kit.ask('GET', '/policy');
  const { amounts } = (json ?? {}) as { amounts?: { manual_min?: unknown } };
  return toDecimal(amountOf(amounts?.manual_min));
}

const bodyOf = (amount: string) => ({ kind: 'add_credit', amount });

export async function askQuote(kit: Kit, amount: string): Promise<Answer> {
  const answer = await kit.ask('POST', '/quotes', { key: crypto.randomUUID(), body: bodyOf(amount) });
  if (['contact_provider', 'account_not_ready'].includes(codeOf(answer) ?? '')) {
    throw new Skip(`This account cannot add credit now: ${outcomeOf(answer)}`);
  }
  expectSuccess(answer, 'createQuote');
  return answer;
}

/** A quote of the smallest credit, with the books as they were before and after. Nothing is bought. */
const quoted = (kit: Kit) =>
  kit.once('quote', async () => {
    if (!may(kit.owner, 'billing.manage')) throw new Skip(`${kit.owner.name} may not add credit`);
    const amount = await smallestCredit(kit);
    const before = await readBooks(kit);
    const key = crypto.randomUUID();
    const answer = await askQuote(kit, amount);
    const after = await readBooks(kit);
    return { amount, key, answer, quote: answer.json as WireQuote, before, after };
  });

async function shape(kit: Kit): Promise<void> {
  const { answer } = await quoted(kit);
  const { shape: faults } = shapeFaults(endpointOf('createQuote').response, answer.json);
  failOn(faults.map((fault) => `${answer.asked} answered ${fault}`));
}

async function bindsNothing(kit: Kit): Promise<void> {
  const { before, after } = await quoted(kit);
  if (after.balance !== before.balance) throw new Failure('Asking for a price moved the balance');
  if (after.rows[0]?.id !== before.rows[0]?.id) throw new Failure('Asking for a price made a usage row');
  if (after.charges?.[0] !== before.charges?.[0]) throw new Failure('Asking for a price made a charge');
}

async function expires(kit: Kit): Promise<void> {
  const { quote } = await quoted(kit);
  if (!(Date.parse(quote.expires_at) > Date.parse(quote.as_of)))
    throw new Failure('A quote is expired when it is given');
}

const DUE: Readonly<Record<string, string>> = {
  now_balance: 'today_balance',
  now_card: 'today_card',
  next_statement: 'first_statement',
};

/** The lines that are due now or on the next statement add up to the totals of the same name. */
async function totals(kit: Kit): Promise<void> {
  const { quote } = await quoted(kit);
  const faults = Object.entries(DUE).flatMap(([timing, name]) => {
    const lines = quote.lines.filter((line) => line.timing === timing);
    const [sum, told] = [sumOf(lines.map((line) => amountOf(line.amount))), amountOf(quote.totals[name])];
    return sum === told ? [] : [`totals.${name} is ${toDecimal(told)}, its lines add up to ${toDecimal(sum)}`];
  });
  failOn(faults);
}

async function sameHash(kit: Kit): Promise<void> {
  const { quote, amount } = await quoted(kit);
  const again = (await askQuote(kit, amount)).json as WireQuote;
  if (again.price_hash !== quote.price_hash) {
    throw new Failure(
      'The same goods at the same price have another price_hash: a quote read again could not be accepted',
    );
  }
}

async function nothingForNothing(kit: Kit): Promise<void> {
  await quoted(kit);
  const answer = await kit.ask('POST', '/quotes', { key: crypto.randomUUID(), body: bodyOf('0.00') });
  expectProblem(answer, 'out_of_range', 'invalid_request');
}

async function unknownKind(kit: Kit): Promise<void> {
  await quoted(kit);
  const body = { kind: 'conformance', amount: '5.00' };
  expectProblem(await kit.ask('POST', '/quotes', { key: crypto.randomUUID(), body }), 'invalid_request');
}

async function roleOfKind(kit: Kit): Promise<void> {
  const user = requireUser(kit);
  if (may(user, 'billing.manage')) throw new Skip(`${user.name} may add credit`);
  const { amount } = await quoted(kit);
  const more = { key: crypto.randomUUID(), body: bodyOf(amount), token: user.token };
  const answer = await kit.ask('POST', '/quotes', more);
  if (codeOf(answer) === 'not_offered') throw new NotOffered();
  expectProblem(answer, 'role_not_allowed');
}

export const quoteCases: readonly Case[] = [
  { id: 'quotes.shape', tag: 'Quotes and charges', promise: 'A quote answers its schema', run: shape },
  {
    id: 'quotes.bind_nothing',
    tag: 'Quotes and charges',
    promise: 'Asking for a price takes nothing and books nothing',
    run: bindsNothing,
  },
  { id: 'quotes.expire', tag: 'Quotes and charges', promise: 'A quote says until when it binds', run: expires },
  {
    id: 'quotes.totals',
    tag: 'Quotes and charges',
    promise: 'The totals of a quote are the sums of its lines',
    run: totals,
  },
  { id: 'quotes.hash', tag: 'Quotes and charges', promise: 'Equal prices have equal hashes', run: sameHash },
  {
    id: 'quotes.zero',
    tag: 'Quotes and charges',
    promise: 'An amount below the smallest is refused',
    run: nothingForNothing,
  },
  {
    id: 'quotes.unknown_kind',
    tag: 'Quotes and charges',
    promise: 'A kind nobody knows is 400 invalid_request',
    run: unknownKind,
  },
  { id: 'quotes.role', tag: 'Quotes and charges', promise: 'A quote needs the role of its kind', run: roleOfKind },
];
