import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCore, tempFolder } from './core-rig.ts';

const isAlive = (pid: number | undefined): boolean => {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('the first start', { timeout: 60_000 }, () => {
  it('signs in to the sandbox, fills the cache and can register; a later start shows it all before the sandbox is up', async () => {
    const dataDir = tempFolder();
    const secrets = new Map<string, string>();
    const first = await startCore({ dataDir, secrets });
    await first.core.start();
    const { account } = await first.signedIn();
    expect(account).toMatchObject({ isSandbox: true, driver: 'offhook', user: { role: 'owner' } });
    await first.host.until('sync.changed', (sync) => sync.state === 'idle' && sync.partialBefore === null);
    const lease = await first.get('phone.lease', { takeOver: false });
    if (lease.state !== 'mine') throw new Error(`Lease is ${lease.state}`);
    // What the page was allowed before the sandbox was up is what it needs.
    expect(new Set(first.host.policies.map((policy) => policy.connectOrigins.join()))).toEqual(
      new Set([new URL(lease.credentials.wssUrl).origin]),
    );
    const painted = await first.get('app.snapshot', null);
    expect(painted.balance?.exact).not.toBeNull();
    expect(painted.usage.rows.length).toBeGreaterThan(0);
    expect(painted.numbers.length).toBeGreaterThan(0);
    expect(painted.policy?.emergency.numbers).toContain('911');
    expect(await first.get('rates.priceCall', { target: '911' })).toEqual({ kind: 'emergency' });
    expect(await first.get('rates.priceCall', { target: '+14155550123' })).toMatchObject({ kind: 'rated' });
    // A service code costs what its number costs, not what the prefix costs that its digits spell; any other is unknown.
    const echo = await first.get('rates.priceCall', { target: '*43' });
    expect(echo).toMatchObject({ kind: 'rated', rate: { prefix: '1' } });
    expect(await first.get('rates.priceCall', { target: '+15005550001' })).toEqual(echo);
    expect(await first.get('rates.priceCall', { target: '*44*1' })).toEqual({ kind: 'unknown', reason: 'no_match' });
    // Being called goes by the own number called.
    const received = { target: '+14155550100', direction: 'inbound' } as const;
    expect(await first.get('rates.priceCall', received)).toMatchObject({ rate: { direction: 'inbound' } });
    const running = JSON.parse(await readFile(path.join(dataDir, 'sandbox', 'running.json'), 'utf8')) as object;
    expect(running).toHaveProperty('adminKey');
    await first.stop();
    expect(first.host.children.map(({ pid }) => isAlive(pid))).toEqual([false]);

    const second = await startCore({ dataDir, secrets });
    await second.core.start();
    const cached = await second.get('app.snapshot', null);
    expect(cached.session).toEqual({ state: 'signed_in', account, signIn: { state: 'valid' } });
    expect(cached.balance).toEqual(painted.balance);
    expect(cached.usage.rows).toEqual(painted.usage.rows);
    expect(cached.numbers).toEqual(painted.numbers);
    expect(second.host.policies).toEqual([{ connectOrigins: [new URL(lease.credentials.wssUrl).origin] }]);
    const again = await second.get('phone.lease', { takeOver: false });
    expect(again).toMatchObject({ state: 'mine', credentials: { instanceId: lease.credentials.instanceId } });
    await second.stop();
  });

  it('takes the role named on the command line, and shows that person no amounts', async () => {
    const user = await startCore({ dataDir: tempFolder(), role: 'user' });
    await user.core.start();
    expect((await user.signedIn()).account.user.role).toBe('user');
    const seen = await user.host.until('balance.changed', (balance) => balance !== null);
    expect(seen?.exact).toBeNull();
    await user.host.until('sync.changed', (sync) => sync.state === 'idle');
    expect(await user.get('rates.priceCall', { target: '+14155550123' })).toMatchObject({ talkTimeSec: null });
  });
});

describe('sign-out', { timeout: 60_000 }, () => {
  it('deletes cache and secrets, keeps the history, and stays signed out at the next start', async () => {
    const dataDir = tempFolder();
    const secrets = new Map<string, string>();
    const core = await startCore({ dataDir, secrets });
    await core.core.start();
    const { account } = await core.signedIn();
    await core.get('calls.record', {
      id: 'c1',
      accountId: account.id,
      sipCallId: null,
      direction: 'outgoing',
      remote: '600',
      remoteE164: null,
      remoteName: null,
      ownNumber: null,
      startedAt: 1,
      answeredAt: null,
      endedAt: 2,
      outcome: 'cancelled',
      reason: null,
      sipCode: null,
      isEmergency: false,
      cost: null,
      seen: true,
    });
    await core.get('phone.lease', { takeOver: false });
    const released = core.host.until('host.closing').then(() => core.get('phone.release', null));
    await core.get('session.signOut', { eraseHistory: false });
    await released;
    expect([...secrets.keys()]).toEqual([]);
    const out = await core.get('app.snapshot', null);
    expect(out).toMatchObject({ session: { state: 'signed_out', reason: 'by_person' }, balance: null, numbers: [] });
    expect(out.usage.rows).toEqual([]);
    expect(await core.ask('usage.page', { cursor: null, limit: 1 })).toMatchObject({
      error: { kind: 'not_signed_in' },
    });
    expect(await core.get('phone.lease', { takeOver: false })).toEqual({ state: 'unavailable', reason: 'signed_out' });
    await core.stop();

    const later = await startCore({ dataDir, secrets });
    await later.core.start();
    expect((await later.get('app.snapshot', null)).session).toEqual({ state: 'signed_out', reason: 'by_person' });
    expect(later.host.children).toEqual([]);
    await later.get('session.signInSandbox', null);
    expect((await later.get('app.snapshot', null)).history.map((entry) => entry.id)).toEqual(['c1']);
    await later.get('session.signOut', { eraseHistory: true });
    await later.get('session.signInSandbox', null);
    expect((await later.get('app.snapshot', null)).history).toEqual([]);
    expect(existsSync(path.join(dataDir, 'accounts'))).toBe(true);
  });

  it('is refused while a call is up', async () => {
    const core = await startCore({ dataDir: tempFolder() });
    await core.core.start();
    await core.signedIn();
    await core.get('phone.lease', { takeOver: false });
    const call = {
      id: 'c1',
      direction: 'outgoing',
      remote: '600',
      remoteName: null,
      ownNumber: null,
      state: 'active',
      hold: 'none',
      muted: false,
      isEmergency: false,
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
    await core.get('phone.report', { registration: { state: 'ready' }, calls: [call] });
    expect(await core.ask('session.signOut', { eraseHistory: false })).toMatchObject({
      error: { kind: 'call_in_progress' },
    });
    await core.get('phone.report', { registration: { state: 'ready' }, calls: [{ ...call, state: 'ended' }] });
    await core.get('phone.release', null);
    await core.get('session.signOut', { eraseHistory: false });
  });
});

describe('a sandbox that dies', { timeout: 60_000 }, () => {
  it('is started again, and the app signs in to it again', async () => {
    const core = await startCore({ dataDir: tempFolder() });
    await core.core.start();
    await core.signedIn();
    await core.host.until('sync.changed', (sync) => sync.state === 'idle');
    const [child] = core.host.children;
    core.host.forget();
    if (child?.pid === undefined) throw new Error('No sandbox');
    process.kill(child.pid, 'SIGKILL');
    await core.host.until('sync.changed', (sync) => sync.state === 'idle');
    expect(core.host.children).toHaveLength(2);
  });
});
