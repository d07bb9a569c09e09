import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openInstallState, type InstallState } from '../../main/account/install-state.ts';
import { deviceSecretName, signInSecretName } from '../../main/account/keys.ts';
import type { SandboxLink } from '../../main/account/sandbox-link.ts';
import { createSessionService } from '../../main/account/service.ts';
import { silentLogger } from '../../main/platform/logger.ts';
import type { ProviderDriver } from '../../main/provider/driver.ts';
import type { Account } from '../../preload/contract/models.ts';
import { fail, ok, type Result } from '../../preload/contract/result.ts';
import { manualClock } from '../integration/store-rig.ts';

const account: Account = {
  id: 'a1',
  name: 'Ann',
  driver: 'offhook',
  isSandbox: true,
  providerName: 'Sandbox',
  timeZone: 'UTC',
  countryCode: 'US',
  currency: 'USD',
  ownerContact: null,
  user: { id: 'u1', name: 'Ann', role: 'owner', grants: [] },
  capabilities: { balance: 'read', usage: 'read', rates: 'read', numbers: 'read' },
};

function driverOf(change: Partial<ProviderDriver> = {}): ProviderDriver {
  const base: Pick<ProviderDriver, 'account' | 'origins' | 'signOut'> = {
    account: async () => ok(account),
    origins: () => ['http://127.0.0.1:9'],
    signOut: async () => undefined,
  };
  return { ...base, ...change } as ProviderDriver;
}

function tempInstall(): { open(): Promise<InstallState> } {
  const folder = mkdtempSync(path.join(tmpdir(), 'offhook-install-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { open: () => openInstallState(folder, silentLogger) };
}

/** A session over a real install file; what it opens and deletes is recorded. */
async function setUp(install: InstallState, faults: { files?: () => Promise<Result<null>>; secret?: string } = {}) {
  const secrets = new Map<string, string>();
  const opened: string[] = [];
  const erased: (readonly [string, boolean])[] = [];
  let onReturn: Parameters<SandboxLink['open']>[2] = () => undefined;
  let isLinkOpen = false;
  const unused = fail({ kind: 'unsupported_here', nextStep: 'wait', detail: 'not in this test' });
  const session = createSessionService({
    log: silentLogger,
    clock: manualClock(),
    push: () => undefined,
    install,
    secrets: {
      get: async (name) => secrets.get(name),
      set: async (name, value) => void secrets.set(name, value),
      async delete(name) {
        if (faults.secret === name) throw new Error('ENOSPC');
        secrets.delete(name);
      },
    },
    api: { start: async () => unused, withTicket: async () => unused, connect: () => unused },
    sip: { probe: async () => unused, verify: async () => unused, connect: () => unused },
    sandbox: {
      async open(_profile, _role, listener) {
        isLinkOpen = true;
        onReturn = listener;
        return ok(driverOf());
      },
      async close() {
        isLinkOpen = false;
      },
    },
    openExternal: async () => unused,
    async openAccount(key) {
      opened.push(key);
      return {
        key,
        account: () => account,
        connect: () => undefined,
        cannotConnect: () => undefined,
        isCallUp: () => false,
        whenIdle: async () => undefined,
        releasePhone: async () => undefined,
        close: async () => undefined,
      };
    },
    async eraseFiles(key, eraseHistory) {
      const outcome = (await faults.files?.()) ?? ok(null);
      if (outcome.ok) erased.push([key, eraseHistory]);
      return outcome;
    },
    wish: { profile: null, role: null },
    defaultProfile: 'voiptime',
  });
  return {
    session,
    secrets,
    opened,
    erased,
    comeBack: (driver: ProviderDriver) => onReturn(driver, () => isLinkOpen),
  };
}

describe('sign-out', () => {
  it('that a returning sandbox waits behind is not undone by it', async () => {
    const install = await tempInstall().open();
    const { session, opened, comeBack } = await setUp(install);
    await session.signInSandbox();
    const answer = Promise.withResolvers<Result<Account>>();
    // One return is being taken up, then the person signs out, then the next return comes.
    comeBack(driverOf({ account: () => answer.promise }));
    const leaving = session.signOut(false);
    comeBack(driverOf());
    answer.resolve(ok(account));
    expect(await leaving).toEqual(ok(null));
    // Its turn comes after the return's.
    await session.expired();
    expect(session.session()).toEqual({ state: 'signed_out', reason: 'by_person' });
    expect(opened).toHaveLength(1);
    expect(install.get().last).toBeNull();
  });

  const disk = (): Promise<Result<null>> =>
    Promise.resolve(fail({ kind: 'store', nextStep: 'free_disk_space', detail: 'full', fault: 'disk_full' }));
  it.each([
    ['the cache, refused', { files: disk }, 'store'],
    ['the cache, thrown', { files: () => Promise.reject(new Error('EIO')) }, 'internal'],
    ['the sign-in', { secret: 'sign-in' }, 'internal'],
    ['the device', { secret: 'device' }, 'internal'],
  ] as const)('that could not delete %s says so, and the next start deletes it', async (_what, fault, kind) => {
    const files = tempInstall();
    const install = await files.open();
    const faults: { files?: () => Promise<Result<null>>; secret?: string } = { ...fault };
    const first = await setUp(install, faults);
    await first.session.signInSandbox();
    const key = install.get().last?.key ?? '';
    if (faults.secret === 'sign-in') faults.secret = signInSecretName(key);
    if (faults.secret === 'device') faults.secret = deviceSecretName(key);
    expect(await first.session.signOut(true)).toMatchObject({ ok: false, error: { kind } });
    expect(first.session.session()).toEqual({ state: 'signed_out', reason: 'by_person' });
    await first.session.stop();

    const again = await files.open();
    expect(again.get()).toMatchObject({ last: null, leaving: [{ key, eraseHistory: true }] });
    const second = await setUp(again);
    second.secrets.set(signInSecretName(key), 's').set(deviceSecretName(key), 'd');
    await second.session.restore();
    await second.session.stop();
    expect(second.erased).toEqual([[key, true]]);
    expect([...second.secrets]).toEqual([]);
    expect((await files.open()).get().leaving).toEqual([]);
  });

  it('whose rest waits deletes nothing of a person who signed in again', async () => {
    const files = tempInstall();
    const install = await files.open();
    const { session } = await setUp(install, { files: disk });
    await session.signInSandbox();
    await session.signOut(false);
    expect(install.get().leaving).toHaveLength(1);
    await session.signInSandbox();
    await session.stop();
    expect((await files.open()).get()).toMatchObject({ leaving: [], last: { account } });
  });
});
