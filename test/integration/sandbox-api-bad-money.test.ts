import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { IDEMPOTENCY_HEADER } from '../../main/provider/api/endpoints.ts';
import { problemSchema } from '../../main/provider/api/problems.ts';
import { chargeListSchema, chargeSchema, quoteSchema } from '../../main/provider/api/resources/commerce.ts';
import type { Tokens } from '../../main/provider/drivers/offhook/tokens.ts';
import { faultsSchema } from '../../main/sandbox/scenarios/faults.ts';
import type { Rig } from './sandbox-api-rig.ts';
import { startRig } from './sandbox-api-rig.ts';

let rig: Rig;
let owner: Tokens;
beforeEach(async () => {
  rig = await startRig();
  owner = await rig.signIn('owner');
});
afterEach(() => rig.stop());

const post = (path: string, body: object, key: string = crypto.randomUUID()) =>
  rig.call(owner, 'POST', path, {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', [IDEMPOTENCY_HEADER]: key },
  });
const quote = async (body: object) => quoteSchema.parse(await (await post('/quotes', body)).json());
const order = (each: z.output<typeof quoteSchema>) => ({
  quote_id: each.id,
  price_hash: each.price_hash,
  payment_method_id: null,
});
const charge = async (each: z.output<typeof quoteSchema>, key?: string) =>
  chargeSchema.parse(await (await post('/charges', order(each), key)).json());
const setFaults = (changes: z.input<typeof faultsSchema>): void => rig.faults.set(faultsSchema.parse(changes));
const balance = () => rig.ledger.journal.balance();
const CREDIT = { kind: 'add_credit', amount: '25.00' };

describe('a reply that was lost after the work was done', () => {
  test('the same key finds the one charge; the list by key finds it too', async () => {
    const before = balance();
    const asked = await quote(CREDIT);
    setFaults({ dropReply: { times: 1, path: '/api/charges', method: 'POST' } });
    await expect(post('/charges', order(asked), 'lost-1')).rejects.toThrow('fetch failed');
    expect(balance() - before).toBe(25_000_000);

    const byKey = chargeListSchema.parse(
      await (await rig.call(owner, 'GET', '/charges?idempotency_key=lost-1')).json(),
    );
    expect(byKey.data.map((each) => each.state)).toEqual(['done']);
    const again = await charge(asked, 'lost-1');
    expect(again.id).toBe(byKey.data[0]?.id);
    expect(balance() - before).toBe(25_000_000);
  });
});

describe('bad days of cards', () => {
  test.each([
    ['insufficient_funds', 'declined', 'soft'],
    ['stolen_card', 'declined', 'hard'],
  ] as const)('%s: %s, %s, nothing is taken', async (behaviour, state, kind) => {
    const before = balance();
    setFaults({ card: { behaviour } });
    const made = await charge(await quote(CREDIT));
    expect(made.state).toBe(state);
    expect(made.decline?.kind).toBe(kind);
    expect(balance()).toBe(before);
  });

  test('3-D Secure: the person has to confirm, nothing is taken before', async () => {
    const before = balance();
    setFaults({ card: { behaviour: 'authenticate', times: 1 } });
    const made = await charge(await quote(CREDIT));
    expect(made.state).toBe('action_required');
    expect(made.action_url).toContain(rig.origin);
    expect(balance()).toBe(before);
  });

  test.each(['slow', 'lost_answer'] as const)('%s: pending, and never taken twice', async (behaviour) => {
    const before = balance();
    setFaults({ card: { behaviour, times: 1 } });
    const asked = await quote(CREDIT);
    const made = await charge(asked, 'slow-1');
    expect(made.state).toBe('pending');
    expect(balance()).toBe(before);
    rig.ledger.write(() => rig.ledger.clock.travelTo(rig.ledger.clock.target() + 60_000));
    rig.ledger.agenda.runDue();
    const read = chargeSchema.parse(await (await rig.call(owner, 'GET', `/charges/${made.id}`)).json());
    expect(read.state).toBe('done');
    expect((await charge(asked, 'slow-1')).id).toBe(made.id);
    expect(balance() - before).toBe(25_000_000);
  });

  test('after its times the card is itself again', async () => {
    setFaults({ card: { behaviour: 'insufficient_funds', times: 1 } });
    const methods = z.object({ data: z.array(z.object({ id: z.string() })) });
    const { data } = methods.parse(await (await rig.call(owner, 'GET', '/payment-methods')).json());
    const once = { ...order(await quote(CREDIT)), payment_method_id: data[0]?.id };
    const first = chargeSchema.parse(await (await post('/charges', once)).json());
    const second = await charge(await quote(CREDIT));
    expect([first.state, second.state]).toEqual(['declined', 'done']);
  });
});

test('a price that changed after the quote: nothing is taken before the new one is accepted', async () => {
  const before = balance();
  const old = await quote(CREDIT);
  setFaults({ levyBasisPoints: 300 });
  const made = await charge(old);
  expect(made.state).toBe('needs_consent');
  expect(balance()).toBe(before);
  const renewed = made.new_quote;
  if (!renewed) throw new Error('No new quote');
  expect(renewed.lines.map((line) => line.description)).toContain('New levy');
  expect(renewed.totals.today_card.amount).toBe('25.75');
  expect((await charge(renewed)).state).toBe('done');
  expect(balance() - before).toBe(25_000_000);
});

describe('somebody else is first', () => {
  const found = async (): Promise<string> => {
    const response = await rig.call(owner, 'GET', '/numbers/available?country=US&area_code=415&limit=1');
    const { data } = z.object({ data: z.array(z.object({ number: z.string() })) }).parse(await response.json());
    return data[0]?.number ?? '';
  };

  test('between search and quote', async () => {
    const number = await found();
    setFaults({ numberTaken: { times: 1 } });
    const answer = await post('/quotes', { kind: 'numbers', items: [{ number }] });
    expect(problemSchema.parse(await answer.json()).code).toBe('number_taken');
    expect(rig.faults.current().numberTaken).toBeNull();
  });

  test('between quote and purchase: nothing is charged', async () => {
    const before = balance();
    const asked = await quote({ kind: 'numbers', items: [{ number: await found() }] });
    setFaults({ numberTaken: { times: 1 } });
    const made = await charge(asked);
    expect(made.state).toBe('failed');
    expect(made.lines.every((line) => line.state === 'failed')).toBe(true);
    expect(balance()).toBe(before);
  });

  test('a hold makes sure of it', async () => {
    const number = await found();
    const held = await post('/numbers/holds', { numbers: [number] });
    const { results } = z
      .object({ results: z.array(z.object({ hold: z.object({ id: z.string() }) })) })
      .parse(await held.json());
    setFaults({ numberTaken: { times: null } });
    const made = await charge(await quote({ kind: 'numbers', items: [{ number, hold_id: results[0]?.hold.id }] }));
    expect(made.state).toBe('done');
  });
});

test('a statement comes late by what was asked for', () => {
  const { statements } = rig.services.planning;
  const due = statements.nextIssueAt();
  setFaults({ statementDelayMs: 3 * 86_400_000 });
  expect(statements.nextIssueAt() - due).toBe(3 * 86_400_000);
  const count = statements.store.count();
  rig.ledger.write(() => rig.ledger.clock.travelTo(due + 86_400_000));
  rig.ledger.agenda.runDue();
  expect(statements.store.count()).toBe(count);
  rig.ledger.write(() => rig.ledger.clock.travelTo(due + 4 * 86_400_000));
  rig.ledger.agenda.runDue();
  expect(statements.store.count()).toBe(count + 1);
});
