import type { Session } from '../../preload/contract/models.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BROWSER_SIGN_IN_TIMEOUT_MS } from '../../main/account/browser-sign-in.ts';
import { OAUTH_CLIENT_ID } from '../../main/provider/api/endpoints.ts';
import { systemClock, type Clock } from '../../main/platform/clock.ts';
import { errorOf, startCore, tempFolder, valueOf } from './core-rig.ts';
import { startRig } from './sandbox-api-rig.ts';

/** The machine's clock, whose timers can be made to run at once. */
function hastyClock(): Clock & { hurry(delayMs: number): void } {
  const timers = new Map<number, () => void>();
  return {
    now: () => systemClock.now(),
    after(delayMs, run) {
      const cancel = systemClock.after(delayMs, run);
      timers.set(delayMs, run);
      return cancel;
    },
    hurry: (delayMs) => timers.get(delayMs)?.(),
  };
}

async function setUp(secrets = new Map<string, string>()) {
  const rig = await startRig();
  onTestFinished(() => rig.stop());
  const clock = hastyClock();
  const dataDir = tempFolder();
  const options = { dataDir, secrets, clock, sandboxEntry: 'no-such-entry.ts' };
  const core = await startCore(options);
  await core.core.start();
  await core.host.until('session.changed', (session) => session.state === 'signed_out');
  /** The person's browser: signed in at the provider already, so the page sends them straight back. */
  const asPerson = async (url: string): Promise<void> => {
    const page = new URL(url);
    page.searchParams.set('login_ticket', rig.api.tickets.issue('owner'));
    await fetch(page);
  };
  return { rig, clock, core, options, secrets, asPerson };
}

