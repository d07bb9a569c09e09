import { EventEmitter } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createAccess, TOKEN_LIFETIME_MS } from '../../main/hosts/browser/access.ts';
import { browserArguments, findBrowser } from '../../main/hosts/browser/launch.ts';
import { peerUid } from '../../main/hosts/browser/peer.ts';
import { keepSecretsInFile } from '../../main/hosts/browser/secrets.ts';
import { onceQuit } from '../../main/hosts/quit.ts';

const PORT = 4321;
const OWN_UID = 1000;
const HOST = `127.0.0.1:${PORT}`;

function accessAt(start = 0): { access: ReturnType<typeof createAccess>; wait: (ms: number) => void } {
  let now = start;
  const access = createAccess(PORT, { now: () => now, after: () => () => undefined }, OWN_UID);
  return { access, wait: (ms) => (now += ms) };
}

function tokenOf(address: string): string {
  return new URL(address).searchParams.get('token') ?? '';
}

test('a token opens once, within its time, and gives a strict cookie', () => {
  const { access, wait } = accessAt();
  const token = tokenOf(access.address('printed'));
  const cookie = access.redeem(token, OWN_UID);
  expect(cookie).toMatch(/^offhook_4321=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
  expect(access.redeem(token, OWN_UID)).toBeUndefined();
  const late = tokenOf(access.address('printed'));
  wait(TOKEN_LIFETIME_MS);
  expect(access.redeem(late, OWN_UID)).toBeUndefined();
  expect(access.redeem('', OWN_UID)).toBeUndefined();
  expect(access.holdsCookie({ cookie: `a=b; ${cookie?.split(';')[0]}` })).toBe(true);
  expect(access.holdsCookie({ cookie: 'offhook_4321=guess' })).toBe(false);
  expect(access.holdsCookie({})).toBe(false);
});

test('an address in a command line opens for our own user only, and a thief does not spend it', () => {
  const { access } = accessAt();
  const launched = tokenOf(access.address('launched'));
  expect(access.redeem(launched, OWN_UID + 1)).toBeUndefined();
  expect(access.redeem(launched, OWN_UID)).toContain('HttpOnly');
  expect(access.redeem(tokenOf(access.address('launched')), undefined)).toContain('HttpOnly');
  expect(access.redeem(tokenOf(access.address('printed')), OWN_UID + 1)).toContain('HttpOnly');
});

test('the user at the other end of a loopback connection is read from the table of connections', () => {
  const table = path.join(mkdtempSync(path.join(tmpdir(), 'offhook-tcp-')), 'tcp');
  const rows = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:10E1 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0',
    '   1: 0100007F:C350 0100007F:10E1 01 00000000:00000000 00:00000000 00000000  1001        0 2 1 0',
  ];
  writeFileSync(table, rows.join('\n'));
  expect(peerUid(0xc350, 0x10e1, table)).toBe(1001);
  expect(peerUid(0xc351, 0x10e1, table)).toBeUndefined();
  expect(peerUid(1, 2, '/nowhere')).toBeUndefined();
});

test.each([
  [{ host: HOST }, undefined],
  [{ host: HOST, origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' }, undefined],
  [{ host: HOST, 'sec-fetch-site': 'none' }, undefined],
  [{ host: `localhost:${PORT}` }, 'wrong_host'],
  [{ host: '127.0.0.1' }, 'wrong_host'],
  [{ host: `evil.example:${PORT}` }, 'wrong_host'],
  [{}, 'wrong_host'],
  [{ host: HOST, origin: 'http://evil.example' }, 'wrong_origin'],
  [{ host: HOST, origin: 'null' }, 'wrong_origin'],
  [{ host: HOST, origin: `https://${HOST}` }, 'wrong_origin'],
  [{ host: HOST, 'sec-fetch-site': 'same-site' }, 'wrong_origin'],
  [{ host: HOST, 'sec-fetch-site': 'cross-site' }, 'wrong_origin'],
] as const)('the headers %j are %s', (headers, verdict) => {
  expect(accessAt().access.misdirected(headers, false)).toBe(verdict);
});

test('a bridge without an Origin is refused', () => {
  expect(accessAt().access.misdirected({ host: HOST }, true)).toBe('wrong_origin');
});

test('secrets survive in a file only the owner reads', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'offhook-secrets-'));
  const first = keepSecretsInFile(dir);
  expect(first.keeping).toBe('file_0600');
  await first.secrets.set('refresh', 'abc');
  await first.secrets.set('gone', 'x');
  await first.secrets.delete('gone');
  const file = path.join(dir, 'secrets.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  chmodSync(file, 0o644);
  const second = keepSecretsInFile(dir);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await second.secrets.get('refresh')).toBe('abc');
  expect(await second.secrets.get('gone')).toBeUndefined();
});

