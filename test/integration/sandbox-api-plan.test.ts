import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { problemSchema } from '../../main/provider/api/problems.ts';
import { planSchema, trunksSchema } from '../../main/provider/api/resources/plan.ts';
import {
  invoiceSchema,
  statementSchema,
  statementSummarySchema,
} from '../../main/provider/api/resources/statements.ts';
import { usageRowSchema } from '../../main/provider/api/resources/usage.ts';
import { listOf } from '../../main/provider/api/primitives.ts';
import type { Tokens } from '../../main/provider/drivers/offhook/tokens.ts';
import { parseDecimal } from '../../preload/contract/money.ts';
import type { Role } from '../../preload/contract/roles.ts';
import type { Rig } from './sandbox-api-rig.ts';
import { startRig } from './sandbox-api-rig.ts';

let rig: Rig;
let owner: Tokens;
beforeEach(async () => {
  rig = await startRig({ profile: 'sipus' });
  owner = await rig.signIn('owner');
});
afterEach(() => rig.stop());

let keys = 0;
const write = (tokens: Tokens, method: string, url: string, body: unknown, etag?: string) =>
  rig.call(tokens, method, url, {
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      'idempotency-key': `plan-${(keys += 1)}`,
      ...(etag === undefined ? {} : { 'if-match': etag }),
    },
  });
const read = async (tokens: Tokens, url: string): Promise<unknown> => (await rig.call(tokens, 'GET', url)).json();
const codeOf = async (response: Response) => problemSchema.parse(await response.json()).code;
const sumOf = (amounts: readonly { readonly amount: string }[]): number =>
  amounts.reduce((sum, each) => sum + (parseDecimal(each.amount) ?? Number.NaN), 0);

describe('plan and statements', () => {
  test('[KZ-06 P] the plan’s rows sum to its total on the wire', async () => {
    const plan = planSchema.parse(await read(owner, '/plan'));
    expect(plan.items.length).toBeGreaterThan(0);
    expect(sumOf(plan.items.map((item) => item.total))).toBe(sumOf([plan.total_due]));
  });

  test('a statement’s lines sum to its total; its invoice opens as a PDF by its address, and by no other', async () => {
    const list = listOf(statementSummarySchema).parse(await read(owner, '/statements?limit=2'));
    const [first] = list.data;
    const statement = statementSchema.parse(await read(owner, `/statements/${first?.id}`));
    expect(sumOf(statement.lines.map((line) => line.amount))).toBe(sumOf([statement.total]));
    const added = statement.lines.filter((line) => ['tax', 'fee', 'surcharge'].includes(line.kind));
    expect(sumOf(added.map((line) => line.amount))).toBe(sumOf([statement.taxes_and_fees]));

    const [invoice] = listOf(invoiceSchema).parse(await read(owner, '/invoices')).data;
    const url = invoice?.pdf_url ?? '';
    const pdf = await fetch(url);
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    expect(await pdf.text()).toContain(statement.total.amount);
    const forged = url.replace(/signature=(.)/, (_, begins: string) => `signature=${begins === 'A' ? 'B' : 'A'}`);
    expect((await fetch(forged)).status).toBe(404);
    expect((await fetch(url.replace(/expires=\d/, 'expires=9'))).status).toBe(404);
  });

  test('a quote of channels is executed and the trunks tell it', async () => {
    const quote = (await (await write(owner, 'POST', '/quotes', { kind: 'channels', pooled: 6 })).json()) as {
      id: string;
      price_hash: string;
    };
    const order = { quote_id: quote.id, price_hash: quote.price_hash, payment_method_id: null };
    expect((await write(owner, 'POST', '/charges', order)).status).toBe(201);
    expect(trunksSchema.parse(await read(owner, '/trunks')).kinds).toMatchObject([{ kind: 'pooled', limit: 6 }]);
  });
});

describe('usage of a range of days', () => {
  test('[KZ-07 P] rows tell when a call was made and by whom, both days included, by kind, direction and person', async () => {
    const all = listOf(usageRowSchema).parse(await read(owner, '/usage?limit=1000')).data;
    const zone = 'America/Los_Angeles';
    const dayOf = (time: string): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date(time));
    const [from, to] = [dayOf(all.at(60)?.time ?? ''), dayOf(all.at(10)?.time ?? '')];
    const wanted = all.filter(
      (row) =>
        dayOf(row.time) >= from &&
        dayOf(row.time) <= to &&
        row.kind === 'call' &&
        row.direction === 'outbound' &&
        row.user_id === 'usr_priya',
    );
    expect(wanted.length).toBeGreaterThan(1);
    expect(wanted[0]).toMatchObject({ user_name: 'Priya Raman' });
    const query = `from=${from}&to=${to}&kind=call&direction=outbound&user_id=usr_priya`;
    const found: unknown[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = listOf(usageRowSchema).parse(
        await read(owner, `/usage?limit=2&${query}${cursor && `&cursor=${cursor}`}`),
      );
      found.push(...page.data);
      cursor = page.next_cursor;
    }
    expect(found).toEqual(wanted);
    expect(await codeOf(await rig.call(owner, 'GET', '/usage?from=2026-02-30'))).toBe('invalid_request');
    expect(await codeOf(await rig.call(owner, 'GET', `/usage?from=${to}&to=${from}`))).toBe('invalid_request');
  });

  test('who may not see all usage gets their own rows, whomever they ask for', async () => {
    const rows = listOf(usageRowSchema).parse(
      await read(await rig.signIn('user'), '/usage?user_id=usr_dana&kind=call'),
    ).data;
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row.user_id === 'usr_priya')).toBe(true);
  });
});

