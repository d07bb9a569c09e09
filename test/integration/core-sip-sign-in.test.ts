import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SIP_ANSWER_TIMEOUT_MS } from '../../main/provider/drivers/portal/sip-socket.ts';
import { headerOf, md5, openRegistrar, PASSWORD, type Registrar, type Script } from '../support/sip-registrar.ts';
import { errorOf, startCore, tempFolder, valueOf, type TestCore } from './core-rig.ts';
import { manualClock } from './store-rig.ts';

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function startRegistrar(script?: Script): Promise<Registrar> {
  const registrar = await openRegistrar(script);
  onTestFinished(() => registrar.close());
  return registrar;
}

const typed = (wssUrl: string) => ({ wssUrl, domain: 'example.test', user: '1001' });
const full = (wssUrl: string, change: Partial<Parameters<typeof signInWith>[1]> = {}) => ({
  ...typed(wssUrl),
  authorizationUser: null,
  password: PASSWORD,
  realm: 'example.test',
  displayName: 'Ann',
  keepSecret: true,
  ...change,
});
const signInWith = (core: TestCore, request: Parameters<typeof core.ask<'session.signInSip'>>[1]) =>
  core.ask('session.signInSip', request);

/** A core nobody is signed in to. */
async function signedOutCore(options: Partial<Parameters<typeof startCore>[0]> = {}) {
  const dataDir = options.dataDir ?? tempFolder();
  const core = await startCore({ ...options, dataDir, sandboxEntry: 'no-such-entry.ts' });
  await core.core.start();
  await core.host.until('session.changed', (session) => session.state === 'signed_out');
  return core;
}

