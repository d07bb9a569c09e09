import { createHash } from 'node:crypto';
import { IDEMPOTENCY_HEADER, endpoints } from '../../main/provider/api/endpoints.ts';
import type { Endpoint, ExampleRequest } from '../../main/provider/api/endpoint.ts';
import type { EndpointName } from '../../main/provider/api/endpoints.ts';
import { toMicros } from '../../preload/contract/money.ts';
import { DEFAULT_PROFILE } from '../../main/sandbox/policies/profiles.ts';
import type { Tokens } from '../../main/provider/drivers/offhook/tokens.ts';
import type { Rig } from './sandbox-api-rig.ts';

export const endpointOf = (name: EndpointName): Endpoint => endpoints[name];

function pathOf(endpoint: Endpoint, example: ExampleRequest): string {
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, each: string) => encodeURIComponent(example.path?.[each] ?? ''));
  const query = new URLSearchParams(Object.entries(example.query ?? {}).map(([key, value]) => [key, String(value)]));
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** The same key for the same operation at every run, in the form of a UUID. */
function keyOf(name: EndpointName): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

async function tagOf(rig: Rig, owner: Tokens, path: string): Promise<string> {
  const response = await rig.call(owner, 'GET', path);
  await response.body?.cancel();
  return response.headers.get('etag') ?? '';
}

/** Sends a request of the table as a client does: with a key, and with the ETag of what it changes. */
export async function ask(rig: Rig, owner: Tokens, name: EndpointName, example: ExampleRequest) {
  const endpoint = endpointOf(name);
  const path = pathOf(endpoint, example);
  const write = endpoint.method !== 'GET';
  const headers: Record<string, string> = {
    ...(write ? { [IDEMPOTENCY_HEADER]: keyOf(name) } : {}),
    ...(write && endpoint.versioned ? { 'if-match': await tagOf(rig, owner, path) } : {}),
  };
  const type = { 'content-type': 'application/json' };
  const init =
    example.body === undefined ? { headers } : { headers: { ...headers, ...type }, body: JSON.stringify(example.body) };
  const response = await rig.call(owner, endpoint.method, path, init);
  const body = (await response.json()) as Record<string, unknown>;
  return { path, headers, status: response.status, body };
}

type Prepare = (rig: Rig, owner: Tokens) => Promise<ExampleRequest>;

const TEN_MINUTES_MS = 600_000;
const MAIN = '+14155550100';
const idOf = (body: Record<string, unknown>): string => String(body['id']);
const rowsOf = (body: Record<string, unknown>) => body['data'] as readonly Record<string, unknown>[];

const quoted: Prepare = async (rig, owner) => {
  const { body } = await ask(rig, owner, 'createQuote', { body: { kind: 'add_credit', amount: '25.00' } });
  return { body: { quote_id: body['id'], price_hash: body['price_hash'], payment_method_id: null } };
};

const held: Prepare = async (rig, owner) => {
  const example = endpoints.createNumberHolds.example;
  const { body } = await ask(rig, owner, 'createNumberHolds', example);
  const results = body['results'] as readonly { readonly hold: { readonly id: string } | null }[];
  return { path: { hold_id: results.find((each) => each.hold)?.hold?.id ?? '' } };
};

/** A number of the account that nothing depends on but the person it rings. */
const spare: Prepare = async (rig, owner) => {
  const { body } = await ask(rig, owner, 'listNumbers', {});
  const number = String(rowsOf(body).find((row) => row['default_caller_id'] === false)?.['number']);
  return { path: { number }, body: { confirm: number, acknowledge_dependants: true } };
};

const released: Prepare = async (rig, owner) => {
  const example = await spare(rig, owner);
  await ask(rig, owner, 'releaseNumber', example);
  return { path: example.path ?? {} };
};