describe('settings', () => {
  test('[KZ-02 P] are read with a tag and changed only on it; a second writer is told', async () => {
    const tag = (await rig.call(owner, 'GET', '/account/settings')).headers.get('etag') ?? '';
    expect((await write(owner, 'PATCH', '/account/settings', { name: 'One' })).status).toBe(428);
    const first = await write(owner, 'PATCH', '/account/settings', { name: 'One' }, tag);
    expect(await first.json()).toMatchObject({ name: 'One', devices_dropped: 0 });
    expect((await write(owner, 'PATCH', '/account/settings', { name: 'Two' }, tag)).status).toBe(412);
    expect(await read(owner, '/account')).toMatchObject({ name: 'One' });
  });

  test('[KZ-03 P] a new password ends the other sessions of that person and no others', async () => {
    const [here, there] = [await rig.signIn('user'), await rig.signIn('user')];
    const tag = (await rig.call(here, 'GET', '/user/settings')).headers.get('etag') ?? '';
    const change = { password: { old: 'sandbox', new: 'a long new one' } };
    expect((await write(here, 'PATCH', '/user/settings', change, tag)).status).toBe(200);
    const status = async (tokens: Tokens) => (await rig.call(tokens, 'GET', '/account')).status;
    expect([await status(here), await status(there), await status(owner)]).toEqual([200, 401, 200]);
  });

  test('a role revoked takes effect with the next request, and a device taken back is gone', async () => {
    const admin = await rig.signIn('admin');
    expect((await rig.call(admin, 'GET', '/statements')).status).toBe(200);
    const tag = (await rig.call(owner, 'GET', '/people/usr_marcus')).headers.get('etag') ?? '';
    const changed = await write(owner, 'PATCH', '/people/usr_marcus', { grants: [], spend_limit: '50.00' }, tag);
    expect(await changed.json()).toMatchObject({ grants: [], spend_limit: { amount: '50.00' } });
    expect(await codeOf(await rig.call(admin, 'GET', '/statements'))).toBe('role_not_allowed');

    const instance = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
    const device = (await (await write(admin, 'PUT', `/devices/${instance}`, { name: 'Desk' })).json()) as {
      id: string;
    };
    expect(await codeOf(await write(admin, 'DELETE', `/devices/${instance}?user_id=usr_dana`, undefined))).toBe(
      'role_not_allowed',
    );
    expect(await (await write(owner, 'DELETE', `/devices/${instance}?user_id=usr_marcus`, undefined)).json()).toEqual({
      devices: 0,
    });
    const again = (await (await write(admin, 'PUT', `/devices/${instance}`, { name: 'Desk' })).json()) as {
      id: string;
    };
    expect(again.id).not.toBe(device.id);
    expect(await read(owner, '/audit?limit=2')).toMatchObject({
      data: [
        { action: 'device.removed', on_behalf_of: 'usr_marcus' },
        { action: 'person.access_changed', user_name: 'Dana Whitfield' },
      ],
    });
  });
});

describe('who may not', () => {
  const READS = [
    '/plan',
    '/trunks',
    '/meters',
    '/meters/2026-01',
    '/statements',
    '/statements/next',
    '/statements/x',
    '/invoices',
    '/transactions',
    '/contracts',
    '/contracts/2026-01',
    '/people',
    '/people/usr_dana',
    '/audit',
  ];
  test.each(READS)('GET %s is refused to a user', async (url) => {
    expect(await codeOf(await rig.call(await rig.signIn('user'), 'GET', url))).toBe('role_not_allowed');
  });

  test.each<[Role, string, string, unknown]>([
    ['user', 'POST', '/statements/x/payment', {}],
    ['admin', 'PATCH', '/people/usr_priya', { role: 'admin' }],
    ['user', 'PATCH', '/account/settings', { name: 'Mine' }],
    ['admin', 'PATCH', '/account/settings', { realm: 'mine.example', confirm_realm: 'mine.example' }],
  ])('%s: %s %s is refused', async (role, method, url, body) => {
    const tokens = await rig.signIn(role);
    const tag = (await rig.call(tokens, 'GET', url)).headers.get('etag') ?? '"x"';
    expect(await codeOf(await write(tokens, method, url, body, tag))).toBe('role_not_allowed');
  });
});