describe('a plain SIP account', () => {
  it('is probed, verified without leaving a binding, and registers with HA1 for the pinned realm alone', async () => {
    const registrar = await startRegistrar();
    const secrets = new Map<string, string>();
    const core = await signedOutCore({ secrets });
    const { realm } = await core.get('session.probeSip', typed(registrar.url));
    expect(realm).toBe('example.test');
    expect(registrar.requests.join()).not.toContain('Authorization');
    valueOf(await signInWith(core, full(registrar.url)));
    expect(registrar.requests.every((request) => !/^Contact:/im.test(request))).toBe(true);
    const snapshot = await core.get('app.snapshot', null);
    expect(snapshot).toMatchObject({
      session: { state: 'signed_in', account: { driver: 'portal', isSandbox: false, user: { role: 'owner' } } },
      sync: { state: 'not_offered' },
      balance: null,
    });
    expect(snapshot.policy?.emergency.numbers).toContain('112');
    const lease = await core.get('phone.lease', { takeOver: false });
    if (lease.state !== 'mine') throw new Error(lease.state);
    expect(lease.credentials).toMatchObject({ realm, user: '1001', ha1: md5(`1001:${realm}:${PASSWORD}`) });
    expect(core.host.policies.at(-1)).toEqual({ connectOrigins: [new URL(registrar.url).origin] });
    expect(JSON.stringify([core.host.pushed, snapshot, core.log.recent()])).not.toContain(PASSWORD);
    expect(JSON.stringify([core.host.pushed, snapshot, core.log.recent()])).not.toContain(lease.credentials.ha1);
    await core.get('phone.release', null);
    await core.stop();

    // A start while the server is down registers from what is kept, under the same instance.
    const later = await startCore({ dataDir: core.dataDir, secrets, sandboxEntry: 'no-such-entry.ts' });
    await later.core.start();
    expect((await later.get('app.snapshot', null)).session).toMatchObject({ state: 'signed_in' });
    expect(await later.get('phone.lease', { takeOver: false })).toEqual(lease);
    await later.get('phone.release', null);
    await later.get('session.signOut', { eraseHistory: true });
    expect(secrets.size).toBe(0);
  });

  it('that is not to be kept is gone at the next start', async () => {
    const registrar = await startRegistrar();
    const secrets = new Map<string, string>();
    const core = await signedOutCore({ secrets });
    valueOf(await signInWith(core, full(registrar.url, { keepSecret: false })));
    expect(await core.get('phone.lease', { takeOver: false })).toMatchObject({ state: 'mine' });
    await core.get('phone.release', null);
    expect(JSON.stringify([...secrets])).not.toContain(PASSWORD);
    await core.stop();
    const later = await startCore({ dataDir: core.dataDir, secrets, sandboxEntry: 'no-such-entry.ts' });
    await later.core.start();
    await later.host.until('session.changed', (session) => session.state === 'signed_out');
    expect((await later.get('app.snapshot', null)).session).toEqual({ state: 'signed_out', reason: 'expired' });
  });

  it('is told a wrong password at once', async () => {
    const registrar = await startRegistrar();
    const core = await signedOutCore();
    const error = errorOf(await signInWith(core, full(registrar.url, { password: 'wrong' })));
    expect(error).toMatchObject({ kind: 'wrong_password', nextStep: 'check_password' });
    expect((await core.get('app.snapshot', null)).session.state).toBe('signed_out');
  });

  it('never answers another realm than the pinned one', async () => {
    const registrar = await startRegistrar({ realm: 'attacker.test' });
    const core = await signedOutCore();
    const error = errorOf(await signInWith(core, full(registrar.url)));
    expect(error).toMatchObject({ kind: 'wrong_realm', nextStep: 'confirm_realm', realm: 'attacker.test' });
    expect(registrar.requests).toHaveLength(1);
    expect(registrar.requests.join()).not.toContain('Authorization');
  });

  it('is refused where the server offers no MD5 first', async () => {
    const registrar = await startRegistrar({
      challenge: (realm) => [
        `Digest realm="${realm}", nonce="n", algorithm=SHA-256`,
        `Digest realm="${realm}", nonce="n", algorithm=MD5`,
      ],
    });
    const core = await signedOutCore();
    expect(errorOf(await core.ask('session.probeSip', typed(registrar.url)))).toMatchObject({
      kind: 'unsupported_digest',
    });
    expect(errorOf(await signInWith(core, full(registrar.url)))).toMatchObject({ kind: 'unsupported_digest' });
  });

  it('signs in through 407, a server without queries, and its own authorization user', async () => {
    const registrar = await startRegistrar({ asProxy: true, refusesQueries: true });
    const core = await signedOutCore();
    valueOf(await signInWith(core, full(registrar.url, { authorizationUser: 'auth-1001' })));
    expect(registrar.requests.every((request) => headerOf(request, 'Via').startsWith('SIP/2.0/WS '))).toBe(true);
    const bindings = registrar.requests.filter((request) => /^Contact:/im.test(request));
    expect(bindings.every((request) => headerOf(request, 'Expires') === '0')).toBe(true);
    expect(await core.get('phone.lease', { takeOver: false })).toMatchObject({
      credentials: { authorizationUser: 'auth-1001', ha1: md5(`auth-1001:example.test:${PASSWORD}`) },
    });
  });

  it.each([
    [403, 'wrong_password', 'check_password'],
    [404, 'wrong_password', 'check_password'],
    [503, 'provider_unavailable', 'wait'],
    [488, 'provider_protocol', 'check_address'],
  ] as const)('maps SIP %i to %s', async (refuseWith, kind, nextStep) => {
    const registrar = await startRegistrar({ refuseWith });
    const core = await signedOutCore();
    expect(errorOf(await core.ask('session.probeSip', typed(registrar.url)))).toMatchObject({ kind, nextStep });
  });

  it('does not wait for a silent server for ever', async () => {
    const clock = manualClock();
    const registrar = await startRegistrar({ isSilent: true });
    const core = await signedOutCore({ clock });
    const asked = core.ask('session.probeSip', typed(registrar.url));
    await expect.poll(() => registrar.requests.length).toBe(1);
    clock.advance(SIP_ANSWER_TIMEOUT_MS);
    expect(errorOf(await asked)).toMatchObject({ kind: 'timed_out', nextStep: 'retry' });
  });

  it('names an unknown host, a closed port, a server that is none, and a bad certificate', async () => {
    const core = await signedOutCore();
    const probe = async (url: string) => errorOf(await core.ask('session.probeSip', typed(url)));
    expect(await probe('wss://no-such-host.invalid/')).toMatchObject({ kind: 'host_not_found' });
    expect(await probe('ws://127.0.0.1:9/')).toMatchObject({ kind: 'offline', nextStep: 'check_address' });
    const web = createServer((_request, response) => response.end('hello'));
    expect(await probe(`ws://127.0.0.1:${await listen(web)}/`)).toMatchObject({ kind: 'provider_protocol' });
    // TLS to a server that speaks none.
    const plain = createServer();
    expect(await probe(`wss://127.0.0.1:${await listen(plain)}/`)).toMatchObject({
      kind: 'provider_protocol',
      nextStep: 'check_address',
    });
  });

  it.each([
    ['wssUrl', { wssUrl: 'ws://sip.example.test/' }],
    ['wssUrl', { wssUrl: 'https://sip.example.test/' }],
    ['wssUrl', { wssUrl: 'wss://u:p@sip.example.test/' }],
    ['wssUrl', { wssUrl: 'sip.example.test' }],
    ['domain', { domain: 'exa mple' }],
    ['domain', { domain: 'example.test\r\nX: y' }],
    ['user', { user: '10 01' }],
    ['user', { user: '1001>\r\nRoute: <sip:evil>' }],
    ['user', { user: '' }],
  ] as const)('refuses a bad %s before anything is sent', async (field, change) => {
    const core = await signedOutCore();
    const error = errorOf(await core.ask('session.probeSip', { ...typed('wss://sip.example.test/'), ...change }));
    expect(error).toMatchObject({ kind: 'invalid_request', field });
  });
});