test('a damaged secrets file counts as empty', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'offhook-secrets-'));
  writeFileSync(path.join(dir, 'secrets.json'), '{"refresh": ');
  const { secrets } = keepSecretsInFile(dir);
  expect(await secrets.get('refresh')).toBeUndefined();
  await secrets.set('refresh', 'new');
  expect(JSON.parse(readFileSync(path.join(dir, 'secrets.json'), 'utf8'))).toEqual({ refresh: 'new' });
});

test('where no file can be written, secrets live for this run and the host says so', async () => {
  const dir = path.join(mkdtempSync(path.join(tmpdir(), 'offhook-secrets-')), 'absent');
  const { secrets, keeping } = keepSecretsInFile(dir);
  expect(keeping).toBe('this_run_only');
  await secrets.set('refresh', 'abc');
  expect(await secrets.get('refresh')).toBe('abc');
  mkdirSync(dir);
  expect(await keepSecretsInFile(dir).secrets.get('refresh')).toBeUndefined();
  rmSync(dir, { recursive: true });
});

test('a browser is found where each system keeps it', () => {
  const only = (file: string) => (candidate: string) => candidate === file;
  expect(findBrowser('linux', { DISPLAY: ':0', PATH: '/bin:/usr/bin' }, only('/usr/bin/chromium'))).toEqual({
    kind: 'found',
    program: '/usr/bin/chromium',
  });
  const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  expect(findBrowser('darwin', {}, only(chrome))).toEqual({ kind: 'found', program: chrome });
  const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe';
  expect(findBrowser('win32', { 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' }, only(edge))).toEqual({
    kind: 'found',
    program: edge,
  });
});

test('where no window can be opened, the reason is named', () => {
  expect(findBrowser('linux', { PATH: '/bin' }, () => true)).toEqual({ kind: 'none', why: 'no display' });
  expect(findBrowser('linux', { WAYLAND_DISPLAY: 'w', PATH: '/bin' }, () => false)).toEqual({
    kind: 'none',
    why: 'no Chrome, Chromium or Edge',
  });
  expect(findBrowser('darwin', { OFFHOOK_BROWSER: '/x' }, () => false)).toEqual({
    kind: 'none',
    why: 'no browser at /x',
  });
});

test('the browser keeps its sandbox unless the user is root, and stays awake when hidden', () => {
  const plain = browserArguments('http://127.0.0.1:1/', '/p', false);
  expect(plain).not.toContain('--no-sandbox');
  expect(browserArguments('http://127.0.0.1:1/', '/p', true)).toContain('--no-sandbox');
  for (const flag of [
    '--disable-background-timer-throttling',
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    '--app=http://127.0.0.1:1/',
    '--user-data-dir=/p',
  ]) {
    expect(plain).toContain(flag);
  }
  expect(plain.some((flag) => flag.startsWith('--use-fake'))).toBe(false);
});

test('the wish to end is told once, whoever utters it, and to a late listener too', () => {
  const signals = new EventEmitter();
  const quit = onceQuit(signals);
  let told = 0;
  quit.listen(() => told++);
  signals.emit('SIGTERM');
  quit.now();
  expect(told).toBe(1);
  quit.listen(() => told++);
  expect(told).toBe(2);
  quit.dispose();
  expect(signals.eventNames()).toEqual([]);
});
