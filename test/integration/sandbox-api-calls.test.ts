import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../main/platform/clock.ts';
import { silentLogger } from '../../main/platform/logger.ts';
import type { ProviderDriver, ProviderEvent } from '../../main/provider/driver.ts';
import { discover } from '../../main/provider/drivers/offhook/discovery.ts';
import { createOffhookDriver } from '../../main/provider/drivers/offhook/driver.ts';
import { signInWithTicket } from '../../main/provider/drivers/offhook/pkce.ts';
import { findProfile } from '../../main/sandbox/policies/profiles.ts';
import type { Sandbox } from '../../main/sandbox/sandbox.ts';
import { startSandbox } from '../../main/sandbox/sandbox.ts';
import { SipClient } from '../support/sip-client.ts';
import { OFFER } from '../support/sip-rig.ts';
import { answered, hangUp } from '../support/sip-steps.ts';
import { until } from '../support/until.ts';
import { unwrap } from './sandbox-api-rig.ts';

const INSTANCE = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

let folder: string;
let sandbox: Sandbox;
let driver: ProviderDriver;
let phone: SipClient;
let ownerToken: string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'offhook-calls-'));
  const profile = findProfile('voiptime');
  if (!profile) throw new Error('No profile');
  sandbox = await startSandbox({
    dataDir: folder,
    profile,
    port: 0,
    announcementsDir: pathToFileURL(`${path.resolve('assets/announcements')}/`),
    clock: systemClock,
    log: silentLogger,
  });
  const http = { fetch, now: () => Date.now() };
  const provider = unwrap(await discover(sandbox.address, http));
  const tokens = unwrap(await signInWithTicket(provider, sandbox.ticket('owner'), http));
  const saveTokens = async (): Promise<void> => undefined;
  driver = createOffhookDriver({ provider, tokens, saveTokens, clock: systemClock, deviceName: 'Test' });
  ownerToken = tokens.accessToken;
  phone = await register(ownerToken);
});
afterEach(async () => {
  await phone.close();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The password is only in the API's own answer: the driver keeps it from everybody. */
async function register(accessToken: string): Promise<SipClient> {
  const credentials = unwrap(await driver.provisionDevice(INSTANCE));
  const response = await fetch(`${sandbox.address}/api/devices/${INSTANCE}`, {
    method: 'PUT',
    body: JSON.stringify({ name: 'Test' }),
    headers: {
      authorization: `Bearer ${accessToken}`,
      'content-type': 'application/json',
      'idempotency-key': 'again',
    },
  });
  const { sip } = (await response.json()) as { sip: { password: string } };
  const { user, realm, wssUrl: url } = credentials;
  const client = new SipClient({ url, user, realm, password: sip.password, instanceId: `<urn:uuid:${INSTANCE}>` });
  await client.connect();
  expect((await client.register()).status).toBe(200);
  return client;
}

const admin = (method: string, where: string, body?: object): Promise<Response> =>
  fetch(`${sandbox.address}/sandbox${where}`, {
    method,
    headers: {
      authorization: `Bearer ${sandbox.adminKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const balance = async (): Promise<number> => unwrap(await driver.balance()).value.exact?.balance.micros ?? 0;

test('an echo call over SIP is charged, told by an event, and found in the usage by its Call-ID', async () => {
  const events: ProviderEvent[] = [];
  const states: string[] = [];
  const stream = driver.events(
    null,
    (event) => events.push(event),
    (state) => states.push(state),
  );
  await until('the stream is open', () => states.includes('open'));
  const before = await balance();
  const dialog = await phone.invite('*43', OFFER);
  await answered(phone, dialog);
  await hangUp(phone, dialog);
  await until('row and balance are told', () => events.length === 2);
  stream.close();
  const [row] = unwrap(await driver.usagePage(null, 1)).rows;
  expect(row).toMatchObject({
    sipCallId: dialog.callId,
    leg: 'a',
    from: '+14155550100',
    to: '+15005550001',
    userName: 'Dana Whitfield',
    billedSec: 60,
    ratePerMinute: 13_000,
    amount: -13_000,
  });
  expect(before - (await balance())).toBe(13_000);
  expect(events[0]).toEqual({ kind: 'usage', rows: [row] });
  expect(events[1]).toMatchObject({
    kind: 'balance',
    balance: { value: { exact: { balance: { micros: before - 13_000 } } } },
  });
});

test('without credit the echo is refused with 402 and its reason, an emergency number still answers', async () => {
  await admin('POST', '/adjustments', { amount: '-12.41', description: 'Emptied' });
  const refused = await phone.invite('*43', OFFER);
  const refusal = await phone.response(402, refused.callId);
  expect(refusal.header('reason')).toContain('Balance used up');
  phone.ackRefusal(refused, refusal);
  const dialog = await phone.invite('911', OFFER);
  await answered(phone, dialog);
  await hangUp(phone, dialog);
  expect(await balance()).toBe(0);
});

test('[VTC-29 P] at zero the call in progress is cut with that cause; an emergency call is not', async () => {
  const emergency = await phone.invite('911', OFFER);
  await answered(phone, emergency);
  const echo = await phone.invite('*43', OFFER);
  await answered(phone, echo);
  await admin('POST', '/adjustments', { amount: '-12.41', description: 'Emptied' });
  const bye = await phone.request('BYE');
  expect(bye.header('call-id')).toBe(echo.callId);
  expect(bye.header('reason')).toContain('Balance used up');
  phone.reply(bye, 200);
  const state = (await (await admin('GET', '/state')).json()) as { live_legs: { sip_call_id: string }[] };
  expect(state.live_legs.map((leg) => leg.sip_call_id)).toEqual([emergency.callId]);
  await hangUp(phone, emergency);
});

test('[SIPUS-12 P] a number forwarded through the API is two legs and two channels on the wire, in the rows and live', async () => {
  const api = (method: string, where: string, init: { body?: object; etag?: string } = {}): Promise<Response> =>
    fetch(`${sandbox.address}/api${where}`, {
      method,
      headers: {
        authorization: `Bearer ${ownerToken}`,
        'idempotency-key': 'forward',
        ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(init.etag === undefined ? {} : { 'if-match': init.etag }),
      },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
    });
  const number = `/numbers/${encodeURIComponent('+14155550102')}`;
  const etag = (await api('GET', number)).headers.get('etag') ?? '';
  const forwarding = { to: '+442079460018', when: 'always' };
  expect((await api('PATCH', number, { etag, body: { forwarding } })).status).toBe(200);
  const before = await balance();
  const dialog = await phone.invite('+14155550102', OFFER);
  await answered(phone, dialog);
  const live = (await (await api('GET', '/live-calls')).json()) as {
    data: { direction: string; forwarded: boolean; on_net: boolean; holds_channel: boolean }[];
    channels: { in_use: object };
  };
  // The leg abroad holds no channel (SIPUS-13).
  expect(live.data.map((leg) => [leg.direction, leg.forwarded, leg.on_net, leg.holds_channel])).toEqual([
    ['outbound', false, true, true],
    ['inbound', false, true, true],
    ['outbound', true, false, false],
  ]);
  expect(live.channels.in_use).toEqual({ inbound: 1, outbound: 1, total: 2 });
  await hangUp(phone, dialog);
  const rows = unwrap(await driver.usagePage(null, 3)).rows;
  expect(rows.map((row) => [row.leg, row.to, row.amount]).toReversed()).toEqual([
    ['a', '+14155550102', -13_000],
    ['b', '+14155550102', -8_500],
    ['b', '+442079460018', -16_000],
  ]);
  expect(rows.every((row) => row.sipCallId === dialog.callId)).toBe(true);
  expect(before - (await balance())).toBe(37_500);
});

test.each([
  ['+15005550002', 486],
  ['+15005550004', 603],
  ['+15005550006', 503],
])('%s ends with %i', async (number, status) => {
  const dialog = await phone.invite(number, OFFER);
  const refusal = await phone.response(status, dialog.callId);
  phone.ackRefusal(dialog, refusal);
  expect(await balance()).toBe(12_410_000);
});

test('passwords that are refused on request are right again afterwards', async () => {
  await admin('PUT', '/faults', { sip: { rejectPasswords: true } });
  expect((await phone.register()).status).toBe(401);
  await admin('DELETE', '/faults');
  expect((await phone.register()).status).toBe(200);
});
