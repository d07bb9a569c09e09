import { expect, test } from 'vitest';
import {
  ensureInstanceId,
  readAccount,
  readBalance,
  readPolicy,
  saveAccount,
  saveBalance,
  savePolicy,
} from '../../main/account/repo.ts';
import { moveIntent, prepareIntent, readIntent, unsettledIntents } from '../../main/money/repo.ts';
import { readNumbers, replaceNumbers } from '../../main/numbers/repo.ts';
import { readSettings, saveSettings } from '../../main/settings/repo.ts';
import type { Account, Balance, OwnedNumber, Policy } from '../../preload/contract/models.ts';
import { DEFAULT_SETTINGS } from '../../preload/contract/models.ts';
import { toMicros } from '../../preload/contract/money.ts';
import { must, openTestStore } from '../integration/store-rig.ts';

const ACCOUNT: Account = {
  id: 'account-1',
  name: 'Lovelace Ltd',
  driver: 'offhook',
  isSandbox: true,
  providerName: 'Sandbox',
  timeZone: 'Europe/London',
  countryCode: 'GB',
  currency: 'USD',
  ownerContact: null,
  user: { id: 'user-1', name: 'Ada', role: 'admin', grants: ['see_balance'] },
  capabilities: { balance: 'read', usage: 'read', rates: 'read', numbers: 'portal' },
};
const POLICY: Policy = {
  emergency: { numbers: ['999', '112'], testNumber: null },
  testNumbers: [],
  media: 'anchored',
  inboundRated: 'never',
  admissionReserve: null,
  fetchedAt: 500,
};

function balanceOf(micros: number, asOf: number): Balance {
  const money = { micros: toMicros(micros), currency: 'USD' };
  return { level: 'ok', exact: { balance: money, pending: money, available: money, creditLimit: money }, asOf };
}

test('account and policy come back; nothing cached is null', async () => {
  const { store } = await openTestStore();
  expect(must(await readAccount(store))).toBeNull();
  expect(must(await readPolicy(store))).toBeNull();
  must(await saveAccount(store, ACCOUNT, 1));
  must(await savePolicy(store, POLICY));
  expect(must(await readAccount(store))).toEqual(ACCOUNT);
  expect(must(await readPolicy(store))).toEqual(POLICY);
});

test('a lower as-of never overwrites a higher one', async () => {
  const { store } = await openTestStore();
  expect(must(await saveBalance(store, balanceOf(5, 1000))).saved).toBe(true);
  expect(must(await saveBalance(store, balanceOf(9, 999))).saved).toBe(false);
  expect(must(await readBalance(store))).toEqual(balanceOf(5, 1000));
  expect(must(await saveBalance(store, balanceOf(4, 1000))).saved).toBe(true);
  expect(must(await readBalance(store))).toEqual(balanceOf(4, 1000));
});

test('a body that cannot be read counts as not cached', async () => {
  const { store } = await openTestStore();
  must(await saveBalance(store, balanceOf(5, 1000)));
  must(await store.write('cache', [{ sql: 'UPDATE account_state SET body = ?', rows: [['{"level":"great"}']] }]));
  expect(must(await readBalance(store))).toBeNull();
  must(await store.write('cache', [{ sql: 'UPDATE account_state SET body = ?', rows: [['{']] }]));
  expect(must(await readBalance(store))).toBeNull();
});

test('the instance id of an install stays what it was first', async () => {
  const { store } = await openTestStore();
  expect(must(await ensureInstanceId(store, 'one'))).toBe('one');
  expect(must(await ensureInstanceId(store, 'two'))).toBe('one');
});

test('numbers are replaced as a whole and keep their order', async () => {
  const { store } = await openTestStore();
  const number = (e164: string, change: Partial<OwnedNumber> = {}): OwnedNumber => ({
    number: e164,
    label: 'Desk',
    countryCode: 'US',
    capabilities: ['voice', 'emergency'],
    state: 'active',
    emergency: 'registered',
    isDefaultCallerId: false,
    ...change,
  });
  const two = [number('+12025550199', { isDefaultCallerId: true }), number('+12025550100', { capabilities: [] })];
  must(await replaceNumbers(store, two));
  expect(must(await readNumbers(store))).toEqual(two);
  must(await replaceNumbers(store, two.slice(1)));
  expect(must(await readNumbers(store))).toEqual(two.slice(1));
  must(await replaceNumbers(store, []));
  expect(must(await readNumbers(store))).toEqual([]);
});

test('a setting that cannot be read has its default and takes no other with it', async () => {
  const { store } = await openTestStore();
  expect(must(await readSettings(store))).toEqual(DEFAULT_SETTINGS);
  expect(must(await saveSettings(store, { theme: 'dark', ringerVolume: 30 }))).toEqual({
    ...DEFAULT_SETTINGS,
    theme: 'dark',
    ringerVolume: 30,
  });
  must(await saveSettings(store, { defaultCallerId: '+12025550100', microphoneId: null }));
  const spoil = `UPDATE setting SET value = ? WHERE name = ?`;
  must(
    await store.write('keep', [
      {
        sql: spoil,
        rows: [
          ['900', 'ringerVolume'],
          ['{', 'microphoneId'],
        ],
      },
    ]),
  );
  must(await store.write('keep', [{ sql: `INSERT INTO setting VALUES ('constructor', '1')`, rows: [[]] }]));
  expect(must(await readSettings(store))).toEqual({
    ...DEFAULT_SETTINGS,
    theme: 'dark',
    defaultCallerId: '+12025550100',
  });
});

test('an intent is written once under its key and moves only from where it stands', async () => {
  const { store } = await openTestStore();
  const intent = { key: 'k-1', kind: 'topup', body: { amount: '25.00', currency: 'USD' }, at: 100 };
  must(await prepareIntent(store, intent));
  expect(await prepareIntent(store, { ...intent, body: {} })).toMatchObject({ ok: false, error: { kind: 'conflict' } });
  const move = { key: 'k-1', from: 'prepared', to: 'sent', at: 200 } as const;
  must(await moveIntent(store, move));
  expect(await moveIntent(store, move)).toMatchObject({ ok: false, error: { kind: 'conflict' } });
  const stands = { key: 'k-1', kind: 'topup', body: intent.body, state: 'sent', createdAt: 100, updatedAt: 200 };
  expect(must(await readIntent(store, 'k-1'))).toEqual(stands);
  expect(must(await readIntent(store, 'k-2'))).toBeNull();
  expect(must(await unsettledIntents(store))).toEqual([stands]);
  must(await moveIntent(store, { key: 'k-1', from: 'sent', to: 'done', at: 300 }));
  expect(must(await unsettledIntents(store))).toEqual([]);
});
