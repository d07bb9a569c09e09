import { readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBrowserHost } from '../../main/hosts/browser/browser-host.ts';
import type { HostRig } from '../support/browser-host.ts';
import { made, makeOptions, request, signIn, startHost } from '../support/browser-host.ts';

let rig: HostRig;
beforeEach(async () => {
  rig = await startHost();
});
afterEach(() => rig.stop());

test('the printed address opens once: cookie, redirect, page', async () => {
  const url = new URL(rig.address());
  const opened = await request(rig.port, url.pathname + url.search);
  expect(opened.status).toBe(303);
  expect(opened.headers.location).toBe('/');
  const cookie = opened.headers['set-cookie']?.[0] ?? '';
  expect(cookie).toContain('; HttpOnly; SameSite=Strict; Path=/');
  const page = await request(rig.port, '/', { cookie: cookie.split(';')[0] });
  expect(page.status).toBe(200);
  expect(page.body).toContain('<title>Offhook</title>');

  const again = await request(rig.port, url.pathname + url.search);
  expect(again.status).toBe(403);
  expect(again.headers['set-cookie']).toBeUndefined();
  expect(again.body).toContain('used before, or is too old');
});

test('the page carries the strict policy, its own socket, and the account it was made for', async () => {
  const cookie = await signIn(rig);
  rig.host.setContentPolicy({ connectOrigins: ['wss://sip.example.com'] });
  const { headers } = await request(rig.port, '/', { cookie });
  expect(headers['content-security-policy']).toBe(
    [
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'",
      "media-src 'self' blob:; worker-src 'self'",
      `connect-src 'self' ws://127.0.0.1:${rig.port} wss://sip.example.com`,
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ].join('; '),
  );
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'server-timing': 'policy;dur=1',
  });
  expect(headers['permissions-policy']).toContain('microphone=(self)');
  expect(headers['permissions-policy']).toContain('camera=()');
});

test('without the cookie nothing is served, not even a script', async () => {
  for (const target of ['/', '/index.html', '/app.js', '/nowhere']) {
    expect((await request(rig.port, target)).status).toBe(403);
  }
  expect((await request(rig.port, '/', { cookie: `offhook_${rig.port}=guess` })).status).toBe(403);
});

test('a wrong Host or Origin is refused even with the cookie', async () => {
  const cookie = await signIn(rig);
  for (const host of ['evil.example', `localhost:${rig.port}`, `127.0.0.1:${rig.port + 1}`, `127.0.0.1.evil.example`]) {
    expect((await request(rig.port, '/', { cookie, host })).status).toBe(421);
  }
  expect((await request(rig.port, '/', { cookie, origin: 'http://evil.example' })).status).toBe(403);
  expect((await request(rig.port, '/', { cookie, 'sec-fetch-site': 'same-site' })).status).toBe(403);
});

test('a wrong Host cannot spend the token either', async () => {
  const url = new URL(rig.address());
  expect((await request(rig.port, url.pathname + url.search, { host: 'evil.example' })).status).toBe(421);
  expect((await request(rig.port, url.pathname + url.search)).status).toBe(303);
});

test('no path leads out of the page folder', async () => {
  const cookie = await signIn(rig);
  const secrets = readFileSync(path.join(rig.options.dataDir, 'secrets.json'), 'utf8');
  const targets = [
    '/../data/secrets.json',
    '/..%2f..%2fdata%2fsecrets.json',
    '/%2e%2e/%2e%2e/data/secrets.json',
    '//../../data/secrets.json',
    '/chunks/../../../data/secrets.json',
    '/%00',
    '/%',
    '/renderer/index.html',
    'http://127.0.0.1/../../etc/passwd',
  ];
  for (const target of targets) {
    const answer = await request(rig.port, target, { cookie });
    expect([400, 404]).toContain(answer.status);
    expect(answer.body).not.toContain(secrets);
  }
});

test('only reading is possible', async () => {
  const cookie = await signIn(rig);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    expect((await request(rig.port, '/', { cookie }, method)).status).toBe(405);
  }
  const head = await request(rig.port, '/', { cookie }, 'HEAD');
  expect([head.status, head.body]).toEqual([200, '']);
});

test('hashed files are kept, others are asked for again', async () => {
  const cookie = await signIn(rig);
  const chunk = await request(rig.port, '/chunks/part-ABCD2345.js', { cookie });
  expect(chunk.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(chunk.headers['content-type']).toBe('text/javascript; charset=utf-8');
  const script = await request(rig.port, '/app.js', { cookie });
  expect(script.headers['cache-control']).toBe('no-cache');
  const again = await request(rig.port, '/app.js', { cookie, 'if-none-match': script.headers.etag });
  expect(again.status).toBe(304);
});

test('it listens on loopback only', async () => {
  const other = Object.values((await import('node:os')).networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === 'IPv4');
  const refused = await new Promise<boolean>((resolve) => {
    const socket = net.connect(rig.port, other?.address ?? '127.0.0.2');
    socket.on('connect', () => resolve(false));
    socket.on('error', () => resolve(true));
  });
  expect(refused).toBe(true);
});

test('a port that was asked for and is taken is a plain sentence, and leaves no lock behind', async () => {
  const options = makeOptions([], { port: rig.port });
  expect(await createBrowserHost(options)).toEqual({
    kind: 'refused',
    sentence: `Port ${rig.port} is taken by another program. Choose another one with --port.`,
  });
  const second = made(await createBrowserHost({ ...options, port: null }));
  await second.stop();
});

test('the port of the last run is taken again, so that the microphone permission stays; if taken, another', async () => {
  const said: string[] = [];
  const options = makeOptions(said);
  const portOf = (line: string | undefined): string => /127\.0\.0\.1:(\d+)/.exec(line ?? '')?.[1] ?? '';
  await made(await createBrowserHost(options)).stop();
  await made(await createBrowserHost(options)).stop();
  expect(portOf(said[1])).toBe(portOf(said[0]));
  const squatter = net.createServer().listen(Number(portOf(said[1])), '127.0.0.1');
  await new Promise((resolve) => squatter.once('listening', resolve));
  await made(await createBrowserHost(options)).stop();
  squatter.close();
  expect(portOf(said[2])).not.toBe(portOf(said[1]));
});

test('a folder that cannot be used is a plain sentence', async () => {
  const start = await createBrowserHost(makeOptions([], { dataDir: '/dev/null/offhook' }));
  expect(start).toEqual({ kind: 'refused', sentence: 'The folder /dev/null/offhook cannot be used (ENOTDIR).' });
});