/** The row of a list a path parameter names: `/statements` for `/statements/{statement_id}`. */
function listBefore(name: EndpointName): { readonly list: EndpointName; readonly parameter: string } | undefined {
  const { path, body } = endpointOf(name);
  const [, collection, parameter] = /^([^{]*)\/\{(\w+)\}[^{]*$/.exec(path) ?? [];
  const names = Object.keys(endpoints) as EndpointName[];
  const list = names.find((each) => endpointOf(each).method === 'GET' && endpointOf(each).path === collection);
  return list === undefined || parameter === undefined || body !== undefined ? undefined : { list, parameter };
}

/** A request without a body about the first row of its list; undefined where the operation is not of that form. */
function aboutFirstRow(name: EndpointName): Prepare | undefined {
  const found = listBefore(name);
  if (!found || endpointOf(name).example) return undefined;
  return async (rig, owner) => {
    const { body } = await ask(rig, owner, found.list, {});
    const [row] = Array.isArray(body['data']) ? rowsOf(body) : [];
    return { path: { [found.parameter]: String(row?.[found.parameter] ?? row?.['id']) } };
  };
}

/** How the request of an operation is got that needs what an earlier one answered; undefined = its own example. */
export const prepareOf = (name: EndpointName): Prepare | undefined => PREPARED[name] ?? aboutFirstRow(name);

/** An address that was entered just now: nothing depends on it. */
const entered =
  (street: string): Prepare =>
  async (rig, owner) => {
    const { body: asked } = endpoints.createAddress.example;
    const lines = { ...asked.lines, street };
    const { body } = await ask(rig, owner, 'createAddress', { body: { ...asked, lines } });
    return { path: { address_id: idOf(body) }, body: { lines: asked.lines } };
  };

const plainly =
  (example: ExampleRequest): Prepare =>
  () =>
    Promise.resolve(example);

/** Takes the balance down to a dollar, below the level people are told at. */
const alerted: Prepare = async (rig, owner) => {
  const { ledger } = rig;
  const amount = toMicros(100_000 - ledger.journal.balance());
  const fee = { kind: 'fee', priceState: 'priced', amount, description: 'A fee' } as const;
  ledger.write(() => ledger.journal.post(fee, ledger.clock.now()));
  const { body } = await ask(rig, owner, 'listAlerts', {});
  return { path: { alert_id: idOf(rowsOf(body)[0] ?? {}) } };
};

const DRAFT = {
  step: 'numbers',
  channels: 4,
  numbers: { standard: 2, enhanced: 1, toll_free: 0 },
  funds: null,
  emergency_notice_acknowledged: true,
  address_id: null,
  quote_id: null,
  payment_method_id: null,
};

/** Profiles that offer what the default one does not, by tag. */
const PROFILE_OF_TAG: Readonly<Record<string, string>> = {
  'Initial order': 'sipus',
  'Automatic top-up': 'sipstation',
  'Metered services': 'sipstation',
};

/** The provider an operation is shown at: the default one where that offers it. */
export const profileOf = (name: EndpointName): string => PROFILE_OF_TAG[endpointOf(name).tag] ?? DEFAULT_PROFILE;

/** Those that need more than the first row of a list. */
const PREPARED: Partial<Record<EndpointName, Prepare>> = {
  patchAccountSettings: plainly({ body: { name: 'Fernhill Joinery and Sons', time_zone: 'America/Denver' } }),
  patchUserSettings: plainly({ body: { language: 'en', color_blind_mode: true } }),
  patchPerson: plainly({
    path: { user_id: 'usr_marcus' },
    body: { grants: ['see_balance', 'billing'], spend_limit: '100.00' },
  }),
  deleteDevice: async (rig, owner) => {
    const { path, body } = endpoints.putDevice.example;
    await ask(rig, owner, 'putDevice', { path, body });
    return { path };
  },
  getInitialOrder: plainly({}),
  getInitialOrderDraft: plainly({}),
  putInitialOrderDraft: (rig) => {
    rig.ledger.write(() => rig.services.orders.restart('full_no_order'));
    return Promise.resolve({ body: DRAFT });
  },
  getEntitlements: plainly({}),
  updateAddress: entered('999999 Nowhere Lane'),
  chooseAddressForm: async (rig, owner) => {
    const { path } = await entered('210 Mision St')(rig, owner);
    return { path: path ?? {}, body: { form: 'located' } };
  },
  deleteAddress: async (rig, owner) => {
    const { path } = await entered('210 Mission Street')(rig, owner);
    return { path: path ?? {} };
  },
  acknowledgeAlert: alerted,
  createCharge: quoted,
  getCharge: async (rig, owner) => {
    const { body } = await ask(rig, owner, 'createCharge', await quoted(rig, owner));
    return { path: { charge_id: idOf(body) } };
  },
  getMetersOfMonth: () => Promise.resolve({ path: { month: '2026-10' } }),
  getPaymentSession: async (rig, owner) => {
    const { body } = await ask(rig, owner, 'createPaymentSession', endpoints.createPaymentSession.example);
    return { path: { session_id: idOf(body) } };
  },
  deletePaymentMethod: async (rig, owner) => {
    const { body } = await ask(rig, owner, 'listPaymentMethods', {});
    return { path: { payment_method_id: idOf(rowsOf(body).at(-1) ?? {}) } };
  },
  extendNumberHold: async (rig, owner) => {
    const example = await held(rig, owner);
    rig.ledger.write(() => rig.ledger.clock.travelTo(rig.ledger.clock.target() + TEN_MINUTES_MS));
    return example;
  },
  releaseNumberHold: held,
  updateNumber: () => Promise.resolve({ path: { number: MAIN }, body: { label: 'Front desk' } }),
  releaseNumber: spare,
  withdrawNumberRelease: released,
  reclaimNumber: async (rig, owner) => {
    const example = await released(rig, owner);
    rig.services.numbers.support.answer(example.path?.['number'] ?? '', true, null);
    return example;
  },
};

/** Operations without an example, each with its reason. */
export const WITHOUT: Partial<Record<EndpointName, string>> = {
  confirmUserEmail: 'Needs a code that was mailed to a person',
  payStatement: 'A new account owes nothing on a statement',
  verifyPaymentMethod: 'Needs a bank account that was typed on the page of the payment vendor',
  submitNumberPapers: 'Needs a number that was bought where the law asks for papers',
};