describe('the sign-in in the system browser', { timeout: 60_000 }, () => {
  it('comes back by loopback, syncs, and needs no browser at the next start', async () => {
    const { rig, core, options, secrets, asPerson } = await setUp();
    core.host.browse = asPerson;
    valueOf(await core.ask('session.signInProvider', { address: rig.origin }));
    const waiting = await core.host.until('session.changed', (session) => session.state === 'waiting_for_browser');
    expect(waiting).toMatchObject({ authorizationUrl: core.host.opened[0] });
    await core.host.until('sync.changed', (sync) => sync.state === 'idle' && sync.lastSuccessAt !== null);
    const snapshot = await core.get('app.snapshot', null);
    expect(snapshot.session).toMatchObject({ state: 'signed_in', account: { driver: 'offhook' } });
    expect(snapshot.balance?.exact).not.toBeNull();
    const kept = JSON.stringify([...secrets.values()]);
    const tokens = /accessToken\\*":\\*"([^"\\]+)/.exec(kept)?.[1];
    expect(tokens).toBeTruthy();
    expect(JSON.stringify([core.host.pushed, core.log.recent(), snapshot])).not.toContain(tokens);
    await core.stop();

    const later = await startCore(options);
    await later.core.start();
    expect((await later.get('app.snapshot', null)).session).toEqual(snapshot.session);
    await later.host.until('sync.changed', (sync) => sync.state === 'idle' && sync.lastSuccessAt !== null);
    expect(later.host.opened).toEqual([]);
    expect(later.host.children).toEqual([]);
  });

  it('can be cancelled, and takes no answer afterwards', async () => {
    const { rig, core, asPerson } = await setUp();
    const asked = core.ask('session.signInProvider', { address: rig.origin });
    const waiting = await core.host.until('session.changed', (session) => session.state === 'waiting_for_browser');
    await core.get('session.cancelSignIn', null);
    expect(await asked).toEqual({ ok: true, value: null });
    if (waiting.state !== 'waiting_for_browser') throw new Error(waiting.state);
    await expect(asPerson(waiting.authorizationUrl)).rejects.toThrow('fetch failed');
    expect((await core.get('app.snapshot', null)).session.state).toBe('signed_out');
  });

  it('turns away an answer with another state, and still takes the right one', async () => {
    const { rig, core, asPerson } = await setUp();
    core.host.browse = async (url) => {
      const redirect = new URL(new URL(url).searchParams.get('redirect_uri') ?? '');
      redirect.searchParams.set('state', 'forged');
      redirect.searchParams.set('code', 'forged');
      expect((await fetch(redirect)).status).toBe(404);
      await asPerson(url);
    };
    valueOf(await core.ask('session.signInProvider', { address: rig.origin }));
    expect((await core.get('app.snapshot', null)).session.state).toBe('signed_in');
  });

  it('ends by itself when nobody comes back', async () => {
    const { rig, core, clock } = await setUp();
    const asked = core.ask('session.signInProvider', { address: rig.origin });
    await core.host.until('session.changed', (session) => session.state === 'waiting_for_browser');
    clock.hurry(BROWSER_SIGN_IN_TIMEOUT_MS);
    expect(errorOf(await asked)).toMatchObject({ kind: 'timed_out' });
    expect((await core.get('app.snapshot', null)).session.state).toBe('signed_out');
  });

  it.each([
    ['http://provider.example.test', 'invalid_request'],
    ['', 'invalid_request'],
    ['http://127.0.0.1:9', 'provider_unavailable'],
    ['no-such-host.invalid', 'host_not_found'],
  ] as const)('says what is wrong with the address "%s"', async (address, kind) => {
    const { core } = await setUp();
    expect(errorOf(await core.ask('session.signInProvider', { address }))).toMatchObject({ kind });
    expect(core.host.opened).toEqual([]);
  });

  it('whose refresh token is refused is expired; account, cache and phone stay, and signing in again renews it', async () => {
    const { rig, core, secrets, asPerson } = await setUp();
    core.host.browse = asPerson;
    valueOf(await core.ask('session.signInProvider', { address: rig.origin }));
    await core.host.until('sync.changed', (sync) => sync.state === 'idle' && sync.lastSuccessAt !== null);
    const name = [...secrets.keys()].find((each) => each.startsWith('sign-in.')) ?? '';
    const kept = JSON.parse(secrets.get(name) ?? '') as { readonly tokens: { readonly refreshToken: string } };
    // A fault of the provider ends nothing.
    rig.setFaults({ status: { code: 503, times: null, path: '/api', retryAfterSec: 0 } });
    await core.get('account.refresh', null);
    await core.host.until('sync.changed', (sync) => sync.errorKind === 'provider_unavailable');
    expect((await core.get('app.snapshot', null)).session.state).toBe('signed_in');
    rig.faults.clear();
    const ended = await fetch(rig.provider.revocationEndpoint, {
      method: 'POST',
      body: new URLSearchParams({ token: kept.tokens.refreshToken, client_id: OAUTH_CLIENT_ID }),
    });
    expect(ended.status).toBe(200);
    core.host.forget();
    await core.get('account.refresh', null);
    const out = await core.host.until('session.changed', isExpired);
    expect(out).toMatchObject({ state: 'signed_in', signIn: { state: 'expired' } });
    await expect.poll(() => secrets.has(name)).toBe(false);
    const meanwhile = await core.get('app.snapshot', null);
    expect(meanwhile.usage.rows.length).toBeGreaterThan(0);
    expect(meanwhile.balance).not.toBeNull();
    expect(valueOf(await core.ask('phone.lease', { takeOver: false }))).toMatchObject({ state: 'mine' });
    valueOf(await core.ask('session.signInAgain', null));
    expect((await core.get('app.snapshot', null)).session).toMatchObject({ signIn: { state: 'valid' } });
    expect(secrets.has(name)).toBe(true);
    expect(errorOf(await core.ask('session.signInAgain', null))).toMatchObject({ kind: 'conflict' });
  });

  it('renewed as somebody else does not end a call that is up', async () => {
    const { rig, core, asPerson } = await setUp();
    core.host.browse = asPerson;
    valueOf(await core.ask('session.signInProvider', { address: rig.origin }));
    await core.host.until('sync.changed', (sync) => sync.state === 'idle' && sync.lastSuccessAt !== null);
    const before = (await core.get('app.snapshot', null)).session;
    rig.setFaults({ status: { code: 401, times: null, path: '/api', retryAfterSec: 0 } });
    await core.get('account.refresh', null);
    await core.host.until('session.changed', isExpired);
    rig.faults.clear();
    await core.get('phone.lease', { takeOver: false });
    await core.get('phone.report', { registration: { state: 'ready' }, calls: [UP] });
    core.host.browse = async (url) => {
      const page = new URL(url);
      page.searchParams.set('login_ticket', rig.api.tickets.issue('user'));
      await fetch(page);
    };
    expect(errorOf(await core.ask('session.signInAgain', null))).toMatchObject({ kind: 'call_in_progress' });
    const after = (await core.get('app.snapshot', null)).session;
    expect(after).toEqual({ ...before, signIn: { state: 'expired' } });
    await core.get('phone.report', { registration: { state: 'ready' }, calls: [{ ...UP, state: 'ended' }] });
    valueOf(await core.ask('session.signInAgain', null));
    expect((await core.get('app.snapshot', null)).session).toMatchObject({ account: { user: { role: 'user' } } });
  });

  it('that is taken away is expired; a sign-in given up leaves it so', async () => {
    const { rig, core, secrets, asPerson } = await setUp();
    core.host.browse = asPerson;
    valueOf(await core.ask('session.signInProvider', { address: rig.origin }));
    await core.host.until('sync.changed', (sync) => sync.state === 'idle' && sync.lastSuccessAt !== null);
    rig.setFaults({ status: { code: 401, times: null, path: '/api', retryAfterSec: 0 } });
    await core.get('account.refresh', null);
    await core.host.until('session.changed', isExpired);
    await expect.poll(() => [...secrets.keys()].filter((name) => name.startsWith('sign-in.'))).toEqual([]);
    rig.faults.clear();
    core.host.browse = () => Promise.resolve();
    const asked = core.ask('session.signInAgain', null);
    await core.host.until(
      'session.changed',
      (session) => session.state === 'signed_in' && session.signIn.state === 'waiting_for_browser',
    );
    core.host.forget();
    await core.get('session.cancelSignIn', null);
    valueOf(await asked);
    await core.host.until('session.changed', isExpired);
    expect((await core.get('app.snapshot', null)).usage.rows.length).toBeGreaterThan(0);
  });
});

const isExpired = (session: Session): boolean => session.state === 'signed_in' && session.signIn.state === 'expired';

const UP = {
  id: 'c1',
  direction: 'outgoing',
  remote: '911',
  remoteName: null,
  ownNumber: null,
  state: 'active',
  hold: 'none',
  muted: false,
  isEmergency: true,
  startedAt: 1,
  answeredAt: 1,
  endedAt: null,
  reason: null,
  sipCode: null,
  sipReason: null,
  media: 'flowing',
  microphone: 'open',
  sentDigits: '',
} as const;
