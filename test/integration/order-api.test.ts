import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { IDEMPOTENCY_HEADER, endpoints } from '../../main/provider/api/endpoints.ts';
import type { Endpoint } from '../../main/provider/api/endpoint.ts';
import type { EndpointName } from '../../main/provider/api/endpoints.ts';
import type { Tokens } from '../../main/provider/drivers/offhook/tokens.ts';
import { addressOperations } from '../../main/provider/api/operations/addresses.ts';
import { orderOperations } from '../../main/provider/api/operations/order.ts';
import { onboardingOf } from '../unit/order-rig.ts';
import type { Rig } from './sandbox-api-rig.ts';
import { startRig } from './sandbox-api-rig.ts';

type Json = Record<string, unknown>;

const LINES = {
  street: '210 Misson Street',
  unit: null,
  city: 'San Francisco',
  region: 'CA',
  postal_code: '94103',
  country: 'US',
};
const INSTANCE = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

let rig: Rig;
let owner: Tokens;
let keys = 0;

beforeAll(async () => {
  rig = await startRig({ profile: 'sipus' });
  owner = await rig.signIn('owner');
});
afterAll(() => rig.stop());

async function ask(tokens: Tokens, method: string, path: string, body?: unknown, extra: Record<string, string> = {}) {
  const headers: Record<string, string> = {
    ...(method === 'GET' ? {} : { [IDEMPOTENCY_HEADER]: `key-${(keys += 1)}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...extra,
  };
  const response = await rig.call(tokens, method, path, {
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, etag: response.headers.get('etag') ?? '', body: (await response.json()) as Json };
}

const admin = async (method: string, where: string, body: object): Promise<Json> => {
  const response = await fetch(`${rig.origin}/sandbox${where}`, {
    method,
    headers: { authorization: `Bearer ${rig.api.adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Json;
};
const startIn = (state: string): Promise<Json> => admin('PUT', '/account', { state });

/** Places the order over HTTP, as one device does; answers the charge. */
async function placeOrder(changes: Json = {}): Promise<{ status: number; body: Json }> {
  const quote = await ask(owner, 'POST', '/quotes', {
    kind: 'initial_order',
    channels: 4,
    numbers: { standard: 1, enhanced: 1, toll_free: 0 },
    funds: '25.00',
    emergency_notice_acknowledged: true,
    address_id: null,
    ...changes,
  });
  if (quote.status !== 201) return quote;
  const { id, price_hash } = quote.body;
  return ask(owner, 'POST', '/charges', { quote_id: id, price_hash, payment_method_id: null });
}

/** Card and address, entered the way a person does it elsewhere. */
function makeReady(): void {
  const helpers = onboardingOf(rig);
  helpers.addCard();
  helpers.verify();
}

describe('[SIPUS-01 P] the initial order belongs to the owner', () => {
  test.each(['admin', 'user'] as const)('%s is refused, whatever the state', async (role) => {
    await startIn('full_no_order');
    const tokens = await rig.signIn(role);
    for (const [method, path] of [
      ['GET', '/initial-order'],
      ['GET', '/initial-order/draft'],
      ['PUT', '/initial-order/draft'],
    ] as const) {
      const { status, body } = await ask(tokens, method, path, method === 'PUT' ? {} : undefined);
      expect([method, path, status, body['code']]).toEqual([method, path, 403, 'role_not_allowed']);
    }
    const { body } = await ask(tokens, 'POST', '/quotes', {
      kind: 'initial_order',
      channels: 1,
      numbers: { standard: 0, enhanced: 0, toll_free: 0 },
      funds: '0',
      emergency_notice_acknowledged: true,
      address_id: null,
    });
    expect(body['code']).toBe('role_not_allowed');
    // The notice names the owner; the account says where it stands.
    const account = (await ask(tokens, 'GET', '/account')).body;
    expect(account).toMatchObject({ state: 'full_no_order', initial_order: 'available', pending: null });
    expect(account['owner_contact']).toContain('Dana Whitfield');
  });
});

test('[SIPUS-02 P] in vetting the order says what is pending; it opens when vetting has cleared', async () => {
  expect(await startIn('vetting')).toEqual({ state: 'vetting' });
  const account = (await ask(owner, 'GET', '/account')).body;
  expect(account).toMatchObject({ state: 'vetting', initial_order: 'not_ready' });
  for (const path of ['/initial-order', '/initial-order/draft']) {
    const { status, body } = await ask(owner, 'GET', path);
    expect([status, body['code'], body['detail']]).toEqual([409, 'account_not_ready', account['pending']]);
  }
  expect((await placeOrder()).body['code']).toBe('account_not_ready');
  await admin('PUT', '/clock', { advance_ms: 5 * 60_000 });
  expect((await ask(owner, 'GET', '/initial-order')).body).toMatchObject({
    state: 'available',
    account_state: 'full_no_order',
    steps: ['channels', 'numbers', 'funds', 'address', 'review', 'payment'],
    binding: false,
    business_address: { verified: false, address_id: null },
    order: null,
  });
  expect(await admin('POST', '/account/vetting', { reason: 'Proof of the business is missing' })).toEqual({
    state: 'vetting',
  });
  expect((await ask(owner, 'GET', '/initial-order')).body['detail']).toBe('Proof of the business is missing');
});

test('a draft is kept with its version: the second device is told that it was changed', async () => {
  await startIn('full_no_order');
  const path = '/initial-order/draft';
  const read = await ask(owner, 'GET', path);
  const draft = { ...read.body, step: 'funds', channels: 6, numbers: { standard: 2, enhanced: 1, toll_free: 0 } };
  expect((await ask(owner, 'PUT', path, draft)).status).toBe(428);
  expect((await ask(owner, 'PUT', path, draft, { 'if-match': read.etag })).status).toBe(200);
  const stale = await ask(owner, 'PUT', path, { ...draft, channels: 9 }, { 'if-match': read.etag });
  expect([stale.status, stale.body['code']]).toEqual([412, 'precondition_failed']);
  expect((await ask(owner, 'GET', '/initial-order')).body).toMatchObject({
    state: 'in_progress',
    draft: { channels: 6 },
    draft_saved_by: 'usr_dana',
  });
});

test('placed: the order can be read again with every line, and nobody places it twice', async () => {
  await startIn('full_no_order');
  makeReady();
  const charge = await placeOrder();
  expect(charge).toMatchObject({ status: 201, body: { state: 'done', kind: 'initial_order' } });
  const { body } = await ask(owner, 'GET', '/initial-order');
  expect(body).toMatchObject({
    state: 'numbers_to_choose',
    account_state: 'active',
    draft: null,
    order: {
      charge_id: charge.body['id'],
      placed_by: 'usr_dana',
      channels: 4,
      numbers: { standard: 1, enhanced: 1, toll_free: 0 },
      today_card: { amount: '25.00', currency: 'USD' },
      numbers_to_choose: 2,
    },
  });
  const order = body['order'] as { id: string; lines: { state: string; line: { amount: { amount: string } } }[] };
  expect(order.lines.every((each) => each.state === 'delivered')).toBe(true);
  const again = await placeOrder();
  expect([again.status, again.body['code'], again.body['detail']]).toEqual([
    409,
    'already_placed',
    `It was placed as ${order.id}`,
  ]);
  const draft = await ask(owner, 'GET', '/initial-order/draft');
  const saved = await ask(owner, 'PUT', '/initial-order/draft', draft.body, { 'if-match': draft.etag });
  expect([saved.status, saved.body['code'], saved.body['detail']]).toEqual([409, 'already_placed', order.id]);
  expect((await ask(owner, 'GET', '/entitlements')).body).toMatchObject({
    left: 2,
    data: [
      { type: 'standard', ordered: 1, left: 1 },
      { type: 'enhanced', ordered: 1, left: 1 },
    ],
  });
  expect((await ask(owner, 'GET', '/account')).body).toMatchObject({ initial_order: 'numbers_to_choose' });
});

test('a corrected address is picked, registered for a number, and the policy names the number', async () => {
  await startIn('active');
  const made = await ask(owner, 'POST', '/addresses', { purpose: 'emergency', lines: LINES });
  expect(made).toMatchObject({
    status: 201,
    body: {
      outcome: 'corrected',
      state: 'suggestion',
      entered: { street: '210 Misson Street' },
      located: { street: '210 Mission St' },
      support: expect.any(String) as string,
    },
  });
  const id = String(made.body['id']);
  const number = encodeURIComponent('+14155550100');
  const asked = await ask(owner, 'PUT', `/numbers/${number}/emergency`, { address_id: id, floor: '4', room: null });
  expect(asked.body).toMatchObject({ state: 'suggestion', capable: true, floor: '4' });
  expect((await ask(owner, 'POST', `/addresses/${id}/choice`, { form: 'located' })).body['chosen']).toBe('located');
  await admin('PUT', '/clock', { advance_ms: 90_000 });
  expect((await ask(owner, 'GET', `/numbers/${number}/emergency`)).body).toMatchObject({ state: 'registered' });
  const policy = (await ask(owner, 'GET', '/policy')).body['emergency'] as Json;
  expect(policy).toMatchObject({
    test_number: '933',
    enabled_caller_ids: ['+14155550100'],
    unregistered_call_fee: null,
  });
  expect(await admin('POST', '/emergency/failures', { number: '+14155550100', reason: 'Renamed' })).toMatchObject({
    state: 'failed',
  });
  expect((await ask(owner, 'GET', `/numbers/${number}/emergency`)).body).toMatchObject({
    state: 'failed',
    reason: 'Renamed',
  });
  expect((await ask(owner, 'DELETE', `/addresses/${id}`)).body['code']).toBe('in_use');
  expect((await ask(owner, 'DELETE', `/numbers/${number}/emergency`)).body['state']).toBe('none');
  expect((await ask(owner, 'DELETE', `/addresses/${id}`)).status).toBe(200);
});

test('[EXT-28] a user enters where they are and reads what an emergency call would show', async () => {
  const user = await rig.signIn('user');
  const box = await ask(user, 'POST', '/addresses', { purpose: 'location', lines: { ...LINES, street: 'PO Box 9' } });
  expect(box.body).toMatchObject({ outcome: 'not_found', problems: [{ code: 'po_box', pointer: '/lines/street' }] });
  const place = { instance_id: INSTANCE, address_id: box.body['id'], floor: null, room: null };
  expect((await ask(user, 'PUT', '/emergency-location', place)).body['code']).toBe('address_required');
  const edited = await ask(user, 'PUT', `/addresses/${String(box.body['id'])}`, {
    lines: { ...LINES, street: '7 Folsom Street' },
  });
  expect(edited.body['state']).toBe('valid');
  expect((await ask(user, 'PUT', '/emergency-location', { ...place, floor: '2' })).body).toMatchObject({
    instance_id: INSTANCE,
    floor: '2',
    address: { entered: { street: '7 Folsom Street' } },
  });
  expect((await ask(user, 'GET', `/emergency-location?instance_id=${INSTANCE}`)).body['floor']).toBe('2');
});

describe('where there is no onboarding', () => {
  let other: Rig;
  beforeAll(async () => {
    other = await startRig({ profile: 'voiptime' });
  });
  afterAll(() => other.stop());

  test.each(['/initial-order', '/initial-order/draft', '/entitlements'])('%s is not offered', async (path) => {
    const response = await other.call(await other.signIn('owner'), 'GET', path);
    expect([response.status, ((await response.json()) as Json)['code']]).toEqual([404, 'not_offered']);
  });

  test('the account is active and asks for no order', async () => {
    const response = await other.call(await other.signIn('user'), 'GET', '/account');
    expect(await response.json()).toMatchObject({ state: 'active', initial_order: null });
  });
});

/** Who gets past the door; what is asked for may well not be there. */
const ALLOWED: Partial<Record<EndpointName, readonly ('owner' | 'admin' | 'user')[]>> = {
  getInitialOrder: ['owner'],
  getInitialOrderDraft: ['owner'],
  putInitialOrderDraft: ['owner'],
  getEntitlements: ['owner', 'admin'],
  putNumberEmergency: ['owner'],
  deleteNumberEmergency: ['owner'],
};
const NAMES = Object.keys({ ...orderOperations, ...addressOperations }) as EndpointName[];

describe('roles', () => {
  const roles = ['owner', 'admin', 'user'] as const;
  const tokens: Partial<Record<(typeof roles)[number], Tokens>> = {};
  beforeEach(async () => {
    for (const role of roles) tokens[role] ??= await rig.signIn(role);
  });

  test.each(NAMES)('%s', async (name) => {
    const { method, path, query }: Endpoint = endpoints[name];
    const url =
      path.replace('{number}', encodeURIComponent('+14155550102')).replace('{address_id}', 'adr_none') +
      (query ? `?instance_id=${INSTANCE}` : '');
    const through: string[] = [];
    for (const role of roles) {
      const { status } = await ask(tokens[role] as Tokens, method, url, method === 'GET' ? undefined : {});
      if (status !== 403) through.push(role);
    }
    expect(through).toEqual(ALLOWED[name] ?? ['owner', 'admin', 'user']);
  });
});
