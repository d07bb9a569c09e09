import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { openInstallState } from '../../main/account/install-state.ts';
import { keepSecretsInFile } from '../../main/hosts/browser/secrets.ts';
import { silentLogger } from '../../main/platform/logger.ts';
import { startCore, tempFolder } from './core-rig.ts';
import { startRig } from './sandbox-api-rig.ts';

const CHILD = fileURLToPath(new URL('core-leave-child.ts', import.meta.url));
/** The machine may be busy. */
const PATIENT = { timeout: 20_000 };

it.each(['revocation', 'secret 0', 'secret 1'])(
  'a sign-out killed -9 at %s is finished by the next start: no cache, no secret stays',
  { timeout: 60_000 },
  async (place) => {
    const rig = await startRig();
    onTestFinished(() => rig.stop());
    const dataDir = tempFolder();
    // Not the first start, which would sign in to a sandbox of its own.
    const install = await openInstallState(dataDir, silentLogger);
    install.set({ signedOut: 'by_person' });
    await install.flush();
    const child = fork(CHILD, [dataDir, rig.origin, rig.api.tickets.issue('owner'), place], { execArgv: [] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'message');
    const names = (): string[] =>
      Object.keys(JSON.parse(readFileSync(path.join(dataDir, 'secrets.json'), 'utf8')) as object);
    await expect.poll(names, PATIENT).toHaveLength(2);
    child.send('go');
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    const [key = ''] = readdirSync(path.join(dataDir, 'accounts'));
    const cache = path.join(dataDir, 'accounts', key, 'cache.db');
    expect(existsSync(cache)).toBe(place === 'revocation');
    expect(names()).toHaveLength(place === 'secret 1' ? 1 : 2);

    const { secrets } = keepSecretsInFile(dataDir);
    const next = await startCore({ dataDir, sandboxEntry: 'none' });
    Object.assign(next.host.secrets, secrets);
    await next.core.start();
    expect((await next.get('app.snapshot', null)).session).toEqual({ state: 'signed_out', reason: 'by_person' });
    await expect.poll(names, PATIENT).toEqual([]);
    await next.stop();
    expect(existsSync(cache)).toBe(false);
    expect((await openInstallState(dataDir, silentLogger)).get()).toMatchObject({ last: null, leaving: [] });
  },
);
