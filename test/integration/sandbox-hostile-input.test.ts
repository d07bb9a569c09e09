import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../main/platform/clock.ts';
import { silentLogger } from '../../main/platform/logger.ts';
import { OAUTH_CLIENT_ID } from '../../main/provider/api/endpoints.ts';
import { MAX_STREAMS } from '../../main/sandbox/api/events.ts';
import { findProfile } from '../../main/sandbox/policies/profiles.ts';
import { SIP_PATH, startSandbox } from '../../main/sandbox/sandbox.ts';
import type { Sandbox } from '../../main/sandbox/sandbox.ts';
import type { Rig } from './sandbox-api-rig.ts';
import { startRig } from './sandbox-api-rig.ts';

describe('an upgrade of a connection', () => {
  let folder: string;
  let sandbox: Sandbox;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'offhook-upgrade-'));
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
  });
  afterEach(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const KEY = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

  /** Sends the head of an upgrade; what came back before the server closed, or before `cut` ms. */
  function upgrade(url: string, host: string, protocol: string, cut?: number): Promise<string> {
    const { port } = new URL(sandbox.address);
    return new Promise((resolve) => {
      const socket = net.connect(Number(port), '127.0.0.1');
      let answer = '';
      socket.on('data', (data) => (answer += data.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(answer));
      socket.write(
        `GET ${url} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${KEY}${protocol}\r\n`,
      );
      if (cut !== undefined) setTimeout(() => socket.resetAndDestroy(), cut);
    });
  }
  const SIP = 'Sec-WebSocket-Protocol: sip\r\n';

  test.each([
    ['elsewhere than at the telephone', '/elsewhere', '127.0.0.1', SIP],
    ['of a name that is not this machine', SIP_PATH, 'evil.example', SIP],
    ['to something else than SIP', SIP_PATH, '127.0.0.1', ''],
  ])('%s is closed', async (_name, url, host, protocol) => {
    expect(await upgrade(url, host, protocol)).not.toContain(' 101 ');
  });

  test.each([0, 5, 50])('that is reset after %d ms ends nobody else', async (cut) => {
    await Promise.all(
      ['/elsewhere', SIP_PATH].flatMap((url) => ['', SIP].map((each) => upgrade(url, '127.0.0.1', each, cut))),
    );
    expect((await fetch(`${sandbox.address}/openapi.json`)).status).toBe(200);
    expect(await upgrade(SIP_PATH, '127.0.0.1', SIP, 100)).toContain(' 101 ');
  });
});

describe('a request that is not what it should be', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.stop());

  const client = { client_id: OAUTH_CLIENT_ID };
  test.each([
    ['/oauth/token', { ...client, grant_type: 'refresh_token', refresh_token: { a: 1 } }],
    ['/oauth/token', { ...client, grant_type: 'authorization_code', code: [], code_verifier: 7 }],
    ['/oauth/token', null],
    ['/oauth/authorize', null],
    ['/oauth/authorize', { ...client, redirect_uri: 'http://127.0.0.1:9/', user_id: {} }],
  ])('%s with %j is a fault of the client', async (url, body) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(rig.origin + url, {
      method: 'POST',
      body: JSON.stringify(body),
      headers,
      redirect: 'manual',
    });
    expect([303, 400]).toContain(answer.status);
  });

  test('the same key with another query is another request', async () => {
    const owner = await rig.signIn('owner');
    const device = '/devices/3f2504e0-4f89-41d3-9a0c-0305e82c3301';
    expect((await rig.put(owner, device, 'made', { name: 'Phone' })).status).toBe(200);
    const remove = (query: string) =>
      rig.call(owner, 'DELETE', device + query, { headers: { 'idempotency-key': 'gone' } });
    expect((await remove('')).status).toBe(200);
    expect((await remove('')).headers.get('idempotency-replayed')).toBe('true');
    expect((await remove('?user_id=usr_priya')).status).toBe(422);
  });

  test('streams of one sign-in beyond what an app can need end the oldest', async () => {
    const [owner, priya] = [await rig.signIn('owner'), await rig.signIn('user')];
    const open = (tokens: typeof owner) => rig.call(tokens, 'GET', '/events');
    const others = await open(priya);
    const streams: Response[] = [];
    for (let count = 0; count <= MAX_STREAMS; count += 1) streams.push(await open(owner));
    const ended = await streams[0]?.text();
    expect(ended).toContain('stream.opened');
    const rest = [others, ...streams.slice(1)].map((stream) => stream.body?.getReader());
    const [first] = rest;
    expect((await first?.read())?.done).toBe(false);
    for (const reader of rest) await reader?.cancel();
  });
});
