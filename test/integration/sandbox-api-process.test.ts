import type { ChildProcess } from 'node:child_process';
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { discover } from '../../main/provider/drivers/offhook/discovery.ts';
import { signInWithTicket } from '../../main/provider/drivers/offhook/pkce.ts';
import { openBooks } from '../unit/ledger-rig.ts';
import { unwrap } from './sandbox-api-rig.ts';

const SANDBOX = path.resolve('main/sandbox/index.ts');
const CRASH_CHILD = path.resolve('test/integration/sandbox-api-crash-child.ts');
const START = Date.UTC(2026, 10, 22, 9);
const http = { fetch, now: () => Date.now() };

interface Ready {
  readonly kind: string;
  readonly address: string;
  readonly adminKey: string;
  readonly tickets: Readonly<Record<'owner' | 'admin' | 'user', string>>;
}

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'offhook-sandbox-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function forkSandbox(...extra: string[]): ChildProcess {
  const child = fork(SANDBOX, ['--data', folder, ...extra], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  children.push(child);
  return child;
}

async function ready(child: ChildProcess): Promise<Ready> {
  const [message] = (await once(child, 'message')) as [Ready];
  return message;
}

const exitOf = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode !== null) return child.exitCode;
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
};

const stateOf = async ({ address, adminKey }: Ready) => {
  const response = await fetch(`${address}/sandbox/state`, { headers: { authorization: `Bearer ${adminKey}` } });
  return (await response.json()) as { balance: string; invariant: { holds: boolean }; profile: string };
};

describe('the process', () => {
  test('says where it is, signs in by its tickets, makes new ones, and ends by SIGTERM with closed books', async () => {
    const child = forkSandbox('--profile', 'voiptime', '--port', '0');
    const first = await ready(child);
    expect(first.kind).toBe('ready');
    const provider = unwrap(await discover(first.address, http));
    unwrap(await signInWithTicket(provider, first.tickets.user, http));
    const answer = once(child, 'message');
    child.send({ kind: 'ticket', role: 'admin' });
    const [{ ticket, role }] = (await answer) as [{ ticket: string; role: string }];
    expect(role).toBe('admin');
    unwrap(await signInWithTicket(provider, ticket, http));
    expect(await stateOf(first)).toMatchObject({ balance: '12.41', invariant: { holds: true } });
    child.kill('SIGTERM');
    expect(await exitOf(child)).toBe(0);
    expect(readdirSync(folder)).toEqual(['sandbox-voiptime.sqlite']);
  });

  test('speaks SIP over WebSocket on the same port, and cuts the sockets on request', async () => {
    const child = forkSandbox();
    const { address, adminKey } = await ready(child);
    const socket = new WebSocket(`${address.replace('http', 'ws')}/sip`, 'sip');
    await once(socket, 'open');
    expect(socket.protocol).toBe('sip');
    const closed = once(socket, 'close');
    const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ sip: { refuseConnections: true } });
    await fetch(`${address}/sandbox/faults`, { method: 'PUT', headers, body });
    await fetch(`${address}/sandbox/sip/connections`, {
      method: 'DELETE',
      headers: { authorization: headers.authorization },
    });
    await closed;
    const refused = new WebSocket(`${address.replace('http', 'ws')}/sip`, 'sip');
    await once(refused, 'error');
    child.disconnect();
    expect(await exitOf(child)).toBe(0);
  });

  test('ends when its parent is gone', async () => {
    const child = forkSandbox();
    await ready(child);
    child.disconnect();
    expect(await exitOf(child)).toBe(0);
  });

  test('a script reads one JSON line', async () => {
    const child = spawn(process.execPath, [SANDBOX, '--data', folder, '--profile', 'sipus'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const message = JSON.parse(line.toString('utf8')) as Ready;
    expect(await stateOf(message)).toMatchObject({ profile: 'sipus', balance: '18.60' });
    child.kill('SIGINT');
    expect(await exitOf(child)).toBe(0);
  });

  test('a port that is taken, an unknown profile and a missing folder end it with a sentence and code 1', async () => {
    const { address } = await ready(forkSandbox());
    for (const args of [
      ['--port', new URL(address).port, '--profile', 'sipus'],
      ['--profile', 'nobody'],
    ]) {
      const child = forkSandbox(...args);
      const [words] = (await once(child.stderr ?? child, 'data')) as [Buffer];
      expect(await exitOf(child)).toBe(1);
      expect(words.toString('utf8')).toMatch(/EADDRINUSE|Usage/);
    }
  });

  test('a ledger that cannot be read is set aside, and a new account stands in its place', async () => {
    writeFileSync(
      path.join(folder, 'sandbox-voiptime.sqlite'),
      'this is no database, whatever its name says'.repeat(50),
    );
    const message = await ready(forkSandbox());
    expect((await stateOf(message)).balance).toBe('12.41');
    expect(readdirSync(folder)).toContain('sandbox-voiptime.sqlite.unusable');
  });
});

describe('kill -9 in a call', () => {
  test('every call has its row at the next start, once, and nothing is charged that is not known', async () => {
    const file = path.join(folder, 'ledger.sqlite');
    const child = fork(CRASH_CHILD, [file, String(START)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    children.push(child);
    const [{ balance }] = (await once(child, 'message')) as [{ balance: number }];
    child.kill('SIGKILL');
    await exitOf(child);

    for (let start = 0; start < 2; start += 1) {
      const rig = openBooks('voiptime', file, START + 3_600_000);
      const rows = rig.ledger.db
        .prepare(`SELECT amount, duration_sec, description FROM usage WHERE sip_call_id LIKE '%@crash' ORDER BY seq`)
        .all();
      expect(rows).toEqual([
        expect.objectContaining({ amount: 0, duration_sec: null }),
        expect.objectContaining({ amount: 0, duration_sec: 0 }),
      ]);
      expect(rig.ledger.db.prepare(`SELECT count(*) FROM usage WHERE sip_call_id = 'call-1@test'`).pluck().get()).toBe(
        1,
      );
      expect(rig.ledger.journal.balance()).toBe(balance);
      expect(rig.ledger.journal.check().holds).toBe(true);
      expect(rig.ledger.db.prepare('SELECT count(*) FROM legs WHERE ended_at IS NULL').pluck().get()).toBe(0);
      rig.ledger.close();
    }
  });
});
